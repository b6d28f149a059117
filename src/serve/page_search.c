/* What was said, found again. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "render/html.h"
#include "serve/page.h"
#include "serve/page_runs.h"
#include "serve/pages.h"

#define LIMIT 50
#define FAR   100000 /* so many hits can be paged through */

/* Hits of one session, in the order in which they were found. */
struct group {
	char *name;
	struct ses_buf html;
};

struct search {
	const struct ses_request *r;
	struct ses_api_worker *w;
	const char *q;
	int by_relevance;
	uint64_t offset;
	int64_t now;
	struct group group[LIMIT];
	size_t n;
	size_t hits;
	struct ses_catalog_found found;
	int fresh;              /* it is all that is stored */
	struct ses_buf problem; /* with the query */
};

static void
write_snippet(struct ses_buf *out, const char *s)
{
	static const char marks[] = {SES_CATALOG_MARK, SES_CATALOG_MARK_END, 0};
	int is_open = 0;
	size_t n;

	ses_buf_str(out, "<p class=\"text\">");
	while (*s != '\0') {
		n = strcspn(s, marks);
		ses_html_prose(out, s, n);
		s += n;
		if (*s == SES_CATALOG_MARK && !is_open)
			ses_buf_str(out, "<mark>");
		else if (*s == SES_CATALOG_MARK_END && is_open)
			ses_buf_str(out, "</mark>");
		if (*s != '\0')
			is_open = *s++ == SES_CATALOG_MARK;
	}
	ses_buf_str(out, is_open ? "</mark></p>" : "</p>");
}

static void
write_head(
    struct search *q, struct ses_buf *out, const struct ses_catalog_hit *h)
{
	struct ses_buf project = {0};

	ses_buf_str(out, "<section class=\"found\"><h2><a href=\"");
	ses_page_session_url(out, h->harness, h->id);
	ses_buf_str(out, "\">");
	if (h->title != NULL && h->title[0] != '\0') {
		ses_html_str(out, h->title);
	} else {
		ses_buf_str(out, "Session ");
		ses_html_str(out, h->id);
	}
	ses_buf_str(out, "</a></h2>\n<p class=\"lede\">");
	ses_html_str(out, h->harness);
	ses_buf_str(out, " · <a href=\"");
	ses_page_project_url(out, h->project);
	ses_buf_str(out, "\">");
	ses_page_project_name(&project, q->r, q->w, h->project);
	ses_html_str(out, ses_buf_cstr(&project));
	ses_buf_str(out, "</a>");
	if (h->damaged) {
		ses_buf_str(out, " ");
		ses_page_badge(out, "damaged");
	}
	ses_buf_str(out, "</p>\n<ol class=\"hits\" data-list>\n");
	ses_buf_free(&project);
}

static void
write_hit(const struct search *q, struct ses_buf *out,
    const struct ses_catalog_hit *h)
{
	unsigned long long line = h->line;
	const char *role = ses_catalog_role(h->role);
	const char *kind = ses_catalog_kind(h->kind);

	ses_buf_str(out, "<li class=\"hit\"><a class=\"go where\" href=\"");
	ses_page_session_url(out, h->harness, h->id);
	if (h->log != NULL) {
		ses_page_run_query(out, h->log, h->log_line);
		ses_buf_str(out, "\">before line ");
	} else if (line > 0) {
		ses_buf_fmt(out, "?line=%llu#L%llu\">line ", line, line);
	} else {
		ses_buf_str(out, "\">");
	}
	if (line > 0)
		ses_page_number(out, h->line);
	else
		ses_html_str(out, kind);
	ses_buf_str(out, "</a> <span class=\"about\">");
	ses_html_str(out, h->log != NULL ? "skill run" : role);
	if (h->log == NULL && line > 0 && kind[0] != '\0' &&
	    strcmp(kind, role) != 0 && h->kind != SES_EVENT_TEXT) {
		ses_buf_str(out, " · ");
		ses_html_str(out, kind);
	}
	if (h->tool != NULL && h->tool[0] != '\0') {
		ses_buf_str(out, " · ");
		ses_html_str(out, h->tool);
	}
	if (h->time != 0) {
		ses_buf_str(out, " · ");
		ses_page_time(out, h->time, q->now);
	}
	ses_buf_str(out, "</span>");
	write_snippet(out, h->snippet);
	ses_buf_str(out, "</li>\n");
}

