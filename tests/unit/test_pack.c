#include "unit/test.h"

#include <zlib.h>

#include "pack/member.h"
#include "pack/part.h"

/* Inflate with zlib, as any other gzip would; the length, or -1. */
static long
gunzip(const char *data, size_t len, char *out, size_t max, int raw)
{
	z_stream z = {0};
	long n;

	z.next_in = (Bytef *)(uintptr_t)data;
	z.avail_in = (uInt)len;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)max;
	assert_int_equal(inflateInit2(&z, raw ? -15 : 31), Z_OK);
	n = inflate(&z, Z_FINISH) == Z_STREAM_END ? (long)z.total_out : -1;
	inflateEnd(&z);
	return n;
}

static void
fill(char *data, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		data[i] = (char)(i % 7 == 0 ? (int)(i * 31 >> 3 & 127)
					    : "{\"text\":"[i % 8]);
}

static void
packs_what_any_gzip_reads(void **state)
{
	static const size_t sizes[] = {0, 1, 100, 65536, 1000000, 3000001};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_packer p = {0};
	struct ses_buf packed = {0};
	struct ses_buf back = {0};
	struct ses_sink sink = ses_sink_buf(&back);
	struct ses_member m;
	char *data = malloc(3000001);
	char *out = malloc(3000002);
	size_t i;

	(void)state;
	if (data == NULL || out == NULL)
		abort();
	fill(data, 3000001);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		ses_buf_clear(&packed);
		ses_buf_clear(&back);
		OK(ses_member_pack(
		    &p, "1 hello", 7, data, sizes[i], &packed, &err));
		assert_int_equal(
		    gunzip(packed.data, packed.len, out, 3000002, 0),
		    (long)sizes[i]);
		assert_memory_equal(out, data, sizes[i]);
		OK(ses_member_parse(packed.data, packed.len, &m, &err));
		assert_int_equal(m.extra_len, 7);
		assert_memory_equal(m.extra, "1 hello", 7);
		assert_int_equal(m.body, 16 + 7);
		OK(ses_member_inflate(
		    packed.data, packed.len, sizes[i], &sink, &err));
		assert_int_equal(back.len, sizes[i]);
		assert_memory_equal(
		    back.data != NULL ? back.data : "", data, sizes[i]);
	}
	ses_packer_free(&p);
	ses_buf_free(&packed);
	ses_buf_free(&back);
	free(data);
	free(out);
}

static void
bodies_join_without_inflating(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_packer p = {0};
	struct ses_buf a = {0};
	struct ses_buf joined = {0};
	struct ses_member m;
	char data[5000];
	static char out[20000];
	int i;

	(void)state;
	fill(data, sizeof(data));
	for (i = 0; i < 3; i++) {
		ses_buf_clear(&a);
		OK(ses_member_pack(&p, "1", 1, data, sizeof(data), &a, &err));
		OK(ses_member_parse(a.data, a.len, &m, &err));
		ses_buf_add(
		    &joined, a.data + m.body, a.len - m.body - SES_MEMBER_TAIL);
	}
	ses_buf_add(&joined, "\x03\x00", 2);
	assert_int_equal(gunzip(joined.data, joined.len, out, sizeof(out), 1),
	    3 * (long)sizeof(data));
	for (i = 0; i < 3; i++)
		assert_memory_equal(
		    out + (size_t)i * sizeof(data), data, sizeof(data));
	ses_packer_free(&p);
	ses_buf_free(&a);
	ses_buf_free(&joined);
}

static void
notices_every_damaged_byte(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_packer p = {0};
	struct ses_buf a = {0};
	struct ses_buf back = {0};
	struct ses_sink sink = ses_sink_buf(&back);
	struct ses_member m;
	char data[300];
	size_t i;

	(void)state;
	fill(data, sizeof(data));
	OK(ses_member_pack(&p, "1", 1, data, sizeof(data), &a, &err));
	OK(ses_member_parse(a.data, a.len, &m, &err));
	for (i = (size_t)m.body; i < a.len; i++) {
		a.data[i] ^= 0x40;
		ses_buf_clear(&back);
		if (ses_member_inflate(a.data, a.len, 300, &sink, &err) == 0)
			/* bits of padding may differ, never the content */
			assert_memory_equal(back.data, data, sizeof(data));
		a.data[i] ^= 0x40;
	}
	for (i = 0; i < a.len; i++)
		FAILS(ses_member_inflate(a.data, i, 300, &sink, &err),
		    SESHAT_ECORRUPT);
	FAILS(ses_member_inflate(a.data, a.len, 299, &sink, &err),
	    SESHAT_ECORRUPT);
	ses_buf_add(&a, "x", 1);
	FAILS(ses_member_inflate(a.data, a.len, 300, &sink, &err),
	    SESHAT_ECORRUPT);
	ses_packer_free(&p);
	ses_buf_free(&a);
	ses_buf_free(&back);
}

static void
part_headers_round_trip(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_part_head h = {.w = "0123abcd",
	    .opened = 1234567890123,
	    .opened_size = 99,
	    .from = 5,
	    .to = UINT64_C(1) << 40,
	    .size = 77,
	    .lines = 3,
	    .last_event = 1234567890999,
	    .x = 0xdeadbeef,
	    .rules = 4,
	    .torn = 1,
	    .inside = 1,
	    .redactions = "jwt:2,npm-token:1"};
	struct ses_part_head g = {0};
	struct ses_buf b = {0};

	(void)state;
	memset(h.h, 'a', 64);
	memset(h.k, 'b', 64);
	ses_part_head_format(&h, &b);
	ses_buf_str(&b, " zz=later q=1");
	OK(ses_part_head_parse(b.data, b.len, &g, &err));
	assert_memory_equal(&g, &h, sizeof(h));
	FAILS(ses_part_head_parse("2 w=1", 5, &g, &err), SESHAT_EFORMAT);
	FAILS(ses_part_head_parse("1 w=1", 5, &g, &err), SESHAT_EFORMAT);
	FAILS(ses_part_head_parse("1 c=9-3", 7, &g, &err), SESHAT_EFORMAT);
	FAILS(ses_part_head_parse("1", 1, &g, &err), SESHAT_EFORMAT);
	FAILS(ses_part_head_parse("", 0, &g, &err), SESHAT_EFORMAT);
	ses_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(packs_what_any_gzip_reads),
	    cmocka_unit_test(bodies_join_without_inflating),
	    cmocka_unit_test(notices_every_damaged_byte),
	    cmocka_unit_test(part_headers_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
