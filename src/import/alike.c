#define _GNU_SOURCE /* memmem */

#include <string.h>

#include "import/alike.h"

static const char begin[] = "[REDACTED:";
static const char name[] = "abcdefghijklmnopqrstuvwxyz"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

/* The first mark of a text: where it begins, and where it ends; NULL when
 * there is none. */
static const char *
find_mark(const char *p, size_t len, const char **end)
{
	const char *stop = p + len;
	const char *at;

	while (p < stop) {
		p = memmem(p, (size_t)(stop - p), begin, sizeof(begin) - 1);
		if (p == NULL)
			return NULL;
		at = p + sizeof(begin) - 1;
		while (at < stop && *at != '\0' && strchr(name, *at) != NULL)
			at++;
		if (at < stop && *at == ']') {
			*end = at + 1;
			return p;
		}
		p++;
	}
	return NULL;
}

/* Whether a secret may be this text: none holds what ends a string or a line.
 */
static int
may_be_secret(const char *p, size_t len)
{
	const char *end = p + len;

	for (; p < end && *p != '"' && *p != '\n'; p++)
		if (*p == '\\' && ++p == end)
			break;
	return p >= end;
}

/* Whether text is the pattern, each of whose marks stands for a secret.  What
 * stands between two marks is found where it comes first: a later place never
 * fits when that does not. */
static int
fits(const char *pattern, size_t p_len, const char *text, size_t len)
{
	const char *end = NULL;
	const char *mark = find_mark(pattern, p_len, &end);
	const char *at;
	size_t n;

	if (mark == NULL)
		return p_len == len && memcmp(pattern, text, len) == 0;
	n = (size_t)(mark - pattern);
	if (n > len || memcmp(pattern, text, n) != 0)
		return 0;
	text += n;
	len -= n;
	for (;;) {
		p_len -= (size_t)(end - pattern);
		pattern = end;
		mark = find_mark(pattern, p_len, &end);
		if (mark == NULL)
			return p_len <= len &&
			       memcmp(pattern, text + len - p_len, p_len) ==
				   0 &&
			       may_be_secret(text, len - p_len);
		n = (size_t)(mark - pattern);
		at = memmem(text, len, pattern, n);
		if (at == NULL || !may_be_secret(text, (size_t)(at - text)))
			return 0;
		len -= (size_t)(at - text) + n;
		text = at + n;
	}
}

int
ses_alike(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return (a_len == b_len && memcmp(a, b, a_len) == 0) ||
	       fits(a, a_len, b, b_len) || fits(b, b_len, a, a_len);
}

int
ses_alike_cut(
    const char *cut, size_t cut_len, const char *line, size_t line_len)
{
	const char *end = line;
	const char *mark;
	size_t n = 0;

	while (n < cut_len && n < line_len && cut[n] == line[n])
		n++;
	if (n == cut_len)
		return 1;
	/* no secret holds what ends a string or a line */
	if (memchr(cut + n, '"', cut_len - n) != NULL ||
	    memchr(cut + n, '\n', cut_len - n) != NULL)
		return 0;
	do {
		mark = find_mark(end, line_len - (size_t)(end - line), &end);
	} while (mark != NULL && end <= line + n);
	return mark != NULL && mark <= line + n;
}
