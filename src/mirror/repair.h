#ifndef SES_REPAIR_H
#define SES_REPAIR_H

#include "mirror/mirror.h"
#include "vault/verify.h"

/* What the source of a session says of what is stored, and mending with it. */

/**
 * ses_source_verify(store, w, session, st, v, err):
 * Compare every part of the stream, also those behind a hole, with what now
 * stands in the source it was read from; a difference is a problem told to v.
 * Answers 1 when all that is known of the stream is still in there, 0 when
 * not, and 2, without a problem, when nothing is in there any more.
 * Errors: SESHAT_ENOTFOUND, the source is gone.
 */
int ses_source_verify(struct ses_store *store, const struct ses_where *w,
    const struct ses_session *session, const struct ses_stream *st,
    struct ses_verify *v, struct seshat_err *err);

/**
 * ses_mirror_repair(m, session, damaged, n, r, err):
 * Store the whole source once more, as a new stream, and remove the n damaged
 * ones when the new one stands.  Name only streams for which
 * ses_source_verify answered 1.
 */
int ses_mirror_repair(struct ses_mirror *m, const struct ses_session *session,
    const char *const *damaged, size_t n, struct ses_flush_result *r,
    struct seshat_err *err);

#endif
