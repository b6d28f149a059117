#include "unit/test.h"

#include <zstd.h>

#include "pack/archive.h"
#include "pack/part.h"
#include "vault/doc.h"
#include "vault/entry.h"
#include "vault/plan.h"

#define MIB (1U << 20)
#define BIG (MIB + 1)

/* A text that repeats itself, but only at a distance. */
static char *
text_of(size_t len)
{
	uint64_t chance = 1;
	char *text = malloc(len);
	size_t half = len / 2;
	size_t i;

	if (text == NULL)
		abort();
	for (i = 0; i < half; i++) {
		chance = chance * UINT64_C(6364136223846793005) + 1;
		text[i] = (char)('a' + (chance >> 40) % 16);
	}
	for (; i < len; i++)
		text[i] = text[i - half];
	return text;
}

static void
pack(const char *text, size_t len, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink sink = ses_sink_buf(out);
	struct ses_archiver *a = NULL;
	struct ses_sink to;

	OK(ses_archive_head("1 hello", 7, out, &err));
	OK(ses_archiver_open(&a, len, &sink, &err));
	to = ses_archiver_sink(a);
	OK(ses_sink_write(&to, text, len, &err));
	OK(ses_archiver_close(a, &err));
	ses_archiver_free(a);
}

static void
packs_what_any_zstd_reads(void **state)
{
	static const size_t sizes[] = {0, 1, 100, 65536, BIG};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf packed = {0};
	struct ses_buf back = {0};
	struct ses_sink sink = ses_sink_buf(&back);
	struct ses_member m;
	char *text = text_of(BIG);
	char *out = malloc(BIG + 1);
	size_t i;

	(void)state;
	if (out == NULL)
		abort();
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		ses_buf_clear(&packed);
		ses_buf_clear(&back);
		pack(text, sizes[i], &packed);
		/* the frame in front is passed over */
		assert_int_equal(
		    ZSTD_decompress(out, BIG + 1, packed.data, packed.len),
		    sizes[i]);
		assert_memory_equal(out, text, sizes[i]);
		OK(ses_archive_parse(packed.data, packed.len, &m, &err));
		assert_int_equal(m.extra_len, 7);
		assert_memory_equal(m.extra, "1 hello", 7);
		assert_int_equal(ZSTD_getFrameContentSize(
				     packed.data + m.body, packed.len - m.body),
		    sizes[i]);
		OK(ses_archive_unpack(
		    packed.data, packed.len, sizes[i], &sink, &err));
		assert_int_equal(back.len, sizes[i]);
		assert_memory_equal(back.data, text, sizes[i]);
	}
	ses_buf_free(&packed);
	ses_buf_free(&back);
	free(text);
	free(out);
}

static void
sees_what_is_far_away(void **state)
{
	const size_t some = MIB / 4;
	const size_t len = (size_t)24 * MIB;
	struct ses_buf packed = {0};
	char *text = calloc(len, 1);
	char *odd = text_of(2 * some);

	(void)state;
	if (text == NULL)
		abort();
	/* four bits a byte, nothing, and that again */
	memcpy(text, odd, some);
	memcpy(text + len - some, odd, some);
	pack(text, len, &packed);
	assert_in_range(packed.len, some / 2, some / 2 + some / 8);
	ses_buf_free(&packed);
	free(text);
	free(odd);
}

static void
refuses_a_text_of_another_length(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink none = ses_sink_none();
	struct ses_archiver *a = NULL;
	struct ses_sink to;

	(void)state;
	OK(ses_archiver_open(&a, 10, &none, &err));
	to = ses_archiver_sink(a);
	OK(ses_sink_write(&to, "123456789", 9, &err));
	FAILS(ses_archiver_close(a, &err), SESHAT_ECORRUPT);
	ses_archiver_free(a);
}

