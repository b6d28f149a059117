#ifndef SES_SHARE_ENCODE_H
#define SES_SHARE_ENCODE_H

#include "share/bundle.h"

/* The stored text of a bundle, made of a session and back. */

/** Append what text becomes to out; of SES_BUNDLE_TEXT there is none.  to: as
 * ses_bundle_make has it. */
int ses_bundle_encode(const struct ses_spool *text,
    enum ses_bundle_encoding encoding, const struct ses_age_to *to,
    struct ses_spool *out, struct seshat_err *err);

/**
 * ses_bundle_decode(stored, encoding, keys, max, out, err):
 * Append the session that a stored text holds to out, at most max bytes.
 * Errors: SESHAT_EAUTH, no key fits; SESHAT_ECORRUPT; SESHAT_ELIMIT.
 */
int ses_bundle_decode(const struct ses_spool *stored,
    enum ses_bundle_encoding encoding, const struct ses_age_keys *keys,
    uint64_t max, struct ses_spool *out, struct seshat_err *err);

#endif
