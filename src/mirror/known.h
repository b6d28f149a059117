#ifndef SES_MIRROR_KNOWN_H
#define SES_MIRROR_KNOWN_H

#include "mirror/flush.h"

/* The redactor of a flush, and the secrets that its session had so far. */

/** The secrets that are kept beside the state of a session, none where nothing
 * is.  Owns: ses_known_free; NULL after an error. */
int ses_known_load(
    const char *state_path, struct ses_known **out, struct seshat_err *err);

/** Whether the session is stored as it stands: --no-redact, or the user lets
 * its source through. */
int ses_flush_no_redact(const struct ses_flush *f);

/** The redactor, loaded at the first call, which knows the secrets that the
 * session had; NULL where nothing is redacted. */
int ses_flush_redact(
    struct ses_flush *f, struct ses_redact **out, struct seshat_err *err);

/** Whether secrets of the session are kept here. */
int ses_flush_has_known(const struct ses_flush *f);

/** Before a block is read: where the secrets that stand before the cursor were
 * not kept, read the source up to there once more.  SES_FLUSH_OK or
 * _RESTART. */
int ses_flush_recall(struct ses_flush *f, struct seshat_err *err);

/** Before a block is stored: keep what was found in it.  The state, which says
 * how much there is, is to be saved after it. */
int ses_flush_remember(struct ses_flush *f, struct seshat_err *err);

/** The same for whoever has no state of the session: keep what was found. */
int ses_known_keep(struct ses_flush *f, struct seshat_err *err);

/** Delete what was kept of a session that has no state. */
void ses_known_drop(struct ses_flush *f);

/** Delete the session's local state. */
void ses_flush_forget(struct ses_flush *f);

#endif
