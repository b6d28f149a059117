#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "redact/shape.h"
#include "redact/view.h"

static void
add(struct ses_shape_elem *e, int c)
{
	e->set[c / 64] |= UINT64_C(1) << (c % 64);
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
		return ses_shape_has(e, *p) ? 1 : 0;
	len = ses_view_next(p, end, &c);
	return ses_shape_has(e, c) ? len : 0;
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
		e->max = **p == '}' ? SES_SHAPE_MAX : number(p);
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
		if (ses_shape_has(e, c) || ses_shape_has(e, c ^ 0x20)) {
			add(e, c);
			add(e, c ^ 0x20);
		}
}

static int
fixed(const struct ses_shape_elem *e)
{
	return e->min == 1 && e->max == 1;
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

/* The characters of the ith element that belong to the head. */
static uint32_t
head_count(const struct ses_shape *s, uint32_t i, uint32_t run)
{
	const struct ses_shape_elem *e = &s->elems[i];

	if (ses_shape_has(e, '/') || ses_shape_has(e, '"'))
		return 0;
	return fixed(e) || e->min < run ? e->min : run;
}

uint32_t
ses_shape_head(const struct ses_shape *s, uint32_t run, uint32_t max)
{
	uint32_t all = 0;
	uint32_t i;
	uint32_t n;

	for (i = 0; i < s->n; i++) {
		n = head_count(s, i, run);
		if (all + n >= max)
			return max;
		all += n;
		if (n < s->elems[i].max)
			break;
	}
	return all;
}

uint32_t
ses_shape_fixed(const struct ses_shape *s)
{
	const struct ses_shape_elem *e;
	uint32_t n = 0;

	for (e = s->elems; e < s->elems + s->n && fixed(e) &&
			   __builtin_popcountll(e->set[0]) +
				   __builtin_popcountll(e->set[1]) ==
			       1;
	     e++)
		n++;
	return n;
}

/* A run this long, or one that ends by itself, leads to nothing from any
 * place in it when it leads to nothing from its start. */
#define DEAD_RUN 256

int
ses_shape_match(const struct ses_shape *s, const char *p, const char *end,
    struct ses_shape_hit *hit)
{
	const struct ses_shape_elem *e = s->elems;
	int fixed_body = 1;
	size_t len;
	uint32_t i;
	uint32_t n = 0;
	int c;

	hit->dead = NULL;
	for (i = 0; i < s->n; i++) {
		if (i > 0 && !fixed(e) && (n < e->max || n >= DEAD_RUN))
			hit->dead = p;
		e = &s->elems[i];
		if (i == s->open)
			hit->from = hit->body = p;
		for (n = 0; n < e->max; n++, p += len) {
			len = unit_of(e, p, end);
			if (len == 0)
				break;
		}
		hit->end = p;
		if (n < e->min)
			return 0;
		fixed_body = fixed_body && fixed(e);
		if (fixed_body && i >= s->open)
			hit->body = p;
		if (i + 1 == s->close)
			hit->to = p;
	}
	/* A token that goes on is another word, unless the pattern itself
	 * says what follows, or no limit. */
	(void)ses_view_next(p, end, &c);
	hit->dead = p;
	return fixed(e) || !ses_view_alnum(c) || n == SES_SHAPE_MAX;
}
