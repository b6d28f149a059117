#include <string.h>

#include "redact/marks.h"

/* Places that are looked at together. */
#define STEP 8

static inline uint32_t
load32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap32(v);
#endif
	return v;
}

struct scan {
	const struct ses_marks *m;
	const char *text;
	const char *end;
	int (*each)(void *arg, uint32_t slot, const char *at);
	void *arg;
};

/* Whether the mark stands in the text with its window at p. */
static int
stands(const struct scan *s, const struct ses_mark *k, const char *p)
{
	const uint16_t *byte = &s->m->bytes[k->first];
	uint8_t i;

	if (p - s->text < k->window || s->end - p < k->n - k->window)
		return 0;
	p -= k->window;
	for (i = 0; i < k->n; i++)
		if (!ses_class_has(
			&s->m->classes[byte[i]], (unsigned char)p[i]))
			return 0;
	return 1;
}

/* The pairs say that a window may stand at p. */
static int
compare(const struct scan *s, const char *p, uint32_t window)
{
	const struct ses_marks *m = s->m;
	const struct ses_mark *k;
	uint16_t i;

	for (i = m->first[ses_mark_hash(window)]; i != 0;
	     i = m->items[i - 1].next) {
		k = &m->marks[m->items[i - 1].mark];
		if (stands(s, k, p) &&
		    s->each(s->arg, k->slot, p - k->window + k->before) < 0)
			return -1;
	}
	return 0;
}

static inline unsigned
pair(const uint16_t *pairs, const char *p)
{
	return pairs[(unsigned char)p[0] | (unsigned)(unsigned char)p[1] << 8];
}

/* Whether a window may stand at one of the next STEP places, behind which two
 * bytes follow.  Written out, and nothing kept, since it is where redaction
 * spends its time. */
static inline int
look(const uint16_t *pairs, const char *p)
{
	unsigned t0 = pair(pairs, p);
	unsigned t1 = pair(pairs, p + 1);
	unsigned t2 = pair(pairs, p + 2);
	unsigned any = t0 & t2 >> SES_MARK_GROUPS;
	unsigned t3 = pair(pairs, p + 3);

	any |= t1 & t3 >> SES_MARK_GROUPS;
	t0 = pair(pairs, p + 4);
	any |= t2 & t0 >> SES_MARK_GROUPS;
	t1 = pair(pairs, p + 5);
	any |= t3 & t1 >> SES_MARK_GROUPS;
	t2 = pair(pairs, p + 6);
	any |= t0 & t2 >> SES_MARK_GROUPS;
	t3 = pair(pairs, p + 7);
	any |= t1 & t3 >> SES_MARK_GROUPS;
	t0 = pair(pairs, p + 8);
	any |= t2 & t0 >> SES_MARK_GROUPS;
	t1 = pair(pairs, p + 9);
	any |= t3 & t1 >> SES_MARK_GROUPS;
	return any != 0;
}

/* Compares at those places. */
static __attribute__((noinline)) int
compare_step(const struct scan *s, const char *p)
{
	const uint16_t *pairs = s->m->pairs;
	unsigned places = 0;
	unsigned i;

	/* seldom more than one: no branch for each place */
	for (i = 0; i < STEP; i++)
		places |= ((pair(pairs, p + i) &
			       pair(pairs, p + i + 2) >> SES_MARK_GROUPS) != 0
				  ? 1U
				  : 0U)
			  << i;
	for (; places != 0; places &= places - 1) {
		i = (unsigned)__builtin_ctz(places);
		if (compare(s, p + i, load32(p + i)) < 0)
			return -1;
	}
	return 0;
}

int
ses_marks_scan(const struct ses_marks *m, const char *text, size_t len,
    int (*each)(void *arg, uint32_t slot, const char *at), void *arg)
{
	const struct scan s = {m, text, text + len, each, arg};
	char tail[STEP + 2 * SES_MARK_WINDOW] = {0};
	const uint16_t *pairs = m->pairs;
	const char *p = text;
	size_t left;
	size_t i;

	for (; s.end - p >= STEP + SES_MARK_WINDOW; p += STEP)
		if (__builtin_expect(look(pairs, p), 0) &&
		    compare_step(&s, p) < 0)
			return -1;
	/* the last places, behind which not enough can be read */
	left = (size_t)(s.end - p);
	memcpy(tail, p, left);
	for (i = 0; i < left; i++)
		if (compare(&s, p + i, load32(tail + i)) < 0)
			return -1;
	return 0;
}
