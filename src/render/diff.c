#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "render/diff.h"
#include "render/html.h"

#define LINES   4000 /* of each text */
#define EDITS   400  /* lines that come and go */
#define CONTEXT 3    /* lines shown around a change */

struct line {
	const char *s;
	size_t len; /* without its newline */
};

struct text {
	struct line *v;
	size_t n;
};

/* One step from the old text to the new one. */
struct step {
	char mark; /* ' ', '-', '+' */
	struct line line;
};

struct script {
	struct step *v;
	size_t n;
};

static int
split(struct text *t, const char *s, size_t len)
{
	const char *end = len > 0 ? s + len : s;
	const char *nl;
	const char *p;
	size_t n = 1;

	for (p = s; len > 0 && (p = memchr(p, '\n', (size_t)(end - p))); p++)
		if (n++ == LINES)
			return -1;
	t->n = 0;
	t->v = ses_calloc(n, sizeof(*t->v));
	if (t->v == NULL)
		return -1;
	while (len > 0 && s < end) {
		nl = memchr(s, '\n', (size_t)(end - s));
		if (nl == NULL)
			nl = end;
		t->v[t->n++] = (struct line){s, (size_t)(nl - s)};
		s = nl + 1;
	}
	return 0;
}

static int
same(const struct line *a, const struct line *b)
{
	return a->len == b->len && memcmp(a->s, b->s, a->len) == 0;
}

/*
 * Myers, "An O(ND) Difference Algorithm": furthest[d][k] is how far into a one
 * comes on diagonal k with d edits.  Row d has d + 1 places, k = -d, -d + 2 ...
 */
static size_t
place(long d, long k)
{
	return (size_t)(d * (d + 1) / 2 + (k + d) / 2);
}

/* Whether the way to (d, k) came from above: a line of b was put in. */
static int
came_down(const int *furthest, long d, long k)
{
	return k == -d || (k != d && furthest[place(d - 1, k - 1)] <
					 furthest[place(d - 1, k + 1)]);
}

/* Fill in rows until one reaches both ends; its number, or -1. */
static long
reach(int *furthest, long most, const struct text *a, const struct text *b)
{
	long d;
	long k;
	long x;

	for (d = 0; d <= most; d++)
		for (k = -d; k <= d; k += 2) {
			if (d == 0)
				x = 0;
			else if (came_down(furthest, d, k))
				x = furthest[place(d - 1, k + 1)];
			else
				x = furthest[place(d - 1, k - 1)] + 1;
			while (x < (long)a->n && x - k < (long)b->n &&
			       x - k >= 0 && same(&a->v[x], &b->v[x - k]))
				x++;
			furthest[place(d, k)] = (int)x;
			if (x >= (long)a->n && x - k >= (long)b->n)
				return d;
		}
	return -1;
}

static void
step_back(struct script *s, char mark, const struct line *line)
{
	s->v[--s->n] = (struct step){mark, *line};
}

/* The way back from both ends, written from the script's end. */
static void
trace(struct script *s, const int *furthest, long d, const struct text *a,
    const struct text *b)
{
	long x = (long)a->n;
	long y = (long)b->n;
	long k;
	long from;

	for (; d > 0; d--) {
		k = x - y;
		from = came_down(furthest, d, k)
			   ? furthest[place(d - 1, k + 1)]
			   : furthest[place(d - 1, k - 1)] + 1;
		while (x > from) {
			step_back(s, ' ', &a->v[--x]);
			y--;
		}
		if (came_down(furthest, d, k))
			step_back(s, '+', &b->v[--y]);
		else
			step_back(s, '-', &a->v[--x]);
	}
	while (x > 0)
		step_back(s, ' ', &a->v[--x]);
}

static void
add_line(struct ses_buf *out, char mark, const struct line *line)
{
	ses_buf_add(out, &mark, 1);
	ses_html_prose(out, line->s, line->len);
	ses_buf_str(out, "\n");
}

static const char *
element(char mark)
{
	return mark == '-' ? "del" : mark == '+' ? "ins" : "span";
}

/* Lines that stayed, from..to; at an end of the text only one side of them
 * stands near a change. */
static void
add_same(struct ses_buf *out, const struct script *s, size_t from, size_t to)
{
	size_t head = from == 0 ? 0 : CONTEXT;
	size_t tail = to == s->n ? 0 : CONTEXT;
	size_t i;

	ses_buf_str(out, "<span>");
	for (i = from; i < to; i++) {
		if (to - from > head + tail + 2 && i == from + head) {
			ses_buf_fmt(out,
			    "</span><span class=\"hunk\">… %zu lines stay the "
			    "same …\n</span><span>",
			    to - from - head - tail);
			i = to - tail - 1;
			continue;
		}
		add_line(out, ' ', &s->v[i].line);
	}
	ses_buf_str(out, "</span>");
}

