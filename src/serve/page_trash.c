/* The removal of projects and sessions. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "mirror/remove.h"
#include "render/html.h"
#include "serve/page_change.h"
#include "serve/listing.h"
#include "serve/server.h"
#include "vault/doc.h"
#include "vault/label.h"

/* A project with more sessions is not looked through for its files. */
#define LOOK_MAX 50

/* What would go. */
struct going {
	json_t *rows;
	uint64_t lines;
	uint64_t bytes;
	uint64_t stored;
	uint64_t files;
	uint64_t file_bytes;
	int files_unknown;
	uint64_t subagents; /* that stay */
};

static int
count_file(void *arg, const struct ses_libfile *file, struct seshat_err *err)
{
	struct going *g = arg;

	(void)err;
	g->files++;
	g->file_bytes += file->size;
	return 0;
}

static int
add_up(struct going *g, const struct ses_api_worker *w, struct seshat_err *err)
{
	struct ses_found f;
	const json_t *row;
	size_t n = json_array_size(g->rows);
	size_t i;

	g->files_unknown = n > LOOK_MAX;
	for (i = 0; i < n; i++) {
		row = json_array_get(g->rows, i);
		g->lines += ses_doc_u64(row, "lines");
		g->bytes += ses_doc_u64(row, "total_source_bytes");
		g->stored += ses_doc_u64(row, "stored_bytes");
		if (g->files_unknown)
			continue;
		f = (struct ses_found){
		    .project = (char *)(uintptr_t)ses_doc_str(row, "project"),
		    .harness = (char *)(uintptr_t)ses_doc_str(row, "harness"),
		    .id = (char *)(uintptr_t)ses_doc_str(row, "session_id")};
		if (ses_library_files(w->lib, &f, count_file, g, err) < 0)
			return -1;
	}
	return 0;
}

static void
tell_going(struct ses_buf *out, const struct going *g)
{
	uint64_t n = json_array_size(g->rows);

	ses_buf_str(out, "<h2>This goes, for good</h2>\n<ul>\n<li>");
	ses_page_number(out, n);
	ses_buf_fmt(out, " session%s: ", n == 1 ? "" : "s");
	ses_page_number(out, g->lines);
	ses_buf_fmt(out, " line%s, ", g->lines == 1 ? "" : "s");
	ses_page_size(out, g->bytes);
	ses_buf_str(out, " of transcripts (");
	ses_page_size(out, g->stored);
	ses_buf_str(out, " in the store)</li>\n");
	if (g->files_unknown) {
		ses_buf_str(out, "<li>all files of their workspaces</li>\n");
	} else if (g->files > 0) {
		ses_buf_str(out, "<li>");
		ses_page_number(out, g->files);
		ses_buf_fmt(out, " file%s of %s: ", g->files == 1 ? "" : "s",
		    n == 1 ? "its workspace" : "their workspaces");
		ses_page_size(out, g->file_bytes);
		ses_buf_str(out, "</li>\n");
	}
	ses_buf_str(out, "</ul>\n<h2>This stays</h2>\n<ul>\n"
			 "<li>what the agent itself keeps on this machine</li>"
			 "\n");
	if (g->subagents > 0) {
		ses_buf_str(out, "<li>");
		ses_page_number(out, g->subagents);
		ses_buf_fmt(out,
		    " subagent%s of this session: sessions of their own</li>\n",
		    g->subagents == 1 ? "" : "s");
	}
	ses_buf_str(out,
	    "<li>a note in the store that they were removed, so that no "
	    "mirror brings them back (<code>seshat mirror --again ID</code> "
	    "does)</li>\n</ul>\n");
}

/* Which sessions these are, in whatever order: what a page asked about is what
 * its form removes. */
