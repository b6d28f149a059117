#ifndef SES_INDEX_H
#define SES_INDEX_H

#include <jansson.h>

#include "store/store.h"

/*
 * One line per session, so that a listing opens no session: the object
 * <project>/index/<owner>.jsonl.gz.  A cache, rewritten by its owner alone;
 * what the pins say counts.
 */

/**
 * ses_index_update(s, project, owner, rows, n, err):
 * Put n rows (objects with "id" and "harness") in place of those of the same
 * sessions, but for rows that tell more of the same stream.  The caller holds
 * the local lock of the index.
 */
int ses_index_update(struct ses_store *s, const char *project,
    const char *owner, json_t *const *rows, size_t n, struct seshat_err *err);

/** Take the rows of one session out of this owner's index. */
int ses_index_remove(struct ses_store *s, const char *project,
    const char *owner, const char *harness, const char *id,
    struct seshat_err *err);

/** Hand out the rows of every index of the store (of one project, unless
 * NULL).  A damaged index or line is passed over. */
int ses_index_each(struct ses_store *s, const char *project,
    int (*each)(void *arg, json_t *row, struct seshat_err *err), void *arg,
    struct seshat_err *err);

#endif
