#ifndef HARNESS_EVENTS_H
#define HARNESS_EVENTS_H

/* What lines say, written down and compared. */
#include "unit/test.h"

#include "harness/harness.h"

/* Every event as a line "role kind [tool] time: text". */
static inline int
write_down(void *arg, const struct ses_event *e)
{
	static const char *const roles[] = {
	    "other", "user", "assistant", "tool", "system"};
	static const char *const kinds[] = {"other", "text", "thinking", "call",
	    "result", "image", "compaction", "usage"};
	struct ses_buf *out = arg;

	ses_buf_fmt(out, "%s %s", roles[e->role], kinds[e->kind]);
	if (e->tool.type == '"') {
		ses_buf_str(out, " [");
		ses_json_text(&e->tool, out);
		ses_buf_str(out, "]");
	}
	if (e->time.type == '"') {
		ses_buf_str(out, " @");
		ses_json_text(&e->time, out);
	}
	ses_buf_str(out, ": ");
	ses_buf_add(out, e->text.data, e->text.len);
	ses_buf_str(out, "\n");
	return 0;
}

static inline void
write_value(struct ses_buf *out, const char *name, const struct ses_json *v)
{
	if (v->type == '\0')
		return;
	ses_buf_fmt(out, " %s=", name);
	ses_buf_add(out, v->text, v->len);
}

/* Every event as write_down does, and below it all that is told of it
 * besides: values as they stand. */
static inline int
write_members(void *arg, const struct ses_event *e)
{
	struct ses_buf *out = arg;

	(void)write_down(arg, e);
	ses_buf_str(out, " ");
	write_value(out, "call", &e->call);
	write_value(out, "input", &e->input);
	write_value(out, "model", &e->model);
	write_value(out, "message", &e->message);
	write_value(out, "line", &e->line);
	write_value(out, "parent", &e->parent);
	write_value(out, "agent", &e->agent);
	write_value(out, "media", &e->media);
	write_value(out, "data", &e->data);
	if (e->failed)
		ses_buf_str(out, " failed");
	if (e->is_side)
		ses_buf_str(out, " side");
	if (e->kind == SES_EVENT_USAGE)
		ses_buf_fmt(out, " %llu %llu %llu %llu%s",
		    (unsigned long long)e->usage.input,
		    (unsigned long long)e->usage.output,
		    (unsigned long long)e->usage.cache_read,
		    (unsigned long long)e->usage.cache_write,
		    e->usage.is_total ? " total" : "");
	ses_buf_str(out, "\n");
	return 0;
}

struct row {
	const char *line;
	const char *want;
};

static inline void
check_with(const struct ses_harness_ops *h, const struct row *rows, size_t n,
    int (*each)(void *arg, const struct ses_event *e))
{
	struct ses_buf got = {0};
	size_t i;

	for (i = 0; i < n; i++) {
		ses_buf_clear(&got);
		assert_int_equal(h->events(h, rows[i].line,
				     strlen(rows[i].line), each, &got),
		    0);
		assert_string_equal(ses_buf_cstr(&got), rows[i].want);
	}
	ses_buf_free(&got);
}

static inline void
check(const struct ses_harness_ops *h, const struct row *rows, size_t n)
{
	check_with(h, rows, n, write_down);
}

#endif
