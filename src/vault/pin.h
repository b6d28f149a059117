#ifndef SES_PIN_H
#define SES_PIN_H

#include "store/store.h"
#include "vault/key.h"

/*
 * Which project a session belongs to, chosen once: the object
 * ids/<harness>/<id> is made before anything else and obeyed by all.  And
 * the sign that its user removed it: removed/<harness>/<id>.
 */

/** Append the project that is pinned.  Errors: SESHAT_ENOTFOUND. */
int ses_pin_get(struct ses_store *s, const struct ses_where *w,
    struct ses_buf *project, struct seshat_err *err);

/** Pin w->project, or find that another one is pinned already: either way
 * the pinned project is appended to project. */
int ses_pin_make(struct ses_store *s, const struct ses_where *w,
    struct ses_buf *project, struct seshat_err *err);

/** Put w->project in place of whatever the pin says: to mend one that nobody
 * can read. */
int ses_pin_mend(
    struct ses_store *s, const struct ses_where *w, struct seshat_err *err);

/** Delete the pin. */
int ses_pin_drop(
    struct ses_store *s, const struct ses_where *w, struct seshat_err *err);

/** Whether the user removed the session: 1, 0 or -1. */
int ses_removed_get(
    struct ses_store *s, const struct ses_where *w, struct seshat_err *err);

/**
 * ses_vault_remove(s, w, err):
 * Remove a session for good: the sign first, so that no mirror brings it
 * back, then every object it has, then the pin.  Killed in between, the next
 * call goes on.
 */
int ses_vault_remove(
    struct ses_store *s, const struct ses_where *w, struct seshat_err *err);

/** Allow the session to be mirrored again. */
int ses_removed_undo(
    struct ses_store *s, const struct ses_where *w, struct seshat_err *err);

#endif
