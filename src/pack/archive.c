#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/mem.h"
#include "pack/archive.h"

#define OUT  ((size_t)128 * 1024)
#define SKIP 8  /* magic number and size of a skippable frame */
#define HEAD 18 /* of a frame, at most */

/* 0x184D2A53, little endian: one of the sixteen of skippable frames */
static const char magic[4] = {'S', '*', 'M', '\x18'};

static void
put32(struct ses_buf *out, size_t v)
{
	char b[4] = {(char)(v & 255), (char)(v >> 8 & 255),
	    (char)(v >> 16 & 255), (char)(v >> 24 & 255)};

	ses_buf_add(out, b, sizeof(b));
}

int
ses_archive_head(const char *extra, size_t extra_len, struct ses_buf *out,
    struct seshat_err *err)
{
	if (extra_len > SES_MEMBER_EXTRA_MAX)
		return ses_fail(err, SESHAT_ELIMIT, "part too large");
	ses_buf_add(out, magic, sizeof(magic));
	put32(out, extra_len + 2);
	ses_buf_str(out, "SE");
	ses_buf_add(out, extra, extra_len);
	return ses_buf_check(out, err);
}

int
ses_archive_parse(
    const void *data, size_t len, struct ses_member *m, struct seshat_err *err)
{
	const unsigned char *p = data;
	size_t n;

	if (len < SES_ARCHIVE_HEAD || memcmp(p, magic, sizeof(magic)) != 0 ||
	    memcmp(p + SKIP, "SE", 2) != 0)
		return ses_fail(err, SESHAT_ECORRUPT, "not an archived object");
	n = (size_t)p[4] | (size_t)p[5] << 8 | (size_t)p[6] << 16 |
	    (size_t)p[7] << 24;
	if (n < 2 || n - 2 > SES_MEMBER_EXTRA_MAX)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "its header is longer than one can be");
	if (n > len - SKIP)
		return ses_fail(err, SESHAT_ECORRUPT, "cut off in its header");
	*m = (struct ses_member){.extra = (const char *)p + SES_ARCHIVE_HEAD,
	    .extra_len = n - 2,
	    .body = SKIP + n};
	return 0;
}

struct ses_archiver {
	ZSTD_CCtx *z;
	const struct ses_sink *next;
	char out[OUT];
};

/* Zstandard knows that there is no memory, and that the size is not as it was
 * told; nothing else can go wrong here. */
static int
fail_pack(size_t code, struct seshat_err *err)
{
	const char *why = ZSTD_getErrorName(code);

	if (strstr(why, "llocation") != NULL)
		return ses_fail_nomem(err);
	return ses_fail(err, SESHAT_ECORRUPT, "cannot be packed (%s)", why);
}

static int
set_up(ZSTD_CCtx *z, uint64_t size, struct seshat_err *err)
{
	const struct {
		ZSTD_cParameter name;
		int value;
	} how[] = {{ZSTD_c_compressionLevel, SES_ARCHIVE_LEVEL},
	    {ZSTD_c_enableLongDistanceMatching, 1},
	    {ZSTD_c_windowLog, SES_ARCHIVE_WINDOW}, {ZSTD_c_contentSizeFlag, 1},
	    {ZSTD_c_checksumFlag, 1}};
	size_t rc = 0;
	size_t i;

	for (i = 0; i < sizeof(how) / sizeof(how[0]) && !ZSTD_isError(rc); i++)
		rc = ZSTD_CCtx_setParameter(z, how[i].name, how[i].value);
	if (!ZSTD_isError(rc))
		rc = ZSTD_CCtx_setPledgedSrcSize(z, size);
	return ZSTD_isError(rc) ? fail_pack(rc, err) : 0;
}

int
ses_archiver_open(struct ses_archiver **out, uint64_t size,
    const struct ses_sink *next, struct seshat_err *err)
{
	struct ses_archiver *a = ses_calloc(1, sizeof(*a));

	if (a == NULL)
		return ses_fail_nomem(err);
	a->next = next;
	a->z = ZSTD_createCCtx();
	if (a->z == NULL) {
		ses_fail_nomem(err);
		goto fail;
	}
	if (set_up(a->z, size, err) < 0)
		goto fail;
	*out = a;
	return 0;
fail:
	ses_archiver_free(a);
	return -1;
}

static int
pack(struct ses_archiver *a, const void *data, size_t len,
    ZSTD_EndDirective end, struct seshat_err *err)
{
	ZSTD_inBuffer in = {data, len, 0};
	ZSTD_outBuffer out;
	size_t left;

	do {
		out = (ZSTD_outBuffer){a->out, sizeof(a->out), 0};
		left = ZSTD_compressStream2(a->z, &out, &in, end);
		if (ZSTD_isError(left))
			return fail_pack(left, err);
		if (out.pos > 0 &&
		    ses_sink_write(a->next, a->out, out.pos, err) < 0)
			return -1;
	} while (in.pos < in.size || (end == ZSTD_e_end && left > 0));
	return 0;
}

