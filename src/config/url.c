#include <string.h>

#include "config/url.h"

void
ses_url_escape(struct ses_buf *out, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~/:@!$'()*,;";

	for (; *s != '\0'; s++) {
		if (strchr(plain, *s) != NULL)
			ses_buf_add(out, s, 1);
		else
			ses_buf_fmt(out, "%%%02X", (unsigned char)*s);
	}
}

void
ses_url_of_path(struct ses_buf *out, const char *path)
{
	ses_buf_str(out, "file://");
	ses_url_escape(out, path);
}

int
ses_url_of_bucket(struct ses_buf *out, const char *backend, const char *bucket,
    const char *endpoint, struct seshat_err *err)
{
	const char *slash = strchr(bucket, '/');

	if (strcmp(backend, "hf") == 0) {
		if (slash == NULL || slash == bucket || slash[1] == '\0' ||
		    strchr(slash + 1, '/') != NULL)
			return ses_fail(err, SESHAT_EFORMAT,
			    "bucket '%.100s': a bucket of the hf backend is "
			    "namespace/name",
			    bucket);
		ses_buf_fmt(out, "hf://buckets/%s", bucket);
		return ses_buf_check(out, err);
	}
	if (slash != NULL)
		return ses_fail(err, SESHAT_EFORMAT,
		    "bucket '%.100s': a bucket of the s3 backend has no '/'",
		    bucket);
	ses_buf_fmt(out, "s3://%s", bucket);
	if (endpoint != NULL) {
		ses_buf_str(out, "?endpoint=");
		ses_url_escape(out, endpoint);
	}
	return ses_buf_check(out, err);
}
