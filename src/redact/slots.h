#ifndef SES_REDACT_SLOTS_H
#define SES_REDACT_SLOTS_H

#include "redact/rules.h"

/* One way in which a rule finds. */
struct ses_slot {
	enum ses_slot_kind {
		SES_SLOT_SHAPE,  /* a token begins there */
		SES_SLOT_NAME,   /* a word of a name does */
		SES_SLOT_ANCHOR, /* something that the rule knows */
		SES_SLOT_STREAM, /* a piece of an answer */
		SES_SLOT_CODE,   /* an escape: the text is to be read decoded */
	} kind;
	uint32_t rule;
	struct ses_shape shape;
	const char *name;
	const char *word;     /* its end, by which it is noticed */
	uint32_t next;        /* a name that ends in the same word, 0: none */
	int follows;          /* it is noticed where an earlier one is */
	uint64_t pairs;       /* ses_assign_pairs of the name */
	uint32_t first_value; /* shapes of the name's value */
	uint32_t n_values;
	/* How many bytes there are from where it begins to where Hyperscan
	 * tells of it. */
	uint32_t lead;
};

struct ses_slots {
	const struct ses_rule **rules;
	size_t n_rules;
	struct ses_slot *v;
	size_t n;
	struct ses_shape *values;
	size_t n_values;
};

/** The slots of all rules, always in the same order.  Errors: SESHAT_EFORMAT,
 * a rule is wrong. */
int ses_slots_make(struct ses_slots *s, struct seshat_err *err);

void ses_slots_free(struct ses_slots *s);

/** Append the regular expression by which Hyperscan notices a slot. */
void ses_slot_regex(const struct ses_slots *s, size_t i, struct ses_buf *out);

#endif