static void
which_rows(const json_t *rows, char out[SES_SHA256_HEX])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char sum[SES_SHA256_HEX] = {0};
	char hex[SES_SHA256_HEX];
	struct ses_sha256 sha;
	const char *s;
	size_t i;
	size_t k;

	for (i = 0; i < json_array_size(rows); i++) {
		ses_sha256_init(&sha);
		s = ses_doc_str(json_array_get(rows, i), "harness");
		ses_sha256_add(&sha, s, strlen(s) + 1);
		s = ses_doc_str(json_array_get(rows, i), "session_id");
		ses_sha256_add(&sha, s, strlen(s));
		ses_sha256_hex(&sha, hex);
		for (k = 0; k + 1 < SES_SHA256_HEX; k++)
			sum[k] ^=
			    (unsigned char)(strchr(digits, hex[k]) - digits);
	}
	for (k = 0; k + 1 < SES_SHA256_HEX; k++)
		out[k] = digits[sum[k]];
	out[k] = '\0';
}

/* Where one came from; href is that of the question. */
static const char *
back_of(const struct ses_request *r, const char *href)
{
	const char *from = ses_page_from(r);
	size_t len = strlen(href);

	/* the question again, or what was asked before: it says that, too */
	if (from == NULL || strncmp(from, "/login", 6) == 0 ||
	    strstr(from, "done=") != NULL ||
	    (strncmp(from, href, len) == 0 &&
		(from[len] == '\0' || from[len] == '?')))
		return "";
	return from;
}

/* Nothing is removed: back to where one came from, or to what was asked about,
 * whose address but for "/trash…" is again's. */
static int
go_back(const struct ses_request *r, struct ses_answer *a, const char *again,
    struct seshat_err *err)
{
	const char *back = ses_request_form(r, "back");
	const char *trash = strstr(again, "/trash?");
	struct ses_buf path = {0};
	int rc;

	if (back != NULL && ses_login_is_ours(back))
		ses_buf_add(&path, back, strcspn(back, "#"));
	else
		ses_buf_add(&path, again, (size_t)(trash - again));
	(void)ses_buf_cstr(&path);
	ses_buf_fmt(&path, "%cdone=kept",
	    path.data != NULL && strchr(path.data, '?') != NULL ? '&' : '?');
	(void)ses_buf_cstr(&path);
	rc = ses_buf_check(&path, err);
	if (rc == 0)
		rc = ses_answer_see(a, path.data, err);
	ses_buf_free(&path);
	return rc;
}

/* The question, and the form that answers it. */
static int
ask(const struct ses_request *r, struct ses_answer *a,
    const struct ses_api_worker *w, const struct ses_page *p,
    const struct going *g, const char *href, struct seshat_err *err)
{
	struct ses_buf out = {0};
	char which[SES_SHA256_HEX];
	int rc = -1;

	if (ses_page_begin(&out, r, w, p, err) < 0)
		goto out;
	ses_buf_str(&out, "<div class=\"title-row\"><h1>");
	ses_html_str(&out, p->title);
	ses_buf_str(&out, "</h1></div>\n");
	if (ses_page_opts(r)->mirror == NULL) {
		ses_buf_str(&out,
		    "<p>Nothing is removed from a volume: it is a folder of "
		    "yours, and seshat only reads it.</p>\n");
	} else {
		if (ses_page_form(&out, r, a, href, err) < 0)
			goto out;
		tell_going(&out, g);
		which_rows(g->rows, which);
		ses_buf_str(
		    &out, "<input type=\"hidden\" name=\"back\" value=\"");
		ses_html_str(&out, back_of(r, href));
		ses_buf_fmt(&out,
		    "\">\n"
		    "<input type=\"hidden\" name=\"sessions\" value=\"%s\">\n"
		    "<div class=\"actions\">"
		    "<button class=\"danger\" name=\"do\" value=\"remove\">"
		    "Remove for good</button>"
		    "<button name=\"do\" value=\"keep\">Keep</button></div>\n"
		    "</form>\n",
		    which);
	}
	ses_page_end(&out);
	rc = ses_page_answer_take(a, &out, err);
out:
	ses_buf_free(&out);
	return rc;
}

