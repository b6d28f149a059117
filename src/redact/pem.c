#include <string.h>

#include "redact/pem.h"
#include "redact/view.h"

/* "BEGIN " and the longest kind of key, "ENCRYPTED", fit three times. */
#define LABEL_MAX 48

/* A line of a key is this long at least; nothing else written in these
 * letters is. */
#define LINE_MIN 40

/* A broken last line shorter than this is left. */
#define REST_MIN 16

/* Headers before the key: Proc-Type, DEK-Info, Version, Comment. */
#define HEADERS_MAX 1024

static int
base64(int c)
{
	return ses_view_alnum(c) || c == '+' || c == '/' || c == '=';
}

/* The text word at p, or NULL; else behind it. */
static const char *
word(const char *p, const char *end, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(end - p) >= len && memcmp(p, text, len) == 0 ? p + len
								     : NULL;
}

/* Behind the dashes that close a BEGIN or END line, or NULL. */
static const char *
label(const char *p, const char *end)
{
	const char *stop = end - p > LABEL_MAX ? p + LABEL_MAX : end;

	while (p < stop &&
	       ((*p >= 'A' && *p <= 'Z') || *p == ' ' || ses_view_digit(*p)))
		p++;
	return word(p, end, "-----");
}

/* The run of base64 at *p; *p is moved behind it. */
static size_t
run(const char **p, const char *end)
{
	size_t n = 0;
	size_t len;
	int c;

	for (;; n++, *p += len) {
		len = ses_view_next(*p, end, &c);
		if (!base64(c))
			return n;
	}
}

/* Whether the n characters before p are a line number in a margin: nothing
 * but a few digits. */
static int
number(const char *p, size_t n)
{
	const char *q;

	if (n == 0 || n > 6)
		return 0;
	for (q = p - n; q < p; q++)
		if (!ses_view_digit(*q))
			return 0;
	return 1;
}

/* What may stand between the lines: white space, what a margin is drawn with
 * (an arrow is not ASCII), and the quotes of a source file.  A double quote
 * must be escaped: one behind an even number of backslashes ends the JSON
 * string that all of this stands in. */
static int
margin(int c, size_t len)
{
	if (c == '"')
		return len % 2 == 0;
	return c == '\n' || c == '\r' || c == '\t' || c == 0x80 ||
	       (c > 0 && strchr(" |>#*-',", c) != NULL);
}

/* Walk the block from p.  *last is moved behind each line of the key; answers
 * behind its END line, or NULL when there is none. */
static const char *
body(const char *p, const char *end, const char **last)
{
	const char *start = p;
	const char *q;
	int ending = 0; /* a short line was passed: only END may follow */
	size_t len;
	size_t n;
	int c;

	for (; p < end; p += len) {
		n = run(&p, end);
		if (n == 1 && p[-1] == '+')
			n = 0; /* strings of a program, put together */
		if (ending && n > 0 && !number(p, n))
			return NULL;
		if (n >= LINE_MIN || (*last != NULL && n >= REST_MIN))
			*last = p;
		else if (*last != NULL && n > 0 && !number(p, n))
			ending = 1;
		if (word(p, end, "-----BEGIN ") != NULL)
			return NULL;
		q = word(p, end, "-----END ");
		if (q != NULL)
			return label(q, end);
		len = ses_view_next(p, end, &c);
		if (*last == NULL && p - start > HEADERS_MAX)
			return NULL;
		if (!margin(c, len) &&
		    (*last != NULL || c <= 0 || strchr(":,.()", c) == NULL))
			return NULL;
	}
	return NULL;
}

int
ses_pem_find(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit)
{
	static const char begin[] = "-----BEGIN ";
	const char *last = NULL;
	const char *p = at;
	const char *q;

	while (p > base && at - p < LABEL_MAX && p[-1] != '-')
		p--;
	if (p - base < (ptrdiff_t)strlen("-----"))
		return 0;
	p -= strlen("-----");
	q = word(p, end, begin);
	if (q != NULL)
		q = label(q, end);
	if (q == NULL || q < at)
		return 0;
	if (end - p > SES_PEM_MAX)
		end = p + SES_PEM_MAX;
	q = body(q, end, &last);
	if (last == NULL)
		return 0;
	hit->from = hit->body = p;
	hit->to = hit->end = q != NULL ? q : last;
	return 1;
}
