#ifndef SES_REDACT_KNOWN_H
#define SES_REDACT_KNOWN_H

#include "base/buf.h"

/*
 * The secrets that were met in a session, so that one is found again where
 * nothing tells what it is.  Kept are keyed hashes, never the values: of each
 * value an HMAC-SHA256, and a hash of six characters of it by which a place
 * worth that is noticed.
 */
struct ses_known;

#define SES_KNOWN_KEY 32 /* bytes */

/* Shorter values would be found in words; longer ones are kept by lines. */
#define SES_KNOWN_MIN 8
#define SES_KNOWN_MAX 512

/* More are hardly met in a session: then the older half is forgotten. */
#define SES_KNOWN_VALUES 8192

/** ses_known_new(key, out, err): an empty set of values under a key; NULL:
 * under one that nobody knows. */
int ses_known_new(const unsigned char key[SES_KNOWN_KEY],
    struct ses_known **out, struct seshat_err *err);

/** Release; NULL is allowed. */
void ses_known_free(struct ses_known *k);

/**
 * ses_known_add(k, value, len, rule, err):
 * Remember a value, as a person reads it, and the id of the rule that found
 * it.  1: it is new; 0: it was known, or cannot be kept: it is too short or too
 * long, or a short word.
 */
int ses_known_add(struct ses_known *k, const char *value, size_t len,
    const char *rule, struct seshat_err *err);

/** How many there are, and how many were ever put in. */
size_t ses_known_count(const struct ses_known *k);
uint64_t ses_known_added(const struct ses_known *k);

/**
 * ses_known_scan(k, text, len, each, arg, err):
 * Tell of every place in a text where a value stands, reading through escapes
 * (view.h); each answers -1 to stop, out of memory.
 */
int ses_known_scan(const struct ses_known *k, const char *text, size_t len,
    int (*each)(void *arg, const char *from, const char *to, const char *rule),
    void *arg, struct seshat_err *err);

/** Append the set as text, and read it.  Errors of the latter:
 * SESHAT_ECORRUPT, it is none of ours, or of another key. */
void ses_known_format(const struct ses_known *k, struct ses_buf *out);
int ses_known_parse(
    struct ses_known *k, const char *text, size_t len, struct seshat_err *err);

#endif
