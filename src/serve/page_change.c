#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "render/html.h"
#include "serve/page_change.h"
#include "serve/listing.h"
#include "serve/server.h"
#include "vault/doc.h"

const struct ses_pages_opts *
ses_page_opts(const struct ses_request *r)
{
	const struct ses_api *api = r->arg;
	static const struct ses_pages_opts none;

	return api->pages != NULL ? &api->pages->o : &none;
}

static int
find_project(const struct ses_api_worker *w, const char *name, json_t **row,
    struct seshat_err *err)
{
	json_t *rows = NULL;
	json_t *one;
	size_t i;

	if (ses_listing_projects(w, &rows, err) < 0)
		return -1;
	for (i = 0; *row == NULL && i < json_array_size(rows); i++) {
		one = json_array_get(rows, i);
		if (strcmp(ses_doc_str(one, "id"), name) == 0)
			*row = json_incref(one);
	}
	json_decref(rows);
	return 0;
}

int
ses_page_project_row(const struct ses_request *r,
    const struct ses_api_worker *w, json_t **row, struct seshat_err *err)
{
	const char *name = r->var[0];

	*row = NULL;
	if (find_project(w, name, row, err) < 0)
		return -1;
	if (*row == NULL) {
		/* it may have come a moment ago */
		ses_listing_forget(w);
		if (find_project(w, name, row, err) < 0)
			return -1;
	}
	return *row != NULL
		   ? 0
		   : ses_fail(err, SESHAT_ENOTFOUND, "no project '%s'", name);
}

int
ses_page_form(struct ses_buf *out, const struct ses_request *r,
    struct ses_answer *a, const char *href, struct seshat_err *err)
{
	char csrf[SES_CSRF_MAX];

	if (ses_request_csrf(r, a, csrf, err) < 0)
		return -1;
	ses_buf_fmt(out,
	    "<form class=\"card\" method=\"post\" action=\"%s\">\n"
	    "<input type=\"hidden\" name=\"csrf\" value=\"%s\">\n",
	    href, csrf);
	return 0;
}

const char *
ses_page_from(const struct ses_request *r)
{
	const char *p = r->referer == NULL ? NULL : strstr(r->referer, "://");

	/* whatever server it names, it is a path of this one that is gone to */
	p = p == NULL ? NULL : strchr(p + 3, '/');
	return p != NULL && ses_login_is_ours(p) ? p : NULL;
}

int
ses_page_go(struct ses_answer *a, const char *project, const char *rest,
    struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc;

	if (project != NULL)
		ses_page_project_url(&path, project);
	ses_buf_str(&path, rest);
	(void)ses_buf_cstr(&path);
	rc = ses_buf_check(&path, err);
	if (rc == 0)
		rc = ses_answer_see(a, path.data, err);
	ses_buf_free(&path);
	return rc;
}

int
ses_page_is_volume(const struct ses_request *r, struct seshat_err *err)
{
	if (ses_page_opts(r)->mirror != NULL)
		return 0;
	ses_fail(err, SESHAT_EUNSUPPORTED,
	    "nothing is changed in a volume: it is a folder of yours");
	return 1;
}
