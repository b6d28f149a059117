/* Makes the table of marks.h out of the rules, as C, while the program is
 * built: at start-up it would take longer than most runs of the program do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "redact/grams.h"
#include "redact/heads.h"
#include "redact/marks.h"

/* A beginning that could be so many windows is nothing to look for. */
#define VARIANTS_MAX 16384

/* What stands in transcripts, as shares: bytes, and places that are none of
 * the grams. */
struct usual {
	double bytes[256];
	double rest;
};

/* The table as it grows. */
struct table {
	struct usual usual;
	uint16_t pairs[1U << 16];
	double begins[SES_MARK_GROUPS]; /* the share of pairs that begin one */
	double ends[SES_MARK_GROUPS];
	uint16_t first[1U << SES_MARK_BITS];
	struct ses_mark_item *items;
	size_t n_items;
	size_t max_items;
	struct ses_mark *marks;
	size_t n;
	size_t max;
	uint16_t *bytes;
	size_t n_bytes;
	size_t max_bytes;
	struct ses_class *classes;
	size_t n_classes;
	size_t max_classes;
};

static unsigned
count(const struct ses_class *c)
{
	unsigned n = 0;
	size_t i;

	for (i = 0; i < 4; i++)
		n += (unsigned)__builtin_popcountll(c->set[i]);
	return n;
}

/* Bytes that stand in no gram still come. */
#define BYTE_LEAST 0.0001

static void
find_usual(struct usual *u)
{
	const char *gram;
	double share;
	size_t i;
	size_t k;

	u->rest = 1;
	for (i = 0; i < SES_GRAMS; i++)
		u->rest -= ses_gram(i, &gram);
	for (i = 0; i < 256; i++)
		u->bytes[i] = BYTE_LEAST;
	for (i = 0; i < SES_GRAMS; i++) {
		share = ses_gram(i, &gram) / (1 - u->rest);
		for (k = 0; k < SES_GRAM_BYTES; k++)
			u->bytes[(unsigned char)gram[k]] +=
			    share / SES_GRAM_BYTES;
	}
}

/* Byte k of a beginning: any, behind its end. */
static const struct ses_class *
class_at(const struct ses_head *h, uint32_t k)
{
	static const struct ses_class any = {
	    {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}};

	return k < h->n ? &h->v[k] : &any;
}

/* How many windows a beginning may have at its byte i. */
static unsigned
variants(const struct ses_head *h, uint32_t i)
{
	unsigned n = 1;
	uint32_t k;

	for (k = i; k < i + SES_MARK_WINDOW; k++)
		n *= count(class_at(h, k));
	return n;
}

/* Room for one more in an array of so many; -1 when out of memory. */
static int
grow(void **v, size_t n, size_t *max, size_t size)
{
	size_t want = *max == 0 ? 256 : *max * 2;
	void *more;

	if (n < *max)
		return 0;
	more = want > UINT16_MAX ? NULL : ses_realloc(*v, want * size);
	if (more == NULL)
		return -1;
	*v = more;
	*max = want;
	return 0;
}

/* The row of a class, or -1. */
static int
class_row(struct table *m, const struct ses_class *c)
{
	void *v = m->classes;
	size_t i;

	for (i = 0; i < m->n_classes; i++)
		if (memcmp(&m->classes[i], c, sizeof(*c)) == 0)
			return (int)i;
	if (grow(&v, i, &m->max_classes, sizeof(*c)) < 0)
		return -1;
	m->classes = v;
	m->classes[m->n_classes++] = *c;
	return (int)i;
}

/* A window that the last mark may have. */
static int
put_window(struct table *m, uint32_t window)
{
	uint16_t *first = &m->first[ses_mark_hash(window)];
	void *v = m->items;

	if (*first != 0 && m->items[*first - 1].mark == m->n - 1)
		return 0;
	if (grow(&v, m->n_items, &m->max_items, sizeof(*m->items)) < 0)
		return -1;
	m->items = v;
	m->items[m->n_items++] = (struct ses_mark_item){
	    .mark = (uint16_t)(m->n - 1), .next = *first};
	*first = (uint16_t)m->n_items;
	return 0;
}

/* All windows of a beginning at its byte i, of which so many bytes are there.
 */
