#ifndef SES_SUMMARY_H
#define SES_SUMMARY_H

#include <jansson.h>

#include "vault/stream.h"

/**
 * ses_vault_summary(s, w, stream, out, err):
 * What the store itself says of a session now: the sums over the parts of
 * one stream (NULL: the current one), its checkpoint's facts, the other
 * streams, and from meta.json what only stands there (title, folder).  Owns:
 * the caller json_decref's *out.
 * Errors: SESHAT_ENOTFOUND, nothing is stored.
 */
int ses_vault_summary(struct ses_store *s, const struct ses_where *w,
    const char *stream, json_t **out, struct seshat_err *err);

/** What a row of an index, or a summary, is called at this time: "damaged",
 * "ended", "live" (an event in the last 15 minutes) or "idle". */
const char *ses_summary_state(const json_t *row, int64_t now);

#endif
