/* Putting a file: small ones like any object, large ones in parts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "net/backoff.h"
#include "store/s3.h"

/* "Amazon S3 multipart upload limits": at most 10,000 parts of 5 MiB or more.
 * A part is what is held in memory. */
#define PART_BYTES ((uint64_t)8 << 20)
#define PARTS_MAX  10000

struct upload {
	struct ses_s3 *s;
	const char *key;
	const struct ses_put *what;
	uint64_t part_bytes;
	struct ses_buf id;
	struct ses_buf done; /* the body of the last request */
	char *data;
};

static int
read_part(struct upload *u, uint64_t from, size_t len, struct seshat_err *err)
{
	size_t got;

	if (ses_fs_pread(u->what->fd, u->data, len, from, &got, err) < 0)
		return -1;
	if (got < len)
		return ses_fail(
		    err, SESHAT_EFORMAT, "it became shorter while it was read");
	return 0;
}

static int
call_patiently(struct ses_s3 *s, struct ses_s3_call *c, struct seshat_err *err)
{
	struct ses_backoff b = ses_backoff_far();

	for (;;) {
		if (ses_s3_call(s, c, err) == 0)
			return 0;
		if (!ses_err_retryable(err->code) ||
		    err->code == SESHAT_ECONFLICT ||
		    !ses_backoff_wait(&b, s->notes->wait_ms))
			return -1;
		ses_s3_done(c);
	}
}

static int
begin(struct upload *u, struct seshat_err *err)
{
	struct ses_s3_call c = {.method = "POST",
	    .key = u->key,
	    .params = {{"uploads", ""}},
	    .n_params = 1,
	    .body = "",
	    .count = &u->s->notes->counts.put};
	int rc = call_patiently(u->s, &c, err);

	if (rc == 0 && !ses_s3_element(&c.answer.body, "UploadId", &u->id))
		rc = ses_fail(err, SESHAT_EFORMAT, "%s begins no upload",
		    u->s->host.data);
	(void)ses_buf_cstr(&u->id);
	ses_s3_done(&c);
	return rc < 0 ? -1 : ses_buf_check(&u->id, err);
}

static int
put_part(struct upload *u, unsigned n, struct seshat_err *err)
{
	uint64_t from = (uint64_t)(n - 1) * u->part_bytes;
	uint64_t left = u->what->len - from;
	size_t len = (size_t)(left < u->part_bytes ? left : u->part_bytes);
	struct ses_buf tag = {0};
	char number[16];
	struct ses_s3_call c = {.method = "PUT",
	    .key = u->key,
	    .params = {{"partNumber", number}, {"uploadId", u->id.data}},
	    .n_params = 2,
	    .body = u->data,
	    .len = len,
	    .count = &u->s->notes->counts.put};
	int rc;

	(void)snprintf(number, sizeof(number), "%u", n);
	rc = read_part(u, from, len, err);
	if (rc == 0)
		rc = call_patiently(u->s, &c, err);
	if (rc == 0 && !ses_http_header(&c.answer, "ETag", &tag))
		rc = ses_fail(err, SESHAT_EFORMAT, "a part got no ETag");
	ses_buf_fmt(&u->done,
	    "<Part><PartNumber>%u</PartNumber><ETag>%s</ETag></Part>", n,
	    ses_buf_cstr(&tag));
	ses_buf_free(&tag);
	ses_s3_done(&c);
	return rc < 0 ? -1 : ses_buf_check(&u->done, err);
}

/* The answer may be "200" and tell a failure all the same. */
static int
complete(struct upload *u, const struct ses_sigv4_pair *condition,
    int64_t *when, struct seshat_err *err)
{
	struct ses_s3_call c = {.method = "POST",
	    .key = u->key,
	    .params = {{"uploadId", u->id.data}},
	    .n_params = 1,
	    .count = &u->s->notes->counts.put};
	struct ses_buf code = {0};
	int rc;

	if (condition != NULL)
		c.headers[c.n_headers++] = *condition;
	ses_buf_str(&u->done, "</CompleteMultipartUpload>");
	if (ses_buf_check(&u->done, err) < 0)
		return -1;
	c.body = u->done.data;
	c.len = u->done.len;
	rc = call_patiently(u->s, &c, err);
	if (rc == 0 && ses_s3_element(&c.answer.body, "Code", &code))
		rc = ses_fail(err, SESHAT_ENET, "the parts were not joined: %s",
		    ses_buf_cstr(&code));
	if (rc == 0)
		*when = u->s->notes->date;
	ses_buf_free(&code);
	ses_s3_done(&c);
	return rc;
}

/* Parts that are left over cost money and are seen by nobody. */
static void
give_up(struct upload *u)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_s3_call c = {.method = "DELETE",
	    .key = u->key,
	    .params = {{"uploadId", u->id.data}},
	    .n_params = 1,
	    .count = &u->s->notes->counts.del};

	(void)call_patiently(u->s, &c, &ignored);
	ses_s3_done(&c);
}

static int
put_in_parts(struct upload *u, const struct ses_sigv4_pair *condition,
    int64_t *when, struct seshat_err *err)
{
	uint64_t n = (u->what->len + u->part_bytes - 1) / u->part_bytes;
	unsigned i;
	int rc = begin(u, err);

	if (rc < 0)
		return -1;
	ses_buf_str(&u->done, "<CompleteMultipartUpload>");
	for (i = 1; i <= n && rc == 0; i++)
		rc = put_part(u, i, err);
	if (rc == 0)
		rc = complete(u, condition, when, err);
	if (rc < 0)
		give_up(u);
	return rc;
}

int
ses_s3_put_file(struct ses_s3 *s, const char *key, const struct ses_put *what,
    const struct ses_sigv4_pair *condition, int64_t *when,
    struct seshat_err *err)
{
	struct upload u = {
	    .s = s, .key = key, .what = what, .part_bytes = PART_BYTES};
	struct ses_put small = *what;
	int rc = -1;

	while (what->len > u.part_bytes * PARTS_MAX)
		u.part_bytes *= 2;
	u.data = ses_realloc(NULL,
	    (size_t)(what->len < u.part_bytes ? what->len : u.part_bytes));
	if (u.data == NULL)
		return ses_fail_nomem(err);
	if (what->len > u.part_bytes) {
		rc = put_in_parts(&u, condition, when, err);
	} else if (read_part(&u, 0, what->len, err) == 0) {
		small.data = u.data;
		rc = ses_s3_put(s, key, &small, condition, when, err);
	}
	free(u.data);
	ses_buf_free(&u.id);
	ses_buf_free(&u.done);
	return rc;
}
