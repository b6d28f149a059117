#ifndef SES_INDEX_H
#define SES_INDEX_H

#include <jansson.h>

#include "store/store.h"

/*
 * One line per session, so that a listing opens no session: the objects
 * index/<owner>/<when>-<random>.jsonl.gz.  Whoever stored something adds one
 * with the rows that are new, and folds them when they are many.  A cache,
 * written by its owner alone; what the pins say counts.
 */

/**
 * ses_index_update(s, owner, rows, n, err):
 * Add n rows, objects with "harness" and "id", which take the place of earlier
 * ones of the same sessions, but for rows that tell more of the same stream.
 * The caller holds the local lock of the index.
 */
int ses_index_update(struct ses_store *s, const char *owner,
    json_t *const *rows, size_t n, struct seshat_err *err);

/** Take the rows of n sessions, each named "<harness>/<id>", out of this
 * owner's index; under the same lock. */
int ses_index_remove(struct ses_store *s, const char *owner,
    const char *const *names, size_t n, struct seshat_err *err);

/** Hand out the rows of all indexes of the store, of each owner one for a
 * session.  What is damaged is passed over. */
int ses_index_each(struct ses_store *s,
    int (*each)(void *arg, json_t *row, struct seshat_err *err), void *arg,
    struct seshat_err *err);

/** Whether an old row tells more than the one that was written after it, of the
 * same session by the same owner, so that it stays. */
int ses_index_is_newer(const json_t *old, const json_t *row);

/** Hand out the objects of all indexes, of each owner in the order in which
 * they were written. */
int ses_index_objects(struct ses_store *s, ses_store_seen *seen, void *arg,
    struct seshat_err *err);

/** Hand out the rows of one object; one that is damaged or gone has none. */
int ses_index_object(struct ses_store *s, const char *key,
    int (*each)(void *arg, json_t *row, struct seshat_err *err), void *arg,
    struct seshat_err *err);

/** Hand out every row that stands in an index, with its owner, also those that
 * others have followed. */
int ses_index_rows(struct ses_store *s,
    int (*each)(
	void *arg, const char *owner, json_t *row, struct seshat_err *err),
    void *arg, struct seshat_err *err);

/**
 * ses_index_edit(s, owner, edit, arg, err):
 * Write this owner's index anew, after edit has changed what it likes of its
 * rows; under the same lock.
 */
int ses_index_edit(struct ses_store *s, const char *owner,
    int (*edit)(void *arg, json_t *row, struct seshat_err *err), void *arg,
    struct seshat_err *err);

#endif
