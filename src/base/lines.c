#include <string.h>

#include "base/json_stream.h"
#include "base/lines.h"

void
ses_lines_drop(struct ses_lines *l)
{
	ses_buf_clear(&l->buf);
	l->too_long = 0;
}

static int
end_line(struct ses_lines *l, struct seshat_err *err)
{
	const char *text = l->too_long ? NULL : ses_buf_cstr(&l->buf);
	int rc = l->line(l->arg, text, l->too_long ? 0 : l->buf.len, err);

	ses_lines_drop(l);
	return rc;
}

/* Whether the first line is no whole one, but the beginning of a document. */
static int
begins_document(const struct ses_lines *l)
{
	struct ses_json_stream json = {0};

	return !l->too_long && l->buf.len > 0 &&
	       ses_json_stream_add(&json, l->buf.data, l->buf.len) == 0 &&
	       ses_json_stream_add(&json, "\n", 1) == 0 &&
	       !ses_json_stream_whole(&json);
}

/* At a newline: 1, the line ends here. */
static int
ends(struct ses_lines *l)
{
	if (l->documents && !l->began)
		l->joins = begins_document(l);
	l->began = 1;
	if (l->joins && !l->too_long)
		ses_buf_add(&l->buf, "\n", 1);
	return !l->joins;
}

static int
feed(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct ses_lines *l = arg;
	const char *p = data;
	const char *end = p + len;
	const char *nl;
	size_t n;

	while (p < end) {
		nl = memchr(p, '\n', (size_t)(end - p));
		n = (size_t)((nl == NULL ? end : nl) - p);
		if (l->buf.len + n > l->max)
			l->too_long = 1;
		else if (!l->too_long)
			ses_buf_add(&l->buf, p, n);
		if (ses_buf_check(&l->buf, err) < 0 ||
		    (nl != NULL && ends(l) && end_line(l, err) < 0))
			return -1;
		p += n + (nl != NULL);
	}
	return 0;
}

struct ses_sink
ses_lines_sink(struct ses_lines *l)
{
	return (struct ses_sink){.write = feed, .arg = l};
}

int
ses_lines_close(struct ses_lines *l, struct seshat_err *err)
{
	int rc = 0;

	if (l->buf.len > 0 || l->too_long)
		rc = end_line(l, err);
	ses_buf_free(&l->buf);
	return rc;
}
