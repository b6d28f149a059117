#ifndef SES_SPOOL_H
#define SES_SPOOL_H

#include "mirror/flush.h"

/*
 * Copies of objects that were just stored in a far store, until they are
 * merged: so that merging fetches nothing.  A cache: each copy is checked
 * like an object from the store, and one that is missing is fetched.
 *
 *	$XDG_STATE_HOME/seshat/spool/<store>/<stream>/<object>
 */

/** Keep a copy of an object of a stream; but not of a near store, of a large
 * one, nor of what holds the stream's first part. */
void ses_spool_keep(const struct ses_flush *f, const char *stream,
    const struct ses_entry *e, const void *data, size_t len);

/** The copy of an object: 1 and object holds it, 0 there is none. */
int ses_spool_get(const struct ses_flush *f, const char *stream,
    const char *name, struct ses_buf *object);

/** Forget the copy of an object. */
void ses_spool_drop(
    const struct ses_flush *f, const char *stream, const char *name);

/** Forget all copies of a stream. */
void ses_spool_clear(const struct ses_mirror *m, const char *stream);

/** Forget those of all streams of a session that is removed. */
void ses_spool_clear_all(
    const struct ses_mirror *m, const struct ses_state *state);

/** Forget the copies of a stream but for those of objects that parts, the
 * entries of its checkpoint, name; NULL: none. */
void ses_spool_prune(
    const struct ses_mirror *m, const char *stream, const json_t *parts);

/** Forget those of all streams but for the members of the object known. */
void ses_spool_prune_all(const struct ses_mirror *m, const json_t *known);

#endif
