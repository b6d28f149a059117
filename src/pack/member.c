#include <stdlib.h>
#include <string.h>

#include <isa-l.h>

#include "base/hash.h"
#include "base/mem.h"
#include "pack/member.h"

#define FIXED  10 /* gzip header up to the extra field */
#define FEXTRA 4  /* flag bit, RFC 1952 section 2.3.1 */
#define OUT    ((size_t)256 * 1024)

static void
put16(struct ses_buf *out, size_t v)
{
	char b[2] = {(char)(v & 255), (char)(v >> 8)};

	ses_buf_add(out, b, 2);
}

static void
put32(struct ses_buf *out, uint32_t v)
{
	put16(out, v & 0xffff);
	put16(out, v >> 16);
}

static void
put_header(const char *extra, size_t extra_len, struct ses_buf *out)
{
	/* deflate, no time, unknown system */
	static const char fixed[FIXED] = {
	    '\x1f', '\x8b', 8, FEXTRA, 0, 0, 0, 0, 0, '\xff'};

	ses_buf_add(out, fixed, sizeof(fixed));
	put16(out, extra_len + 4);
	ses_buf_str(out, "SE");
	put16(out, extra_len);
	ses_buf_add(out, extra, extra_len);
}

static void
put_tail(uint32_t crc, uint64_t size, struct ses_buf *out)
{
	ses_buf_add(out, "\x03\x00", 2);
	put32(out, crc);
	put32(out, (uint32_t)size);
}

static int
packer_ready(struct ses_packer *p, struct seshat_err *err)
{
	if (p->stream == NULL)
		p->stream = ses_calloc(1, sizeof(struct isal_zstream));
	if (p->level_buf == NULL)
		p->level_buf = ses_calloc(1, ISAL_DEF_LVL1_DEFAULT);
	if (p->stream == NULL || p->level_buf == NULL)
		return ses_fail_nomem(err);
	return 0;
}

static int
deflate_body(struct isal_zstream *z, const void *data, size_t len,
    struct ses_buf *out, struct seshat_err *err)
{
	char *room;

	z->next_in = (uint8_t *)(uintptr_t)data; /* it only reads there */
	z->avail_in = (uint32_t)len;
	do {
		room = ses_buf_room(out, OUT);
		if (room == NULL)
			return ses_fail_nomem(err);
		z->next_out = (uint8_t *)room;
		z->avail_out = (uint32_t)OUT;
		if (isal_deflate(z) != COMP_OK)
			return ses_fail(err, SESHAT_ESYS, "deflate failed");
		ses_buf_grew(out, OUT - z->avail_out);
	} while (z->avail_out == 0 || z->avail_in > 0);
	return 0;
}

int
ses_member_pack(struct ses_packer *p, const char *extra, size_t extra_len,
    const void *data, size_t len, struct ses_buf *out, struct seshat_err *err)
{
	struct isal_zstream *z;

	if (extra_len > SES_MEMBER_EXTRA_MAX || len > UINT32_MAX)
		return ses_fail(err, SESHAT_ELIMIT, "part too large");
	if (packer_ready(p, err) < 0)
		return -1;
	z = p->stream;
	isal_deflate_init(z);
	z->level = 1;
	z->level_buf = p->level_buf;
	z->level_buf_size = ISAL_DEF_LVL1_DEFAULT;
	z->flush = SYNC_FLUSH;
	put_header(extra, extra_len, out);
	if (len > 0 && deflate_body(z, data, len, out, err) < 0)
		return -1;
	put_tail(ses_crc32(0, data, len), len, out);
	return ses_buf_check(out, err);
}

int
ses_member_wrap(const char *extra, size_t extra_len, const struct ses_buf *body,
    uint32_t crc, uint64_t size, struct ses_buf *out, struct seshat_err *err)
{
	if (extra_len > SES_MEMBER_EXTRA_MAX)
		return ses_fail(err, SESHAT_ELIMIT, "part too large");
	put_header(extra, extra_len, out);
	if (body->len > 0)
		ses_buf_add(out, body->data, body->len);
	put_tail(crc, size, out);
	return ses_buf_check(out, err);
}

void
ses_packer_free(struct ses_packer *p)
{
	free(p->stream);
	free(p->level_buf);
	*p = (struct ses_packer){0};
}

