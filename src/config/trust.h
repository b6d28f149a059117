#ifndef SES_TRUST_H
#define SES_TRUST_H

#include "base/buf.h"

/* Which configuration files found in working directories the user trusts:
 * real paths and the SHA-256 of what they held, in the state folder. */

/** Whether the file at path, which holds these bytes, is trusted: 1 or 0. */
int ses_trust_has(const char *path, const char *data, size_t len);

/** Hand out the trusted paths. */
int ses_trust_each(int (*each)(void *arg, const char *path, const char *sha256,
		       struct seshat_err *err),
    void *arg, struct seshat_err *err);

#endif
