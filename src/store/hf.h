#ifndef SES_HF_H
#define SES_HF_H

#include "store/far.h"
#include "store/hf_answer.h"
#include "store/hf_login.h"

/*
 * Store in a bucket of Hugging Face: what its files share.
 *
 *	hf.c         the operations
 *	hf_place.c   which bucket, of which hub
 *	hf_login.c   with whose token
 *	hf_call.c    one request to the hub
 *	hf_error.c   what an answer that is none means
 *	hf_answer.c  what the good answers say
 *	hf_list.c    listing, page by page
 *	hf_put.c     putting: what is stored, and that it is seen
 *	hf_cas.c     requests to where the bytes are stored
 *	hf_batch.c   changes of many names at once
 *
 * What is put is stored by its hash first, which nobody sees; a line of a batch
 * gives it a name then.
 */
struct ses_hf {
	/* hf_place.c */
	struct ses_far_place hub;
	int is_usual;          /* it is huggingface.co */
	struct ses_buf bucket; /* namespace/name */
	struct ses_buf prefix; /* of all keys: "" or "a/b/" */
	const char *ca_file;   /* NULL: the system's certificates */

	/* when the first request is made */
	struct ses_hf_login login; /* forgotten when it is refused */
	const char *token_from;    /* where it was from; or NULL */
	struct ses_store_access access;
	struct ses_http *http;
	struct ses_store_notes *notes;

	/* hf_cas.c */
	struct ses_hf_cas cas;
	int64_t cas_until; /* by the steady clock; 0: there is none */

	int may_write;   /* it was seen that others cannot read */
	int64_t looked;  /* at that, by the steady clock */
	int is_unsorted; /* the hub lists in another order than ours */
};

#define SES_HF_URL "https://huggingface.co"

/** Fill in where the store is; no request, no secret. */
int ses_hf_place(struct ses_hf *s, const char *url,
    const struct ses_store_access *access, struct seshat_err *err);

/** Whether the hub takes it as a path: FORMATS.md's keys that it refuses are
 * those with ".." at the end of a component. */
int ses_hf_is_path(const char *path);

/* One request to the hub.  Strings are borrowed. */
struct ses_hf_call {
	const char *method;
	const struct ses_buf *path; /* encoded, behind the hub's address */
	const char *type;           /* of the body */
	const char *range;          /* of the bytes; "" or NULL: all */
	/* before each try: 0, or -1 when it must not be made; or NULL */
	int (*before)(void *arg, struct seshat_err *err);
	void *arg;
	const char *does; /* "read from", for people */
	const void *body;
	size_t len;
	const struct ses_sink *sink;   /* of a good answer's body */
	int is_download;               /* its redirect is a good answer */
	int also;                      /* a status that is one, too */
	uint64_t *count;               /* of this kind of request; or NULL */
	struct ses_http_answer answer; /* freed by ses_hf_done */
	struct ses_buf url;            /* that was asked last */
};

/** Begin the path of a request: "/api/buckets/namespace/name" and what. */
void ses_hf_api(const struct ses_hf *s, struct ses_buf *path, const char *what);

/**
 * ses_hf_call(s, c, err):
 * Make the request, with the token; where the bucket has another name by now,
 * to that.  0 when the answer is good (2xx).
 * Errors: those of ses_hf_fail; SESHAT_ENET; SESHAT_EAUTH, no token.
 */
int ses_hf_call(
    struct ses_hf *s, struct ses_hf_call *c, struct seshat_err *err);

/** Release what a call holds. */
void ses_hf_done(struct ses_hf_call *c);

/** After any request: what the notes say of its failure.  Answers rc. */
int ses_hf_note(struct ses_hf *s, int rc, const struct seshat_err *err);

/** How long an answer asks to wait, in ms: Retry-After, or RateLimit. */
int64_t ses_hf_wait(const struct ses_http_answer *a);

/** Note what a bad answer asks for: how long to wait, and whether that is too
 * long to try again. */
void ses_hf_heed(struct ses_hf *s, const struct ses_http_answer *a);

/**
 * ses_hf_fail(s, c, err):
 * What a bad answer of the hub means: SESHAT_ENOTFOUND, no such object;
 * SESHAT_ENOSTORE, no such bucket, or what answers is no hub; SESHAT_EAUTH;
 * SESHAT_ENET, it may pass; SESHAT_ELIMIT; else SESHAT_ESYS.  Always -1.
 */
int ses_hf_fail(
    struct ses_hf *s, const struct ses_hf_call *c, struct seshat_err *err);

/** The same of an answer of host's that is not about names or buckets. */
int ses_hf_fail_plain(const struct ses_hf *s, const char *host,
    const struct ses_http_answer *a, struct seshat_err *err);

/* The tokens in use, borrowed; the list ends with NULL. */
struct ses_hf_secrets {
	const char *list[3];
};

/** What must be in no text of a server's that is shown: see ses_hf_mask. */
struct ses_hf_secrets ses_hf_secrets(const struct ses_hf *s);

/**
 * ses_hf_writable(s, err):
 * See that the bucket is private, unless a public one is wanted: once for each
 * token of the storage, and again when the last look is over a minute old.
 * Errors: SESHAT_EUSAGE, it is public; those of ses_hf_call.
 */
int ses_hf_writable(struct ses_hf *s, struct seshat_err *err);

/**
 * ses_hf_cas_post(s, what, body, len, err):
 * POST to the storage, with a token of its own, that is got and renewed as
 * needed.  what is a path, "/v1/shards".
 */
int ses_hf_cas_post(struct ses_hf *s, const char *what, const void *body,
    size_t len, struct seshat_err *err);

/** Forget the storage's token. */
void ses_hf_cas_free(struct ses_hf *s);

/* A change of one name. */
struct ses_hf_change {
	const char *key;  /* below the prefix */
	const char *hash; /* that it shall have; NULL: it is deleted */
	int is_new;       /* only if there is none yet; for one by itself */
};

/**
 * ses_hf_change(s, v, n, count, err):
 * Make n changes, at most SES_STORE_BATCH.  What was not done is asked for
 * again, a few times.  Deleting what is not there is done.
 * Errors: SESHAT_EEXISTS, one that was to be new is there; SESHAT_EUSAGE, the
 * bucket has become public; those of ses_hf_call.
 */
int ses_hf_change(struct ses_hf *s, const struct ses_hf_change *v, size_t n,
    uint64_t *count, struct seshat_err *err);

/** Look for n objects, at most SES_STORE_BATCH, by the names they have at the
 * hub; seen is told of those that are there. */
int ses_hf_look(struct ses_hf *s, const char *const *keys, size_t n,
    uint64_t *count, ses_hf_seen *seen, void *arg, struct seshat_err *err);

/** Hand out what a listing of one page shows, in order.  Errors:
 * SESHAT_EFORMAT, it is none. */
int ses_hf_list_page(struct ses_hf *s, const struct ses_buf *body,
    const struct ses_store_list *what, ses_store_seen *seen, void *arg,
    struct seshat_err *err);

/* Operations of store/backends.h that have files of their own. */
int ses_hf_put(void *st, const char *key, const struct ses_put *what,
    int64_t *when, struct seshat_err *err);
int ses_hf_list(void *st, const struct ses_store_list *what,
    ses_store_seen *seen, void *arg, struct seshat_err *err);

#endif
