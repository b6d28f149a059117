#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "redact/shape.h"
#include "redact/view.h"

/* Characters of a run that Hyperscan must see: more would only make its
 * automata larger. */
#define HEAD_RUN 12

/* The most bytes that one character takes: eight backslashes and uXXXX. */
#define UNIT_MAX 13
#define RUN_MAX  "8"

static void
add(struct ses_shape_elem *e, int c)
{
	e->set[c / 64] |= UINT64_C(1) << (c % 64);
}

static int
has(const struct ses_shape_elem *e, int c)
{
	return c >= 0 && c < 0x80 && (e->set[c / 64] >> (c % 64) & 1) != 0;
}

static int
bad(const char *pattern, const char *at, struct seshat_err *err)
{
	return ses_fail(err, SESHAT_EFORMAT, "pattern %s: wrong at byte %zu",
	    pattern, (size_t)(at - pattern));
}

/* The bytes of the unit at p when it is of the class, else 0. */
static inline size_t
unit_of(const struct ses_shape_elem *e, const char *p, const char *end)
{
	size_t len;
	int c;

	if (p < end && *p != '\\')
		return has(e, *p) ? 1 : 0;
	len = ses_view_next(p, end, &c);
	return has(e, c) ? len : 0;
}

/* One character at *p, escaped or not; 0 at the end. */
static int
take(const char **p)
{
	if (**p == '\\' && (*p)[1] != '\0')
		(*p)++;
	return **p != '\0' ? *(*p)++ : 0;
}

/* The class behind a '['; *p ends behind its ']'. */
static int
parse_class(const char **p, struct ses_shape_elem *e)
{
	int from;
	int to;

	while (**p != ']') {
		from = to = take(p);
		if (**p == '-' && (*p)[1] != ']') {
			(*p)++;
			to = take(p);
		}
		if (from <= 0 || to < from)
			return -1;
		for (; from <= to; from++)
			add(e, from);
	}
	(*p)++;
	return 0;
}

static uint32_t
number(const char **p)
{
	uint32_t v = 0;

	while (ses_view_digit(**p) && v <= SES_SHAPE_MAX)
		v = v * 10 + (uint32_t)(*(*p)++ - '0');
	return v;
}

/* "{m,n}" at *p, if it stands there. */
static int
parse_count(const char **p, struct ses_shape_elem *e)
{
	e->min = e->max = 1;
	if (**p != '{')
		return 0;
	(*p)++;
	e->min = e->max = number(p);
	if (**p == ',') {
		(*p)++;
		e->max = **p == '}' ? SES_SHAPE_OPEN : number(p);
	}
	if (*(*p)++ != '}' || e->max < e->min || e->max > SES_SHAPE_MAX ||
	    e->max == 0)
		return -1;
	return 0;
}

static void
both_cases(struct ses_shape_elem *e)
{
	int c;

	for (c = 'a'; c <= 'z'; c++)
		if (has(e, c) || has(e, c ^ 0x20)) {
			add(e, c);
			add(e, c ^ 0x20);
		}
}

static int
fixed(const struct ses_shape_elem *e)
{
	return e->min == 1 && e->max == 1;
}

/* Whether a character of the class may be written as an escape: letters,
 * digits and spaces never are. */
static int
escapable(const struct ses_shape_elem *e)
{
	int c;

	for (c = 0; c < 0x80; c++)
		if (has(e, c) && c != ' ' && !ses_view_alnum(c))
			return 1;
	return 0;
}

/* How many characters of an element Hyperscan waits for. */
static uint32_t
head_count(const struct ses_shape *s, uint32_t i)
{
	const struct ses_shape_elem *e = &s->elems[i];

	if (i + 1 < s->head || e->min == 0)
		return e->max;
	return e->min > HEAD_RUN ? HEAD_RUN : e->min;
}

/* The head goes through the first run of some length: enough to be rare.  If
 * the pattern ends with a fixed character, all of it is the head. */
static void
find_head(struct ses_shape *s)
{
	uint32_t i;
	uint32_t n;

	s->mark = escapable(&s->elems[0]);
	s->head = s->n;
	for (i = 0; i < s->n && !fixed(&s->elems[s->n - 1]); i++)
		if (s->elems[i].min >= 4) {
			s->head = i + 1;
			break;
		}
	for (i = 0; i < s->head; i++) {
		n = head_count(s, i);
		s->reach += n * (escapable(&s->elems[i]) ? UNIT_MAX : 1);
	}
}

int
ses_shape_parse(
    const char *pattern, struct ses_shape *out, struct seshat_err *err)
{
	struct ses_shape s = {0};
	const char *p = pattern;
	int any_case = strncmp(p, "(?i)", 4) == 0;
	int rc = -1;

	p += any_case ? 4 : 0;
	s.elems = ses_calloc(strlen(p) + 1, sizeof(*s.elems));
	if (s.elems == NULL)
		return ses_fail_nomem(err);
	while (*p != '\0') {
		struct ses_shape_elem *e = &s.elems[s.n];

		if (*p == '<' || *p == '>') {
			*(*p == '<' ? &s.open : &s.close) = s.n;
			p++;
			continue;
		}
		if (*p != '[') {
			add(e, take(&p));
		} else {
			p++;
			if (parse_class(&p, e) < 0)
				goto out;
		}
		if (parse_count(&p, e) < 0)
			goto out;
		if (any_case)
			both_cases(e);
		s.n++;
	}
	s.close = s.close == 0 ? s.n : s.close;
	if (s.n == 0 || s.open >= s.close)
		goto out;
	find_head(&s);
	*out = s;
	s.elems = NULL;
	rc = 0;
out:
	ses_shape_free(&s);
	return rc < 0 ? bad(pattern, p, err) : 0;
}