static void
add_script(struct ses_buf *out, const struct script *s)
{
	size_t from;
	size_t to;

	for (from = 0; from < s->n; from = to) {
		for (to = from; to < s->n && s->v[to].mark == s->v[from].mark;
		     to++)
			;
		if (s->v[from].mark == ' ') {
			add_same(out, s, from, to);
			continue;
		}
		ses_buf_fmt(out, "<%s>", element(s->v[from].mark));
		for (; from < to; from++)
			add_line(out, s->v[from].mark, &s->v[from].line);
		ses_buf_fmt(out, "</%s>", element(s->v[from - 1].mark));
	}
}

static void
add_all(struct ses_buf *out, char mark, const char *s, size_t len)
{
	const char *end = len > 0 ? s + len : s;
	const char *nl;

	ses_buf_fmt(out, "<%s>", element(mark));
	while (len > 0 && s < end) {
		nl = memchr(s, '\n', (size_t)(end - s));
		if (nl == NULL)
			nl = end;
		add_line(out, mark, &(struct line){s, (size_t)(nl - s)});
		s = nl + 1;
	}
	ses_buf_fmt(out, "</%s>", element(mark));
}

/* 0, or -1: too much. */
static int
make_script(struct script *s, const struct text *a, const struct text *b)
{
	size_t most = a->n + b->n < EDITS ? a->n + b->n : EDITS;
	int *furthest =
	    ses_calloc((most + 1) * (most + 2) / 2, sizeof(*furthest));
	long d = furthest == NULL ? -1 : reach(furthest, (long)most, a, b);

	if (d >= 0) {
		s->n = (a->n + b->n + (size_t)d) / 2;
		s->v = ses_calloc(s->n + 1, sizeof(*s->v));
	}
	if (s->v != NULL) {
		trace(s, furthest, d, a, b);
		s->n = (a->n + b->n + (size_t)d) / 2;
	}
	free(furthest);
	return s->v != NULL ? 0 : -1;
}

void
ses_diff(struct ses_buf *out, const char *a, size_t a_len, const char *b,
    size_t b_len)
{
	struct text old = {0};
	struct text new = {0};
	struct script s = {0};

	ses_buf_str(out, "<pre class=\"diff\">");
	if (split(&old, a, a_len) == 0 && split(&new, b, b_len) == 0 &&
	    make_script(&s, &old, &new) == 0) {
		add_script(out, &s);
	} else {
		add_all(out, '-', a, a_len);
		add_all(out, '+', b, b_len);
	}
	ses_buf_str(out, "</pre>\n");
	free(old.v);
	free(new.v);
	free(s.v);
}

int
ses_diff_is_patch(const char *s, size_t len)
{
	static const char *const heads[] = {
	    "*** Begin Patch\n", "diff --git ", "--- a/", "--- /"};
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (len > strlen(heads[i]) &&
		    memcmp(s, heads[i], strlen(heads[i])) == 0)
			return 1;
	return 0;
}

/* ' ', '-', '+', or '@' for what stands between the changes. */
static char
mark_of(const char *s, size_t len)
{
	if (len >= 4 &&
	    (memcmp(s, "--- ", 4) == 0 || memcmp(s, "+++ ", 4) == 0))
		return '@';
	if (len == 0 || s[0] == '\t')
		return ' ';
	if (s[0] == ' ' || s[0] == '-' || s[0] == '+')
		return s[0];
	return '@';
}

void
ses_diff_patch(struct ses_buf *out, const char *s, size_t len)
{
	const char *end = s + len;
	const char *nl;
	char open = '\0';
	char mark;

	ses_buf_str(out, "<pre class=\"diff\">");
	for (; s < end; s = nl + 1) {
		nl = memchr(s, '\n', (size_t)(end - s));
		if (nl == NULL)
			nl = end;
		mark = mark_of(s, (size_t)(nl - s));
		if (mark != open && open != '\0')
			ses_buf_fmt(out, "</%s>", element(open));
		if (mark != open)
			ses_buf_fmt(out, "<%s%s>", element(mark),
			    mark == '@' ? " class=\"hunk\"" : "");
		open = mark;
		ses_html_prose(out, s, (size_t)(nl - s));
		ses_buf_str(out, "\n");
	}
	if (open != '\0')
		ses_buf_fmt(out, "</%s>", element(open));
	ses_buf_str(out, "</pre>\n");
}
