#ifndef SES_SLICES_H
#define SES_SLICES_H

#include "vault/reading.h"

/*
 * What a large archived object holds, of which a page needs little: the cache
 * keeps slices of its text, and how many lines each of them has.  They are
 * kept under the SHA-256 of the text as well as the object's name, so that
 * one that was replaced is never answered by what was kept of the other.
 */

/**
 * ses_slices_push(r, e, err):
 * As ses_reading_push, of an archived object that is known and whose text is
 * not held in memory.  Takes 2 MiB, beside what unpacking takes.
 * Errors: as ses_reading_push; SESHAT_ECORRUPT or SESHAT_ENOTFOUND also when
 * something was pushed, which is right: it was checked before.
 */
int ses_slices_push(
    struct ses_reading *r, const struct ses_entry *e, struct seshat_err *err);

#endif
