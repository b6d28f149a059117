/* A project's settings. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "render/html.h"
#include "serve/page_change.h"
#include "serve/listing.h"
#include "vault/doc.h"
#include "vault/label.h"

static void
fact(struct ses_buf *out, const char *name, const char *value)
{
	ses_buf_fmt(out, "<dt>%s</dt><dd>", name);
	ses_html_str(out, value);
	ses_buf_str(out, "</dd>\n");
}

static void
fact_number(struct ses_buf *out, const char *name, uint64_t n)
{
	ses_buf_fmt(out, "<dt>%s</dt><dd>", name);
	ses_page_number(out, n);
	ses_buf_str(out, "</dd>\n");
}

static void
fact_size(struct ses_buf *out, const char *name, uint64_t n)
{
	ses_buf_fmt(out, "<dt>%s</dt><dd>", name);
	ses_page_size(out, n);
	ses_buf_str(out, "</dd>\n");
}

/* The store's URL; what could be a login is not shown. */
static void
fact_store(struct ses_buf *out, const struct ses_api_worker *w)
{
	const char *url;
	const char *from;
	size_t end;
	size_t at;

	if (w->store == NULL) {
		fact(out, "Store", "none: it is a folder of this machine");
		return;
	}
	url = ses_store_url(w->store);
	from = strstr(url, "://");
	from = from != NULL ? from + 3 : url;
	end = strcspn(from, "/?");
	for (at = end; at > 0 && from[at - 1] != '@'; at--) {
	}
	ses_buf_str(out, "<dt>Store</dt><dd><code>");
	ses_html_text(out, url, (size_t)(from - url));
	ses_html_str(out, from + at);
	ses_buf_str(out, "</code></dd>\n");
}

static int
rename_form(struct ses_buf *out, const struct ses_request *r,
    struct ses_answer *a, const char *name, const char *problem,
    struct seshat_err *err)
{
	struct ses_buf href = {0};
	int rc;

	ses_page_project_url(&href, r->var[0]);
	ses_buf_str(&href, "/settings");
	rc = ses_page_form(out, r, a, ses_buf_cstr(&href), err);
	ses_buf_free(&href);
	if (rc < 0)
		return -1;
	ses_buf_str(out, "<h2>Name</h2>\n");
	if (problem != NULL) {
		ses_buf_str(out, "<p role=\"alert\" id=\"problem\">");
		ses_html_str(out, problem);
		ses_buf_str(out, "</p>\n");
	}
	ses_buf_fmt(out,
	    "<label class=\"field\"><span>Shown in these pages</span>"
	    "<input name=\"name\" maxlength=\"%d\" autocomplete=\"off\"%s "
	    "value=\"",
	    SES_LABEL_CHARS,
	    problem != NULL ? " aria-describedby=\"problem\" "
			      "aria-invalid=\"true\""
			    : "");
	ses_html_str(out, name);
	ses_buf_str(out,
	    "\"></label>\n<p class=\"lede\">The key, by which sessions are "
	    "stored and found, stays as it is. Without a name the key is "
	    "shown.</p>\n<button class=\"main\">Rename</button>\n</form>\n");
	return 0;
}

/* One that only a vault can have. */
static void
no_rename(struct ses_buf *out)
{
	ses_buf_str(out,
	    "<div class=\"card\"><h2>Name</h2><p>Projects of a volume are "
	    "named by its <code>projects.json</code>, which is yours and is "
	    "not written by seshat: rename the project there.</p></div>\n");
}

static void
settings_facts(
    struct ses_buf *out, const struct ses_api_worker *w, const json_t *row)
{
	int64_t now = ses_time_now();

	ses_buf_str(out, "<dl class=\"facts card\">\n");
	fact(out, "Key", ses_doc_str(row, "id"));
	fact_store(out, w);
	fact_number(out, "Sessions", ses_doc_u64(row, "sessions"));
	if (w->store != NULL) {
		fact_number(out, "Lines", ses_doc_u64(row, "lines"));
		fact_size(out, "Transcripts", ses_doc_u64(row, "bytes"));
		fact_size(out, "Stored", ses_doc_u64(row, "stored_bytes"));
	}
	ses_buf_str(out, "<dt>Last event</dt><dd>");
	ses_page_time(out, ses_doc_time(row, "last_event_at"), now);
	ses_buf_str(out, "</dd>\n</dl>\n");
}

static int
settings(const struct ses_request *r, struct ses_answer *a,
    const struct ses_api_worker *w, const char *problem, struct seshat_err *err)
{
	const char *given = ses_request_form(r, "name");
	struct ses_page p = {.project = r->var[0]};
	struct ses_buf title = {0};
	struct ses_buf name = {0};
	struct ses_buf out = {0};
	json_t *row = NULL;
	int rc = -1;

	if (ses_page_project_row(r, w, &row, err) < 0)
		return -1;
	ses_page_project_name(&name, r, w, r->var[0]);
	ses_buf_fmt(&title, "Settings of %s", ses_buf_cstr(&name));
	p.title = ses_buf_cstr(&title);
	if (ses_page_begin(&out, r, w, &p, err) < 0)
		goto out;
	ses_buf_str(&out, "<div class=\"title-row\"><h1>");
	ses_html_str(&out, p.title);
	ses_buf_str(&out, "</h1></div>\n");
	settings_facts(&out, w, row);
	if (ses_page_opts(r)->mirror == NULL)
		no_rename(&out);
	else if (rename_form(&out, r, a,
		     problem != NULL && given != NULL ? given
						      : ses_buf_cstr(&name),
		     problem, err) < 0)
		goto out;
	ses_page_end(&out);
	rc = ses_page_answer_take(a, &out, err);
	if (rc == 0 && problem != NULL)
		a->status = 400;
out:
	ses_buf_free(&title);
	ses_buf_free(&name);
	ses_buf_free(&out);
	json_decref(row);
	return rc;
}

int
ses_page_settings(const struct ses_request *r, struct ses_answer *a,
    void *worker, struct seshat_err *err)
{
	return settings(r, a, worker, NULL, err);
}

int
ses_page_rename(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	const struct ses_api *api = r->arg;
	const struct ses_api_worker *w = worker;
	const char *name = ses_request_form(r, "name");
	struct ses_buf saved = {0};
	json_t *row = NULL;

	if (ses_page_is_volume(r, err) ||
	    ses_page_project_row(r, w, &row, err) < 0)
		return -1;
	json_decref(row);
	if (name == NULL)
		return ses_fail(err, SESHAT_EUSAGE, "the name is missing");
	/* its own key is no name: then it has none */
	if (strcmp(name, r->var[0]) == 0)
		name = "";
	if (ses_label_save(w->store, r->var[0], name, err) < 0)
		return err->code == SESHAT_EUSAGE
			   ? settings(r, a, w, err->msg, err)
			   : -1;
	if (ses_label_load(w->store, r->var[0], &saved, err) >= 0)
		ses_pages_labelled(api->pages, r->var[0], ses_buf_cstr(&saved));
	ses_buf_free(&saved);
	return ses_page_go(a, r->var[0], "/settings?done=renamed", err);
}
