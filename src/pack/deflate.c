#include <stdlib.h>
#include <string.h>

#include <isa-l.h>
#include <zlib.h>

#include "base/mem.h"
#include "pack/deflate.h"

#define CHUNK SES_DEFLATE_CHUNK
#define TABLE ISAL_DEF_LVL1_MEDIUM

/* A chunk that does not shrink by about 3 % is not worth its time. */
#define WORTH (CHUNK - CHUNK / 32)

/* In chunks: how often it is looked whether it is still worth it, and how often
 * whether it has come to be. */
#define LOOK 8
#define TRY  32

/* A chunk is stored in two blocks: 65,535 bytes would be the most for one. */
#define STORED (CHUNK / 2)

/* ISA-L 2.30 takes a hash from the address of its own state when it begins a
 * text: which matches it finds there, and so the stream, would change from run
 * to run.  Not so when it is given one byte more than it holds back, to begin
 * with.  What is no longer than that is done by zlib, with a small window. */
#define FIRST ((size_t)ISAL_LOOK_AHEAD + 1)

struct ses_deflate {
	struct isal_zstream z;
	z_stream tiny;
	int has_tiny;
	unsigned char level[TABLE];
	int is_open;     /* z has begun, and continues what was pushed */
	unsigned since;  /* chunks since it was last looked */
	size_t fill;     /* bytes in in */
	uint64_t chunks; /* that are done */
	uint64_t made;   /* bytes that came of those since */
	unsigned char in[CHUNK];
	unsigned char out[CHUNK];
};

int
ses_deflate_open(struct ses_deflate **out, struct seshat_err *err)
{
	struct ses_deflate *d = ses_calloc(1, sizeof(*d));

	if (d == NULL)
		return ses_fail_nomem(err);
	d->has_tiny = deflateInit2(&d->tiny, Z_BEST_COMPRESSION, Z_DEFLATED, -9,
			  1, Z_DEFAULT_STRATEGY) == Z_OK;
	if (!d->has_tiny) {
		ses_deflate_free(d);
		return ses_fail_nomem(err);
	}
	*out = d;
	return 0;
}

void
ses_deflate_begin(struct ses_deflate *d)
{
	d->is_open = 0;
	d->fill = 0;
	d->chunks = 0;
	d->since = 0;
	d->made = 0;
}

static void
give(struct ses_deflate *d, const void *data, size_t len, uint16_t flush)
{
	d->z.next_in = (uint8_t *)(uintptr_t)data; /* it only reads there */
	d->z.avail_in = (uint32_t)len;
	d->z.flush = flush;
}

/* Begin a stream, or go on with one that knows nothing of what was stored, and
 * take the first bytes, of which nothing comes yet. */
static int
start(struct ses_deflate *d, const void *data, struct seshat_err *err)
{
	isal_deflate_init(&d->z);
	d->z.level = 1;
	d->z.level_buf = d->level;
	d->z.level_buf_size = TABLE;
	give(d, data, FIRST, NO_FLUSH);
	d->z.next_out = d->out;
	d->z.avail_out = (uint32_t)CHUNK;
	if (isal_deflate(&d->z) != COMP_OK || d->z.avail_in > 0 ||
	    d->z.avail_out < CHUNK)
		return ses_fail(err, SESHAT_ESYS, "deflate failed");
	return 0;
}

/* Fill the room behind out once; *got of max bytes. */
static int
turn(struct ses_deflate *d, size_t max, size_t *got, struct seshat_err *err)
{
	d->z.next_out = d->out;
	d->z.avail_out = (uint32_t)max;
	if (isal_deflate(&d->z) != COMP_OK)
		return ses_fail(err, SESHAT_ESYS, "deflate failed");
	*got = max - d->z.avail_out;
	return 0;
}

/* Push all that comes of what was given. */
static int
push(struct ses_deflate *d, const struct ses_sink *sink, struct seshat_err *err)
{
	size_t got = 0;

	do {
		if (turn(d, CHUNK, &got, err) < 0)
			return -1;
		d->made += got;
		if (got > 0 && ses_sink_write(sink, d->out, got, err) < 0)
			return -1;
	} while (d->z.avail_out == 0 || d->z.avail_in > 0);
	return 0;
}

static int
store(const unsigned char *data, size_t len, const struct ses_sink *sink,
    struct seshat_err *err)
{
	unsigned char head[5] = {0}; /* stored, not the last one */
	size_t n;

	for (; len > 0; data += n, len -= n) {
		n = len < STORED ? len : STORED;
		head[1] = (unsigned char)(n & 255);
		head[2] = (unsigned char)(n >> 8);
		head[3] = (unsigned char)~head[1];
		head[4] = (unsigned char)~head[2];
		if (ses_sink_write(sink, head, sizeof(head), err) < 0 ||
		    ses_sink_write(sink, data, n, err) < 0)
			return -1;
	}
	return 0;
}

