/* What a transcript says, a page at a time. */
#include <string.h>

#include "base/time.h"
#include "harness/line.h"
#include "harness/replay.h"
#include "serve/api.h"
#include "serve/page_runs.h"
#include "vault/doc.h"
#include "vault/gap.h"

#define LIMIT     200
#define LIMIT_MAX 2000
#define TEXT_MAX  ((size_t)64 << 10) /* of an event; the rest is cut off */
#define BODY_MAX  ((size_t)4 << 20)  /* then the page ends */

struct page {
	const struct ses_api_worker *w;
	const struct ses_found *found;
	struct ses_replay replay;
	uint64_t from; /* lines before it are passed over */
	uint64_t limit;
	uint64_t taken;
	uint64_t next; /* line where the next page begins; 0: there is none */
	struct ses_buf out;
	int full;
	struct ses_page_runs runs;
};

static void
add_string(struct ses_buf *b, const char *name, const char *s, size_t len)
{
	ses_buf_fmt(b, ",\"%s\":", name);
	ses_json_quote(b, s, len);
}

static void
add_time(struct ses_buf *b, const struct ses_json *time)
{
	char text[SES_TIME_MAX];
	int64_t when = ses_line_time(time);

	if (when == 0)
		return;
	ses_time_format(when, text);
	add_string(b, "time", text, strlen(text));
}

/* Not in the middle of a character. */
static size_t
cut(const char *s, size_t len)
{
	if (len <= TEXT_MAX)
		return len;
	for (len = TEXT_MAX; len > 0 && ((unsigned char)s[len] & 0xc0) == 0x80;
	     len--)
		;
	return len;
}

static const char *
role_of(const struct ses_event *e)
{
	static const char *const names[] = {[SES_ROLE_OTHER] = "other",
	    [SES_ROLE_USER] = "user",
	    [SES_ROLE_ASSISTANT] = "assistant",
	    [SES_ROLE_TOOL] = "tool",
	    [SES_ROLE_SYSTEM] = "system"};

	return names[e->role];
}

static const char *
kind_of(const struct ses_event *e)
{
	static const char *const names[] = {[SES_EVENT_OTHER] = "other",
	    [SES_EVENT_TEXT] = "text",
	    [SES_EVENT_THINKING] = "thinking",
	    [SES_EVENT_TOOL_CALL] = "tool_call",
	    [SES_EVENT_TOOL_RESULT] = "tool_result",
	    [SES_EVENT_IMAGE] = "image",
	    [SES_EVENT_COMPACTION] = "compaction",
	    [SES_EVENT_USAGE] = "usage"};

	return names[e->kind];
}

/* A string of the line, unless it is not told. */
static void
add_value(struct ses_buf *b, const char *name, const struct ses_json *v)
{
	struct ses_buf text = {0};

	if (v->type != '"')
		return;
	ses_json_text(v, &text);
	add_string(
	    b, name, ses_buf_cstr(&text), cut(ses_buf_cstr(&text), text.len));
	b->bad |= text.bad;
	ses_buf_free(&text);
}

static void
add_usage(struct ses_buf *b, const struct ses_usage *u)
{
	ses_buf_fmt(b,
	    ",\"input_tokens\":%llu,\"output_tokens\":%llu"
	    ",\"cache_read_tokens\":%llu,\"cache_write_tokens\":%llu%s",
	    (unsigned long long)u->input, (unsigned long long)u->output,
	    (unsigned long long)u->cache_read,
	    (unsigned long long)u->cache_write,
	    u->is_total ? ",\"total\":true" : "");
}

/* What a tool was given, as text: JSON, or what stood in a string. */
static size_t
add_input(struct ses_buf *b, const struct ses_json *input)
{
	struct ses_buf text = {0};
	const char *s = input->text;
	size_t len = input->len;

	if (input->type == '\0')
		return 0;
	if (input->type == '"') {
		ses_json_text(input, &text);
		s = ses_buf_cstr(&text);
		len = text.len;
	}
	add_string(b, "input", s, cut(s, len));
	b->bad |= text.bad;
	ses_buf_free(&text);
	return len;
}

