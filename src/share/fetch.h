#ifndef SES_SHARE_FETCH_H
#define SES_SHARE_FETCH_H

#include "github/gist.h"
#include "share/encode.h"

/* Of one session that is downloaded; a bomb, not a transcript, is longer. */
#define SES_FETCH_MAX (UINT64_C(8) << 30)

/* A session that was fetched, in a nameless file. */
struct ses_fetched {
	struct ses_spool spool;
	char *session_id;            /* as its bundle says */
	char *harness;               /* NULL: it does not say */
	char sha256[SES_SHA256_HEX]; /* of what is in spool */
};

/**
 * ses_share_fetch(g, gist, session_id, keys, dir, out, err):
 * Get the session that a gist holds, decoded and checked against its manifest,
 * or where it has none, as other programs make them, against GitHub's own
 * hash.  session_id: the one that is expected, or NULL.  Release with
 * ses_fetched_free, also after an error.
 * Errors: SESHAT_ENOTFOUND, no session, or another one, is in it, or its
 * upload was not finished; SESHAT_ECORRUPT; those of ses_bundle_decode and of
 * ses_github_do.
 */
int ses_share_fetch(struct ses_github *g, const struct ses_gist *gist,
    const char *session_id, const struct ses_age_keys *keys, const char *dir,
    struct ses_fetched *out, struct seshat_err *err);

void ses_fetched_free(struct ses_fetched *f);

#endif