static int
on_hit(void *arg, const struct ses_catalog_hit *h)
{
	struct search *q = arg;
	struct ses_buf name = {0};
	size_t i;

	if (q->hits == LIMIT)
		return 1;
	q->hits++;
	ses_buf_fmt(&name, "%s/%s", h->harness, h->id);
	(void)ses_buf_cstr(&name);
	if (name.bad)
		return 1;
	for (i = 0; i < q->n; i++)
		if (strcmp(q->group[i].name, name.data) == 0)
			break;
	if (i == q->n) {
		q->group[q->n++].name = name.data;
		name = (struct ses_buf){0};
		write_head(q, &q->group[i].html, h);
	}
	write_hit(q, &q->group[i].html, h);
	ses_buf_free(&name);
	return 0;
}

static void
clear(struct search *q)
{
	size_t i;

	for (i = 0; i < q->n; i++) {
		free(q->group[i].name);
		ses_buf_free(&q->group[i].html);
	}
	q->n = 0;
	q->hits = 0;
}

/* Fill in the groups.  A query that means nothing is a problem, no error. */
static int
find(struct search *q, struct seshat_err *err)
{
	const struct ses_catalog_query query = {.text = q->q,
	    .limit = LIMIT,
	    .offset = q->offset,
	    .by_relevance = q->by_relevance,
	    .limit_ms = ((const struct ses_api *)q->r->arg)->search_ms};
	int tries = 0;
	int rc;

	do {
		clear(q);
		if (ses_api_catalog(q->r, q->w, &q->fresh, err) < 0)
			return -1;
		rc = ses_catalog_search(
		    q->w->catalog, &query, on_hit, q, &q->found, err);
	} while (rc < 0 && err->code == SESHAT_ECORRUPT && tries++ == 0);
	if (rc < 0 && err->code == SESHAT_EUSAGE) {
		ses_buf_str(&q->problem, err->msg);
		rc = 0;
	}
	return rc < 0 ? -1 : 0;
}

static void
search_form(struct ses_buf *out, const struct search *q)
{
	ses_buf_str(out,
	    "<form class=\"filters\" role=\"search\" action=\"/search\" "
	    "aria-label=\"Search transcripts\">\n<label><span>Words, or "
	    "&quot;a phrase&quot;</span><input type=\"search\" name=\"q\" "
	    "maxlength=\"1000\" autocomplete=\"off\"");
	if (q->problem.len > 0)
		ses_buf_str(out, " aria-invalid=\"true\" "
				 "aria-describedby=\"problem\"");
	ses_buf_str(out, " value=\"");
	ses_html_str(out, q->q);
	ses_buf_fmt(out,
	    "\"></label>\n<label><span>Order</span><select name=\"sort\">"
	    "<option value=\"\"%s>Latest first</option>"
	    "<option value=\"relevance\"%s>Best first</option></select>"
	    "</label>\n<button class=\"main\">Search</button>\n</form>\n",
	    q->by_relevance ? "" : " selected",
	    q->by_relevance ? " selected" : "");
	if (q->problem.len > 0) {
		ses_buf_str(out, "<p role=\"alert\" id=\"problem\">");
		ses_html_text(out, q->problem.data, q->problem.len);
		ses_buf_str(out, "</p>\n");
	}
}

