#ifndef SES_REDACT_DATABASE_H
#define SES_REDACT_DATABASE_H

#include <stddef.h>

/*
 * The serialized Hyperscan databases that build_db.c made of the rules, the
 * best one first.  The id of an expression is the index of its slot (slots.h).
 */
struct ses_redact_db {
	const char *name; /* the processors it is for */
	const unsigned char *data;
	size_t len;
};

/* Ends with a NULL name. */
extern const struct ses_redact_db ses_redact_dbs[];

#endif
