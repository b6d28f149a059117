/* A transcript as it grows: server-sent events (WHATWG HTML, 9.2). */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/lines.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/notify.h"
#include "base/str.h"
#include "base/time.h"
#include "catalog/keeper.h"
#include "render/talk.h"
#include "serve/page_runs.h"
#include "serve/page_session.h"
#include "vault/gap.h"
#include "vault/live.h"

/* Milliseconds. */
#define LOOK        1000 /* for what is new, where nobody tells */
#define CHECKPOINTS 10000
#define STREAMS     30000
#define RUNS        60000 /* of a far store, for what logs say */
#define ALIVE       15000 /* a sign of life, where nothing is new */
#define BAD_TRIES   3     /* what is damaged may just be copied there */
#define LINE_LIMIT  (16U << 20)
#define LINES_MAX   (UINT64_MAX / 2)

struct stream {
	struct ses_api_worker worker;
	struct ses_found found;
	struct ses_where where;

	const struct ses_sink *sink;
	struct ses_live live;
	struct ses_notify notify;
	struct ses_lines lines;
	struct ses_sink in; /* of lines */
	uint64_t n;         /* number of the last line that the client has */
	struct ses_buf out;
	int as_html;
	struct ses_talk *talk; /* what makes HTML of lines; NULL: not yet */
	struct ses_buf html;   /* of one line */
	struct ses_sink html_sink;
	struct ses_buf base; /* paths of the page and of its subagents' */
	struct ses_buf agents;
	const struct ses_api *api;
	uint64_t last_run; /* of session logs, that the client has; UINT64_MAX:
			    * it wants none */
	struct ses_page_runs runs;
	int64_t asked; /* when the catalog was told to look again */
	unsigned bad; /* looks that found damage, since the last that did not */
	int64_t said; /* when something was last sent */
	int64_t checkpoint;
	int64_t streams;
};

static void
drop_talk(struct stream *s)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;

	(void)ses_talk_close(s->talk, &ignored);
	s->talk = NULL;
	ses_buf_clear(&s->html);
}

static void
release(void *arg)
{
	struct stream *s = arg;

	if (s == NULL)
		return;
	drop_talk(s);
	ses_buf_free(&s->html);
	ses_buf_free(&s->base);
	ses_buf_free(&s->agents);
	ses_page_runs_free(&s->runs);
	ses_notify_free(&s->notify);
	ses_buf_free(&s->lines.buf);
	ses_buf_free(&s->out);
	ses_found_free(&s->found);
	ses_api_worker_drop(&s->worker);
	free(s);
}

static int
send(struct stream *s, struct seshat_err *err)
{
	int rc = ses_buf_check(&s->out, err);

	if (rc == 0 && s->out.len > 0)
		rc = ses_sink_write(s->sink, s->out.data, s->out.len, err);
	ses_buf_clear(&s->out);
	s->said = ses_time_steady();
	return rc;
}

/* A carriage return or a newline would end the line: what it cuts goes on as
 * another. */
static void
add_data(struct ses_buf *out, const char *s, size_t len)
{
	const char *end = s + len;
	const char *stop;

	for (;; s = stop + 1) {
		for (stop = s; stop < end && *stop != '\r' && *stop != '\n';
		     stop++)
			;
		ses_buf_str(out, "data: ");
		ses_buf_add(out, s, (size_t)(stop - s));
		ses_buf_str(out, "\n");
		if (stop == end || stop + 1 == end)
			return;
	}
}

/* Lines from this one on come as HTML. */
static int
begin_talk(struct stream *s, uint64_t line, struct seshat_err *err)
{
	struct ses_talk_how how = {
	    .harness = ses_harness_reader(s->found.harness),
	    .first_line = line,
	    .base = s->base.data,
	    .id = s->found.id,
	    .agents = s->agents.data};

	if (s->talk != NULL)
		return 0;
	s->html_sink = ses_sink_buf(&s->html);
	return ses_talk_open(&s->talk, &how, &s->html_sink, err);
}

