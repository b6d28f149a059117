/*
 * Parts of any bytes: reading them stays inside, what inflates is what zlib
 * makes of it too, and a header that parses is written and read again as the
 * same.
 */
#include <string.h>

#include <zlib.h>

#include "base/sink.h"
#include "fuzz/fuzz.h"
#include "pack/member.h"
#include "pack/part.h"

#define MAX_OUT (1U << 20) /* so that a small input cannot take long */

static int
same_head(const struct ses_part_head *a, const struct ses_part_head *b)
{
	return strcmp(a->w, b->w) == 0 && a->opened == b->opened &&
	       a->opened_size == b->opened_size && a->from == b->from &&
	       a->to == b->to && a->size == b->size && a->lines == b->lines &&
	       a->last_event == b->last_event && strcmp(a->h, b->h) == 0 &&
	       a->x == b->x && strcmp(a->k, b->k) == 0 &&
	       a->rules == b->rules && a->torn == b->torn &&
	       a->inside == b->inside &&
	       strcmp(a->redactions, b->redactions) == 0;
}

/* A header that parses says the same after it was written again. */
static void
head(const char *text, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_part_head first = {0};
	struct ses_part_head again = {0};
	struct ses_buf a = {0};

	if (ses_part_head_parse(text, len, &first, &err) < 0)
		return;
	ses_part_head_format(&first, &a);
	MUST(!a.bad);
	MUST(ses_part_head_parse(a.data, a.len, &again, &err) == 0);
	MUST(same_head(&first, &again));
	ses_buf_free(&a);
}

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
		if (m.extra_len > 0)
			head(m.extra, m.extra_len);
	}
	if (whole)
		compare(data, len, (size_t)m.body, &got);
	ses_buf_free(&got);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	member(data, len);
	head((const char *)data, len);
	return 0;
}
