/* What session logs say, between the lines of a transcript. */
#include <string.h>

#include "base/human.h"
#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "catalog/keeper.h"
#include "harness/line.h"
#include "render/html.h"
#include "serve/page.h"
#include "serve/page_runs.h"
#include "serve/page_state.h"

#define ASK_MS 10000 /* a look at all sessions is not for nothing */
#define LOGS   "seshat-log"

void
ses_page_runs_ask(const struct ses_api *api)
{
	int64_t now = ses_time_steady();

	if (api->keeper == NULL || api->pages == NULL ||
	    now - atomic_load(&api->pages->asked) < ASK_MS)
		return;
	atomic_store(&api->pages->asked, now);
	(void)ses_keeper_fresh(api->keeper, 0);
}

/* The page is shown without them. */
static void
give_up(struct ses_page_runs *p, const struct seshat_err *err)
{
	if (err->code != SESHAT_OK)
		ses_log(SES_DEBUG, "skill runs: %s", err->msg);
	ses_runs_free(p->walk);
	p->walk = NULL;
	p->has_run = 0;
}

void
ses_page_runs_open(struct ses_page_runs *p, const struct ses_api_worker *w,
    const struct ses_found *f, const char *path, uint64_t from)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	*p = (struct ses_page_runs){.path = path};
	if (w->catalog != NULL && ses_runs_open(&p->walk, w->catalog,
				      f->harness, f->id, from, &err) < 0)
		give_up(p, &err);
}

int
ses_page_runs_find(struct ses_page_runs *p, const char *ref, uint64_t *before)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const char *colon = strrchr(ref, ':');
	int rc;

	if (p->walk == NULL || colon == NULL ||
	    ses_str_u64(colon + 1, &p->ref_line) < 0)
		return 0;
	ses_buf_clear(&p->ref);
	ses_buf_add(&p->ref, ref, (size_t)(colon - ref));
	rc = ses_runs_find(p->walk, ses_buf_cstr(&p->ref), p->ref_line,
	    &p->ref_place, &p->ref_n, &err);
	if (rc < 0)
		give_up(p, &err);
	if (rc <= 0)
		ses_buf_clear(&p->ref);
	*before = p->ref_place;
	return rc > 0;
}

void
ses_page_run_query(struct ses_buf *out, const char *log, uint64_t line)
{
	ses_buf_str(out, "?run=");
	ses_html_url(out, log);
	ses_buf_fmt(out, ":%llu#log:", (unsigned long long)line);
	ses_html_url(out, log);
	ses_buf_fmt(out, ":%llu", (unsigned long long)line);
}

/* So many more, which a link leads to. */
static const struct ses_talk_run *
tell_more(struct ses_page_runs *p, uint64_t n, int is_before)
{
	ses_buf_clear(&p->href);
	if (p->path != NULL) {
		ses_buf_str(&p->href, p->path);
		if (!is_before)
			ses_page_run_query(&p->href, p->run.log, p->run.line);
		else if (p->place != SES_RUN_END)
			ses_buf_fmt(&p->href, "?line=%llu",
			    (unsigned long long)p->place);
		else
			ses_buf_str(&p->href, "?from=last");
	}
	p->out = (struct ses_talk_run){.n = n,
	    .is_before = is_before,
	    .href = p->path != NULL ? ses_buf_cstr(&p->href) : NULL,
	    .log = p->run.log,
	    .line = p->run.line};
	return &p->out;
}

const struct ses_talk_run *
ses_page_runs_tell(struct ses_page_runs *p, const struct ses_run *run)
{
	struct ses_buf *const all[] = {&p->anchor, &p->href, &p->raw};
	size_t i;

	for (i = 0; i < 3; i++)
		ses_buf_clear(all[i]);
	ses_buf_str(&p->anchor, "log:");
	ses_html_url(&p->anchor, run->log);
	ses_buf_fmt(&p->anchor, ":%llu", (unsigned long long)run->line);
	ses_page_session_url(&p->raw, LOGS, run->log);
	ses_buf_add(&p->href, p->raw.data, p->raw.len);
	ses_buf_fmt(&p->href, "?line=%llu#L%llu", (unsigned long long)run->line,
	    (unsigned long long)run->line);
	ses_buf_str(&p->raw, "/line?line=");
	p->out = (struct ses_talk_run){.log = run->log,
	    .line = run->line,
	    .anchor = ses_buf_cstr(&p->anchor),
	    .href = ses_buf_cstr(&p->href),
	    .raw = ses_buf_cstr(&p->raw),
	    .time = run->time,
	    .data = run->data,
	    .len = run->len};
	return &p->out;
}

