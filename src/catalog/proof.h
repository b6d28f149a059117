#ifndef SES_PROOF_H
#define SES_PROOF_H

#include <jansson.h>

#include "catalog/db.h"

/*
 * What shows, without a listing, that rows are those of the store: of a store
 * of folders, when and by whose inode its folders ids/, removed/ and index/,
 * what is in them, and the folders of sessions that no index lists were changed
 * last.  All that a list is made of gets its name in one of these by link or
 * rename, and loses it there, which changes the folder.  It is kept with the
 * rows, in one transaction.  Other stores, and folders of other machines, have
 * none.
 */
struct ses_proof {
	int is_local;
	int64_t whole; /* when all was listed, ms since 1970 */
	json_t *old;   /* key -> stamp, as kept; empty: nothing is known */
	json_t *now;
};

/**
 * ses_proof_take(c, p, err):
 * Stamp the folders as they are, before anything is listed.  Also after an
 * error: ses_proof_free.
 */
int ses_proof_take(
    struct ses_catalog *c, struct ses_proof *p, struct seshat_err *err);

void ses_proof_free(struct ses_proof *p);

/** Stamp one more folder, before it is looked into. */
int ses_proof_add(struct ses_catalog *c, struct ses_proof *p, const char *key,
    struct seshat_err *err);

/** Whether what is in a folder may be another than what the rows were made of:
 * 1 also where nothing tells. */
int ses_proof_changed(const struct ses_proof *p, const char *key);

/** The same of any folder whose key begins so, also of those that are gone. */
int ses_proof_any(const struct ses_proof *p, const char *prefix);

/** Keep it with the rows that were made; in their transaction. */
int ses_proof_keep(
    struct ses_catalog *c, const struct ses_proof *p, struct seshat_err *err);

#endif
