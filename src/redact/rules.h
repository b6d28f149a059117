#ifndef SES_REDACT_RULES_H
#define SES_REDACT_RULES_H

#include "redact/proof.h"
#include "redact/shape.h"

#define SES_RULE_SHAPES  16
#define SES_RULE_SAMPLES 6

/*
 * A kind of secret.  To add one, add a row to rules.c with its samples; the
 * database is made from the rows when the program is built.
 *
 * The second step is a matcher of our own and not a second Hyperscan database
 * with start-of-match: it must read through escapes to find the bytes, which
 * no regular expression over the bytes does exactly, it costs nothing until
 * there is a hit, and a shape is easier to read than the expression it
 * becomes.
 */
struct ses_rule {
	const char *id;
	const char *what; /* for people, after "a" or "an" */
	const char *shapes[SES_RULE_SHAPES];
	/* Where no shape will do: what Hyperscan looks for, and the span. */
	const char *detect;
	int (*find)(const char *base, const char *at, const char *end,
	    struct ses_shape_hit *hit);
	ses_proof *prove; /* NULL: the shape is proof enough */
	/* Text in which one secret of this kind is found, and text in which
	 * none is. */
	const char *yes[SES_RULE_SAMPLES];
	const char *no[SES_RULE_SAMPLES];
};

/* In order of precedence: where two rules find the same bytes, the first
 * gives the name.  Ends with a NULL id. */
extern const struct ses_rule ses_rules[];

#endif
