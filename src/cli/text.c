#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "cli/text.h"
#include "harness/line.h"

/* Lines of a text, made safe for a terminal each. */
static void
add_lines(struct ses_buf *out, const char *s, size_t len)
{
	const char *end = s + len;
	const char *nl;

	while (s < end) {
		nl = memchr(s, '\n', (size_t)(end - s));
		if (nl == NULL)
			nl = end;
		ses_str_safe(s, (size_t)(nl - s), out);
		ses_buf_str(out, "\n");
		s = nl + 1;
	}
}

/* An empty line stands between headings, not before the first. */
static void
add_heading(struct ses_text *t)
{
	ses_buf_str(&t->page, t->has_begun ? "\n-- " : "-- ");
	t->has_begun = 1;
}

/* As the line spells it, or readable where it counts seconds. */
static void
add_time(struct ses_buf *page, const struct ses_json *time)
{
	struct ses_buf text = {0};
	char readable[SES_TIME_MAX];
	int64_t when;

	if (time->type == '"') {
		ses_json_text(time, &text);
		ses_buf_str(page, "  ");
		ses_str_safe(text.data, text.len < 40 ? text.len : 40, page);
	} else if ((when = ses_line_time(time)) != 0) {
		ses_time_format(when, readable);
		ses_buf_fmt(page, "  %s", readable);
	}
	ses_buf_free(&text);
}

/* A member of an entry, safe for a terminal, behind what. */
static void
add_member(struct ses_buf *page, const char *what, const struct ses_json *o,
    const char *name)
{
	struct ses_buf text = {0};
	struct ses_json v = {0};

	if (ses_json_get(o, name, &v) && v.type == '"' && v.len > 2) {
		ses_buf_str(page, what);
		ses_json_text(&v, &text);
		ses_str_safe(text.data, text.len, page);
	}
	page->bad |= text.bad;
	ses_buf_free(&text);
}

static void
add_tries(struct ses_text *t, const struct ses_json *entry)
{
	struct ses_json attempts = {0};
	struct ses_json attempt;
	struct ses_json v;
	struct ses_json_walk w;
	unsigned n = 0;

	(void)ses_json_get(entry, "attempts", &attempts);
	ses_json_walk(&w, &attempts);
	while (attempts.type == '[' && ses_json_next(&w, NULL, &attempt)) {
		(void)ses_json_get(&attempt, "verified", &v);
		ses_buf_fmt(&t->page, "attempt %u%s", ++n,
		    v.type == 't' ? ", verified" : "");
		add_member(&t->page, ", ", &attempt, "model");
		add_member(&t->page, ": ", &attempt, "output_summary");
		ses_buf_str(&t->page, "\n");
	}
}

/* A skill that ran, as a session log tells. */
static void
add_run(struct ses_text *t, const struct ses_run *run)
{
	char time[SES_TIME_MAX];
	struct ses_json entry = {0};
	struct ses_json ms = {0};
	uint64_t n;

	(void)ses_json_peek(run->data, run->len, &entry);
	add_heading(t);
	ses_buf_str(&t->page, "skill");
	add_member(&t->page, " ", &entry, "skill");
	add_member(&t->page, ", ", &entry, "phase");
	add_member(&t->page, ": ", &entry, "final_status");
	if (ses_json_get(&entry, "duration_ms", &ms) &&
	    ses_json_u64(&ms, &n) == 0)
		ses_buf_fmt(&t->page, ", %llu ms", (unsigned long long)n);
	if (run->time != 0) {
		ses_time_format(run->time, time);
		ses_buf_fmt(&t->page, "  %s", time);
	}
	ses_buf_str(&t->page, "\n");
	add_tries(t, &entry);
	/* who speaks behind it is said again */
	t->role = t->kind = -1;
}

static void
add_runs(struct ses_text *t, int64_t time)
{
	const struct ses_run *run;

	if (t->runs == NULL || time == 0)
		return;
	if (t->is_late)
		ses_logged_pass(t->runs, time);
	t->is_late = 0;
	while ((run = ses_logged_next(t->runs, time)) != NULL)
		add_run(t, run);
}

static int
on_event(void *arg, const struct ses_event *e)
{
	struct ses_text *t = arg;
	struct ses_buf when = {0};

	if (e != NULL)
		add_runs(t, ses_line_time(&e->time));
	if (e == NULL) {
		add_heading(t);
		ses_buf_fmt(&t->page, "a line of over %u MiB, left out\n",
		    SES_REPLAY_LINE >> 20);
		return 0;
	}
	if (!ses_event_speaks(e))
		return 0;
	if (e->role != t->role || e->kind != t->kind ||
	    e->kind == SES_EVENT_TOOL_CALL) {
		add_heading(t);
		ses_buf_str(&t->page, ses_event_name(e));
		if (e->tool.type == '"') {
			ses_buf_str(&t->page, " ");
			ses_buf_clear(&when);
			ses_json_text(&e->tool, &when);
			ses_str_safe(when.data, when.len, &t->page);
		}
		add_time(&t->page, &e->time);
		ses_buf_str(&t->page, "\n");
		t->role = e->role;
		t->kind = e->kind;
	}
	add_lines(&t->page, e->text.data, e->text.len);
	if (e->kind == SES_EVENT_IMAGE) {
		ses_event_image(e, &t->page);
		ses_buf_str(&t->page, "\n");
	}
	ses_buf_free(&when);
	return 0;
}

static int
end_line(void *arg, struct seshat_err *err)
{
	struct ses_text *t = arg;
	int rc = ses_buf_check(&t->page, err);

	if (rc == 0 && t->page.len > 0)
		rc = ses_sink_write(&t->out, t->page.data, t->page.len, err);
	ses_buf_clear(&t->page);
	return rc;
}

int
ses_text_gap(struct ses_text *t, const char *what, struct seshat_err *err)
{
	ses_lines_drop(&t->feed.lines);
	add_heading(t);
	ses_str_safe(what, strlen(what), &t->page);
	ses_buf_str(&t->page, "\n");
	/* who speaks behind it is said again */
	t->role = t->kind = -1;
	return end_line(t, err);
}

void
ses_text_open(struct ses_text *t, const struct ses_harness_ops *harness,
    const struct ses_sink *out)
{
	*t = (struct ses_text){.feed = {.harness = harness,
				   .line = end_line,
				   .event = on_event,
				   .arg = t},
	    .out = *out,
	    .role = -1,
	    .kind = -1};
}

struct ses_sink
ses_text_sink(struct ses_text *t)
{
	return ses_replay_sink(&t->feed);
}

int
ses_text_close(struct ses_text *t, struct seshat_err *err)
{
	int rc = ses_replay_close(&t->feed, err);

	if (rc == 0) {
		add_runs(t, INT64_MAX);
		rc = end_line(t, err);
	}
	ses_buf_free(&t->page);
	return rc;
}
