#ifndef SES_KEEPER_H
#define SES_KEEPER_H

#include "catalog/catalog.h"

/*
 * Keeps the catalog of a store up to date beside a server: a thread with a
 * store and a catalog of its own.  It is told of what is mirrored, and looks
 * into the store when it is asked to.
 */
struct ses_keeper;

/** Begin; url and access are borrowed. */
int ses_keeper_start(struct ses_keeper **out, const char *url,
    const struct ses_store_access *access, struct seshat_err *err);

/** End, soon.  NULL is allowed. */
void ses_keeper_stop(struct ses_keeper *k);

/** Open the catalog that it keeps, for another thread, whose store s is of the
 * same URL.  Owns: ses_catalog_free, before the keeper is stopped. */
int ses_keeper_catalog(const struct ses_keeper *k, struct ses_catalog **out,
    struct ses_store *s, struct seshat_err *err);

/**
 * ses_keeper_fresh(k, wait_ms):
 * Let the catalog tell what the store holds now, and wait for that at most so
 * long: 1 if it does, 0 if it is still at it, or cannot.  Any thread.
 */
int ses_keeper_fresh(struct ses_keeper *k, int64_t wait_ms);

/**
 * ses_keeper_listed(k, wait_ms):
 * The same of lists alone, which do not wait for text: 1, they tell what the
 * store held when this was called, or 0.  Any thread.
 */
int ses_keeper_listed(struct ses_keeper *k, int64_t wait_ms);

/**
 * ses_keeper_part(k, w, stream, e, text, len):
 * A part was stored.  The text is copied; when too much waits it is passed
 * over, and the next update sees to it.  Any thread; never waits.
 */
void ses_keeper_part(struct ses_keeper *k, const struct ses_where *w,
    const char *stream, const struct ses_entry *e, const char *text,
    size_t len);

#endif
