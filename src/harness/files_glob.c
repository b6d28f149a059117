/* The patterns of files: files.h says what they mean. */
/* memmem is GNU's. */
#define _GNU_SOURCE
#include <string.h>

#include "harness/files.h"
#include "harness/twin.h"

/* A part of a pattern or of a path, up to the slash. */
struct part {
	const char *s;
	size_t len;
};

static struct part
part_of(const char *s, size_t max)
{
	const char *end = memchr(s, '/', max);

	return (struct part){s, end == NULL ? max : (size_t)(end - s)};
}

static size_t
count(const char *s, size_t len)
{
	size_t n = len > 0;
	size_t i;

	for (i = 0; i < len; i++)
		n += s[i] == '/';
	return n;
}

/* Part n, which is there. */
static struct part
nth(const char *s, size_t len, size_t n)
{
	struct part p = part_of(s, len);

	for (; n > 0; n--) {
		len -= p.len + 1;
		p = part_of(p.s + p.len + 1, len);
	}
	return p;
}

static int
is_any(struct part p)
{
	return p.len == 2 && memcmp(p.s, "**", 2) == 0;
}

/* Remember where <> and [] begin and end in the name. */
static void
mark(char c, const char *at, struct ses_files_match *m)
{
	if (c == '<')
		m->id = at;
	else if (c == '>')
		m->id_len = (size_t)(at - m->id);
	else if (c == '[')
		m->parent = at;
	else
		m->parent_len = (size_t)(at - m->parent);
}

static int
is_mark(char c)
{
	return c == '<' || c == '>' || c == '[' || c == ']';
}

/* Whether one name fits one part.  Where there is no way on, the last "*"
 * takes one byte more: what stands before it need not be tried again. */
static int
fits(struct part pattern, struct part name, struct ses_files_match *m)
{
	const char *end = pattern.s + pattern.len;
	const char *stop = name.s + name.len;
	const char *p = pattern.s;
	const char *s = name.s;
	const char *star = NULL; /* behind it in the pattern, */
	const char *taken = s;   /* and in the name */

	for (;;) {
		if (p < end && is_mark(*p)) {
			mark(*p++, s, m);
		} else if (p < end && *p == '*') {
			star = ++p;
			taken = s;
		} else if (p == end && s == stop) {
			return 1;
		} else if (p < end && s < stop && (*p == '?' || *p == *s)) {
			p++;
			s++;
		} else if (star != NULL && taken < stop) {
			p = star;
			s = ++taken;
		} else {
			return 0;
		}
	}
}

/* The number of the part "**", or of parts where there is none. */
static size_t
find_any(const char *pattern, size_t n)
{
	size_t len = strlen(pattern);
	size_t i;

	for (i = 0; i < n; i++)
		if (is_any(nth(pattern, len, i)))
			break;
	return i;
}

int
ses_files_match_pattern(
    const char *pattern, const char *below, struct ses_files_match *m)
{
	size_t pattern_len = strlen(pattern);
	size_t len = ses_twin_plain_len(below);
	size_t n = count(pattern, pattern_len);
	size_t have = count(below, len);
	size_t any = find_any(pattern, n);
	size_t i;

	*m = (struct ses_files_match){.form = m->form};
	if (any == n ? have != n : have + 1 < n)
		return 0;
	for (i = 0; i < any; i++)
		if (!fits(nth(pattern, pattern_len, i), nth(below, len, i), m))
			return 0;
	/* and from the end, which "**" pushes on */
	for (i = any + 1; i < n; i++)
		if (!fits(nth(pattern, pattern_len, i),
			nth(below, len, have - (n - i)), m))
			return 0;
	return (m->id == NULL || m->id_len > 0) &&
	       (m->parent == NULL || m->parent_len > 0);
}

int
ses_files_match(
    const struct ses_files *row, const char *below, struct ses_files_match *m)
{
	size_t i;

	for (i = 0; i < SES_FILES_KINDS; i++) {
		if (row->forms[i].pattern == NULL)
			break;
		m->form = i;
		if (ses_files_match_pattern(row->forms[i].pattern, below, m))
			return 1;
	}
	return 0;
}

int
ses_files_leads(const char *pattern, const char *below)
{
	struct ses_files_match ignored = {0};
	size_t pattern_len = strlen(pattern);
	size_t len = strlen(below);
	size_t n = count(pattern, pattern_len);
	size_t have = count(below, len);
	size_t any = find_any(pattern, n);
	size_t i;

	if (any == n && have >= n)
		return 0;
	for (i = 0; i < any && i < have; i++)
		if (!fits(nth(pattern, pattern_len, i), nth(below, len, i),
			&ignored))
			return 0;
	return 1;
}

/* Whether < and > or [ and ] stand once, in this order, within one part. */
static int
are_pair(const char *pattern, char open, char close)
{
	const char *a = strchr(pattern, open);
	const char *b = strchr(pattern, close);

	if (a == NULL || b == NULL)
		return a == b;
	return a + 1 < b && memchr(a, '/', (size_t)(b - a)) == NULL &&
	       strchr(a + 1, open) == NULL && strchr(b + 1, close) == NULL;
}

static int
check_part(struct part p, struct seshat_err *err)
{
	if (p.len == 0)
		return ses_fail(err, SESHAT_EFORMAT,
		    "it begins or ends with a slash, or two stand together");
	if (p.s[0] == '.')
		return ses_fail(err, SESHAT_EFORMAT,
		    "names that begin with a dot are never looked at");
	if (!is_any(p) && p.len >= 2 && memmem(p.s, p.len, "**", 2) != NULL)
		return ses_fail(err, SESHAT_EFORMAT,
		    "'**' stands alone between two slashes");
	return 0;
}

int
ses_files_check(const char *pattern, struct seshat_err *err)
{
	size_t len = strlen(pattern);
	size_t n = count(pattern, len);
	size_t any = 0;
	size_t i;

	if (len == 0)
		return ses_fail(err, SESHAT_EFORMAT, "it is empty");
	for (i = 0; i < n; i++) {
		if (check_part(nth(pattern, len, i), err) < 0)
			return -1;
		any += (size_t)is_any(nth(pattern, len, i));
	}
	if (any > 1)
		return ses_fail(
		    err, SESHAT_EFORMAT, "'**' may stand there once");
	if (is_any(nth(pattern, len, n - 1)))
		return ses_fail(err, SESHAT_EFORMAT,
		    "'**' means folders, a name must follow");
	if (n > SES_FOLDER_DEPTH + 1)
		return ses_fail(err, SESHAT_EFORMAT,
		    "more than %d folders deep is not looked",
		    SES_FOLDER_DEPTH);
	if (!are_pair(pattern, '<', '>') || !are_pair(pattern, '[', ']'))
		return ses_fail(err, SESHAT_EFORMAT,
		    "'<' and '>' stand once, around a name or a part of it");
	return 0;
}
