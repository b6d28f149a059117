/* UTF-8 as a terminal sees it; declared in str.h and utf8.h. */
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"

size_t
ses_utf8_next(const char *s, size_t len, uint32_t *out)
{
	const unsigned char *p = (const unsigned char *)s;
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t c;
	size_t n;
	size_t i;

	if (len == 0)
		return 0;
	if (p[0] < 0x80) {
		*out = p[0];
		return 1;
	}
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || n > len)
		return 0;
	c = p[0] & (0xffU >> (n + 1));
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fU);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*out = c;
	return n;
}

size_t
ses_utf8_put(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* How many of the next bytes are ASCII, looked at by sixteen. */
static size_t
ascii(const char *s, size_t len)
{
	const uint64_t high = 0x8080808080808080U;
	uint64_t w[2];
	size_t n = 0;

	for (; len - n >= sizeof(w); n += sizeof(w)) {
		memcpy(w, s + n, sizeof(w));
		if (((w[0] | w[1]) & high) != 0)
			break;
	}
	while (n < len && (unsigned char)s[n] < 0x80)
		n++;
	return n;
}

int
ses_str_is_utf8(const char *s, size_t len)
{
	uint32_t c;
	size_t n;

	while (len > 0) {
		/* most text is ASCII */
		n = (unsigned char)*s < 0x80 ? ascii(s, len)
					     : ses_utf8_next(s, len, &c);
		if (n == 0)
			return 0;
		s += n;
		len -= n;
	}
	return 1;
}

void
ses_str_safe(const char *s, size_t len, struct ses_buf *out)
{
	uint32_t c;
	size_t n;

	while (len > 0) {
		n = ses_utf8_next(s, len, &c);
		if (n == 0) {
			n = 1;
			ses_buf_str(out, "\xef\xbf\xbd");
		} else if (c == '\n' || c == '\t' || c == '\r') {
			ses_buf_add(out, " ", 1);
		} else if (c < 0x20 || (c >= 0x7f && c < 0xa0) ||
			   (c >= 0x202a && c <= 0x202e) ||
			   (c >= 0x2066 && c <= 0x2069)) {
			/* also the overrides that reorder what is shown */
			ses_buf_str(out, "\xef\xbf\xbd");
		} else {
			ses_buf_add(out, s, n);
		}
		s += n;
		len -= n;
	}
}

/* Characters that nobody sees, or that turn what stands behind them. */
static const struct {
	uint32_t from;
	uint32_t to;
} odd[] = {
    {0xad, 0xad},     /* soft hyphen */
    {0x34f, 0x34f},   /* combining grapheme joiner */
    {0x61c, 0x61c},   /* Arabic letter mark */
    {0x115f, 0x1160}, /* Hangul fillers */
    {0x17b4, 0x17b5}, /* Khmer vowels that are none */
    {0x180b, 0x180f}, /* Mongolian separators */
    {0x200b, 0x200f}, /* zero width, direction */
    {0x2028, 0x202e}, /* separators, direction */
    {0x2060, 0x206f}, /* joiners, isolates */
    {0x3164, 0x3164}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xfffb},
    {0x1d173, 0x1d17a}, /* musical controls */
    {0xe0000, 0xe0fff}, /* tags, more variation selectors */
};

int
ses_utf8_is_odd(uint32_t c, uint32_t before)
{
	size_t i;

	if (c < odd[0].from)
		return 0;
	/* they join letters from Arabic on, and emoji */
	if (c == 0x200c || c == 0x200d)
		return before < 0x600 || (before >= 0x2000 && before < 0x2190);
	/* one chooses how a character looks, a row of them hides bytes */
	if (c >= 0xfe00 && c <= 0xfe0f)
		return before >= 0xfe00 && before <= 0xfe0f;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]) && c >= odd[i].from; i++)
		if (c <= odd[i].to)
			return 1;
	return 0;
}

static size_t
columns_of(uint32_t c)
{
	if ((c >= 0x300 && c < 0x370) || (c >= 0x200b && c <= 0x200f) ||
	    (c >= 0xfe00 && c <= 0xfe0f))
		return 0;
	if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
	    (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
	    (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
	    (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) ||
	    (c >= 0x20000 && c <= 0x3fffd))
		return 2;
	return 1;
}

size_t
ses_str_fit(const char *s, size_t len, size_t columns)
{
	size_t used = 0;
	size_t at = 0;
	uint32_t c = 0;
	size_t n;

	while (at < len) {
		n = ses_utf8_next(s + at, len - at, &c);
		if (n == 0) {
			n = 1;
			c = 0xfffd;
		}
		used += columns_of(c);
		if (used > columns)
			break;
		at += n;
	}
	return at;
}

size_t
ses_str_width(const char *s, size_t len)
{
	size_t used = 0;
	uint32_t c = 0;
	size_t n;

	while (len > 0) {
		n = ses_utf8_next(s, len, &c);
		if (n == 0) {
			n = 1;
			c = 0xfffd;
		}
		used += columns_of(c);
		s += n;
		len -= n;
	}
	return used;
}