/* The frame that follows the same header. */
static int
unpack(const char *frame, size_t len, struct seshat_err *err)
{
	struct ses_sink none = ses_sink_none();
	struct ses_buf b = {0};
	int rc;

	assert_int_equal(ses_archive_head("1 hello", 7, &b, err), 0);
	ses_buf_add(&b, frame, len);
	rc = ses_archive_unpack(b.data, b.len, MIB, &none, err);
	ses_buf_free(&b);
	return rc;
}

/* A frame with a window of 2^log, and three bytes as they are. */
static int
with_window(unsigned log, struct seshat_err *err)
{
	char frame[12] = "\x28\xb5\x2f\xfd\0?\x19\0\0abc";

	frame[5] = (char)((log - 10) << 3);
	return unpack(frame, sizeof(frame), err);
}

static void
refuses_a_window_that_would_take_too_much(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	(void)state;
	OK(with_window(20, &err));
	OK(with_window(SES_ARCHIVE_WINDOW_MAX, &err));
	FAILS(with_window(SES_ARCHIVE_WINDOW_MAX + 1, &err), SESHAT_ECORRUPT);
	FAILS(with_window(31, &err), SESHAT_ECORRUPT);
}

static void
refuses_what_is_not_one_whole_frame(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink none = ses_sink_none();
	struct ses_buf packed = {0};
	size_t i;

	(void)state;
	pack("some text", 9, &packed);
	for (i = 0; i < packed.len; i++)
		FAILS(ses_archive_unpack(packed.data, i, 9, &none, &err),
		    SESHAT_ECORRUPT);
	FAILS(ses_archive_unpack(packed.data, packed.len, 8, &none, &err),
	    SESHAT_ECORRUPT);
	ses_buf_add(&packed, "", 1);
	FAILS(ses_archive_unpack(packed.data, packed.len, 9, &none, &err),
	    SESHAT_ECORRUPT);
	FAILS(unpack("", 0, &err), SESHAT_ECORRUPT);
	/* more than it may be, and a claim of more than there is */
	packed.data[4] = packed.data[5] = packed.data[6] = '\xff';
	FAILS(ses_archive_unpack(packed.data, packed.len, 9, &none, &err),
	    SESHAT_ECORRUPT);
	ses_buf_free(&packed);
}

static void
names_and_entries_are_those_of_merged_ones(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_part_head head = {
	    .to = 100, .size = 99, .lines = 3, .frame = 40};
	struct ses_entry e = {.first = 2, .last = 7};
	struct ses_entry back = {0};
	char stream[SES_STREAM_ID];
	uint32_t first;
	uint32_t last;
	json_t *parts = json_array();
	json_t *doc;

	(void)state;
	ses_key_archive(e.name, "1a2b3c4d", 2, 7, "9f8e7d6c");
	assert_string_equal(
	    e.name, "archive-1a2b3c4d-00000002-00000007-9f8e7d6c.jsonl.zst");
	assert_int_equal(
	    ses_key_kind(e.name, stream, &first), SES_OBJECT_MERGED);
	assert_string_equal(stream, "1a2b3c4d");
	OK(ses_key_merged_range(e.name, &first, &last));
	assert_int_equal(first, 2);
	assert_int_equal(last, 7);
	assert_int_equal(
	    ses_key_kind("archive-1a2b3c4d-x.jsonl.gz", stream, &first),
	    SES_OBJECT_OTHER);
	assert_int_equal(
	    ses_key_kind("merged-1a2b3c4d-00000002-00000007-9f8e7d6c.jsonl.zst",
		stream, &first),
	    SES_OBJECT_OTHER);
	ses_entry_of_head(&e, &head, 30, 70, 0xdeadbeef);
	assert_true(ses_entry_is_merged(&e) && ses_entry_is_archived(&e));
	doc = ses_entry_format(&e, "");
	assert_null(json_object_get(doc, "body_offset"));
	assert_null(json_object_get(doc, "body_size"));
	assert_int_equal(json_array_append(parts, doc), 0);
	assert_int_equal(ses_entries_schema(parts), SES_ENTRIES_ARCHIVED);
	OK(ses_entry_parse(doc, &back, &err));
	assert_memory_equal(&e, &back, sizeof(e));
	json_decref(doc);
	json_decref(parts);
	parts = json_array();
	assert_int_equal(ses_entries_schema(parts), SES_ENTRIES_SCHEMA);
	json_decref(parts);
}