/* Make s->html what a page shows of the line; it may be nothing. */
static int
render(struct stream *s, const char *line, size_t len, struct seshat_err *err)
{
	struct ses_sink in;

	ses_buf_clear(&s->html);
	if (line == NULL)
		drop_talk(s); /* it counts lines, and did not see this one */
	if (line == NULL)
		return 0;
	if (begin_talk(s, s->n, err) < 0)
		return -1;
	in = ses_talk_sink(s->talk);
	if (ses_sink_write(&in, line, len, err) < 0 ||
	    ses_sink_write(&in, "\n", 1, err) < 0)
		return -1;
	return ses_buf_check(&s->html, err);
}

/* What was made of the line, or gap. */
static int
send_html(struct stream *s, struct seshat_err *err)
{
	ses_buf_fmt(&s->out, "id: %llu\nevent: %s\n", (unsigned long long)s->n,
	    s->html.len > 0 ? "html" : "unseen");
	if (s->html.len == 0)
		ses_buf_fmt(&s->out, "data: %llu\n", (unsigned long long)s->n);
	else
		add_data(&s->out, s->html.data, s->html.len);
	ses_buf_str(&s->out, "\n");
	return send(s, err);
}

/* The line as a page shows it. */
static int
add_html(struct stream *s, const char *line, size_t len, struct seshat_err *err)
{
	return render(s, line, len, err) < 0 ? -1 : send_html(s, err);
}

/* Lines that cannot be read, in their place. */
static int
on_gap(void *arg, uint64_t lines, const char *what, struct seshat_err *err)
{
	struct stream *s = arg;
	struct ses_gap gap = {.first = s->n + 1, .last = s->n + lines};
	struct ses_buf text = {0};
	int rc;

	ses_lines_drop(&s->lines);
	ses_gap_range(&gap, &text);
	ses_buf_fmt(&text, ": %s", what);
	(void)ses_buf_cstr(&text);
	rc = ses_buf_check(&text, err);
	s->n = gap.last;
	if (rc == 0 && s->as_html) {
		ses_buf_clear(&s->html);
		rc = begin_talk(s, gap.first, err);
		if (rc == 0)
			rc = ses_talk_gap(
			    s->talk, gap.first, gap.last, text.data, err);
		if (rc == 0)
			rc = send_html(s, err);
	} else if (rc == 0) {
		ses_buf_fmt(&s->out, "id: %llu\nevent: gap\n",
		    (unsigned long long)s->n);
		add_data(&s->out, text.data, text.len);
		ses_buf_str(&s->out, "\n");
		rc = send(s, err);
	}
	ses_buf_free(&text);
	return rc;
}

static int
on_line(void *arg, const char *line, size_t len, struct seshat_err *err)
{
	struct stream *s = arg;
	struct ses_buf safe = {0};
	int rc;

	s->n++;
	if (s->as_html)
		return add_html(s, line, len, err);
	ses_buf_fmt(&s->out, "id: %llu\n", (unsigned long long)s->n);
	if (line == NULL) {
		ses_buf_str(&s->out, "event: too_long\ndata: \n");
	} else {
		ses_buf_str(&s->out, "event: line\n");
		if (!ses_str_is_utf8(line, len)) {
			ses_str_safe(line, len, &safe);
			line = ses_buf_cstr(&safe);
			len = safe.len;
		}
		add_data(&s->out, line, len);
	}
	ses_buf_str(&s->out, "\n");
	s->out.bad |= safe.bad;
	rc = send(s, err);
	ses_buf_free(&safe);
	return rc;
}

/* What a session log said just now.  Its place is told when the page is asked
 * for again; here it comes when it comes.  No line: it has no id. */
