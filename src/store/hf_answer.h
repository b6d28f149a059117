#ifndef SES_HF_ANSWER_H
#define SES_HF_ANSWER_H

#include "net/http.h"

/* What the hub's good answers say: JSON of its bucket API, and headers. */

/* An object as the hub tells of it. */
struct ses_hf_object {
	const char *path; /* with the store's prefix; valid for the call */
	uint64_t size;
	int64_t uploaded; /* ms since 1970, 0 if it does not tell */
	char hash[80];    /* of its content; "" if it does not tell */
};

/** Non-zero stops and is returned. */
typedef int ses_hf_seen(
    void *arg, const struct ses_hf_object *o, struct seshat_err *err);

/**
 * ses_hf_objects(body, seen, arg, err):
 * Tell of every file of a page of a listing, or of an answer to paths-info.
 * Errors: SESHAT_EFORMAT, it is none, or has an entry without type or path.
 */
int ses_hf_objects(const struct ses_buf *body, ses_hf_seen *seen, void *arg,
    struct seshat_err *err);

/**
 * ses_hf_cursor(a, out, err):
 * The cursor of the page behind this one, out of the URL in its Link header,
 * which is not to be believed otherwise.  1, or 0 at the last page.
 * Errors: SESHAT_EFORMAT, there is a next page without a cursor, or a Link that
 * cannot be understood.
 */
int ses_hf_cursor(const struct ses_http_answer *a, struct ses_buf *out,
    struct seshat_err *err);

/** Whether a bucket's description says that it is private: 1, else 0. */
int ses_hf_is_private(const struct ses_buf *body);

/* Where bytes are stored, and the token for there: a secret. */
struct ses_hf_cas {
	struct ses_buf url; /* without a "/" at its end */
	struct ses_buf token;
	int64_t until; /* ms since 1970 */
};

/** Read an answer to xet-write-token.  Errors: SESHAT_EFORMAT, it is none. */
int ses_hf_cas_read(
    const struct ses_buf *body, struct ses_hf_cas *out, struct seshat_err *err);

/** Release, and leave no token in memory. */
void ses_hf_cas_wipe(struct ses_hf_cas *c);

/* What an answer to a batch says. */
struct ses_hf_batch {
	int is_success;
	uint64_t succeeded;
	uint64_t n_failed; /* that it tells of, with a path or without */
};

/**
 * ses_hf_batch_read(body, secrets, out, failed, arg, err):
 * Read an answer to a batch; failed is told of each path that was not done,
 * "" where none is named, with the reason, fit for a terminal
 * and without the secrets (ses_hf_mask).
 * Errors: SESHAT_EFORMAT, it is none.
 */
int ses_hf_batch_read(const struct ses_buf *body, const char *const *secrets,
    struct ses_hf_batch *out,
    void (*failed)(void *arg, const char *path, const char *why), void *arg,
    struct seshat_err *err);

/**
 * ses_hf_batch_left(b, sent, named, left, n):
 * Take from left, a mark for each of n lines, what an answer says was done;
 * named marks those that it says were not.  All are done only if it says so in
 * every way it can; where its figures do not agree, none is.  Answers how many
 * are left.
 */
size_t ses_hf_batch_left(const struct ses_hf_batch *b, size_t sent,
    const unsigned char *named, unsigned char *left, size_t n);

/** Milliseconds until the limit of a RateLimit header ("api";r=0;t=55) is over,
 * 0 if it says nothing. */
int64_t ses_hf_limit(const char *header);

/** Put *** for each of the secrets, a list that ends with NULL, or is NULL. */
void ses_hf_mask(struct ses_buf *text, const char *const *secrets);

/** Append what an error says of itself, fit for a terminal and without the
 * secrets: X-Error-Message or the body's "error". */
void ses_hf_reason(const struct ses_http_answer *a, const char *const *secrets,
    struct ses_buf *out);

#endif
