#ifndef SES_REDACT_VIEW_H
#define SES_REDACT_VIEW_H

#include <stddef.h>
#include <string.h>

/*
 * Reading text through its escapes, one unit at a time.  A unit is a byte, or
 * a whole run of backslashes with the escape behind it: \n, \\n, \" and
 * \u002d stand for one character each, however often the text was quoted.
 * Whoever cuts text only between units never cuts an escape in two, which is
 * what keeps a JSON line JSON.
 */

/* Longer runs are no escape that anything printed. */
#define SES_VIEW_RUN 16

static inline int
ses_view_digit(int c)
{
	return c >= '0' && c <= '9';
}

static inline int
ses_view_alpha(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline int
ses_view_alnum(int c)
{
	return ses_view_digit(c) || ses_view_alpha(c);
}

/** The value of len hex digits, or -1 when they are none. */
static inline int
ses_view_hex(const char *p, size_t len)
{
	int v = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		int c = p[i] | 0x20;

		if (ses_view_digit(p[i]))
			v = v * 16 + p[i] - '0';
		else if (c >= 'a' && c <= 'f')
			v = v * 16 + c - 'a' + 10;
		else
			return -1;
	}
	return v;
}

/**
 * ses_view_next(p, end, c):
 * The unit at p: the bytes it takes (0 at the end) and the character it
 * stands for; any that is not ASCII reads as 0x80, and backslashes that
 * escape nothing as one backslash.  p must not be inside a unit.
 */
static inline size_t
ses_view_next(const char *p, const char *end, int *c)
{
	size_t left = (size_t)(end - p);
	size_t n = 0;
	int v;

	*c = -1;
	if (left == 0)
		return 0;
	*c = (unsigned char)*p < 0x80 ? *p : 0x80;
	if (*p != '\\')
		return 1;
	while (n < left && n <= SES_VIEW_RUN && p[n] == '\\')
		n++;
	if (n > SES_VIEW_RUN)
		return 1;
	if (n == left)
		return n;
	switch (p[n]) {
	case 'n':
		*c = '\n';
		return n + 1;
	case 'r':
		*c = '\r';
		return n + 1;
	case 't':
		*c = '\t';
		return n + 1;
	case 'b':
	case 'f':
		*c = '\f';
		return n + 1;
	case 'u':
		if (left - n < 5 || (v = ses_view_hex(p + n + 1, 4)) < 0)
			return n;
		*c = v < 0x80 ? v : 0x80;
		return n + 5;
	default:
		if ((unsigned char)p[n] >= 0x7f || p[n] <= ' ' ||
		    ses_view_alnum(p[n]))
			return n;
		*c = (unsigned char)p[n];
		return n + 1;
	}
}

/** Whether p, in text that begins at base, is inside an escape: behind an odd
 * number of backslashes, at a letter that JSON lets follow one. */
static inline int
ses_view_escaped(const char *base, const char *p)
{
	const char *q = p;

	while (q > base && q[-1] == '\\')
		q--;
	return (p - q) % 2 != 0 && strchr("\"\\/bfnrtu", *p) != NULL;
}

/**
 * ses_view_word_before(base, p):
 * Whether a letter or digit stands before p as one reads the text: the letter
 * of an escape, the digits of \u0022 or %3D and the end of a terminal's
 * colour code are none.
 */
int ses_view_word_before(const char *base, const char *p);

/** The last place at or before p, but not before base, that is not inside a
 * unit or a UTF-8 sequence. */
const char *ses_view_align(const char *base, const char *p, const char *end);

#endif
