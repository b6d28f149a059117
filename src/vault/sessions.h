#ifndef SES_VAULT_SESSIONS_H
#define SES_VAULT_SESSIONS_H

#include <jansson.h>

#include "store/store.h"
#include "vault/key.h"

/* Which sessions a store holds. */

/** The session that was asked for; strings owned, ses_found_free. */
struct ses_found {
	char *project;
	char *harness;
	char *id;
};

void ses_found_free(struct ses_found *f);

/** f as keys want it; borrowed. */
struct ses_where ses_found_where(const struct ses_found *f);

/**
 * ses_vault_find(s, text, out, err):
 * The session whose id is text or begins with it, "harness/id" to tell two
 * harnesses apart; what stands before a slash and is no harness is part of
 * the id.  A session goes before its own subagents; "a.b" fits
 * the subagents beginning with b of the session beginning with a.
 * Errors: SESHAT_ENOTFOUND; SESHAT_EUSAGE, several fit: they are named.
 */
int ses_vault_find(struct ses_store *s, const char *text, struct ses_found *out,
    struct seshat_err *err);

/**
 * ses_vault_list(s, project, harness, rows, err):
 * Set *rows to an array of the summaries of all sessions (NULL: of any
 * project, harness), in no order: from the indexes, and for what they do not
 * list from the sessions themselves.  Owns: the caller json_decref's it.
 */
int ses_vault_list(struct ses_store *s, const char *project,
    const char *harness, json_t **rows, struct seshat_err *err);

/**
 * ses_vault_pins(s, prefix, pin, arg, err):
 * Hand out the sessions that have a pin, "ids/" or those of one folder in it,
 * or that their users removed, "removed/".
 */
int ses_vault_pins(struct ses_store *s, const char *prefix,
    int (*pin)(
	void *arg, const char *harness, const char *id, struct seshat_err *err),
    void *arg, struct seshat_err *err);

/** The row of one session that no index lists, as ses_vault_list has it; NULL:
 * it is gone.  Owns: the caller json_decref's *row. */
int ses_vault_row(struct ses_store *s, const char *harness, const char *id,
    json_t **row, struct seshat_err *err);

#endif
