#ifndef SES_SHARE_TEXT_H
#define SES_SHARE_TEXT_H

#include "base/hash.h"
#include "base/spool.h"
#include "harness/harness.h"
#include "redact/custom.h"
#include "store/store.h"
#include "vault/key.h"

/* Where the session to be shared is: on this machine, or in a store. */
struct ses_share_source {
	const struct ses_session *session; /* NULL: in the store */
	const char *path; /* of a file that is its text; NULL: none is */
	struct ses_store *store;
	struct ses_where where;
	const char *harness;
	const char *id;
};

/* A session without its secrets, as it may leave the machine. */
struct ses_share_text {
	struct ses_spool spool;
	char sha256[SES_SHA256_HEX];
	uint64_t size;
	uint64_t lines;
	uint64_t redactions;
	int is_plain; /* a gist keeps every byte of it: UTF-8, no control
		       * characters but tab and newline, not blank */
};

/**
 * ses_share_text_make(t, source, custom, dir, err):
 * Read a session, twice: what is told to be a secret anywhere in it is replaced
 * everywhere, also before.  custom: the user's rules, or NULL.  The text is in
 * a nameless file in the folder dir.  Release with ses_share_text_free, also
 * after an error.
 */
int ses_share_text_make(struct ses_share_text *t,
    const struct ses_share_source *source, const struct ses_custom *custom,
    const char *dir, struct seshat_err *err);

void ses_share_text_free(struct ses_share_text *t);

/* Whether a text that comes in blocks survives as a string of JSON that GitHub
 * stores.  Start from {0}. */
struct ses_plain {
	char rest[4]; /* of a character that the last block cut */
	size_t n_rest;
	int is_not;     /* something in it does not */
	int is_visible; /* something in it is no white space */
};

/** Add a block. */
void ses_plain_add(struct ses_plain *p, const char *data, size_t len);

/** Whether all that was added was plain, and not blank. */
int ses_plain_is(const struct ses_plain *p);

#endif
