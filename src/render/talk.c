/* A conversation: its lines, and where a page of it ends. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "render/html.h"
#include "render/talking.h"

#define SPILL   (256U << 10) /* bytes of HTML that are held back */
#define GLIMPSE 200          /* bytes of a line that says nothing to us */

static void
push(struct ses_talk *t)
{
	if (!t->failed && ses_buf_check(&t->page, &t->why) < 0)
		t->failed = 1;
	if (!t->failed && t->page.len > 0 &&
	    ses_sink_write(&t->html, t->page.data, t->page.len, &t->why) < 0)
		t->failed = 1;
	t->bytes += t->page.len;
	ses_buf_clear(&t->page);
}

void
ses_talk_spill(struct ses_talk *t)
{
	if (t->page.len >= SPILL)
		push(t);
}

/* Lines in a row that say nothing of the conversation, in one fold. */
static void
end_others(struct ses_talk *t)
{
	if (t->n_others == 0)
		return;
	ses_buf_fmt(&t->page,
	    "<details class=\"others\" id=\"L%llu\"><summary>%llu line%s of "
	    "other kinds</summary><ul>\n",
	    (unsigned long long)t->first_other, (unsigned long long)t->n_others,
	    t->n_others == 1 ? "" : "s");
	ses_buf_add(&t->page, t->others.data, t->others.len);
	if (t->n_others > SES_TALK_TYPES)
		ses_buf_fmt(&t->page, "<li>and %llu more</li>\n",
		    (unsigned long long)(t->n_others - SES_TALK_TYPES));
	ses_buf_str(&t->page, "</ul></details>\n");
	t->page.bad |= t->others.bad;
	ses_buf_clear(&t->others);
	t->n_others = 0;
}

static void
add_other(struct ses_talk *t, const char *line, size_t len)
{
	struct ses_json object = {0};
	struct ses_json type = {0};
	size_t shown = len < GLIMPSE ? len : GLIMPSE;

	if (t->n_others++ == 0)
		t->first_other = t->line;
	if (t->n_others > SES_TALK_TYPES)
		return;
	/* do not cut a character */
	while (shown < len && shown > 0 && (line[shown] & 0xc0) == 0x80)
		shown--;
	(void)ses_json_peek(
	    line, len < SES_TALK_SHOWN ? len : SES_TALK_SHOWN, &object);
	if (object.type == '{')
		(void)ses_json_get(&object, "type", &type);
	ses_buf_fmt(&t->others, "<li>line %llu", (unsigned long long)t->line);
	if (type.type == '"' && type.len <= GLIMPSE) {
		ses_buf_str(&t->others, ", <b>");
		ses_html_json(&t->others, &type);
		ses_buf_str(&t->others, "</b>");
	}
	ses_buf_str(&t->others, " <code>");
	ses_html_prose(&t->others, line, shown);
	ses_buf_str(
	    &t->others, shown < len ? "…</code></li>\n" : "</code></li>\n");
}

/* A run is no part of what it stands between. */
static void
add_run(struct ses_talk *t, const struct ses_talk_run *run)
{
	end_others(t);
	ses_talk_end_usage(t);
	ses_talk_end_side(t);
	ses_talk_run(t, run);
	t->runs_in++;
	ses_talk_spill(t);
}

int
ses_talk_show_run(
    struct ses_talk *t, const struct ses_talk_run *run, struct seshat_err *err)
{
	add_run(t, run);
	push(t);
	if (!t->failed)
		return 0;
	*err = t->why;
	return -1;
}

/* What session logs tell stands in front of an event, or at the end. */
static void
add_runs(struct ses_talk *t, uint64_t line, const struct ses_json *time)
{
	const struct ses_talk_run *run;

	if (t->how.run == NULL)
		return;
	while ((run = t->how.run(t->how.run_arg, line, time)) != NULL)
		add_run(t, run);
}

struct looking {
	struct ses_talk *t;
	int any; /* an event was told */
};

static int
on_event(void *arg, const struct ses_event *e)
{
	struct looking *l = arg;

	add_runs(l->t, l->t->line, &e->time);
	l->any |= ses_talk_is_shown(e) || e->kind == SES_EVENT_USAGE;
	if (ses_talk_is_shown(e))
		end_others(l->t);
	return ses_talk_event(l->t, e);
}

static void
too_long(struct ses_talk *t)
{
	end_others(t);
	ses_talk_article(t, "turn system");
	ses_buf_fmt(&t->page,
	    "<p class=\"cut\">A line of over %u MiB is left out.",
	    SES_REPLAY_LINE >> 20);
	if (t->how.raw != NULL) {
		ses_buf_str(&t->page, " <a href=\"");
		ses_html_str(&t->page, t->how.raw);
		ses_buf_fmt(&t->page, "%llu\">its bytes</a>",
		    (unsigned long long)t->line);
	}
	ses_buf_str(&t->page, "</p></article>\n");
}

