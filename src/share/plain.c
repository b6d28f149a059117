#include <string.h>

#include "base/utf8.h"
#include "share/text.h"

/* A gist's text passes through JSON, git and web pages: control characters,
 * line ends of other kinds, and marks of byte order may not come back. */
static int
is_kept(uint32_t c)
{
	if (c < 0x20)
		return c == '\n' || c == '\t';
	return !(c >= 0x7f && c < 0xa0) && c != 0x2028 && c != 0x2029 &&
	       c != 0xfeff && c != 0xfffe && c != 0xffff;
}

static void
take(struct ses_plain *p, uint32_t c)
{
	p->is_not |= !is_kept(c);
	p->is_visible |= c > ' ' && c != 0xa0 && c != 0x3000;
}

/* How long a character is that begins so; 0: none does. */
static size_t
length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/* The character that the block before cut. */
static size_t
finish_rest(struct ses_plain *p, const char *data, size_t len)
{
	size_t need = length((unsigned char)p->rest[0]);
	size_t used = 0;
	uint32_t c;

	while (p->n_rest < need && used < len)
		p->rest[p->n_rest++] = data[used++];
	if (p->n_rest < need)
		return used;
	if (ses_utf8_next(p->rest, p->n_rest, &c) == need)
		take(p, c);
	else
		p->is_not = 1;
	p->n_rest = 0;
	return used;
}

void
ses_plain_add(struct ses_plain *p, const char *data, size_t len)
{
	const char *end = data + len;
	uint32_t c;
	size_t n;

	if (p->n_rest > 0)
		data += finish_rest(p, data, len);
	while (data < end && !p->is_not) {
		n = length((unsigned char)*data);
		if (n > (size_t)(end - data)) {
			p->n_rest = (size_t)(end - data);
			memcpy(p->rest, data, p->n_rest);
			return;
		}
		if (n == 0 || ses_utf8_next(data, n, &c) != n) {
			p->is_not = 1;
			return;
		}
		take(p, c);
		data += n;
	}
}

int
ses_plain_is(const struct ses_plain *p)
{
	return !p->is_not && p->n_rest == 0 && p->is_visible;
}