static void
a_header_says_how_long_the_frame_is(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_part_head a = {.w = "00000000", .frame = 40, .crc = 7};
	struct ses_part_head b;
	struct ses_buf text = {0};

	(void)state;
	memset(a.h, '0', 64);
	memset(a.k, '0', 64);
	ses_part_head_format(&a, &text);
	assert_non_null(strstr(ses_buf_cstr(&text), " n=40 z=00000007"));
	OK(ses_part_head_parse(text.data, strlen(text.data), &b, &err));
	assert_int_equal(b.frame, 40);
	assert_int_equal(b.crc, 7);
	ses_buf_free(&text);
}

/* Objects of so many MiB, "a" those that are archived, "t" torn lines. */
static size_t
objects(struct ses_entry *v, const char *what)
{
	size_t n = 0;
	char *end;

	for (; *what != '\0'; what += *what == ' ') {
		v[n] = (struct ses_entry){
		    .first = (uint32_t)n, .last = (uint32_t)n};
		if (*what == 'a')
			ses_key_archive(v[n].name, "1a2b3c4d", v[n].first,
			    v[n].last, "00000000");
		else
			ses_key_part(v[n].name, v[n].first, "1a2b3c4d");
		v[n].torn = *what == 't';
		what += *what == 'a' || *what == 't';
		v[n++].size = strtoull(what, &end, 10) * MIB;
		what = end;
	}
	return n;
}

/* The plan for these is "from-to from-to ..." */
static void
planned(const char *what, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_entry v[16];
	struct ses_plan p = {0};
	struct ses_buf text = {0};
	size_t n = objects(v, what);
	size_t i;

	OK(ses_plan_archive(&p, v, n, &err));
	for (i = 0; i < p.n; i++)
		ses_buf_fmt(
		    &text, "%s%zu-%zu", i > 0 ? " " : "", p.v[i].lo, p.v[i].hi);
	assert_string_equal(ses_buf_cstr(&text), want);
	ses_plan_free(&p);
	ses_buf_free(&text);
}

static void
plans_what_fits_and_nothing_twice(void **state)
{
	(void)state;
	planned("", "");
	planned("1", "0-1");
	planned("0", "");
	planned("t1", "");
	planned("8 8 8 8", "0-4");
	planned("8 8 8 8 8", "0-4 4-5");
	planned("40 1", "0-1 1-2");
	planned("a32 a8", "");
	planned("a32 8", "1-2");
	planned("a20 8", "0-2");
	planned("a20 a12", "0-2");
	planned("a20 a13", "");
	planned("a20 a13 19", "1-3");
	planned("8 t1 8", "0-3");
}

static void
merging_leaves_them_alone(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_entry v[16];
	struct ses_plan p = {0};
	size_t n = objects(v, "1 1 a1 1 1 1 a2 1");

	(void)state;
	OK(ses_plan_make(&p, v, n, 0, &err));
	assert_int_equal(p.n, 2);
	assert_int_equal(p.v[0].lo, 0);
	assert_int_equal(p.v[0].hi, 2);
	assert_int_equal(p.v[1].lo, 3);
	assert_int_equal(p.v[1].hi, 6);
	ses_plan_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(packs_what_any_zstd_reads),
	    cmocka_unit_test(sees_what_is_far_away),
	    cmocka_unit_test(refuses_a_text_of_another_length),
	    cmocka_unit_test(refuses_a_window_that_would_take_too_much),
	    cmocka_unit_test(refuses_what_is_not_one_whole_frame),
	    cmocka_unit_test(names_and_entries_are_those_of_merged_ones),
	    cmocka_unit_test(a_header_says_how_long_the_frame_is),
	    cmocka_unit_test(plans_what_fits_and_nothing_twice),
	    cmocka_unit_test(merging_leaves_them_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
