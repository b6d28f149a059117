#ifndef SES_VAULT_CACHE_H
#define SES_VAULT_CACHE_H

#include "base/buf.h"
#include "pack/part.h"

/*
 * What parts hold, unpacked and checked, kept for who reads them again soon: a
 * page and the one behind it are mostly of one part.  Of large archived objects
 * it is slices (vault/slices.h).  Objects never change, so nothing in it can be
 * stale.  Any number of threads.
 */
struct ses_part_cache;

/** One that keeps at most so many bytes; NULL when out of memory. */
struct ses_part_cache *ses_part_cache_new(size_t max);

/** NULL is allowed. */
void ses_part_cache_free(struct ses_part_cache *c);

/** Append what the object of this key holds, and fill in its header: 1, or 0
 * where it is not kept.  c may be NULL. */
int ses_part_cache_get(struct ses_part_cache *c, const char *key,
    struct ses_buf *content, struct ses_part_head *head);

/** Keep what an object holds, if there is room; c may be NULL. */
void ses_part_cache_put(struct ses_part_cache *c, const char *key,
    const struct ses_buf *content, const struct ses_part_head *head);

#endif
