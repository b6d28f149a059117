/* Small parts of pages. */
#include <string.h>

#include "base/human.h"
#include "base/time.h"
#include "render/html.h"
#include "serve/asset.h"
#include "serve/page.h"
#include "serve/page_state.h"
#include "vault/doc.h"

void
ses_page_asset(struct ses_buf *out, const char *name)
{
	char url[SES_ASSET_URL];

	if (ses_asset_url(name, url) == 0)
		ses_buf_str(out, url);
}

static void
control_text(struct ses_buf *out, const struct ses_page_control *c)
{
	ses_page_icon(out, c->icon);
	ses_buf_fmt(
	    out, "<span%s>%s", c->text ? "" : " class=\"hidden\"", c->label);
	if (c->of != NULL) {
		if (c->text)
			ses_buf_str(out, "<span class=\"hidden\">");
		ses_buf_str(out, " ");
		ses_html_str(out, c->of);
		if (c->text)
			ses_buf_str(out, "</span>");
	}
	ses_buf_str(out, "</span>");
}

void
ses_page_control(struct ses_buf *out, const struct ses_page_control *c)
{
	const char *kind = c->text ? "button" : "control";

	if (c->href != NULL) {
		ses_buf_fmt(out, "<a class=\"%s %s\" href=\"%s\" title=\"%s\">",
		    kind, c->icon, c->href, c->label);
		control_text(out, c);
		ses_buf_str(out, "</a>");
		return;
	}
	/* not a link, and nothing that takes the focus */
	ses_buf_fmt(out,
	    "<button type=\"button\" class=\"%s %s disabled\" disabled "
	    "title=\"%s\">",
	    kind, c->icon, c->disabled != NULL ? c->disabled : c->label);
	control_text(out, c);
	ses_buf_str(out, "</button>");
}

void
ses_page_size(struct ses_buf *out, uint64_t bytes)
{
	char text[SES_HUMAN_MAX];

	ses_human_size(bytes, text);
	ses_buf_str(out, text);
}

void
ses_page_number(struct ses_buf *out, uint64_t n)
{
	if (n >= 1000) {
		ses_page_number(out, n / 1000);
		ses_buf_fmt(out, ",%03u", (unsigned)(n % 1000));
	} else {
		ses_buf_fmt(out, "%u", (unsigned)n);
	}
}

void
ses_page_time(struct ses_buf *out, int64_t t, int64_t now)
{
	char date[SES_TIME_MAX];
	char ago[SES_TIME_MAX];

	if (t == 0) {
		ses_buf_str(out, "<span class=\"none\">–</span>");
		return;
	}
	ses_time_format(t, date);
	ses_time_ago(t, now, ago);
	ses_buf_fmt(out,
	    "<time datetime=\"%s\" title=\"%.10s %.8s UTC\">%s</time>", date,
	    date, date + 11, ago);
}

void
ses_page_session_url(struct ses_buf *out, const char *harness, const char *id)
{
	ses_buf_str(out, "/sessions/");
	ses_html_url(out, harness);
	ses_buf_str(out, "/");
	ses_html_url(out, id);
}

void
ses_page_project_url(struct ses_buf *out, const char *project)
{
	ses_buf_str(out, "/projects/");
	ses_html_url(out, project);
}

void
ses_page_project_name(struct ses_buf *out, const struct ses_request *r,
    const struct ses_api_worker *w, const char *project)
{
	const struct ses_api *api = r->arg;

	ses_pages_label(api->pages, w->store, project, out);
}

void
ses_page_badge(struct ses_buf *out, const char *state)
{
	ses_buf_fmt(out, "<span class=\"badge %s\">%s</span>", state, state);
}

void
ses_page_session_title(struct ses_buf *out, const json_t *row)
{
	const char *title = ses_doc_str(row, "title");

	if (title[0] != '\0') {
		ses_html_str(out, title);
		return;
	}
	ses_buf_str(out, "<span class=\"none\">Session ");
	ses_html_str(out, ses_doc_str(row, "session_id"));
	ses_buf_str(out, "</span>");
}

void
ses_page_done(struct ses_buf *out, const struct ses_request *r)
{
	static const struct {
		const char *name;
		const char *text;
	} texts[] = {
	    {"renamed", "The project has its new name."},
	    {"session-removed", "The session was removed."},
	    {"project-removed", "The project's sessions were removed."},
	    {"kept", "Nothing was removed."},
	    {"changed", "Sessions came or went meanwhile: please look again."},
	};
	const char *done = ses_request_param(r, "done");
	size_t i;

	for (i = 0; done != NULL && i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(done, texts[i].name) == 0)
			ses_buf_fmt(out,
			    "<p class=\"note good\" role=\"status\">%s</p>\n",
			    texts[i].text);
}

void
ses_page_empty(struct ses_buf *out, const char *title, const char *html)
{
	ses_buf_fmt(
	    out, "<div class=\"empty\"><h2>%s</h2>%s</div>\n", title, html);
}

int
ses_page_find(const struct ses_request *r, const struct ses_api_worker *w,
    struct ses_found *f, struct seshat_err *err)
{
	struct ses_found found = {0};
	struct ses_buf name = {0};
	int rc;

	ses_buf_fmt(&name, "%s/%s", r->var[0], r->var[1]);
	(void)ses_buf_cstr(&name);
	rc = ses_buf_check(&name, err);
	if (rc == 0)
		rc = ses_library_find(w->lib, name.data, &found, err);
	/* what the command line would be told names places of this machine */
	if ((rc < 0 && err->code == SESHAT_ENOTFOUND) ||
	    (rc == 0 && (strcmp(found.id, r->var[1]) != 0 ||
			    strcmp(found.harness, r->var[0]) != 0)))
		rc = ses_fail(err, SESHAT_ENOTFOUND, "no such session");
	ses_buf_free(&name);
	if (rc == 0)
		*f = found;
	else
		ses_found_free(&found);
	return rc;
}

void
ses_page_lacks(struct ses_buf *out, const struct ses_catalog_extent *e)
{
	ses_buf_str(out, "The catalog is still being made");
	if (e->sessions > 0) {
		ses_buf_str(out, " (");
		ses_page_number(out, e->taken);
		ses_buf_str(out, " of ");
		ses_page_number(out, e->sessions);
		ses_buf_str(out, " sessions)");
	}
	ses_buf_str(out, ": this is not complete.");
}
