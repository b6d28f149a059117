/*
 * Any content, cut anywhere into parts: each part is a gzip file, and their
 * bodies joined, with one final block, are the deflate stream of the whole.
 *
 * The first byte of the input says how it is cut, the second how often the
 * rest is repeated, for parts that take more than one block.
 */
#include <string.h>

#include <zlib.h>

#include "base/hash.h"
#include "base/sink.h"
#include "fuzz/fuzz.h"
#include "pack/member.h"

#define PARTS_MAX 40

/* What zlib makes of it: bits as inflateInit2 has them. */
static void
inflates_to(
    const struct ses_buf *packed, int bits, const char *want, size_t len)
{
	unsigned char *out = malloc(len + 1);
	z_stream z = {0};

	MUST(out != NULL && inflateInit2(&z, bits) == Z_OK);
	z.next_in = (unsigned char *)packed->data;
	z.avail_in = (unsigned)packed->len;
	z.next_out = out;
	z.avail_out = (unsigned)len + 1;
	MUST(inflate(&z, Z_FINISH) == Z_STREAM_END);
	MUST(z.avail_in == 0 && z.total_out == len);
	MUST(len == 0 || memcmp(out, want, len) == 0);
	MUST(inflateEnd(&z) == Z_OK);
	free(out);
}

/* Our own reader gives the same. */
static void
reads_back(const struct ses_buf *packed, const char *want, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf got = {0};
	struct ses_sink sink = ses_sink_buf(&got);

	MUST(ses_member_inflate(packed->data, packed->len, len, &sink, &err) ==
	     0);
	MUST(got.len == len && (len == 0 || memcmp(got.data, want, len) == 0));
	MUST(len == 0 || ses_member_inflate(packed->data, packed->len, len - 1,
			     &sink, &err) < 0);
	ses_buf_free(&got);
}

static void
check_part(const struct ses_buf *packed, const char *text, size_t len,
    struct ses_buf *bodies)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_member m = {0};
	size_t end = packed->len - SES_MEMBER_TAIL;

	MUST(ses_member_parse(packed->data, packed->len, &m, &err) == 0);
	MUST(m.extra_len == 4 && memcmp(m.extra, "1 a=", 4) == 0);
	MUST(m.body == 16 + 4 && m.body <= end);
	MUST(memcmp(packed->data + end, "\x03\x00", 2) == 0);
	MUST(ses_member_crc(packed->data + packed->len - 8) ==
	     ses_crc32(0, text, len));
	inflates_to(packed, MAX_WBITS + 16, text, len);
	reads_back(packed, text, len);
	ses_buf_add(bodies, packed->data + m.body, end - m.body);
}

/* Cut the text into parts whose sizes follow from how. */
static void
cut(const char *text, size_t len, unsigned how)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_packer p = {0};
	struct ses_buf packed = {0};
	struct ses_buf bodies = {0};
	uint32_t seed = how * 2654435761U + 1;
	uint32_t crc = 0;
	uint32_t ours = 0;
	size_t from = 0;
	size_t n;
	int parts;

	for (parts = 1; from < len || parts == 1; parts++, from += n) {
		seed = seed * 1664525 + 1013904223;
		n = how == 0 ? len : (seed >> 8) % (1 + len / (1 + how % 16));
		if (parts >= PARTS_MAX || n > len - from)
			n = len - from;
		ses_buf_clear(&packed);
		MUST(ses_member_pack(
			 &p, "1 a=", 4, text + from, n, &packed, &err) == 0);
		check_part(&packed, text + from, n, &bodies);
		crc = (uint32_t)crc32_combine(crc,
		    ses_member_crc(packed.data + packed.len - 8), (z_off_t)n);
		ours = ses_crc32_join(
		    ours, ses_member_crc(packed.data + packed.len - 8), n);
	}
	ses_buf_add(&bodies, "\x03\x00", 2);
	inflates_to(&bodies, -MAX_WBITS, text, len);
	MUST(crc == ours && crc == ses_crc32(0, text, len));
	ses_packer_free(&p);
	ses_buf_free(&packed);
	ses_buf_free(&bodies);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ses_buf text = {0};
	unsigned times;

	if (len < 2)
		return 0;
	for (times = data[1]; text.len < (1U << 20); times--) {
		ses_buf_add(&text, data + 2, len - 2);
		if (times == 0)
			break;
	}
	cut(text.data != NULL ? text.data : "", text.len, data[0]);
	ses_buf_free(&text);
	return 0;
}