static void
help(struct ses_buf *out, int is_open)
{
	ses_buf_fmt(out,
	    "<details class=\"card help\"%s><summary>What can be asked"
	    "</summary>\n<dl class=\"facts\">\n"
	    "<dt><code>flaky test</code></dt><dd>both words, in any order</dd>"
	    "\n<dt><code>\"flaky test\"</code></dt><dd>this phrase</dd>\n"
	    "<dt><code>migrat*</code></dt><dd>words that begin so</dd>\n"
	    "<dt><code>test -flaky</code></dt><dd>not where that stands, "
	    "too</dd>\n"
	    "<dt><code>project:demo harness:codex</code></dt><dd>only there"
	    "</dd>\n"
	    "<dt><code>role:user</code></dt><dd>only what a user, assistant, "
	    "tool or system said</dd>\n"
	    "<dt><code>tool:Bash</code></dt><dd>only calls and results of this "
	    "tool</dd>\n"
	    "<dt><code>since:7d until:2026-01-31</code></dt><dd>only in this "
	    "time</dd>\n"
	    "<dt><code>session:3fa9c2d1</code></dt><dd>only in this session"
	    "</dd>\n<dt><code>kind:title</code></dt><dd>only titles of "
	    "sessions</dd>\n</dl></details>\n",
	    is_open ? " open" : "");
}

static void
search_url(struct ses_buf *out, const struct search *q, uint64_t offset)
{
	ses_buf_str(out, "/search?q=");
	ses_html_url(out, q->q);
	if (q->by_relevance)
		ses_buf_str(out, "&amp;sort=relevance");
	if (offset > 0)
		ses_buf_fmt(
		    out, "&amp;offset=%llu", (unsigned long long)offset);
}

static void
page_link(struct ses_buf *out, const struct search *q, uint64_t offset,
    const char *text)
{
	ses_buf_str(out, "<a class=\"button\" href=\"");
	search_url(out, q, offset);
	ses_buf_fmt(out, "\">%s</a>\n", text);
}

/* There are hits, but none on this page. */
static void
past_the_end(struct ses_buf *out, const struct search *q)
{
	ses_page_empty(
	    out, "No such page", "<p>There are fewer hits than that.</p>");
	ses_buf_str(out, "<nav class=\"paging\" aria-label=\"More hits\">");
	page_link(out, q, 0, "First page");
	ses_buf_str(out, "</nav>\n");
}

static void
results(struct ses_buf *out, const struct search *q)
{
	size_t i;

	ses_buf_str(out, "<p class=\"count\">");
	if (q->found.is_more)
		ses_buf_str(out, "more than ");
	ses_page_number(out, q->found.hits);
	ses_buf_fmt(out, " hit%s in %s", q->found.hits == 1 ? "" : "s",
	    q->found.is_more ? "at least " : "");
	ses_page_number(out, q->found.sessions);
	ses_buf_fmt(out, " session%s</p>\n", q->found.sessions == 1 ? "" : "s");
	for (i = 0; i < q->n; i++) {
		ses_buf_add(out, q->group[i].html.data, q->group[i].html.len);
		out->bad |= q->group[i].html.bad;
		ses_buf_str(out, "</ol></section>\n");
	}
	if (q->offset == 0 && q->offset + q->hits >= q->found.hits)
		return;
	ses_buf_str(out, "<nav class=\"paging\" aria-label=\"More hits\">");
	if (q->offset > 0)
		page_link(out, q, q->offset > LIMIT ? q->offset - LIMIT : 0,
		    "Previous page");
	if (q->offset + q->hits < q->found.hits)
		page_link(out, q, q->offset + q->hits, "Next page");
	ses_buf_str(out, "</nav>\n");
}

/* What keeps it from being all. */
static void
lacks(struct ses_buf *out, const struct search *q)
{
	const struct ses_catalog_extent *e = &q->found.extent;

	if (e->is_whole && q->fresh)
		return;
	ses_buf_str(out, "<p class=\"note\" role=\"status\">");
	if (e->is_whole)
		ses_buf_str(out, "What was stored lately is still being read: "
				 "this may not be all.");
	else
		ses_page_lacks(out, e);
	ses_buf_str(out, " <a href=\"");
	search_url(out, q, q->offset);
	ses_buf_str(out, "\">Search again</a></p>\n");
}

