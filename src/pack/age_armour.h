#ifndef SES_AGE_ARMOUR_H
#define SES_AGE_ARMOUR_H

#include "base/sink.h"

/*
 * ASCII armour: base 64 in lines of 64 characters between two lines of
 * hyphens (RFC 7468, section 3, strict).  Lines may end in CR LF, and white
 * space may stand before and after it; nothing else is forgiven.
 */
#define SES_ARMOUR_LINE  64 /* characters */
#define SES_ARMOUR_BYTES 48 /* that stand in a line */

struct ses_armour {
	unsigned char held[SES_ARMOUR_BYTES]; /* of a line not yet full */
	size_t n;
	int begun;
};

/** Armour len bytes into next.  Start from {0}. */
int ses_armour_add(struct ses_armour *a, const struct ses_sink *next,
    const void *data, size_t len, struct seshat_err *err);

/** What is left, and the last line. */
int ses_armour_close(
    struct ses_armour *a, const struct ses_sink *next, struct seshat_err *err);

struct ses_dearmour {
	char line[SES_ARMOUR_LINE + 2]; /* room for CR LF */
	size_t n;
	uint64_t lines;
	int ending; /* a line was not full: the last one must follow */
	enum { SES_ARMOUR_BEFORE, SES_ARMOUR_IN, SES_ARMOUR_AFTER } place;
};

/**
 * ses_dearmour_add(a, next, data, len, err):
 * Push what stands in len bytes of armour into next.  Start from {0}.
 * Errors: SESHAT_EFORMAT, it does not begin as armour; SESHAT_ECORRUPT, it
 * does not go on so; those of the sink.
 */
int ses_dearmour_add(struct ses_dearmour *a, const struct ses_sink *next,
    const char *data, size_t len, struct seshat_err *err);

/** At the end: whether the last line was there.  Errors as before. */
int ses_dearmour_close(const struct ses_dearmour *a, struct seshat_err *err);

#endif
