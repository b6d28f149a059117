#include <string.h>

#include "base/str.h"
#include "harness/peek.h"
#include "harness/replay.h"

const char *
ses_event_name(const struct ses_event *e)
{
	if (e->kind == SES_EVENT_THINKING)
		return "thinking";
	if (e->kind == SES_EVENT_TOOL_CALL)
		return "tool";
	if (e->kind == SES_EVENT_TOOL_RESULT ||
	    (e->kind == SES_EVENT_IMAGE && e->role == SES_ROLE_TOOL))
		return "result";
	if (e->kind == SES_EVENT_COMPACTION)
		return "summary";
	switch ((enum ses_role)e->role) {
	case SES_ROLE_USER:
		return "user";
	case SES_ROLE_ASSISTANT:
		return "assistant";
	case SES_ROLE_SYSTEM:
		return "system";
	case SES_ROLE_TOOL:
		return "tool";
	case SES_ROLE_OTHER:
		return "other";
	}
	return "other";
}

int
ses_event_speaks(const struct ses_event *e)
{
	return e->kind != SES_EVENT_USAGE &&
	       (e->text.len > 0 || e->tool.type == '"' || e->data.type == '"');
}

void
ses_event_image(const struct ses_event *e, struct ses_buf *out)
{
	struct ses_buf media = {0};
	size_t size = e->data.len < 2 ? 0 : (e->data.len - 2) / 4 * 3;

	ses_json_text(&e->media, &media);
	ses_buf_str(out, "[image");
	if (media.len > 0) {
		ses_buf_str(out, " ");
		ses_str_safe(media.data, media.len < 40 ? media.len : 40, out);
	}
	if (size > 0)
		ses_buf_fmt(out, ", %zu %s", size < 1000 ? size : size / 1000,
		    size < 1000 ? "bytes" : "KB");
	ses_buf_str(out, "]");
	out->bad |= media.bad;
	ses_buf_free(&media);
}

void
ses_replay_unmark(uint64_t n, const char **line, size_t *len)
{
	if (n == 1 && *len >= 3 && memcmp(*line, SES_PEEK_MARK, 3) == 0) {
		*line += 3;
		*len -= 3;
	}
}

static int
on_line(void *arg, const char *line, size_t len, struct seshat_err *err)
{
	struct ses_replay *r = arg;

	r->n++;
	if (line != NULL)
		ses_replay_unmark(r->n, &line, &len);
	if (line == NULL)
		(void)r->event(r->arg, NULL);
	else if (len > 0)
		(void)r->harness->events(
		    r->harness, line, len, r->event, r->arg);
	return r->line(r->arg, err);
}

static int
feed(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct ses_replay *r = arg;
	struct ses_sink sink = ses_lines_sink(&r->lines);

	if (r->lines.line == NULL) {
		r->lines.line = on_line;
		r->lines.arg = r;
		r->lines.max = SES_REPLAY_LINE;
		r->lines.documents = r->n == 0 && r->harness->documents;
	}
	return ses_sink_write(&sink, data, len, err);
}

struct ses_sink
ses_replay_sink(struct ses_replay *r)
{
	return (struct ses_sink){.write = feed, .arg = r};
}

int
ses_replay_close(struct ses_replay *r, struct seshat_err *err)
{
	return ses_lines_close(&r->lines, err);
}
