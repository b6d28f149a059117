/*
 * Archived objects.  Any bytes: reading them stays inside, gives no more than
 * it may, and the same however they are sliced; what is read whole is what
 * zstd makes of it.  Any text: packed, it is read back, and with one byte less,
 * or more behind it, it is not.
 */
#include <string.h>
#include <zstd.h>

#include "base/sink.h"
#include "fuzz/fuzz.h"
#include "pack/archive.h"

#define MAX_OUT (1U << 20) /* so that a small input cannot take long */

/* All frames of it, skippable ones among them. */
static void
compare(const uint8_t *data, size_t len, const struct ses_buf *got)
{
	char *out = malloc(got->len + 1);
	size_t n;

	MUST(out != NULL);
	n = ZSTD_decompress(out, got->len + 1, data, len);
	MUST(!ZSTD_isError(n) && n == got->len);
	MUST(n == 0 || memcmp(out, got->data, n) == 0);
	free(out);
}

/* By a byte at a time; 0 when it is whole. */
static int
sliced(const uint8_t *data, size_t len, struct ses_buf *got)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink sink = ses_sink_buf(got);
	struct ses_unarchiver *u = NULL;
	int rc = 0;
	size_t i;

	MUST(ses_unarchiver_open(&u, MAX_OUT, &sink, &err) == 0);
	for (i = 0; i < len && rc == 0; i++)
		rc = ses_unarchiver_add(u, data + i, 1, &err);
	if (rc == 0)
		rc = ses_unarchiver_close(u, &err);
	ses_unarchiver_free(u);
	return rc;
}

static void
object(const uint8_t *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const char *text = (const char *)data;
	struct ses_member m = {0};
	struct ses_buf got = {0};
	struct ses_buf again = {0};
	struct ses_sink sink = ses_sink_buf(&got);
	int parsed = ses_archive_parse(data, len, &m, &err) == 0;
	int whole = ses_archive_unpack(data, len, MAX_OUT, &sink, &err) == 0;

	MUST(got.len <= MAX_OUT);
	MUST(parsed || !whole);
	if (parsed) {
		MUST(m.body <= len && m.body == SES_ARCHIVE_HEAD + m.extra_len);
		MUST(m.extra == text + SES_ARCHIVE_HEAD);
		MUST(m.extra_len <= SES_MEMBER_EXTRA_MAX);
		MUST((sliced(data + m.body, len - (size_t)m.body, &again) ==
			 0) == whole);
	}
	if (whole) {
		MUST(again.len == got.len);
		compare(data, len, &got);
	}
	ses_buf_free(&got);
	ses_buf_free(&again);
}

/* The text as an object. */
static void
pack(const uint8_t *data, size_t len, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink sink = ses_sink_buf(out);
	struct ses_sink text;
	struct ses_archiver *a = NULL;

	MUST(ses_archive_head("1 a=", 4, out, &err) == 0);
	MUST(ses_archiver_open(&a, len, &sink, &err) == 0);
	text = ses_archiver_sink(a);
	MUST(ses_sink_write(&text, data, len / 2, &err) == 0);
	MUST(ses_sink_write(&text, data + len / 2, len - len / 2, &err) == 0);
	MUST(ses_archiver_close(a, &err) == 0);
	ses_archiver_free(a);
}

static void
round_trip(const uint8_t *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf packed = {0};
	struct ses_buf got = {0};
	struct ses_sink sink = ses_sink_buf(&got);
	struct ses_sink none = ses_sink_none();

	pack(data, len, &packed);
	MUST(
	    ses_archive_unpack(packed.data, packed.len, len, &sink, &err) == 0);
	MUST(got.len == len && (len == 0 || memcmp(got.data, data, len) == 0));
	MUST(len == 0 || ses_archive_unpack(packed.data, packed.len, len - 1,
			     &none, &err) < 0);
	MUST(ses_archive_unpack(packed.data, packed.len - 1, len, &none, &err) <
	     0);
	ses_buf_add(&packed, "x", 1);
	MUST(ses_archive_unpack(packed.data, packed.len, len, &none, &err) < 0);
	ses_buf_free(&packed);
	ses_buf_free(&got);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	object(data, len);
	if (len > 0 && len < 65536)
		round_trip(data, len);
	return 0;
}
