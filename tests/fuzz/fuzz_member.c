/*
 * Objects of any bytes: reading them stays inside, and what inflates is what
 * zlib makes of it too.
 */
#include <string.h>

#include <zlib.h>

#include "base/sink.h"
#include "fuzz/fuzz.h"
#include "pack/member.h"

#define MAX_OUT (1U << 20) /* so that a small input cannot take long */

/* As zlib reads it: the bytes behind the header are one whole deflate stream
 * of this content, then its CRC-32 and its size. */
static void
compare(const uint8_t *data, size_t len, size_t body, const struct ses_buf *got)
{
	unsigned char *out = malloc(got->len + 1);
	z_stream z = {0};
	uint32_t crc;

	MUST(out != NULL && inflateInit2(&z, -MAX_WBITS) == Z_OK);
	z.next_in = (unsigned char *)(uintptr_t)(data + body);
	z.avail_in = (unsigned)(len - body);
	z.next_out = out;
	z.avail_out = (unsigned)got->len + 1;
	MUST(inflate(&z, Z_FINISH) == Z_STREAM_END);
	MUST(z.total_out == got->len && z.avail_in == 8);
	MUST(got->len == 0 || memcmp(out, got->data, got->len) == 0);
	crc = (uint32_t)crc32(0, out, (unsigned)got->len);
	MUST(z.next_in[0] == (crc & 255) && z.next_in[3] == crc >> 24);
	MUST(inflateEnd(&z) == Z_OK);
	free(out);
}

static void
member(const uint8_t *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const char *text = (const char *)data;
	struct ses_member m = {0};
	struct ses_buf got = {0};
	struct ses_sink sink = ses_sink_buf(&got);
	int parsed = ses_member_parse(data, len, &m, &err) == 0;
	int whole = ses_member_inflate(data, len, MAX_OUT, &sink, &err) == 0;

	MUST(got.len <= MAX_OUT);
	MUST(parsed || !whole);
	if (parsed) {
		MUST(m.body <= len);
		MUST(m.extra_len == 0 ||
		     (m.extra > text && m.extra_len < m.body &&
			 (size_t)(m.extra - text) <= m.body - m.extra_len));
	}
	if (whole)
		compare(data, len, (size_t)m.body, &got);
	ses_buf_free(&got);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	member(data, len);
	return 0;
}
