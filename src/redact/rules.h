#ifndef SES_REDACT_RULES_H
#define SES_REDACT_RULES_H

#include "redact/proof.h"
#include "redact/shape.h"

#define SES_RULE_SHAPES  16
#define SES_RULE_NAMES   48
#define SES_RULE_UNLESS  8
#define SES_RULE_SAMPLES 6

/**
 * Find a secret where the rule's anchor stands, in the text from base to end:
 * 1, or 0 when there is none.
 */
typedef int ses_rule_find(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/*
 * A kind of secret.  To add one, add a row to one of the tables with its
 * samples; the databases are made from the rows when the program is built.  A
 * row finds by one of three things:
 *
 * shapes          what the secret itself looks like.  It begins a word, and
 *                 its first characters must be rare enough to look for.
 * names, shapes   the name that the secret is given (assign.h), for those that
 *                 look like anything else; without shapes, any value.
 * anchor          text that stands beside or inside the secret, and shapes that
 *                 begin with it, or a function: then it may have classes, too.
 */
struct ses_rule {
	const char *id;
	const char *what; /* for people, after "a" or "an" */
	const char *shapes[SES_RULE_SHAPES];
	const char *names[SES_RULE_NAMES];
	const char *unless[SES_RULE_UNLESS]; /* words of other names */
	const char *anchor;
	ses_rule_find *find;
	ses_proof *prove; /* NULL: the shape is proof enough */
	/* Text in which one secret of this kind is found, and text in which
	 * none is. */
	const char *yes[SES_RULE_SAMPLES];
	const char *no[SES_RULE_SAMPLES];
};

/* The tables, each of which ends with a NULL id. */
extern const struct ses_rule ses_rules_key[];
extern const struct ses_rule ses_rules_ai[];
extern const struct ses_rule ses_rules_ai_tools[];
extern const struct ses_rule ses_rules_code[];
extern const struct ses_rule ses_rules_build[];
extern const struct ses_rule ses_rules_app[];
extern const struct ses_rule ses_rules_chat[];
extern const struct ses_rule ses_rules_mail[];
extern const struct ses_rule ses_rules_cloud[];
extern const struct ses_rule ses_rules_host[];
extern const struct ses_rule ses_rules_pay[];
extern const struct ses_rule ses_rules_ops[];
extern const struct ses_rule ses_rules_saas[];
extern const struct ses_rule ses_rules_auth[];
extern const struct ses_rule ses_rules_generic[];

/** The ith rule of all tables, NULL behind the last.  In order of precedence:
 * where two rules find the same bytes, the first gives the name. */
const struct ses_rule *ses_rule_at(size_t i);

#endif