void
ses_shape_free(struct ses_shape *s)
{
	free(s->elems);
	*s = (struct ses_shape){0};
}

/* The class as a regular expression; escapes are letters, digits and
 * backslashes to Hyperscan. */
static void
put_class(const struct ses_shape_elem *e, int escapes, struct ses_buf *out)
{
	int from;
	int c;

	ses_buf_str(out, "[");
	for (c = 1; c < 0x80; c++) {
		if (!has(e, c))
			continue;
		for (from = c; has(e, c + 1); c++)
			continue;
		ses_buf_fmt(out, "\\x%02x", (unsigned)from);
		if (c > from)
			ses_buf_fmt(out, "-\\x%02x", (unsigned)c);
	}
	ses_buf_str(out, escapes ? "\\\\u0-9a-fA-F]" : "]");
}

/* One punctuation mark, as it is or escaped. */
static void
put_mark(const struct ses_shape_elem *e, struct ses_buf *out)
{
	int n = 0;
	int c;

	ses_buf_str(out, "(?:");
	for (c = 1; c < 0x80; c++)
		if (has(e, c))
			ses_buf_fmt(out,
			    "%s\\\\{0," RUN_MAX "}\\x%02x|"
			    "\\\\{1," RUN_MAX "}u00%x[%x%X]",
			    n++ > 0 ? "|" : "", (unsigned)c, (unsigned)c / 16,
			    (unsigned)c % 16, (unsigned)c % 16);
	ses_buf_str(out, ")");
}

void
ses_shape_regex(const struct ses_shape *s, struct ses_buf *out)
{
	const struct ses_shape_elem *e;
	int escapes;

	for (e = s->elems; e < s->elems + s->head; e++) {
		escapes = escapable(e);
		if (fixed(e)) {
			if (escapes)
				put_mark(e, out);
			else
				put_class(e, 0, out);
			continue;
		}
		put_class(e, escapes, out);
		if (e + 1 == s->elems + s->head && e->min > 0)
			ses_buf_fmt(
			    out, "{%u}", e->min > HEAD_RUN ? HEAD_RUN : e->min);
		else if (escapes)
			ses_buf_fmt(out, "{%u,}", e->min);
		else
			ses_buf_fmt(out, "{%u,%u}", e->min, e->max);
	}
}

/* Whether the head of s stands at p and reaches to at; one that ends before
 * had its own hit.  Cheap, so that a run full of beginnings is walked once
 * and not from each of them. */
static int
head_reaches(
    const struct ses_shape *s, const char *p, const char *at, const char *end)
{
	const struct ses_shape_elem *e;
	uint32_t max;
	uint32_t i;
	uint32_t n;
	size_t len;
	int escaped = 0;

	for (i = 0; i < s->head; i++) {
		e = &s->elems[i];
		max = head_count(s, i);
		for (n = 0; n < max; n++, p += len) {
			len = unit_of(e, p, end);
			if (len == 0)
				break;
			escaped = escaped || len > 1;
		}
		if (n < e->min && n < max)
			return 0;
	}
	/* Hyperscan counts the bytes of an escape. */
	return p == at || (p > at && escaped);
}

/* Match all of s at p; 1 or 0. */
static int
match(const struct ses_shape *s, const char *p, const char *end,
    struct ses_shape_hit *hit)
{
	const struct ses_shape_elem *e = NULL;
	int fixed_body = 1;
	size_t len;
	uint32_t i;
	uint32_t n = 0;
	int c;

	for (i = 0; i < s->n; i++) {
		/* A run that leads to nothing does so from any place in
		 * it. */
		if (i > 0 && i == s->head && n < e->max)
			hit->dead = p;
		e = &s->elems[i];
		if (i == s->open)
			hit->from = hit->body = p;
		for (n = 0; n < e->max; n++, p += len) {
			len = unit_of(e, p, end);
			if (len == 0)
				break;
		}
		if (n < e->min)
			return 0;
		if (i >= s->head)
			hit->dead = NULL;
		fixed_body = fixed_body && fixed(e);
		if (fixed_body && i >= s->open)
			hit->body = p;
		if (i + 1 == s->close)
			hit->to = p;
	}
	/* A token that goes on is another word, unless the pattern itself
	 * says what follows. */
	(void)ses_view_next(p, end, &c);
	hit->end = p;
	e = &s->elems[s->n - 1];
	return fixed(e) || !ses_view_alnum(c) || n >= SES_SHAPE_OPEN;
}

int
ses_shape_find(const struct ses_shape *s, const char *base, const char *at,
    const char *end, struct ses_shape_hit *hit)
{
	const struct ses_shape_elem *first = &s->elems[0];
	const char *stop =
	    (size_t)(at - base) > s->reach ? at - s->reach : base;
	const char *p;

	hit->dead = NULL;
	for (p = at - 1; p >= stop; p--) {
		if (!has(first, *p) && !(s->mark && *p == '\\'))
			continue;
		if (!s->mark && ses_view_word_before(base, p))
			continue;
		if (head_reaches(s, p, at, end) && match(s, p, end, hit) &&
		    (hit->from > p || !ses_view_escaped(base, p)))
			return 1;
	}
	return 0;
}

void
ses_shape_extend(
    const struct ses_shape *s, const char *end, struct ses_shape_hit *hit)
{
	const struct ses_shape_elem *e = &s->elems[s->n - 1];
	size_t len;
	uint32_t n;

	if (e->max != SES_SHAPE_OPEN || s->close != s->n)
		return;
	for (n = SES_SHAPE_OPEN; n < SES_SHAPE_MAX; n++, hit->to += len) {
		len = unit_of(e, hit->to, end);
		if (len == 0)
			break;
	}
	hit->end = hit->to;
}
