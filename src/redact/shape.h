#ifndef SES_REDACT_SHAPE_H
#define SES_REDACT_SHAPE_H

#include "base/buf.h"

/*
 * What a secret looks like, as a small pattern that says it once for both
 * engines: Hyperscan, which finds the few places worth a look, and the
 * matcher here, which finds the exact bytes there, reading through escapes.
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
	uint32_t head;  /* elements that Hyperscan looks for */
	uint32_t reach; /* the most bytes that head takes */
	int mark;       /* it begins with punctuation, maybe escaped */
};

/* What {m,} means until the token is known to be one: enough to judge it, and
 * no more work than that where a text is full of what only looks like it.
 * Then ses_shape_extend takes the rest. */
#define SES_SHAPE_OPEN 256

/* The largest limit. */
#define SES_SHAPE_MAX 8192

struct ses_shape_hit {
	const char *from; /* the bytes to replace */
	const char *to;
	const char *body; /* behind the fixed characters that begin them */
	const char *end;  /* of the whole match */
	/* After no match: hits up to here are no match either; or NULL. */
	const char *dead;
};

/** Parse a pattern.  Errors: SESHAT_EFORMAT, with the place.  Release with
 * ses_shape_free. */
int ses_shape_parse(
    const char *pattern, struct ses_shape *out, struct seshat_err *err);

void ses_shape_free(struct ses_shape *s);

/** Append the regular expression by which Hyperscan finds the head of s, with
 * every escape that ses_view_next reads. */
void ses_shape_regex(const struct ses_shape *s, struct ses_buf *out);

/**
 * ses_shape_find(s, base, at, end, hit):
 * Find the match whose head ends at at, in the text from base to end: 1, or
 * 0 when Hyperscan's hit was none.
 */
int ses_shape_find(const struct ses_shape *s, const char *base, const char *at,
    const char *end, struct ses_shape_hit *hit);

/** Take what an open run at the end of a proved hit left. */
void ses_shape_extend(
    const struct ses_shape *s, const char *end, struct ses_shape_hit *hit);

#endif