static int
is_full(const struct ses_talk *t)
{
	return t->lines_in > 0 &&
	       ((t->how.max_lines > 0 &&
		    t->lines_in + t->runs_in >= t->how.max_lines) ||
		   (t->how.max_bytes > 0 && t->bytes >= t->how.max_bytes));
}

static int
on_line(void *arg, const char *line, size_t len, struct seshat_err *err)
{
	struct ses_talk *t = arg;
	struct looking l = {.t = t};

	if (t->next == 0 && is_full(t))
		t->next = t->line + 1;
	if (t->next != 0)
		return ses_fail(err, SESHAT_ECANCELLED, "the page is full");
	t->line++;
	t->lines_in++;
	t->articles = t->images = 0;
	if (line == NULL) {
		too_long(t);
	} else if (len > 0) {
		ses_replay_unmark(t->line, &line, &len);
		(void)t->how.harness->events(
		    t->how.harness, line, len, on_event, &l);
		if (!l.any)
			add_other(t, line, len);
	}
	push(t);
	if (!t->failed)
		return 0;
	*err = t->why;
	return -1;
}

/* What stands between the lines of a gap. */
static void
add_gap(struct ses_talk *t, uint64_t first, const char *what)
{
	const char *id = t->how.id;

	ses_buf_fmt(&t->page, "<p class=\"gap\" role=\"alert\" id=\"L%llu\">",
	    (unsigned long long)first);
	if (what[0] == 'l')
		ses_buf_str(&t->page, "L");
	ses_html_str(&t->page, what + (what[0] == 'l'));
	ses_buf_str(&t->page, ". <code>seshat verify ");
	ses_html_str(&t->page, id != NULL ? id : "ID");
	ses_buf_str(&t->page, "</code> tells more.</p>\n");
}

int
ses_talk_gap(struct ses_talk *t, uint64_t first, uint64_t last,
    const char *what, struct seshat_err *err)
{
	if (t->next == 0 && is_full(t))
		t->next = first;
	if (t->next != 0)
		return ses_fail(err, SESHAT_ECANCELLED, "the page is full");
	ses_lines_drop(&t->lines);
	end_others(t);
	ses_talk_end_usage(t);
	ses_talk_end_side(t);
	add_gap(t, first, what);
	if (last != UINT64_MAX) {
		t->lines_in += last - t->line;
		t->line = last;
	}
	push(t);
	if (!t->failed)
		return 0;
	*err = t->why;
	return -1;
}

int
ses_talk_open(struct ses_talk **out, const struct ses_talk_how *how,
    const struct ses_sink *html, struct seshat_err *err)
{
	struct ses_talk *t = ses_calloc(1, sizeof(*t));

	if (t == NULL)
		return ses_fail_nomem(err);
	t->how = *how;
	t->html = *html;
	t->line = how->first_line > 0 ? how->first_line - 1 : 0;
	t->lines.line = on_line;
	t->lines.arg = t;
	t->lines.max = SES_REPLAY_LINE;
	t->lines.documents =
	    t->line == 0 && how->harness != NULL && how->harness->documents;
	*out = t;
	return 0;
}

struct ses_sink
ses_talk_sink(struct ses_talk *t)
{
	return ses_lines_sink(&t->lines);
}

uint64_t
ses_talk_next(const struct ses_talk *t)
{
	int more = t->lines.buf.len > 0 || t->lines.too_long;

	return t->next != 0 || !more || !is_full(t) ? t->next : t->line + 1;
}

uint64_t
ses_talk_last(const struct ses_talk *t)
{
	return t->lines_in > 0 ? t->line : 0;
}

int
ses_talk_close(struct ses_talk *t, struct seshat_err *err)
{
	int rc = 0;

	if (t == NULL)
		return 0;
	if (t->next != 0 || t->failed)
		ses_lines_drop(&t->lines);
	/* a last line may still come, and meet the limit */
	if (ses_lines_close(&t->lines, err) < 0 && t->next == 0)
		rc = -1;
	if (!t->failed) {
		end_others(t);
		if (t->next == 0)
			add_runs(t, UINT64_MAX, &(struct ses_json){0});
		ses_talk_end_usage(t);
		ses_talk_end_side(t);
		push(t);
	}
	if (t->failed && rc == 0) {
		*err = t->why;
		rc = -1;
	}
	ses_memo_free(&t->calls);
	ses_memo_free(&t->ids);
	ses_buf_free(&t->others);
	ses_buf_free(&t->page);
	free(t);
	return rc;
}
