#include <string.h>

#include "harness/replay.h"

const char *
ses_event_name(const struct ses_event *e)
{
	if (e->kind == SES_EVENT_THINKING)
		return "thinking";
	if (e->kind == SES_EVENT_TOOL_CALL)
		return "tool";
	if (e->kind == SES_EVENT_TOOL_RESULT)
		return "result";
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

static int
end_line(struct ses_replay *f, struct seshat_err *err)
{
	f->n++;
	if (f->too_long)
		(void)f->event(f->arg, NULL);
	else if (f->buf.len > 0)
		(void)f->harness->events(
		    f->buf.data, f->buf.len, f->event, f->arg);
	ses_buf_clear(&f->buf);
	f->too_long = 0;
	return f->line(f->arg, err);
}

static int
feed(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct ses_replay *f = arg;
	const char *p = data;
	const char *end = p + len;
	const char *nl;
	size_t n;

	while (p < end) {
		nl = memchr(p, '\n', (size_t)(end - p));
		n = (size_t)((nl == NULL ? end : nl) - p);
		if (f->buf.len + n > SES_REPLAY_LINE)
			f->too_long = 1;
		else if (!f->too_long)
			ses_buf_add(&f->buf, p, n);
		if (ses_buf_check(&f->buf, err) < 0 ||
		    (nl != NULL && end_line(f, err) < 0))
			return -1;
		p += n + (nl != NULL);
	}
	return 0;
}

struct ses_sink
ses_replay_sink(struct ses_replay *f)
{
	return (struct ses_sink){.write = feed, .arg = f};
}

int
ses_replay_close(struct ses_replay *f, struct seshat_err *err)
{
	int rc = 0;

	if (f->buf.len > 0 || f->too_long)
		rc = end_line(f, err);
	ses_buf_free(&f->buf);
	return rc;
}