static size_t
get16(const unsigned char *p)
{
	return (size_t)p[0] | (size_t)p[1] << 8;
}

static uint32_t
get32(const unsigned char *p)
{
	return (uint32_t)get16(p) | (uint32_t)get16(p + 2) << 16;
}

uint32_t
ses_member_crc(const void *last8)
{
	return get32(last8);
}

/* The subfield "SE" among those of the extra field. */
static void
find_extra(const unsigned char *p, size_t len, struct ses_member *m)
{
	size_t n;

	while (len >= 4) {
		n = get16(p + 2);
		if (n > len - 4)
			return;
		if (p[0] == 'S' && p[1] == 'E') {
			m->extra = (const char *)p + 4;
			m->extra_len = n;
			return;
		}
		p += 4 + n;
		len -= 4 + n;
	}
}

int
ses_member_parse(
    const void *data, size_t len, struct ses_member *m, struct seshat_err *err)
{
	const unsigned char *p = data;
	struct ses_member r = {0};
	size_t at = FIXED;
	size_t n;

	if (len < FIXED || p[0] != 0x1f || p[1] != 0x8b || p[2] != 8)
		return ses_fail(err, SESHAT_ECORRUPT, "not a gzip file");
	if (p[3] & ~FEXTRA)
		return ses_fail(
		    err, SESHAT_ECORRUPT, "gzip header of another program");
	if (p[3] & FEXTRA) {
		n = len >= at + 2 ? get16(p + at) : SIZE_MAX - at - 2;
		if (len - at < 2 || n > len - at - 2)
			return ses_fail(
			    err, SESHAT_ECORRUPT, "cut off in its header");
		find_extra(p + at + 2, n, &r);
		at += 2 + n;
	}
	r.body = at;
	*m = r;
	return 0;
}

struct inflate {
	struct inflate_state s;
	unsigned char out[OUT];
};

/* Push all blocks; *crc and *size are those of what came out. */
static int
run(struct inflate *f, uint64_t max, const struct ses_sink *sink, uint32_t *crc,
    uint64_t *size, struct seshat_err *err)
{
	size_t got;

	do {
		f->s.next_out = f->out;
		f->s.avail_out = (uint32_t)OUT;
		if (isal_inflate(&f->s) != ISAL_DECOMP_OK)
			return ses_fail(
			    err, SESHAT_ECORRUPT, "damaged compressed data");
		got = OUT - f->s.avail_out;
		if (got > max - *size)
			return ses_fail(err, SESHAT_ECORRUPT,
			    "more data than its header says");
		*crc = ses_crc32(*crc, f->out, got);
		*size += got;
		if (got > 0 && ses_sink_write(sink, f->out, got, err) < 0)
			return -1;
		if (f->s.block_state == ISAL_BLOCK_FINISH)
			return 0;
	} while (got > 0 || f->s.avail_in > 0);
	return ses_fail(err, SESHAT_ECORRUPT, "cut off");
}

int
ses_member_inflate(const void *data, size_t len, uint64_t max,
    const struct ses_sink *sink, struct seshat_err *err)
{
	const unsigned char *p = data;
	struct ses_member m = {0};
	struct inflate *f;
	uint64_t size = 0;
	uint32_t crc = 0;
	int rc = -1;

	if (ses_member_parse(data, len, &m, err) < 0)
		return -1;
	if (len - m.body < SES_MEMBER_TAIL || len - m.body > UINT32_MAX)
		return ses_fail(err, SESHAT_ECORRUPT, "cut off");
	f = ses_calloc(1, sizeof(*f));
	if (f == NULL)
		return ses_fail_nomem(err);
	isal_inflate_init(&f->s);
	f->s.next_in = (uint8_t *)(uintptr_t)(p + m.body);
	f->s.avail_in = (uint32_t)(len - m.body - 8);
	if (run(f, max, sink, &crc, &size, err) < 0)
		goto out;
	/* it reads ahead: whole bytes may be left there that are no part of
	 * the stream */
	if (f->s.avail_in != 0 || f->s.read_in_length >= 8 ||
	    crc != get32(p + len - 8) || (uint32_t)size != get32(p + len - 4)) {
		ses_fail(err, SESHAT_ECORRUPT, "checksum mismatch");
		goto out;
	}
	rc = 0;
out:
	free(f);
	return rc;
}
