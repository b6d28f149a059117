#ifndef SES_MIRROR_WORKSPACE_H
#define SES_MIRROR_WORKSPACE_H

#include "mirror/mirror.h"

/*
 * Adding the files that an agent made to its session in a store.  A file is
 * stored as it is or, where the rules see a secret in it or its name, not at
 * all.  What has been stored and is unchanged is not even opened.  A file that
 * is gone from the folder stays in the store.
 */
#define SES_WORKSPACE_MAX (UINT64_C(5) << 30) /* bytes of one: S3's limit */

struct ses_workspace_result {
	uint64_t added; /* files that were stored, new or again */
	uint64_t added_bytes;
	uint64_t same;    /* were there */
	uint64_t secret;  /* left out: a secret is in them; */
	uint64_t deleted; /* of these so many were stored, and are no more */
	uint64_t failed; /* could not be read or stored, or changed meanwhile */
	uint64_t links;  /* left out, and what is no file */
	uint64_t gone;   /* in the store and not in the folder any more */
};

struct ses_workspace_how {
	const char *dir;
	/* what was left out, and why; code is SESHAT_OK for a secret */
	void (*left_out)(
	    void *arg, const char *path, int code, const char *why);
	void *arg;
};

/**
 * ses_workspace_add(m, w, how, r, err):
 * Bring what the store has of the session's workspace up to the folder
 * how->dir.  Killed at any moment, the next call goes on.
 * Errors: SESHAT_ENOTFOUND, there is no such folder; those of the store.
 */
int ses_workspace_add(struct ses_mirror *m, const struct ses_where *w,
    const struct ses_workspace_how *how, struct ses_workspace_result *r,
    struct seshat_err *err);

#endif