static int
remove_rows(
    const struct ses_request *r, const json_t *rows, struct seshat_err *err)
{
	const struct ses_api *api = r->arg;
	size_t n = json_array_size(rows);
	struct ses_where *w = ses_calloc(n + 1, sizeof(*w));
	struct ses_mirror m;
	const json_t *row;
	size_t done = 0;
	size_t i;
	int rc;

	if (w == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < n; i++) {
		row = json_array_get(rows, i);
		w[i] =
		    (struct ses_where){.project = ses_doc_str(row, "project"),
			.harness = ses_doc_str(row, "harness"),
			.id = ses_doc_str(row, "session_id")};
	}
	(void)pthread_mutex_lock(&api->pages->removing);
	rc = ses_mirror_open(&m, api->pages->o.mirror, err);
	if (rc == 0) {
		rc = ses_mirror_remove(&m, w, n, &done, err);
		ses_mirror_free(&m);
	}
	ses_pages_changed(api->pages);
	(void)pthread_mutex_unlock(&api->pages->removing);
	free(w);
	return rc < 0 ? ses_fail_in(err, "%zu of %zu removed", done, n) : 0;
}

/* Whether the form says so, of these sessions: 1; or 0, and the answer is
 * where else to go. */
static int
is_meant(const struct ses_request *r, struct ses_answer *a, const json_t *rows,
    const char *again, struct seshat_err *err)
{
	const char *what = ses_request_form(r, "do");
	const char *text = ses_request_form(r, "sessions");
	char which[SES_SHA256_HEX];

	if (what == NULL || text == NULL ||
	    (strcmp(what, "remove") != 0 && strcmp(what, "keep") != 0))
		return ses_fail(
		    err, SESHAT_EUSAGE, "the form does not say what to do");
	if (strcmp(what, "keep") == 0)
		return go_back(r, a, again, err);
	which_rows(rows, which);
	if (strcmp(text, which) == 0)
		return 1;
	return ses_answer_see(a, again, err);
}

/* The sessions of a project. */
static int
project_rows(const struct ses_request *r, const struct ses_api_worker *w,
    struct going *g, struct seshat_err *err)
{
	json_t *row = NULL;

	if (ses_page_project_row(r, w, &row, err) < 0)
		return -1;
	json_decref(row);
	return ses_library_list(w->lib, r->var[0], &g->rows, err);
}

int
ses_page_project_trash(const struct ses_request *r, struct ses_answer *a,
    void *worker, struct seshat_err *err)
{
	const struct ses_api_worker *w = worker;
	struct ses_page p = {.project = r->var[0]};
	struct ses_buf title = {0};
	struct ses_buf href = {0};
	struct going g = {0};
	int rc = -1;

	if (project_rows(r, w, &g, err) < 0)
		return -1;
	ses_buf_str(&title, "Remove ");
	ses_page_project_name(&title, r, w, r->var[0]);
	ses_buf_str(&title, "?");
	p.title = ses_buf_cstr(&title);
	ses_page_project_url(&href, r->var[0]);
	ses_buf_str(&href, "/trash");
	if (ses_page_opts(r)->mirror == NULL || add_up(&g, w, err) == 0)
		rc = ask(r, a, w, &p, &g, ses_buf_cstr(&href), err);
	json_decref(g.rows);
	ses_buf_free(&title);
	ses_buf_free(&href);
	return rc;
}

