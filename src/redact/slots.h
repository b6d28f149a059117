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
	const char *word;     /* its end, by which it is noticed; of what is
			       * no name, the text that is looked for */
	int follows;          /* it is noticed where an earlier one is; else */
	uint32_t first_name;  /* the names that end in its word, */
	uint32_t n_bare;      /* so many have nothing before it, */
	uint32_t n_names;     /* and so many there are */
	uint32_t first_value; /* shapes of the name's value */
	uint32_t n_values;
	uint32_t lead; /* a shape is noticed by so many characters; */
	int clear;     /* by so many that no word has them by chance */
};

/* A name among those that end in one word, as far as it takes to see that it is
 * another one: they are many, and looked through often. */
struct ses_name {
	uint64_t pairs; /* ses_assign_pairs */
	uint32_t slot;
	int joined; /* may be written together with the word before */
};

struct ses_slots {
	const struct ses_rule **rules;
	size_t n_rules;
	struct ses_slot *v;
	size_t n;
	struct ses_name *names;
	size_t n_names;
	struct ses_shape *values;
	size_t n_values;
};

/** The slots of all rules, always in the same order.  Errors: SESHAT_EFORMAT,
 * a rule is wrong. */
int ses_slots_make(struct ses_slots *s, struct seshat_err *err);

void ses_slots_free(struct ses_slots *s);

#endif
