#ifndef SES_REDACT_SHAPE_H
#define SES_REDACT_SHAPE_H

#include "base/buf.h"

/*
 * What a secret looks like, as a small pattern that is matched at one place,
 * reading through escapes.
 *
 *   gh[pousr]_[A-Za-z0-9]{36,255}     characters, classes, {n} {m,n} {m,}
 *   (?i)bearer[ ]{1,4}<[!-~]{20,}>    < > mark what is replaced, else all is
 *
 * A backslash takes the meaning from the next character.  Runs are greedy and
 * never give back, so that a match costs one pass: a class must not hold the
 * character that follows its run.
 */

/* One character class and how often it stands. */
struct ses_shape_elem {
	uint64_t set[2]; /* one bit for each ASCII character */
	uint32_t min;
	uint32_t max;
};

struct ses_shape {
	struct ses_shape_elem *elems;
	uint32_t n;
	uint32_t open;  /* the first element that is replaced, */
	uint32_t close; /* and the one after the last */
};

/* The largest limit, and what {m,} means. */
#define SES_SHAPE_MAX 8192

struct ses_shape_hit {
	const char *from; /* the bytes to replace */
	const char *to;
	const char *body; /* behind the fixed characters that begin them */
	const char *end;  /* of the match, or of what there was of it */
	/* When it is none, or turns out to be no secret: nothing that begins
	 * before here is one either.  NULL: something might. */
	const char *dead;
};

/** Parse a pattern.  Errors: SESHAT_EFORMAT, with the place.  Release with
 * ses_shape_free. */
int ses_shape_parse(
    const char *pattern, struct ses_shape *out, struct seshat_err *err);

void ses_shape_free(struct ses_shape *s);

/** Whether a class holds the character. */
static inline int
ses_shape_has(const struct ses_shape_elem *e, int c)
{
	return c >= 0 && c < 0x80 && (e->set[c / 64] >> (c % 64) & 1) != 0;
}

/**
 * ses_shape_head(s, run, max):
 * How many characters s surely begins with, of which no more than run are of
 * its first run, and none that is often written with a backslash.
 */
uint32_t ses_shape_head(const struct ses_shape *s, uint32_t run, uint32_t max);

/** With how many characters s begins that can be no other. */
uint32_t ses_shape_fixed(const struct ses_shape *s);

/** Match s at p, in a text that ends at end: 1, and what was found in hit, or
 * 0. */
int ses_shape_match(const struct ses_shape *s, const char *p, const char *end,
    struct ses_shape_hit *hit);

#endif