static const struct ses_talk_run *
tell(struct ses_page_runs *p)
{
	p->has_run = 0;
	p->shown++;
	return ses_page_runs_tell(p, &p->run);
}

/* Whether the next one stands in front of what comes. */
static int
stands_here(
    const struct ses_page_runs *p, uint64_t line, const struct ses_json *time)
{
	int64_t when;

	if (line == UINT64_MAX || p->run.before != SES_RUN_END)
		return p->run.before <= line;
	/* a line that the catalog has not seen yet */
	when = ses_line_time(time);
	return when > p->run.time;
}

static int
next(struct ses_page_runs *p, struct seshat_err *err)
{
	int rc = p->has_run ? 1 : ses_runs_next(p->walk, &p->run, err);

	p->has_run = rc > 0;
	return rc;
}

/* The first of its place: one that is looked for may be far behind. */
static const struct ses_talk_run *
enter(struct ses_page_runs *p, struct seshat_err *err)
{
	p->is_here = 1;
	p->place = p->run.before;
	p->shown = 0;
	if (p->ref.len == 0 || p->place != p->ref_place ||
	    p->ref_n < SES_PLACE_RUNS)
		return tell(p);
	if (ses_runs_seek(p->walk, p->ref.data, p->ref_line, err) < 0)
		return NULL;
	p->has_run = 0;
	ses_buf_clear(&p->ref);
	return tell_more(p, p->ref_n, 1);
}

const struct ses_talk_run *
ses_page_runs_next(void *runs, uint64_t line, const struct ses_json *time)
{
	struct ses_page_runs *p = runs;
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_talk_run *out;
	uint64_t n;

	if (p->walk == NULL)
		return NULL;
	if (next(p, &err) <= 0) {
		give_up(p, &err);
		return NULL;
	}
	if (!stands_here(p, line, time))
		return NULL;
	if (p->is_here && p->place == p->run.before) {
		if (p->shown < SES_PLACE_RUNS)
			return tell(p);
		p->has_run = 0;
		out = NULL;
		if (ses_runs_skip(p->walk, &n, &err) == 0)
			out = tell_more(p, n + 1, 0);
		p->is_here = 0;
	} else {
		out = enter(p, &err);
	}
	if (out == NULL)
		give_up(p, &err);
	return out;
}

void
ses_page_runs_free(struct ses_page_runs *p)
{
	ses_runs_free(p->walk);
	ses_buf_free(&p->ref);
	ses_buf_free(&p->anchor);
	ses_buf_free(&p->href);
	ses_buf_free(&p->raw);
	*p = (struct ses_page_runs){0};
}

/* The sessions that a log's entries are of. */
struct sessions {
	struct ses_buf *out;
	unsigned n;
};

static int
add_session(void *arg, const char *harness, const char *id, const char *title)
{
	struct sessions *s = arg;

	ses_buf_str(
	    s->out, s->n++ == 0 ? "<div><dt>Skills ran in</dt><dd>" : ", ");
	ses_buf_str(s->out, "<a href=\"");
	ses_page_session_url(s->out, harness, id);
	ses_buf_str(s->out, "\">");
	ses_html_str(s->out, title[0] != '\0' ? title : id);
	ses_buf_str(s->out, "</a>");
	return 0;
}

static void
log_facts(struct ses_buf *out, const struct ses_api_worker *w,
    const struct ses_found *f)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct sessions s = {.out = out};

	if (ses_runs_sessions(w->catalog, f->id, add_session, &s, &err) < 0)
		ses_log(SES_DEBUG, "skill runs: %s", err.msg);
	if (s.n > 0)
		ses_buf_str(out, "</dd></div>\n");
}

void
ses_page_runs_facts(struct ses_buf *out, const struct ses_api_worker *w,
    const struct ses_found *f)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_runs *r = NULL;
	uint64_t n = 0;

	if (w->catalog == NULL)
		return;
	if (strcmp(f->harness, LOGS) == 0) {
		log_facts(out, w, f);
		return;
	}
	if (ses_runs_open(&r, w->catalog, f->harness, f->id, 1, &err) == 0 &&
	    r != NULL && ses_runs_count(r, &n, &err) == 0 && n > 0) {
		ses_buf_str(out, "<div><dt>Skill runs</dt><dd>");
		ses_page_number(out, n);
		ses_buf_str(out, "</dd></div>\n");
	}
	ses_runs_free(r);
}
