/* The page of a session: its transcript as a conversation. */
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "render/html.h"
#include "render/talk.h"
#include "serve/page_runs.h"
#include "serve/page_session.h"
#include "vault/doc.h"
#include "vault/gap.h"

#define LINES    200               /* of a page */
#define BODY_MAX ((size_t)2 << 20) /* of its HTML; then it ends earlier */
#define LIVE_MS  INT64_C(86400000) /* so long after its last line */
#define BEFORE   10 /* lines in front of one that is looked for */

struct view {
	uint64_t total; /* lines there are, as the summary says */
	uint64_t from;  /* first of the page */
	uint64_t line;  /* that is looked for; 0: none */
	uint64_t next;  /* first of the next page; 0: there is none */
	uint64_t last;  /* of this page */
	uint64_t runs;  /* runs that come later pass it; UINT64_MAX: unknown */
	int is_damaged; /* something on it cannot be read; */
	int is_open;    /* and nobody knows where that ends */
};

/* Where gaps are shown. */
struct gaps {
	const struct ses_api_worker *w;
	const struct ses_found *found;
	struct view *v;
	struct ses_talk *talk;
};

static int
on_gap(void *arg, const struct ses_gap *gap, struct seshat_err *err)
{
	struct gaps *g = arg;
	struct ses_buf what = {0};
	int rc;

	g->v->is_damaged = 1;
	g->v->is_open |= gap->last == SES_GAP_OPEN;
	ses_api_damaged(g->w, g->found, gap);
	ses_gap_text(gap, &what);
	(void)ses_buf_cstr(&what);
	rc = ses_buf_check(&what, err);
	if (rc == 0)
		rc = ses_talk_gap(
		    g->talk, gap->first, gap->last, what.data, err);
	ses_buf_free(&what);
	return rc;
}

/* The transcript from v->from on, into the page. */
static int
add_talk(struct ses_session_page *p, const struct ses_api_worker *w,
    struct view *v, struct ses_page_runs *runs, struct seshat_err *err)
{
	struct ses_where where = ses_found_where(&p->found);
	struct ses_sink out = ses_sink_buf(&p->out);
	struct ses_buf agents = {0};
	struct ses_buf raw = {0};
	struct ses_talk_how how = {
	    .harness = ses_harness_reader(p->found.harness),
	    .first_line = v->from,
	    .base = p->path.data,
	    .id = p->found.id,
	    .run = ses_page_runs_next,
	    .run_arg = runs,
	    .max_lines = LINES,
	    .max_bytes = BODY_MAX};
	struct gaps gaps = {.w = w, .found = &p->found, .v = v};
	const struct ses_lines_how lines = {
	    .from = v->from, .cache = w->parts, .gap = on_gap, .arg = &gaps};
	struct ses_talk *talk = NULL;
	struct ses_sink in;
	int rc;

	ses_session_agents(&agents, &p->found);
	how.agents = ses_buf_cstr(&agents);
	ses_buf_fmt(&raw, "%s/line?line=", p->path.data);
	how.raw = ses_buf_cstr(&raw);
	rc = ses_talk_open(&talk, &how, &out, err);
	if (rc == 0) {
		in = ses_talk_sink(talk);
		gaps.talk = talk;
		rc = ses_session_lines(w->store, &where, &lines, &in, err);
		v->next = ses_talk_next(talk);
		v->last = ses_talk_last(talk);
		if (rc < 0 && v->next > 0)
			rc = 0;
	}
	if (rc == 0)
		rc = ses_talk_close(talk, err);
	else
		(void)ses_talk_close(talk, &(struct seshat_err){0});
	ses_buf_free(&agents);
	ses_buf_free(&raw);
	return rc;
}

static void
add_step(struct ses_buf *out, const char *path, const char *name,
    const char *rel, uint64_t from)
{
	if (from == 0)
		ses_buf_fmt(out,
		    "<button type=\"button\" class=\"button disabled\" "
		    "disabled>%s</button>\n",
		    name);
	else
		ses_buf_fmt(out,
		    "<a class=\"button\" href=\"%s?from=%llu\"%s>%s</a>\n",
		    path, (unsigned long long)from, rel, name);
}

/* Where one goes from here; label tells the two on a page apart. */
static void
add_steps(struct ses_buf *out, const char *path, const struct view *v,
    const char *label)
{
	uint64_t end = v->total > LINES ? v->total - LINES + 1 : 1;

	ses_buf_fmt(
	    out, "<nav class=\"paging steps\" aria-label=\"%s\">\n", label);
	add_step(out, path, "First", "", v->from > 1 ? 1 : 0);
	add_step(out, path, "Previous", " rel=\"prev\"",
	    v->from > LINES ? v->from - LINES
	    : v->from > 1   ? 1
			    : 0);
	/* the module counts on */
	ses_buf_str(out, "<span data-count>Lines <span>");
	ses_page_number(out, v->from);
	ses_buf_str(out, "</span> to <span>");
	ses_page_number(out, v->last);
	ses_buf_str(out, "</span> of <span>");
	ses_page_number(out, v->total);
	ses_buf_str(out, "</span></span>\n");
	add_step(out, path, "Next", " rel=\"next\"", v->next);
	add_step(out, path, "Last", "",
	    v->next > 0 && end > v->from ? end : v->next);
	ses_buf_str(out, "</nav>\n");
}

/* Whether more may come behind this page.  One that was left alone for long is
 * not waited for: a browser has few connections to a server. */
static int
is_live(const struct ses_session_page *p, const struct view *v)
{
	int64_t last = ses_doc_time(p->doc, "last_event_at");
	int64_t stored = ses_doc_time(p->doc, "last_uploaded_at");
	int64_t now = ses_time_now();

	return v->next == 0 && !v->is_open &&
	       ses_doc_time(p->doc, "ended_at") == 0 &&
	       now - (last > stored ? last : stored) < LIVE_MS;
}

