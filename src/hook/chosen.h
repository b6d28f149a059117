#ifndef SES_HOOK_CHOSEN_H
#define SES_HOOK_CHOSEN_H

#include "base/buf.h"

/*
 * Where hooks store to.  The project that an agent works in must not decide
 * where the sessions of others go, and what it sets in the environment reaches
 * hooks, too.  So of what leads to the store only that counts which 'seshat
 * hook install' found: it is remembered in the state folder.
 */

/**
 * ses_hook_choose_store(err):
 * Make the environment what it is for hooks: neither the agent's store nor its
 * endpoint, region, profile, proxy and certificates are left, what was
 * remembered is set.  Keys stay: they open, and do not lead anywhere.
 * Errors: what was remembered cannot be read; then nothing may be stored.
 */
int ses_hook_choose_store(struct seshat_err *err);

/** For 'hook install': set what is remembered and not set here, since what is
 * not said anew stays; the store only with_store. */
int ses_hook_recall(int with_store, struct seshat_err *err);

/** Remember what the environment says, and this store; NULL: that stays as it
 * is, and so does a variable that is not set; one that is empty is forgotten.
 *  1 when hooks go elsewhere than before, 0 when not. */
int ses_hook_remember(const char *store, struct seshat_err *err);

/** Whether ses_hook_remember would change anything: 1 or 0. */
int ses_hook_is_new(const char *store, struct seshat_err *err);

/** Whether anything is remembered. */
int ses_hook_has_chosen(void);

/**
 * ses_hook_as_chosen(look, arg, err):
 * Call look with the environment that hooks have; afterwards it is as before.
 * For a process that has one thread then.  Errors: of ses_hook_choose_store,
 * and nothing was called.
 */
int ses_hook_as_chosen(
    void (*look)(void *arg), void *arg, struct seshat_err *err);

/** Forget all of it. */
int ses_hook_forget(struct seshat_err *err);

/**
 * ses_hook_choice(out, err):
 * Append what names the present choice; it is another one after each
 * ses_hook_remember that changed something, and each ses_hook_forget.  Who
 * looks before ses_hook_choose_store, and finds another one later, must not go
 * on.  A worker hands it to the follow that it begins, in SES_HOOK_CHOICE.
 */
#define SES_HOOK_CHOICE "SESHAT_HOOK_CHOICE"
int ses_hook_choice(struct ses_buf *out, struct seshat_err *err);

/** The store that is remembered, appended to out; none is "". */
int ses_hook_store(struct ses_buf *out, struct seshat_err *err);

/** The names of the variables that are remembered, appended to out. */
int ses_hook_remembered(struct ses_buf *out, struct seshat_err *err);

#endif