/* The chunk by itself, up to a byte boundary, where it shrinks: 1. */
static int
attempt(struct ses_deflate *d, const unsigned char *data, size_t *got,
    struct seshat_err *err)
{
	if (start(d, data, err) < 0)
		return -1;
	give(d, data + FIRST, CHUNK - FIRST, SYNC_FLUSH);
	if (turn(d, WORTH, got, err) < 0)
		return -1;
	d->is_open = d->z.avail_out > 0 && d->z.avail_in == 0;
	return d->is_open;
}

/* What z holds goes first, and ends at a byte. */
static int
pause_at_byte(
    struct ses_deflate *d, const struct ses_sink *sink, struct seshat_err *err)
{
	give(d, d->in, 0, SYNC_FLUSH);
	if (push(d, sink, err) < 0)
		return -1;
	d->is_open = 0;
	return 0;
}

static int
chunk(struct ses_deflate *d, const unsigned char *data,
    const struct ses_sink *sink, struct seshat_err *err)
{
	size_t got = 0;
	int rc = 0;

	if (d->is_open && d->since == LOOK) {
		if (d->made > LOOK * WORTH && pause_at_byte(d, sink, err) < 0)
			return -1;
		d->since = 0;
		d->made = 0;
	}
	if (!d->is_open && (d->chunks == 0 || d->since == TRY)) {
		d->since = 0;
		d->made = 0;
		rc = attempt(d, data, &got, err);
		if (rc < 0)
			return -1;
	}
	d->chunks++;
	d->since++;
	if (rc > 0) {
		d->made = got;
		return ses_sink_write(sink, d->out, got, err);
	}
	if (!d->is_open)
		return store(data, CHUNK, sink, err);
	give(d, data, CHUNK, NO_FLUSH);
	return push(d, sink, err);
}

int
ses_deflate_add(struct ses_deflate *d, const void *data, size_t len,
    const struct ses_sink *sink, struct seshat_err *err)
{
	const unsigned char *p = data;
	size_t n;

	while (len > 0) {
		if (d->fill == 0 && len >= CHUNK) {
			n = CHUNK;
			if (chunk(d, p, sink, err) < 0)
				return -1;
		} else {
			n = len < CHUNK - d->fill ? len : CHUNK - d->fill;
			memcpy(d->in + d->fill, p, n);
			d->fill += n;
		}
		if (d->fill == CHUNK) {
			d->fill = 0;
			if (chunk(d, d->in, sink, err) < 0)
				return -1;
		}
		p += n;
		len -= n;
	}
	return 0;
}

/* Into less than the text has bytes: 1. */
static int
shrink_tiny(struct ses_deflate *d, size_t *got, struct seshat_err *err)
{
	int rc = deflateReset(&d->tiny);

	d->tiny.next_in = d->in;
	d->tiny.avail_in = (uInt)d->fill;
	d->tiny.next_out = d->out;
	d->tiny.avail_out = (uInt)d->fill - 1;
	if (rc == Z_OK)
		rc = deflate(&d->tiny, Z_FINISH);
	if (rc != Z_OK && rc != Z_STREAM_END)
		return ses_fail(err, SESHAT_ESYS, "deflate failed");
	*got = d->fill - 1 - d->tiny.avail_out;
	return rc == Z_STREAM_END;
}

static int
shrink(struct ses_deflate *d, size_t *got, struct seshat_err *err)
{
	if (start(d, d->in, err) < 0)
		return -1;
	d->z.end_of_stream = 1;
	give(d, d->in + FIRST, d->fill - FIRST, NO_FLUSH);
	if (turn(d, d->fill - 1, got, err) < 0)
		return -1;
	return d->z.internal_state.state == ZSTATE_END;
}

int
ses_deflate_short(
    struct ses_deflate *d, struct ses_deflate_short *s, struct seshat_err *err)
{
	size_t got = 0;
	int rc = 0;

	if (d->chunks > 0)
		return 0;
	if (d->fill >= FIRST)
		rc = shrink(d, &got, err);
	else if (d->fill > 1)
		rc = shrink_tiny(d, &got, err);
	d->is_open = 0;
	if (rc < 0)
		return -1;
	*s = rc > 0 ? (struct ses_deflate_short){d->out, got, 1}
		    : (struct ses_deflate_short){d->in, d->fill, 0};
	return 1;
}

int
ses_deflate_end(
    struct ses_deflate *d, const struct ses_sink *sink, struct seshat_err *err)
{
	static const unsigned char last[2] = {3, 0}; /* an empty block */

	if (d->is_open) {
		d->z.end_of_stream = 1;
		give(d, d->in, d->fill, NO_FLUSH);
		return push(d, sink, err);
	}
	if (store(d->in, d->fill, sink, err) < 0)
		return -1;
	return ses_sink_write(sink, last, sizeof(last), err);
}

uint64_t
ses_deflate_bound(uint64_t size)
{
	uint64_t more = (size >> 10) + CHUNK;

	return size > UINT64_MAX - more ? UINT64_MAX : size + more;
}

void
ses_deflate_free(struct ses_deflate *d)
{
	if (d != NULL && d->has_tiny)
		(void)deflateEnd(&d->tiny);
	free(d);
}
