#ifndef SES_AHEAD_H
#define SES_AHEAD_H

#include "store/store.h"

/*
 * Fetching objects before they are asked for, several at a time: over a
 * network the time is spent waiting.  Each thread has a connection of its own.
 */
struct ses_ahead;

/**
 * ses_ahead_start(out, url, access, keys, n, err):
 * Begin to fetch n objects, in this order.  Copies what it is given but
 * access.  Owns: ses_ahead_free.
 */
int ses_ahead_start(struct ses_ahead **out, const char *url,
    const struct ses_store_access *access, const char *const *keys, size_t n,
    struct seshat_err *err);

/**
 * ses_ahead_take(a, key, out):
 * The object, appended to out: 1; 0 when it is none of those to come, or
 * could not be fetched: whoever asks for it again will learn why.  Those
 * before it are dropped.
 */
int ses_ahead_take(struct ses_ahead *a, const char *key, struct ses_buf *out);

/** Stop, and wait for the requests under way.  NULL is allowed. */
void ses_ahead_free(struct ses_ahead *a);

#endif
