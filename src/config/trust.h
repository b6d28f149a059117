#ifndef SES_TRUST_H
#define SES_TRUST_H

#include "base/buf.h"

/*
 * Which configuration files found in working directories the user trusts:
 * real paths and the SHA-256 of what the files held, in trusted.json of the
 * state folder.
 */

/**
 * ses_trust_path(path, real, err):
 * Append the name a file is remembered by: its real path.  Of a file that is
 * gone, the real path of its folder and its name.
 * Errors: SESHAT_ENOTFOUND, the folder is gone too.
 */
int ses_trust_path(
    const char *path, struct ses_buf *real, struct seshat_err *err);

/**
 * ses_trust_has(path, data, len, err):
 * Whether the file at path, which holds these bytes, is trusted: 1 or 0.  A
 * list that cannot be read trusts nothing.
 * Errors: SESHAT_ENOMEM.
 */
int ses_trust_has(
    const char *path, const void *data, size_t len, struct seshat_err *err);

/**
 * ses_trust_add(real, data, len, err):
 * Trust the file while it holds these bytes; real is from ses_trust_path.
 * Errors: SESHAT_ECORRUPT, the list is damaged; SESHAT_EFORMAT, the path is
 * not UTF-8; SESHAT_ELIMIT, the list is full.
 */
int ses_trust_add(
    const char *real, const void *data, size_t len, struct seshat_err *err);

/** Trust it no longer.  Errors: SESHAT_ENOTFOUND, it was not trusted. */
int ses_trust_remove(const char *real, struct seshat_err *err);

/** Hand out the list. */
int ses_trust_each(int (*each)(void *arg, const char *real, const char *sha256,
		       struct seshat_err *err),
    void *arg, struct seshat_err *err);

#endif
