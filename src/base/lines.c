#include <string.h>

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
		    (nl != NULL && end_line(l, err) < 0))
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