static int
put_windows(struct table *m, const struct ses_head *h, uint32_t i,
    uint32_t there, uint32_t window)
{
	unsigned b;

	if (there == SES_MARK_WINDOW)
		return put_window(m, window);
	for (b = 0; b < 256; b++)
		if (ses_class_has(class_at(h, i + there), (unsigned char)b) &&
		    put_windows(m, h, i, there + 1,
			window | (uint32_t)b << (8 * there)) < 0)
			return -1;
	return 0;
}

/* A window of a beginning in a group. */
struct window {
	const struct ses_class *v[SES_MARK_WINDOW];
	unsigned group;
};

/* How much more often the group's bits at shift are met with two bytes more. */
static double
weigh(const struct table *m, const struct ses_class *low,
    const struct ses_class *high, unsigned bit)
{
	double more = 0;
	unsigned a;
	unsigned b;

	for (a = 0; a < 256; a++)
		for (b = 0; ses_class_has(low, (unsigned char)a) && b < 256;
		     b++)
			if (ses_class_has(high, (unsigned char)b) &&
			    (m->pairs[a | b << 8] >> bit & 1) == 0)
				more += m->usual.bytes[a] * m->usual.bytes[b];
	return more;
}

/* Whether the group has two bytes at bit, or will have. */
static int
has(const struct table *m, const struct ses_class *const c[2],
    const unsigned char byte[2], unsigned bit)
{
	return (m->pairs[byte[0] | (unsigned)byte[1] << 8] >> bit & 1) != 0 ||
	       (ses_class_has(c[0], byte[0]) && ses_class_has(c[1], byte[1]));
}

/* How much more of all places the table stops at, with the window in it. */
static double
cost(const struct table *m, const struct window *w)
{
	static const struct ses_class none;
	static const struct ses_class *const nothing[2] = {&none, &none};
	const unsigned begin = w->group;
	const unsigned end = w->group + SES_MARK_GROUPS;
	double begins = m->begins[w->group];
	double ends = m->ends[w->group];
	double sum;
	double share;
	const char *gram;
	const unsigned char *g;
	size_t i;

	sum = (begins + weigh(m, w->v[0], w->v[1], begin)) *
		  (ends + weigh(m, w->v[2], w->v[3], end)) -
	      begins * ends;
	sum *= m->usual.rest;
	for (i = 0; i < SES_GRAMS; i++) {
		share = ses_gram(i, &gram);
		g = (const unsigned char *)gram;
		if (has(m, w->v, g, begin) && has(m, w->v + 2, g + 2, end) &&
		    !(has(m, nothing, g, begin) && has(m, nothing, g + 2, end)))
			sum += share;
	}
	return sum;
}

static void
put_pair(struct table *m, const struct ses_class *low,
    const struct ses_class *high, unsigned bit)
{
	unsigned a;
	unsigned b;

	for (a = 0; a < 256; a++)
		for (b = 0; ses_class_has(low, (unsigned char)a) && b < 256;
		     b++)
			if (ses_class_has(high, (unsigned char)b))
				m->pairs[a | b << 8] |= (uint16_t)(1U << bit);
}

static void
put_pairs(struct table *m, const struct window *w)
{
	const unsigned begin = w->group;
	const unsigned end = w->group + SES_MARK_GROUPS;

	m->begins[w->group] += weigh(m, w->v[0], w->v[1], begin);
	m->ends[w->group] += weigh(m, w->v[2], w->v[3], end);
	put_pair(m, w->v[0], w->v[1], begin);
	put_pair(m, w->v[2], w->v[3], end);
}

/* The window of a beginning and the group for it with which the table stops
 * least often; -1 when all are too vague. */
static int
choose(const struct table *m, const struct ses_head *h, struct window *best)
{
	struct window w;
	double least = 0;
	double c;
	int at = -1;
	uint32_t i;
	uint32_t k;

	for (i = 0; i == 0 || i + SES_MARK_WINDOW <= h->n; i++) {
		if (variants(h, i) > VARIANTS_MAX)
			continue;
		for (k = 0; k < SES_MARK_WINDOW; k++)
			w.v[k] = class_at(h, i + k);
		for (w.group = 0; w.group < SES_MARK_GROUPS; w.group++) {
			c = cost(m, &w);
			if (at >= 0 && c >= least)
				continue;
			least = c;
			at = (int)i;
			*best = w;
		}
	}
	return at;
}