static int
on_run(void *arg, const struct ses_run *run, struct seshat_err *err)
{
	struct stream *s = arg;

	ses_buf_clear(&s->html);
	if (begin_talk(s, s->n + 1, err) < 0 ||
	    ses_talk_show_run(s->talk, ses_page_runs_tell(&s->runs, run), err) <
		0)
		return -1;
	ses_buf_str(&s->out, "event: run\n");
	add_data(&s->out, s->html.data, s->html.len);
	ses_buf_str(&s->out, "\n");
	return 0;
}

static void
look_for_runs(struct stream *s)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	int64_t now = ses_time_steady();

	if (s->worker.catalog == NULL)
		return;
	if (now - s->asked >= (s->notify.fd >= 0 ? CHECKPOINTS : RUNS)) {
		s->asked = now;
		ses_page_runs_ask(s->api);
	}
	/* without a catalog the lines come all the same */
	if (ses_runs_since(s->worker.catalog, s->found.id, &s->last_run, on_run,
		s, &why) < 0)
		ses_log(SES_DEBUG, "skill runs: %s", why.msg);
}

/* It was rewritten, or goes on elsewhere: all of it comes again. */
static void
on_changed(void *arg, const char *stream)
{
	struct stream *s = arg;

	ses_buf_fmt(&s->out, "event: restart\ndata: %s\n\n", stream);
	s->n = 0;
	drop_talk(s);
	ses_lines_drop(&s->lines);
}

static unsigned
what_is_due(struct stream *s)
{
	int64_t now = ses_time_steady();
	unsigned at = SES_LOOK_PART;

	if (now >= s->checkpoint) {
		s->checkpoint = now + CHECKPOINTS;
		at |= SES_LOOK_CHECKPOINT;
	}
	if (now >= s->streams) {
		s->streams = now + STREAMS;
		at |= SES_LOOK_STREAMS;
	}
	return at;
}

static void
on_name(void *arg, const char *name)
{
	struct stream *s = arg;
	int sign = ses_live_sign(&s->live, name);

	if (sign > 0 && (sign & SES_LOOK_CHECKPOINT))
		s->checkpoint = 0;
	if (sign > 0 && (sign & SES_LOOK_STREAMS))
		s->streams = 0;
}

/* Watch the session's folder, if it is one. */
static void
watch(struct stream *s)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf key = {0};
	struct ses_buf path = {0};

	ses_key_session(&key, &s->where);
	(void)ses_buf_cstr(&key);
	if (ses_buf_check(&key, &ignored) == 0 &&
	    ses_store_path(s->worker.store, key.data, &path, &ignored) == 0)
		(void)ses_notify_open(&s->notify, path.data, &ignored);
	ses_buf_free(&key);
	ses_buf_free(&path);
}

/* Wait for something to look at; a comment tells whether the client is there,
 * and is how the end of the server is noticed. */
static int
rest(struct stream *s, struct seshat_err *err)
{
	struct pollfd p = {.fd = s->notify.fd, .events = POLLIN};

	if (poll(&p, 1, LOOK) > 0)
		ses_notify_read(&s->notify, on_name, s);
	look_for_runs(s);
	if (ses_time_steady() - s->said >= ALIVE)
		ses_buf_str(&s->out, ": still here\n\n");
	return s->out.len > 0 ? send(s, err)
			      : ses_sink_write(s->sink, "", 0, err);
}

/* A look failed: 0 to look again, -1 to give up.  A client that was cut off
 * would come back at once, and again. */
static int
bear(struct stream *s, struct seshat_err *err)
{
	int64_t until = ses_time_steady();

	if (s->live.out_failed || err->code != SESHAT_ECORRUPT)
		return -1;
	s->streams = 0;
	s->live.pass = ++s->bad >= BAD_TRIES;
	if (s->bad == BAD_TRIES + 1)
		ses_buf_str(&s->out,
		    "event: damaged\ndata: what follows cannot be read\n\n");
	/* nobody knows how many lines that are: until it is mended */
	if (s->bad > BAD_TRIES)
		until += STREAMS;
	do
		if (rest(s, err) < 0)
			return -1;
	while (ses_time_steady() < until);
	return 0;
}