static void
add_said(struct ses_buf *b, const struct ses_event *e)
{
	size_t len = cut(e->text.data, e->text.len);
	size_t more = 0;

	add_value(b, "tool", &e->tool);
	add_value(b, "call", &e->call);
	if (e->failed)
		ses_buf_str(b, ",\"failed\":true");
	add_value(b, "media", &e->media);
	if (e->kind == SES_EVENT_TOOL_CALL)
		more = add_input(b, &e->input);
	add_string(b, "text", len > 0 ? e->text.data : "", len);
	if (len < e->text.len || more > TEXT_MAX)
		ses_buf_str(b, ",\"truncated\":true");
}

/* "review (build): ok" */
static void
add_gist(struct ses_buf *b, const struct ses_json *entry)
{
	struct ses_buf text = {0};
	struct ses_json v = {0};

	if (ses_json_get(entry, "skill", &v))
		ses_json_text(&v, &text);
	if (ses_json_get(entry, "phase", &v) && v.type == '"' && v.len > 2) {
		ses_buf_str(&text, " (");
		ses_json_text(&v, &text);
		ses_buf_str(&text, ")");
	}
	if (ses_json_get(entry, "final_status", &v)) {
		ses_buf_str(&text, ": ");
		ses_json_text(&v, &text);
	}
	add_string(
	    b, "text", ses_buf_cstr(&text), cut(ses_buf_cstr(&text), text.len));
	b->bad |= text.bad;
	ses_buf_free(&text);
}

/* What session logs tell of the time in front of an event, or at the end. */
static void
add_runs(struct page *p, uint64_t line, const struct ses_json *time)
{
	const struct ses_talk_run *run;
	struct ses_json entry = {0};
	char text[SES_TIME_MAX];

	while ((run = ses_page_runs_next(&p->runs, line, time)) != NULL) {
		p->taken++;
		ses_buf_fmt(&p->out, "%s{\"line\":%llu",
		    p->out.len > 0 ? "," : "",
		    (unsigned long long)(line == UINT64_MAX ? p->replay.n + 1
							    : line));
		add_string(&p->out, "kind",
		    run->n > 0 ? "skill_runs" : "skill_run",
		    run->n > 0 ? 10 : 9);
		add_string(&p->out, "log", run->log, strlen(run->log));
		ses_buf_fmt(&p->out, ",\"log_line\":%llu",
		    (unsigned long long)run->line);
		if (run->n > 0) {
			ses_buf_fmt(&p->out, ",\"n\":%llu}",
			    (unsigned long long)run->n);
			continue;
		}
		if (run->time != 0) {
			ses_time_format(run->time, text);
			add_string(&p->out, "time", text, strlen(text));
		}
		(void)ses_json_peek(run->data, run->len, &entry);
		add_gist(&p->out, &entry);
		ses_buf_str(&p->out, ",\"entry\":");
		ses_buf_add(&p->out, run->data, run->len);
		ses_buf_str(&p->out, "}");
	}
}

static int
on_event(void *arg, const struct ses_event *e)
{
	struct page *p = arg;

	if (p->full)
		return 0;
	if (e != NULL)
		add_runs(p, p->replay.n, &e->time);
	if (e != NULL && e->kind == SES_EVENT_OTHER && !ses_event_speaks(e))
		return 0;
	p->taken++;
	ses_buf_fmt(&p->out, "%s{\"line\":%llu", p->out.len > 0 ? "," : "",
	    (unsigned long long)p->replay.n);
	if (e == NULL) {
		ses_buf_str(&p->out, ",\"kind\":\"too_long\"}");
		return 0;
	}
	if (e->kind != SES_EVENT_USAGE)
		add_string(&p->out, "role", role_of(e), strlen(role_of(e)));
	add_string(&p->out, "kind", kind_of(e), strlen(kind_of(e)));
	add_time(&p->out, &e->time);
	if (e->kind == SES_EVENT_USAGE) {
		add_value(&p->out, "model", &e->model);
		add_value(&p->out, "message", &e->message);
		add_usage(&p->out, &e->usage);
	} else {
		add_said(&p->out, e);
	}
	ses_buf_str(&p->out, "}");
	return 0;
}

