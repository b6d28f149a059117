#ifndef SES_OWNED_H
#define SES_OWNED_H

#include "base/buf.h"
#include "base/owner.h"

/*
 * Ids of sessions whose names other machines may use as well: the name, "@",
 * and the beginning of the owner (FORMATS.md, section 2).
 */

/**
 * ses_owned_id(o, name, len, out, err):
 * Set out to the id of a name of len bytes, or, when that does not do for a
 * store (over 200 bytes escaped, not UTF-8, control characters), to
 * ses_owned_hash of the name itself.
 */
int ses_owned_id(const struct ses_owner *o, const char *name, size_t len,
    struct ses_buf *out, struct seshat_err *err);

/**
 * ses_owned_hash(o, name, len, told_by, out, err):
 * Set out to an id that always does: what fits of the name's last component,
 * "-", 16 hex digits of the SHA-256 of told_by, "@", the owner.
 */
int ses_owned_hash(const struct ses_owner *o, const char *name, size_t len,
    const char *told_by, struct ses_buf *out, struct seshat_err *err);

#endif