/* The element into which the module puts what comes; without it the page is as
 * it was when it was asked for. */
static void
begin_transcript(struct ses_session_page *p, const struct view *v)
{
	ses_buf_str(&p->out, "<div id=\"transcript\" class=\"talk\"");
	if (is_live(p, v)) {
		ses_buf_str(&p->out, " data-live=\"/api/sessions/");
		ses_html_url(&p->out, p->found.harness);
		ses_buf_str(&p->out, "%2F");
		ses_html_url(&p->out, p->found.id);
		ses_buf_fmt(&p->out, "/stream?as=html&amp;from=%llu",
		    (unsigned long long)v->last);
		if (v->runs != UINT64_MAX)
			ses_buf_fmt(&p->out, "&amp;runs=%llu",
			    (unsigned long long)v->runs);
		ses_buf_str(&p->out, "\"");
	}
	ses_buf_str(&p->out, ">\n");
}

/* Steps and attributes tell what reading has shown, but stand before it: the
 * transcript is made aside. */
static int
add_transcript(struct ses_session_page *p, const struct ses_api_worker *w,
    struct view *v, struct ses_page_runs *runs, struct seshat_err *err)
{
	struct ses_buf page = p->out;
	struct ses_buf talk;
	int rc;

	p->out = (struct ses_buf){0};
	rc = add_talk(p, w, v, runs, err);
	talk = p->out;
	p->out = page;
	if (rc == 0) {
		/* nothing could be read, or the summary told of more */
		if (v->last == 0)
			v->last = v->from - 1;
		if (v->total < v->last)
			v->total = v->last;
		if (v->is_damaged)
			ses_session_page_damaged(p);
		add_steps(&p->out, p->path.data, v, "Pages, above");
		begin_transcript(p, v);
		ses_buf_add(&p->out, talk.data, talk.len);
		ses_buf_str(&p->out, "</div>\n");
		if (is_live(p, v))
			ses_buf_str(&p->out,
			    "<p id=\"live\" class=\"less\" role=\"status\"></p>"
			    "\n");
		add_steps(&p->out, p->path.data, v, "Pages, below");
	}
	p->out.bad |= talk.bad;
	ses_buf_free(&talk);
	return rc;
}

/* The line in front of which an entry of a session log stands. */
static void
look_for_run(const struct ses_session_page *p, const struct ses_api_worker *w,
    const char *ref, struct view *v)
{
	struct ses_page_runs runs;

	ses_page_runs_open(&runs, w, &p->found, NULL, 1);
	if (ses_page_runs_find(&runs, ref, &v->line) && v->line == SES_RUN_END)
		v->line = v->total + 1;
	ses_page_runs_free(&runs);
}

/* Which lines are wanted: ?from=L, ?line=L (that one, with some before it),
 * ?from=last, or ?run=LOG:N (the line in front of which that entry stands). */
static int
read_view(const struct ses_request *r, struct view *v, struct seshat_err *err)
{
	const char *from = ses_request_param(r, "from");

	if (from != NULL && strcmp(from, "last") == 0)
		v->from = v->total > LINES ? v->total - LINES + 1 : 1;
	else if (ses_request_u64(r, "from", UINT64_MAX, 1, &v->from, err) < 0)
		return -1;
	if (v->line == 0 &&
	    ses_request_u64(r, "line", UINT64_MAX, 0, &v->line, err) < 0)
		return -1;
	if (v->line > 0)
		v->from = v->line > BEFORE ? v->line - BEFORE : 1;
	if (v->from == 0)
		return ses_fail(err, SESHAT_EUSAGE, "lines begin with 1");
	/* behind the end there is the end */
	if (v->total > 0 && v->from > v->total)
		v->from = v->total > LINES ? v->total - LINES + 1 : 1;
	return 0;
}

static int
show(struct ses_session_page *p, const struct ses_request *r,
    const struct ses_api_worker *w, struct seshat_err *err)
{
	const char *ref = ses_request_param(r, "run");
	struct ses_page_runs runs;
	struct view v = {.runs = UINT64_MAX};
	struct seshat_err none = SESHAT_ERR_INIT;
	uint64_t ignored;
	int rc;

	ses_page_runs_ask(r->arg);
	if (w->catalog != NULL)
		(void)ses_runs_last(w->catalog, &v.runs, &none);
	v.total = ses_doc_u64(p->doc, "lines");
	if (ref != NULL)
		look_for_run(p, w, ref, &v);
	if (read_view(r, &v, err) < 0)
		return -1;
	ses_page_runs_open(&runs, w, &p->found, p->path.data, v.from);
	if (ref != NULL)
		(void)ses_page_runs_find(&runs, ref, &ignored);
	rc = add_transcript(p, w, &v, &runs, err);
	ses_page_runs_free(&runs);
	return rc;
}

int
ses_page_session(const struct ses_request *r, struct ses_answer *a,
    void *worker, struct seshat_err *err)
{
	const struct ses_api_worker *w = worker;
	struct ses_session_page p;
	int rc = ses_session_page_begin(&p, r, w, SES_TAB_TRANSCRIPT, err);

	if (rc == 0 && w->store == NULL)
		ses_page_empty(&p.out, "No transcript",
		    "A volume has files and no transcripts.");
	else if (rc == 0) {
		rc = show(&p, r, w, err);
	}
	if (rc == 0) {
		ses_page_end(&p.out);
		rc = ses_page_answer_take(a, &p.out, err);
	}
	ses_session_page_free(&p);
	return rc;
}