static int
add_bytes(struct table *m, const struct ses_head *h)
{
	void *v;
	uint32_t i;
	int row;

	for (i = 0; i < h->n; i++) {
		v = m->bytes;
		row = class_row(m, &h->v[i]);
		if (row < 0 ||
		    grow(&v, m->n_bytes, &m->max_bytes, sizeof(*m->bytes)) < 0)
			return -1;
		m->bytes = v;
		m->bytes[m->n_bytes++] = (uint16_t)row;
	}
	return 0;
}

struct making {
	struct table *m;
	struct seshat_err *err;
};

static int
add_head(void *arg, const struct ses_head *h)
{
	const struct making *g = arg;
	struct table *m = g->m;
	void *v = m->marks;
	struct window w;
	int at = h->n < SES_HEAD_MIN ? -1 : choose(m, h, &w);

	if (at < 0)
		return ses_fail(g->err, SESHAT_EFORMAT,
		    "begins too vaguely to be looked for");
	if (grow(&v, m->n, &m->max, sizeof(*m->marks)) < 0)
		return ses_fail_nomem(g->err);
	m->marks = v;
	m->marks[m->n++] = (struct ses_mark){.slot = h->slot,
	    .first = (uint16_t)m->n_bytes,
	    .n = (uint8_t)h->n,
	    .before = (uint8_t)h->before,
	    .window = (uint8_t)at};
	put_pairs(m, &w);
	return add_bytes(m, h) < 0 || put_windows(m, h, (uint32_t)at, 0, 0) < 0
		   ? ses_fail_nomem(g->err)
		   : 0;
}

static void
print_u16(const char *name, const uint16_t *v, size_t n)
{
	size_t i;

	(void)printf("static const uint16_t %s[] = {", name);
	for (i = 0; i < n; i++)
		(void)printf("%s%u,", i % 16 == 0 ? "\n" : "", (unsigned)v[i]);
	(void)printf("\n};\n\n");
}

static void
print(const struct table *m, size_t n_slots)
{
	const struct ses_mark *k;
	size_t i;

	(void)printf("#include \"redact/marks.h\"\n\n");
	print_u16("pairs", m->pairs, 1U << 16);
	print_u16("first", m->first, 1U << SES_MARK_BITS);
	print_u16("bytes", m->bytes, m->n_bytes);
	(void)printf("static const struct ses_mark_item items[] = {\n");
	for (i = 0; i < m->n_items; i++)
		(void)printf("{%u, %u},\n", (unsigned)m->items[i].mark,
		    (unsigned)m->items[i].next);
	(void)printf("};\n\nstatic const struct ses_mark marks[] = {\n");
	for (k = m->marks; k < m->marks + m->n; k++)
		(void)printf("{%u, %u, %u, %u, %u},\n", (unsigned)k->slot,
		    (unsigned)k->first, (unsigned)k->n, (unsigned)k->before,
		    (unsigned)k->window);
	(void)printf("};\n\nstatic const struct ses_class classes[] = {\n");
	for (i = 0; i < m->n_classes; i++)
		(void)printf("{{0x%llx, 0x%llx, 0x%llx, 0x%llx}},\n",
		    (unsigned long long)m->classes[i].set[0],
		    (unsigned long long)m->classes[i].set[1],
		    (unsigned long long)m->classes[i].set[2],
		    (unsigned long long)m->classes[i].set[3]);
	(void)printf("};\n\nconst struct ses_marks ses_marks_built = {\n"
		     "    pairs, first, items, marks, bytes, classes, %zu};\n",
	    n_slots);
}

int
main(void)
{
	static struct table m;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct making g = {.m = &m, .err = &err};
	struct ses_slots s = {0};
	uint32_t i;

	if (ses_slots_make(&s, &err) < 0) {
		(void)fprintf(stderr, "build_marks: %s\n", err.msg);
		return 1;
	}
	find_usual(&m.usual);
	for (i = 0; i < s.n; i++)
		if (ses_slot_heads(&s, i, add_head, &g) < 0) {
			(void)fprintf(stderr, "build_marks: rule %s: %s\n",
			    s.rules[s.v[i].rule]->id, err.msg);
			return 1;
		}
	print(&m, s.n);
	ses_slots_free(&s);
	return fflush(stdout) != 0;
}
