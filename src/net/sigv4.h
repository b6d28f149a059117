#ifndef SES_SIGV4_H
#define SES_SIGV4_H

#include "base/buf.h"

/*
 * AWS Signature Version 4 for S3, as "Authenticating Requests: Using the
 * Authorization Header" of AWS's S3 API reference describes it.
 */

/* Who signs; strings are borrowed. */
struct ses_sigv4_signer {
	const char *access_key;
	const char *secret_key;
	const char *region;
	const char *service; /* "s3" */
	/* the signing key of a day, made when first needed; start from zero */
	char day[9];
	char day_region[64];
	unsigned char key[32];
};

struct ses_sigv4_pair {
	const char *name;
	const char *value;
};

#define SES_SIGV4_PAIRS 12

struct ses_sigv4_request {
	const char *method;
	const char *path;  /* encoded, as it is sent: see ses_url_encode */
	const char *query; /* of ses_sigv4_query, as it is sent */
	/* all to be signed, "host" and "x-amz-date" among them; names in lower
	 * case, in any order; values as they are sent */
	struct ses_sigv4_pair headers[SES_SIGV4_PAIRS];
	size_t n_headers;
	const char *payload_sha256; /* 64 hex digits, or UNSIGNED-PAYLOAD */
	const char *stamp;          /* the value of x-amz-date */
};

/** "20130524T000000Z" and a NUL. */
#define SES_SIGV4_STAMP 17

/** The time t, ms since 1970, as x-amz-date has it. */
void ses_sigv4_stamp(int64_t t, char out[SES_SIGV4_STAMP]);

/**
 * ses_sigv4_query(pairs, n, out):
 * Append n <= SES_SIGV4_PAIRS decoded parameters, encoded and in the order
 * that is signed; pairs is sorted.
 */
void ses_sigv4_query(
    struct ses_sigv4_pair *pairs, size_t n, struct ses_buf *out);

/**
 * ses_sigv4_sign(s, req, out, err):
 * Append the value of the header "Authorization".  req->headers is sorted.
 */
int ses_sigv4_sign(struct ses_sigv4_signer *s, struct ses_sigv4_request *req,
    struct ses_buf *out, struct seshat_err *err);

#endif