static int
produce(void *arg, const struct ses_sink *sink, struct seshat_err *err)
{
	struct stream *s = arg;
	int state;

	s->sink = sink;
	s->lines =
	    (struct ses_lines){.line = on_line, .arg = s, .max = LINE_LIMIT};
	s->in = ses_lines_sink(&s->lines);
	s->live = (struct ses_live){.s = s->worker.store,
	    .w = &s->where,
	    .tail = UINT64_MAX,
	    .after = s->n,
	    .out = &s->in,
	    .changed = on_changed,
	    .gap = on_gap,
	    .arg = s};
	s->notify.fd = -1;
	watch(s);
	ses_buf_str(&s->out, ": lines of a transcript, as they come\n\n");
	if (send(s, err) < 0)
		return -1;
	for (;;) {
		state = ses_live_look(&s->live, what_is_due(s), err);
		if (state < 0 && bear(s, err) < 0)
			return -1;
		if (state < 0)
			continue;
		s->bad = 0;
		s->live.pass = 0;
		if (state == SES_LIVE_ENDED || state == SES_LIVE_REMOVED) {
			ses_buf_fmt(&s->out, "event: %s\ndata: \n\n",
			    state == SES_LIVE_ENDED ? "ended" : "removed");
			return send(s, err);
		}
		if (state == SES_LIVE_IDLE && rest(s, err) < 0)
			return -1;
	}
}

static int
load(const struct ses_request *r, struct stream *s, struct seshat_err *err)
{
	static const char *const names[] = {"from", "as", "runs", NULL};
	const char *as = ses_request_param(r, "as");

	if (ses_request_only(r, names, err) < 0 ||
	    ses_request_u64(r, "from", LINES_MAX, 0, &s->n, err) < 0 ||
	    ses_request_u64(
		r, "runs", LINES_MAX, UINT64_MAX, &s->last_run, err) < 0)
		return -1;
	if (as != NULL && strcmp(as, "html") != 0)
		return ses_fail(err, SESHAT_EUSAGE, "as is html or nothing");
	s->as_html = as != NULL;
	if (r->last_event_id != NULL &&
	    (ses_str_u64(r->last_event_id, &s->n) < 0 || s->n > LINES_MAX))
		return ses_fail(err, SESHAT_EUSAGE,
		    "Last-Event-ID is the number of a line");
	if (ses_api_worker_new(r->arg, &s->worker, err) < 0 ||
	    ses_api_find_stored(r, &s->worker, &s->found, err) < 0)
		return -1;
	s->where = ses_found_where(&s->found);
	s->api = r->arg;
	if (s->as_html && s->last_run != UINT64_MAX && s->api->keeper != NULL &&
	    ses_keeper_catalog(
		s->api->keeper, &s->worker.catalog, s->worker.store, err) < 0)
		ses_log(SES_DEBUG, "skill runs: %s", err->msg);
	ses_page_session_url(&s->base, s->found.harness, s->found.id);
	ses_session_agents(&s->agents, &s->found);
	(void)ses_buf_cstr(&s->base);
	(void)ses_buf_cstr(&s->agents);
	return ses_buf_check(&s->base, err) < 0 ||
		       ses_buf_check(&s->agents, err) < 0
		   ? -1
		   : 0;
}

int
ses_api_stream(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	struct stream *s = ses_calloc(1, sizeof(*s));

	(void)worker;
	if (s == NULL)
		return ses_fail_nomem(err);
	s->notify.fd = -1;
	if (load(r, s, err) < 0) {
		release(s);
		return -1;
	}
	a->type = "text/event-stream; charset=utf-8";
	a->no_etag = 1;
	a->stream = (struct ses_producer){.produce = produce,
	    .release = release,
	    .arg = s,
	    .len = SES_LENGTH_UNKNOWN,
	    .eager = 1};
	return 0;
}
