#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "harness/twin.h"

#define IN_SIZE ((size_t)128 * 1024)

struct ses_twin {
	int fd;
	uint64_t offset; /* in the file */
	ZSTD_DStream *stream;
	ZSTD_inBuffer in;
	char *bytes;
	int at_end;   /* of the file */
	int in_frame; /* it ended inside a frame if it ends here */
};

static const char suffix[] = ".zst";

int
ses_twin_is(const char *path)
{
	return ses_str_ends(path, suffix);
}

size_t
ses_twin_plain_len(const char *path)
{
	size_t len = strlen(path);

	return ses_twin_is(path) ? len - (sizeof(suffix) - 1) : len;
}

uint64_t
ses_twin_size(int fd)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	char head[18]; /* the longest frame header */
	unsigned long long size;
	size_t got;

	if (ses_fs_pread(fd, head, sizeof(head), 0, &got, &ignored) < 0)
		return 0;
	size = ZSTD_getFrameContentSize(head, got);
	return size == ZSTD_CONTENTSIZE_UNKNOWN ||
		       size == ZSTD_CONTENTSIZE_ERROR || size > INT64_MAX
		   ? 0
		   : size;
}

int
ses_twin_open(struct ses_twin **out, int fd, struct seshat_err *err)
{
	struct ses_twin *t = ses_calloc(1, sizeof(*t));

	if (t == NULL)
		return ses_fail_nomem(err);
	t->fd = fd;
	t->in_frame = 1; /* an empty file is no frame */
	t->bytes = ses_realloc(NULL, IN_SIZE);
	t->stream = ZSTD_createDStream();
	if (t->bytes == NULL || t->stream == NULL) {
		ses_twin_free(t);
		return ses_fail_nomem(err);
	}
	t->in.src = t->bytes;
	*out = t;
	return 0;
}

/* More of the file. */
static int
refill(struct ses_twin *t, struct seshat_err *err)
{
	size_t got;

	if (ses_fs_pread(t->fd, t->bytes, IN_SIZE, t->offset, &got, err) < 0)
		return -1;
	t->offset += got;
	t->in.size = got;
	t->in.pos = 0;
	t->at_end = got < IN_SIZE;
	return 0;
}

int
ses_twin_read(struct ses_twin *t, void *data, size_t len, size_t *got,
    struct seshat_err *err)
{
	ZSTD_outBuffer out = {data, len, 0};
	size_t rc;

	while (out.pos < len) {
		if (t->in.pos == t->in.size && !t->at_end && refill(t, err) < 0)
			return -1;
		if (t->in.pos == t->in.size && t->at_end && !t->in_frame)
			break;
		rc = ZSTD_decompressStream(t->stream, &out, &t->in);
		if (ZSTD_isError(rc))
			return ses_fail(err, SESHAT_ECORRUPT,
			    "does not unpack whole, so nothing of it is taken (%s)",
			    ZSTD_getErrorName(rc));
		t->in_frame = rc != 0;
		/* all was given to it and nothing came out: cut off */
		if (t->in_frame && t->in.pos == t->in.size && t->at_end &&
		    out.pos < len)
			return ses_fail(err, SESHAT_ECORRUPT,
			    "does not unpack whole, so nothing of it is taken (cut off)");
	}
	*got = out.pos;
	return 0;
}

void
ses_twin_free(struct ses_twin *t)
{
	if (t == NULL)
		return;
	(void)ZSTD_freeDStream(t->stream);
	free(t->bytes);
	free(t);
}

int
ses_twin_unpack(const void *data, size_t len, size_t max, struct ses_buf *out,
    struct seshat_err *err)
{
	ZSTD_DStream *stream = ZSTD_createDStream();
	ZSTD_inBuffer in = {data, len, 0};
	ZSTD_outBuffer block;
	size_t left = 1;
	int rc = -1;

	while (stream != NULL && left > 0) {
		block.dst = ses_buf_room(out, IN_SIZE);
		block.size = IN_SIZE;
		block.pos = 0;
		if (block.dst == NULL)
			break;
		left = ZSTD_decompressStream(stream, &block, &in);
		ses_buf_grew(out, block.pos);
		if (ZSTD_isError(left) ||
		    (left > 0 && in.pos == len && block.pos < IN_SIZE)) {
			rc = ses_fail(
			    err, SESHAT_ECORRUPT, "does not unpack whole");
			goto out;
		}
		if (out->len > max) {
			rc = ses_fail(err, SESHAT_ELIMIT,
			    "unpacks to more than %zu MiB", max >> 20);
			goto out;
		}
	}
	rc = stream == NULL || left > 0 ? ses_fail_nomem(err) : 0;
out:
	(void)ZSTD_freeDStream(stream);
	return rc;
}
