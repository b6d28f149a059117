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
	static const char *const kinds[] = {
	    "other", "text", "thinking", "call", "result"};
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

struct row {
	const char *line;
	const char *want;
};

static inline void
check(const struct ses_harness_ops *h, const struct row *rows, size_t n)
{
	struct ses_buf got = {0};
	size_t i;

	for (i = 0; i < n; i++) {
		ses_buf_clear(&got);
		assert_int_equal(h->events(rows[i].line, strlen(rows[i].line),
				     write_down, &got),
		    0);
		assert_string_equal(ses_buf_cstr(&got), rows[i].want);
	}
	ses_buf_free(&got);
}

#endif