/* What cannot be read cannot be found. */
static void
tell_damage(struct ses_buf *out, const struct search *q)
{
	if (q->found.damaged == 0)
		return;
	ses_buf_str(out, "<p class=\"note bad\" role=\"status\">");
	ses_page_number(out, q->found.damaged);
	ses_buf_fmt(out,
	    " session%s damaged: some lines of %s cannot be read, and not be "
	    "found. <code>seshat verify</code> tells more.</p>\n",
	    q->found.damaged == 1 ? " is" : "s are",
	    q->found.damaged == 1 ? "it" : "them");
}

/* Ids are not searched, but what is typed may be one. */
static void
tell_named(struct ses_buf *out, const struct search *q)
{
	ses_page_empty(out, "Nothing found",
	    "<p>No transcript says that, and "
	    "no title.</p>");
	ses_buf_str(out, "<p class=\"note\" role=\"status\">");
	ses_page_number(out, q->found.named);
	ses_buf_str(out, q->found.named == 1
			     ? " session has an id that begins so: "
			     : " sessions have ids that begin so: ");
	ses_buf_str(out, "<a href=\"/search?q=session%3A");
	/* a word that stands behind the colon, with no space between */
	ses_html_url(out, q->q + strspn(q->q, " \t"));
	ses_buf_str(out, "\">search there</a></p>\n");
}

static void
answer(struct ses_buf *out, const struct search *q)
{
	lacks(out, q);
	tell_damage(out, q);
	if (q->hits > 0)
		results(out, q);
	else if (q->found.hits > 0)
		past_the_end(out, q);
	else if (q->found.named > 0)
		tell_named(out, q);
	else if (!q->found.extent.is_whole || !q->fresh)
		ses_page_empty(out, "Nothing found so far",
		    "<p>Not all transcripts have been read yet: search again "
		    "in a moment.</p>");
	else
		ses_page_empty(out, "Nothing found",
		    "<p>No transcript says that, and no title. Fewer words "
		    "find more, and <code>word*</code> finds whatever begins "
		    "so.</p>");
}

static void
content(struct ses_buf *out, const struct search *q)
{
	ses_buf_str(out, "<div class=\"title-row\"><h1>Search</h1></div>\n");
	if (q->w->store == NULL) {
		ses_page_empty(out, "Nothing to search",
		    "<p>A volume has files and no transcripts.</p>");
		return;
	}
	search_form(out, q);
	if (q->q[0] != '\0' && q->problem.len == 0)
		answer(out, q);
	help(out, q->hits == 0);
}

static int
search(struct search *q, struct ses_answer *a, struct seshat_err *err)
{
	struct ses_page p = {.title = "Search", .nav = SES_NAV_SEARCH};
	struct ses_buf out = {0};
	int rc = 0;

	p.query = q->q;
	if (q->w->store != NULL && q->q[0] != '\0')
		rc = find(q, err);
	if (rc == 0)
		rc = ses_page_begin(&out, q->r, q->w, &p, err);
	if (rc == 0) {
		content(&out, q);
		ses_page_end(&out);
		rc = ses_page_answer_take(a, &out, err);
	}
	ses_buf_free(&out);
	return rc < 0 ? ses_api_refuse_search(a, err) : 0;
}

int
ses_page_search(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	const char *sort = ses_request_param(r, "sort");
	struct search *q = ses_calloc(1, sizeof(*q));
	int rc = -1;

	if (q == NULL)
		return ses_fail_nomem(err);
	q->r = r;
	q->w = worker;
	q->now = ses_time_now();
	q->q = ses_request_param(r, "q");
	if (q->q == NULL)
		q->q = "";
	q->by_relevance = sort != NULL && strcmp(sort, "relevance") == 0;
	if (ses_request_u64(r, "offset", FAR, 0, &q->offset, err) == 0)
		rc = search(q, a, err);
	clear(q);
	ses_buf_free(&q->problem);
	free(q);
	return rc;
}
