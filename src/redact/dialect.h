#ifndef SES_DIALECT_H
#define SES_DIALECT_H

#include "base/buf.h"

/*
 * Regular expressions as users and gitleaks write them (RE2's syntax, with
 * look-around and back references besides), in the words that PCRE2 and
 * Hyperscan share.  Both read bytes: what is not ASCII becomes the bytes of
 * its UTF-8.
 */
struct ses_dialect {
	struct ses_buf text; /* a C string */
	struct ses_buf
	    places; /* uint32_t: where each of its bytes comes from */
};

#define SES_DIALECT_MAX 8192 /* bytes of an expression */

/**
 * ses_dialect_read(d, regex, err):
 * Translate an expression.  Errors: SESHAT_EFORMAT, "at N: why", N counting
 * bytes from 1.  What is left for PCRE2 to find wrong is told the same way with
 * ses_dialect_place.
 */
int ses_dialect_read(
    struct ses_dialect *d, const char *regex, struct seshat_err *err);

/* What most of gitleaks' expressions begin with: the rest of a name, which
 * changes nothing but where a match begins, and costs most of the time. */
#define SES_DIALECT_LEAD "[\\w.-]{0,50}?"
#define SES_DIALECT_BACK 50

/**
 * ses_dialect_drop_lead(text):
 * Take it out of a translated expression: 1, or 0 when it is not there or means
 * more, since there are several branches or the secret is the whole match.
 */
int ses_dialect_drop_lead(char *text);

/** Where in the expression the byte at offset comes from, counted from 1. */
size_t ses_dialect_place(const struct ses_dialect *d, size_t offset);

/** Release and start again from {0}. */
void ses_dialect_free(struct ses_dialect *d);

#endif
