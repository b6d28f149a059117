#ifndef SES_S3_H
#define SES_S3_H

#include "net/http.h"
#include "net/sigv4.h"
#include "store/backends.h"
#include "store/s3_login.h"

/*
 * Store in a bucket that speaks S3: what its files share.
 *
 *	s3.c          the operations
 *	s3_place.c    which bucket, where: URL, environment, files of the tools
 *	s3_login.c    with whose keys
 *	s3_call.c     one request, signed; region and clock put right
 *	s3_error.c    what an answer that is none means
 *	s3_list.c     listing, page by page
 *	s3_file.c     putting files, in parts where they are large
 *	s3_delete.c   deleting many at once
 *	s3_learn.c    which conditions the server heeds
 */
struct ses_s3 {
	/* s3_place.c */
	struct ses_buf scheme; /* of the endpoint: http or https */
	struct ses_buf host;   /* with its port, where one is named */
	struct ses_buf base;   /* path before all others: "" or "/a/b" */
	int is_aws;            /* host is AWS's and follows the region */
	int is_virtual;        /* the bucket stands before the host */
	struct ses_buf bucket;
	struct ses_buf prefix; /* of all keys: "" or "a/b/" */
	struct ses_buf region;
	struct ses_buf profile; /* of the AWS tools' files; "": none named */
	char *ca_file;          /* NULL: the system's certificates */

	/* s3_login.c, when the first request is made */
	struct ses_s3_login login;      /* forgotten when it is refused */
	const char *keys_from;          /* where it was from; or NULL */
	struct ses_store_access access; /* of the configuration; borrowed */
	struct ses_sigv4_signer signer;

	struct ses_store_notes *notes;
	struct ses_http *http; /* when the first request is made */
	int64_t skew_ms;       /* what our clock is behind the server's */

	/* s3_learn.c */
	int learned;
	unsigned heeds; /* SES_STORE_CREATE_ONLY, SES_STORE_MATCH */
	int bare_tags;  /* it wants If-Match without quotes */
	char probe[48]; /* name of what it is tried with; "": none yet */
};

/** Fill in where the store is; no request, no secret. */
int ses_s3_place(struct ses_s3 *s, const char *url,
    const struct ses_store_access *access, struct seshat_err *err);

/** Whether it looks like the name of a region. */
int ses_s3_is_region(const char *text);

/** The host of AWS for the region. */
int ses_s3_aws_host(struct ses_s3 *s, struct seshat_err *err);

#define SES_S3_PARAMS  6
#define SES_S3_HEADERS 4

/* One request.  Strings are borrowed. */
struct ses_s3_call {
	const char *method;
	const char *key; /* below the prefix of the store; NULL: the bucket */
	struct ses_sigv4_pair params[SES_S3_PARAMS]; /* decoded */
	size_t n_params;
	struct ses_sigv4_pair headers[SES_S3_HEADERS]; /* lower case */
	size_t n_headers;
	const void *body;
	size_t len;
	const struct ses_sink *sink;   /* of the body; NULL: answer.body */
	uint64_t *count;               /* of this kind of request */
	struct ses_http_answer answer; /* freed by ses_s3_done */
};

/**
 * ses_s3_call(s, c, err):
 * Make the request, signed; again at once where the server says that the
 * region or the clock is another one.  0 when the answer is good (2xx).
 * Errors: those of ses_s3_fail; SESHAT_ENET; SESHAT_EAUTH, no credentials.
 */
int ses_s3_call(
    struct ses_s3 *s, struct ses_s3_call *c, struct seshat_err *err);

/** Release what a call holds. */
void ses_s3_done(struct ses_s3_call *c);

/** Append the value of <name>...</name> of a small XML document that holds no
 * other of that name; 1, or 0 when there is none. */
int ses_s3_element(
    const struct ses_buf *xml, const char *name, struct ses_buf *out);

/**
 * ses_s3_fail(s, c, err):
 * What a bad answer means: SESHAT_ENOTFOUND, no such object; SESHAT_ENOSTORE,
 * no such bucket, or what answers is no S3; SESHAT_EAUTH; SESHAT_EEXISTS and
 * SESHAT_ECONFLICT for a condition that did not hold; SESHAT_ENET, it may pass;
 * SESHAT_EUNSUPPORTED; SESHAT_ELIMIT; else SESHAT_ESYS.  Always -1.
 */
int ses_s3_fail(
    struct ses_s3 *s, const struct ses_s3_call *c, struct seshat_err *err);

/** Hand out what one page of a listing shows, in order.  Errors:
 * SESHAT_EFORMAT, it is none. */
int ses_s3_list_page(struct ses_s3 *s, const struct ses_buf *xml,
    ses_store_seen *seen, void *arg, struct seshat_err *err);

/* Operations of store/backends.h that have files of their own. */
int ses_s3_list(void *st, const struct ses_store_list *what,
    ses_store_seen *seen, void *arg, struct seshat_err *err);
int ses_s3_del_many(
    void *st, const char *const *keys, size_t n, struct seshat_err *err);
int ses_s3_learn(void *st, unsigned *caps, struct seshat_err *err);

/** What was learned proved wrong: it is asked anew. */
void ses_s3_forget(void *st);

/** One plain PUT; condition is a header "if-match" or "if-none-match" or
 * NULL. */
int ses_s3_put(struct ses_s3 *s, const char *key, const struct ses_put *what,
    const struct ses_sigv4_pair *condition, int64_t *when,
    struct seshat_err *err);

/** The same of a file, in parts where it is large. */
int ses_s3_put_file(struct ses_s3 *s, const char *key,
    const struct ses_put *what, const struct ses_sigv4_pair *condition,
    int64_t *when, struct seshat_err *err);

/** One DELETE. */
int ses_s3_del(void *st, const char *key, struct seshat_err *err);

#endif