int
ses_page_project_remove(const struct ses_request *r, struct ses_answer *a,
    void *worker, struct seshat_err *err)
{
	const struct ses_api *api = r->arg;
	const struct ses_api_worker *w = worker;
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf again = {0};
	struct going g = {0};
	int rc;

	if (ses_page_is_volume(r, err) || project_rows(r, w, &g, err) < 0)
		return -1;
	ses_page_project_url(&again, r->var[0]);
	ses_buf_str(&again, "/trash?done=changed");
	rc = is_meant(r, a, g.rows, ses_buf_cstr(&again), err);
	ses_buf_free(&again);
	if (rc == 1) {
		rc = remove_rows(r, g.rows, err);
		if (rc == 0) {
			/* nobody sees it any more; litter, if it stays */
			(void)ses_label_drop(w->store, r->var[0], &ignored);
			ses_pages_labelled(api->pages, r->var[0], "");
			rc =
			    ses_page_go(a, NULL, "/?done=project-removed", err);
		}
	}
	json_decref(g.rows);
	return rc;
}

/* The row of one session, and how many subagents it has. */
static int
session_rows(const struct ses_request *r, const struct ses_api_worker *w,
    struct going *g, struct seshat_err *err)
{
	struct ses_listing_filter filter = {.limit = 1, .plain = 1};
	struct ses_listing rows;
	struct ses_found f;
	json_t *row = NULL;
	int rc;

	if (ses_page_find(r, w, &f, err) < 0)
		return -1;
	rc = ses_library_summary(w->lib, &f, &row, err);
	/* one that cannot be read can be removed, too */
	if (rc < 0 && err->code == SESHAT_ECORRUPT) {
		row = json_pack("{s:s,s:s,s:s}", "session_id", f.id, "harness",
		    f.harness, "project", f.project);
		rc = row == NULL ? ses_fail_nomem(err) : 0;
	}
	filter.harness = f.harness;
	filter.parent = f.id;
	if (rc == 0 && ses_listing_get(w, &filter, &rows, err) == 0) {
		g->subagents = rows.total;
		ses_listing_free(&rows);
	} else if (rc == 0) {
		rc = -1;
	}
	g->rows = json_array();
	if (row != NULL && json_array_append_new(g->rows, row) < 0)
		rc = ses_fail_nomem(err);
	if (rc < 0)
		json_decref(g->rows);
	ses_found_free(&f);
	return rc;
}

int
ses_page_session_trash(const struct ses_request *r, struct ses_answer *a,
    void *worker, struct seshat_err *err)
{
	const struct ses_api_worker *w = worker;
	struct ses_page p = {.nav = SES_NAV_NONE};
	struct ses_buf title = {0};
	struct ses_buf href = {0};
	struct going g = {0};
	const json_t *row;
	int rc = -1;

	if (session_rows(r, w, &g, err) < 0)
		return -1;
	row = json_array_get(g.rows, 0);
	ses_buf_fmt(&title, "Remove “%s”?",
	    ses_doc_str(row, "title")[0] != '\0' ? ses_doc_str(row, "title")
						 : r->var[1]);
	p.title = ses_buf_cstr(&title);
	p.project = ses_doc_str(row, "project");
	ses_page_session_url(&href, r->var[0], r->var[1]);
	ses_buf_str(&href, "/trash");
	if (ses_page_opts(r)->mirror == NULL || add_up(&g, w, err) == 0)
		rc = ask(r, a, w, &p, &g, ses_buf_cstr(&href), err);
	json_decref(g.rows);
	ses_buf_free(&title);
	ses_buf_free(&href);
	return rc;
}

int
ses_page_session_remove(const struct ses_request *r, struct ses_answer *a,
    void *worker, struct seshat_err *err)
{
	const struct ses_api_worker *w = worker;
	struct ses_buf again = {0};
	struct going g = {0};
	int rc;

	if (ses_page_is_volume(r, err) || session_rows(r, w, &g, err) < 0)
		return -1;
	ses_page_session_url(&again, r->var[0], r->var[1]);
	ses_buf_str(&again, "/trash?done=changed");
	rc = is_meant(r, a, g.rows, ses_buf_cstr(&again), err);
	ses_buf_free(&again);
	if (rc == 1) {
		rc = remove_rows(r, g.rows, err);
		if (rc == 0)
			rc =
			    ses_page_go(a, NULL, "/?done=session-removed", err);
	}
	json_decref(g.rows);
	return rc;
}
