#ifndef SES_STORED_H
#define SES_STORED_H

#include "base/owner.h"
#include "base/spool.h"
#include "restore/restore.h"

/* One session as it is stored, read whole and checked before anything is
 * written.  Start from {0}; release with ses_stored_free. */
struct ses_stored {
	struct ses_spool text;
	char *source;               /* where it was read from, "": unknown */
	char writer[SES_WRITER_ID]; /* of the stream */
	char *cwd;       /* first recorded working directory, or NULL */
	int64_t started; /* ms since 1970, 0: unknown */
};

/**
 * ses_stored_load(how, w, stream, r, out, err):
 * Read a stream of a session (NULL: the current one).  What was redacted in
 * it is added to r->redactions, what is damaged to r->damage; r->stream and
 * r->streams are set where that is wanted, which is r->stream being "".
 * Errors: SESHAT_ENOTFOUND; SESHAT_ECORRUPT, unless how->force: then out has
 * the whole lines before the damage; SESHAT_EUNSUPPORTED, it is of a database.
 */
int ses_stored_load(const struct ses_restore_how *how,
    const struct ses_where *w, const char *stream, struct ses_restore *r,
    struct ses_stored *out, struct seshat_err *err);

/** Add what was redacted, "rule:count,…", to r->redactions. */
int ses_stored_count(
    struct ses_restore *r, const char *text, struct seshat_err *err);

void ses_stored_free(struct ses_stored *s);

#endif
