#ifndef SES_CONFIG_URL_H
#define SES_CONFIG_URL_H

#include "base/buf.h"

/* Store URLs (formats.md 1) from what people write instead of them. */

/** Append s with all as %XX but what RFC 3986 lets stand, with a meaning of its
 * own, in a path and in the value of a query. */
void ses_url_escape(struct ses_buf *out, const char *s);

/** Append the file URL of an absolute path. */
void ses_url_of_path(struct ses_buf *out, const char *path);

/**
 * ses_url_of_bucket(out, backend, bucket, endpoint, err):
 * Append the URL of a bucket of tracecraft's: s3://bucket?endpoint=URL (the
 * endpoint may be NULL), hf://buckets/namespace/name.
 * Errors: SESHAT_EFORMAT, the bucket's name does not fit the backend.
 */
int ses_url_of_bucket(struct ses_buf *out, const char *backend,
    const char *bucket, const char *endpoint, struct seshat_err *err);

#endif