/* A page ends behind a line, so that the next one begins with a whole one. */
static int
end_line(void *arg, struct seshat_err *err)
{
	struct page *p = arg;

	if (ses_buf_check(&p->out, err) < 0)
		return -1;
	if (p->taken < p->limit && p->out.len < BODY_MAX)
		return 0;
	p->full = 1;
	p->next = p->replay.n + 1;
	return ses_fail(err, SESHAT_ECANCELLED, "the page is full");
}

/* Lines that cannot be read, as an event in their place. */
static int
on_gap(void *arg, const struct ses_gap *gap, struct seshat_err *err)
{
	struct page *p = arg;
	struct ses_buf text = {0};

	ses_api_damaged(p->w, p->found, gap);
	ses_lines_drop(&p->replay.lines);
	ses_gap_text(gap, &text);
	ses_buf_fmt(&p->out, "%s{\"line\":%llu", p->out.len > 0 ? "," : "",
	    (unsigned long long)gap->first);
	add_string(&p->out, "kind", "gap", strlen("gap"));
	if (gap->last != SES_GAP_OPEN) {
		ses_buf_fmt(
		    &p->out, ",\"last\":%llu", (unsigned long long)gap->last);
		p->replay.n = gap->last;
	}
	add_string(&p->out, "text", ses_buf_cstr(&text), text.len);
	ses_buf_str(&p->out, "}");
	p->out.bad |= text.bad;
	ses_buf_free(&text);
	p->taken++;
	return gap->last == SES_GAP_OPEN ? 0 : end_line(p, err);
}

static int
read_page(const struct ses_api_worker *w, const struct ses_found *f,
    struct page *p, struct seshat_err *err)
{
	struct ses_where where = ses_found_where(f);
	struct ses_sink sink = ses_replay_sink(&p->replay);
	struct seshat_err ignored = SESHAT_ERR_INIT;
	const struct ses_lines_how how = {
	    .from = p->from, .cache = w->parts, .gap = on_gap, .arg = p};
	int rc;

	p->w = w;
	p->found = f;
	p->replay.harness = ses_harness_reader(f->harness);
	p->replay.line = end_line;
	p->replay.event = on_event;
	p->replay.arg = p;
	p->replay.n = p->from - 1;
	rc = ses_session_lines(w->store, &where, &how, &sink, err);
	if (rc < 0 && p->full)
		rc = 0;
	if (ses_replay_close(&p->replay, p->full ? &ignored : err) < 0 &&
	    !p->full)
		rc = -1;
	if (rc == 0 && !p->full)
		add_runs(p, UINT64_MAX, &(struct ses_json){0});
	return rc;
}

int
ses_api_events(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	static const char *const names[] = {"from", "limit", NULL};
	const struct ses_api_worker *w = worker;
	struct page p = {0};
	struct ses_found f;
	struct ses_buf b = {0};
	int rc;

	if (ses_request_only(r, names, err) < 0 ||
	    ses_request_u64(r, "from", UINT64_MAX, 1, &p.from, err) < 0 ||
	    ses_request_u64(r, "limit", LIMIT_MAX, LIMIT, &p.limit, err) < 0)
		return -1;
	if (p.limit == 0 || p.from == 0)
		return ses_fail(
		    err, SESHAT_EUSAGE, "from and limit are at least 1");
	if (ses_api_find_stored(r, w, &f, err) < 0)
		return -1;
	ses_page_runs_ask(r->arg);
	ses_page_runs_open(&p.runs, w, &f, NULL, p.from);
	rc = read_page(w, &f, &p, err);
	if (rc == 0) {
		ses_buf_str(&b, "{\"session_id\":");
		ses_json_quote(&b, f.id, strlen(f.id));
		ses_buf_str(&b, ",\"events\":[");
		ses_buf_add(&b, p.out.data, p.out.len);
		ses_buf_str(&b, "],\"next\":");
		if (p.next > 0)
			ses_buf_fmt(&b, "%llu}", (unsigned long long)p.next);
		else
			ses_buf_str(&b, "null}");
		rc = ses_buf_check(&b, err);
	}
	if (rc == 0)
		ses_answer_json_take(a, &b);
	ses_buf_free(&b);
	ses_buf_free(&p.out);
	ses_page_runs_free(&p.runs);
	ses_found_free(&f);
	return rc;
}
