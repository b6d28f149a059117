#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

char *
ses_buf_room(struct ses_buf *b, size_t len)
{
	size_t need;
	size_t cap;
	char *p;

	if (b->bad || len > SIZE_MAX / 2 - b->len)
		goto bad;
	need = b->len + len;
	if (need > b->cap || b->data == NULL) {
		cap = b->cap < 256 ? 256 : b->cap * 2;
		if (cap < need)
			cap = need;
		p = ses_realloc(b->data, cap);
		if (p == NULL)
			goto bad;
		b->data = p;
		b->cap = cap;
	}
	return b->data + b->len;
bad:
	b->bad = 1;
	return NULL;
}

void
ses_buf_grew(struct ses_buf *b, size_t len)
{
	assert(len <= b->cap - b->len);
	b->len += len;
}

void
ses_buf_add(struct ses_buf *b, const void *data, size_t len)
{
	char *room = ses_buf_room(b, len);

	if (room == NULL || len == 0)
		return;
	memcpy(room, data, len);
	ses_buf_grew(b, len);
}

void
ses_buf_str(struct ses_buf *b, const char *s)
{
	ses_buf_add(b, s, strlen(s));
}

void
ses_buf_fmt(struct ses_buf *b, const char *fmt, ...)
{
	va_list ap;
	va_list again;
	char *room;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	room = n < 0 ? NULL : ses_buf_room(b, (size_t)n + 1);
	if (room == NULL) {
		b->bad = 1;
	} else {
		(void)vsnprintf(room, (size_t)n + 1, fmt, again);
		ses_buf_grew(b, (size_t)n);
	}
	va_end(again);
}

const char *
ses_buf_cstr(struct ses_buf *b)
{
	char *room = ses_buf_room(b, 1);

	if (room == NULL)
		return "";
	*room = '\0';
	return b->data;
}

void
ses_buf_clear(struct ses_buf *b)
{
	b->len = 0;
	b->bad = 0;
}

int
ses_buf_check(const struct ses_buf *b, struct seshat_err *err)
{
	return b->bad ? ses_fail_nomem(err) : 0;
}

void
ses_buf_free(struct ses_buf *b)
{
	free(b->data);
	*b = (struct ses_buf){0};
}