static int
add_text(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	return len == 0 ? 0 : pack(arg, data, len, ZSTD_e_continue, err);
}

struct ses_sink
ses_archiver_sink(struct ses_archiver *a)
{
	return (struct ses_sink){add_text, a};
}

int
ses_archiver_close(struct ses_archiver *a, struct seshat_err *err)
{
	return pack(a, "", 0, ZSTD_e_end, err);
}

void
ses_archiver_free(struct ses_archiver *a)
{
	if (a == NULL)
		return;
	(void)ZSTD_freeCCtx(a->z);
	free(a);
}

struct ses_unarchiver {
	ZSTD_DCtx *z;
	const struct ses_sink *next;
	uint64_t max;    /* bytes that may come out */
	uint64_t done;   /* that came */
	int ended;       /* the frame has */
	char head[HEAD]; /* its first bytes */
	size_t n_head;
	char out[OUT];
};

int
ses_unarchiver_open(struct ses_unarchiver **out, uint64_t max,
    const struct ses_sink *next, struct seshat_err *err)
{
	struct ses_unarchiver *u = ses_calloc(1, sizeof(*u));

	if (u == NULL) {
		ses_fail_nomem(err);
		return -1;
	}
	u->next = next;
	u->max = max;
	u->z = ZSTD_createDCtx();
	if (u->z == NULL || ZSTD_isError(ZSTD_DCtx_setParameter(u->z,
				ZSTD_d_windowLogMax, SES_ARCHIVE_WINDOW_MAX))) {
		ses_unarchiver_free(u);
		ses_fail_nomem(err);
		return -1;
	}
	*out = u;
	return 0;
}

static int
fail_unpack(size_t code, struct seshat_err *err)
{
	const char *why = ZSTD_getErrorName(code);

	if (strstr(why, "llocation") != NULL)
		return ses_fail_nomem(err);
	return ses_fail(
	    err, SESHAT_ECORRUPT, "damaged compressed data (%s)", why);
}

static void
keep_head(struct ses_unarchiver *u, const char *data, size_t len)
{
	size_t n = sizeof(u->head) - u->n_head;

	n = len < n ? len : n;
	memcpy(u->head + u->n_head, data, n);
	u->n_head += n;
}

/* Of a frame that it gets in pieces zstd does not tell that the last block came
 * too early, when that one is empty. */
static int
is_as_long_as_said(const struct ses_unarchiver *u)
{
	unsigned long long said = ZSTD_getFrameContentSize(u->head, u->n_head);

	return said == ZSTD_CONTENTSIZE_UNKNOWN || said == u->done;
}

int
ses_unarchiver_add(struct ses_unarchiver *u, const void *data, size_t len,
    struct seshat_err *err)
{
	ZSTD_inBuffer in = {data, len, 0};
	ZSTD_outBuffer out = {u->out, sizeof(u->out), 0};
	size_t left;

	keep_head(u, data, len);
	while (in.pos < in.size || out.pos == out.size) {
		if (u->ended && in.pos == in.size)
			break;
		if (u->ended)
			return ses_fail(err, SESHAT_ECORRUPT,
			    "more data than its header says");
		out.pos = 0;
		left = ZSTD_decompressStream(u->z, &out, &in);
		if (ZSTD_isError(left))
			return fail_unpack(left, err);
		if (out.pos > u->max - u->done)
			return ses_fail(err, SESHAT_ECORRUPT,
			    "more data than its header says");
		u->done += out.pos;
		u->ended = left == 0;
		if (out.pos > 0 &&
		    ses_sink_write(u->next, u->out, out.pos, err) < 0)
			return -1;
	}
	return 0;
}

int
ses_unarchiver_close(struct ses_unarchiver *u, struct seshat_err *err)
{
	if (!u->ended)
		return ses_fail(err, SESHAT_ECORRUPT, "cut off");
	if (!is_as_long_as_said(u))
		return ses_fail(
		    err, SESHAT_ECORRUPT, "less data than its frame says");
	return 0;
}

void
ses_unarchiver_free(struct ses_unarchiver *u)
{
	if (u == NULL)
		return;
	(void)ZSTD_freeDCtx(u->z);
	free(u);
}

int
ses_archive_unpack(const void *data, size_t len, uint64_t max,
    const struct ses_sink *sink, struct seshat_err *err)
{
	struct ses_unarchiver *u = NULL;
	struct ses_member m = {0};
	int rc = -1;

	if (ses_archive_parse(data, len, &m, err) < 0 ||
	    ses_unarchiver_open(&u, max, sink, err) < 0)
		return -1;
	if (ses_unarchiver_add(
		u, (const char *)data + m.body, len - (size_t)m.body, err) == 0)
		rc = ses_unarchiver_close(u, err);
	ses_unarchiver_free(u);
	return rc;
}
