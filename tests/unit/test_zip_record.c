/* The records of a zip file, byte by byte, and the names in them. */
#include "unit/test.h"

#include "base/hash.h"
#include "pack/zip.h"
#include "pack/zip_record.h"
#include "unit/zip_sample.h"

static void
headers_stand_as_they_should(void **state)
{
	struct ses_zip_record r = {.name = "a/\xc3\xbc",
	    .name_len = 4,
	    .mtime = MOMENT,
	    .is_deflated = 1,
	    .size = 0x0102,
	    .packed = 0x0304,
	    .crc = 0xaabbccdd};
	struct ses_buf b = {0};

	(void)state;
	ses_zip_put_local(&r, &b);
	is_bytes(&b,
	    "504b0304 1400 0008 0800 8218 225c ddccbbaa 04030000 02010000 "
	    "0400 0900 612fc3bc 5554 0500 01 a5355769");
	ses_buf_clear(&b);
	r.has_descriptor = 1;
	ses_zip_put_local(&r, &b);
	is_bytes(&b,
	    "504b0304 1400 0808 0800 8218 225c 00000000 00000000 00000000 "
	    "0400 0900 612fc3bc 5554 0500 01 a5355769");
	ses_buf_clear(&b);
	r.is_large = 1;
	r.is_deflated = 0;
	ses_zip_put_local(&r, &b);
	is_bytes(&b,
	    "504b0304 2d00 0808 0000 8218 225c 00000000 ffffffff ffffffff "
	    "0400 1d00 612fc3bc 0100 1000 0000000000000000 0000000000000000 "
	    "5554 0500 01 a5355769");
	ses_buf_clear(&b);
	r.has_descriptor = 0;
	ses_zip_put_local(&r, &b);
	is_bytes(&b,
	    "504b0304 2d00 0008 0000 8218 225c ddccbbaa ffffffff ffffffff "
	    "0400 1d00 612fc3bc 0100 1000 0201000000000000 0403000000000000 "
	    "5554 0500 01 a5355769");
	ses_buf_free(&b);
}

static void
descriptors_stand_as_they_should(void **state)
{
	struct ses_zip_record r = {
	    .size = 0x0102, .packed = 0x0304, .crc = 0xaabbccdd};
	struct ses_buf b = {0};

	(void)state;
	ses_zip_put_descriptor(&r, &b);
	is_bytes(&b, "504b0708 ddccbbaa 04030000 02010000");
	ses_buf_clear(&b);
	r.is_large = 1;
	ses_zip_put_descriptor(&r, &b);
	is_bytes(&b, "504b0708 ddccbbaa 0403000000000000 0201000000000000");
	ses_buf_free(&b);
}

static void
the_directory_has_8_bytes_for_what_needs_them(void **state)
{
	struct ses_zip_record r = {.name = "a",
	    .name_len = 1,
	    .mtime = MOMENT,
	    .size = MAX32 - 1,
	    .packed = MAX32 - 1,
	    .offset = MAX32 - 1,
	    .crc = 0xaabbccdd};
	struct ses_buf b = {0};

	(void)state;
	ses_zip_put_central(&r, &b);
	is_bytes(&b,
	    "504b0102 2d03 1400 0008 0000 8218 225c ddccbbaa feffffff feffffff "
	    "0100 0900 0000 0000 0000 0000a481 feffffff 61 "
	    "5554 0500 01 a5355769");
	ses_buf_clear(&b);
	r.is_large = 1;
	r.offset = MAX32;
	ses_zip_put_central(&r, &b);
	is_bytes(&b,
	    "504b0102 2d03 2d00 0008 0000 8218 225c ddccbbaa feffffff feffffff "
	    "0100 1500 0000 0000 0000 0000a481 ffffffff 61 "
	    "0100 0800 ffffffff00000000 5554 0500 01 a5355769");
	ses_buf_clear(&b);
	r.size = MAX32 + 1;
	ses_zip_put_central(&r, &b);
	is_bytes(&b,
	    "504b0102 2d03 2d00 0008 0000 8218 225c ddccbbaa feffffff ffffffff "
	    "0100 1d00 0000 0000 0000 0000a481 ffffffff 61 "
	    "0100 1000 0000000001000000 ffffffff00000000 "
	    "5554 0500 01 a5355769");
	ses_buf_clear(&b);
	r.packed = MAX32 + 2;
	r.offset = 0;
	r.mtime = INT64_C(2147483648000); /* and no room for the time */
	ses_zip_put_central(&r, &b);
	is_bytes(&b,
	    "504b0102 2d03 2d00 0008 0000 c419 3374 ddccbbaa ffffffff ffffffff "
	    "0100 1400 0000 0000 0000 0000a481 00000000 61 "
	    "0100 1000 0000000001000000 0100000001000000");
	ses_buf_free(&b);
}

static void
the_end_is_zip64_from_where_it_must_be(void **state)
{
	struct ses_zip_directory d = {65534, MAX32 - 1, MAX32 - 1};
	struct ses_buf b = {0};

	(void)state;
	ses_zip_put_end(&d, &b);
	is_bytes(&b, "504b0506 0000 0000 feff feff feffffff feffffff 0000");
	ses_buf_clear(&b);
	d = (struct ses_zip_directory){65535, 16, 32};
	ses_zip_put_end(&d, &b);
	is_bytes(&b, "504b0606 2c00000000000000 2d03 2d00 00000000 00000000 "
		     "ffff000000000000 ffff000000000000 "
		     "2000000000000000 1000000000000000 "
		     "504b0607 00000000 3000000000000000 01000000 "
		     "504b0506 0000 0000 ffff ffff 20000000 10000000 0000");
	ses_buf_clear(&b);
	d = (struct ses_zip_directory){1, MAX32, 32};
	ses_zip_put_end(&d, &b);
	assert_int_equal(b.len, 56 + 20 + 22);
	assert_memory_equal(b.data + 76 + 16, "\xff\xff\xff\xff", 4);
	ses_buf_clear(&b);
	d = (struct ses_zip_directory){1, 1, MAX32};
	ses_zip_put_end(&d, &b);
	assert_int_equal(b.len, 56 + 20 + 22);
	ses_buf_free(&b);
}

static void
times_are_clamped_to_what_zip_can_say(void **state)
{
	static const struct {
		int64_t mtime;
		const char *dos; /* time, date and length of the extra field */
	} rows[] = {
	    {0, "0000 2100"},
	    {INT64_MIN, "0000 2100"},
	    {INT64_C(315532799999), "0000 2100"},
	    {INT64_C(315532802000), "0100 2100"},
	    {INT64_C(2147483647999), "c319 3374"},
	    {INT64_C(4354819199000), "7dbf 9fff"},
	    {INT64_C(4354819200000), "7dbf 9fff"},
	    {INT64_MAX, "7dbf 9fff"},
	};
	struct ses_zip_record r = {.name = "a", .name_len = 1};
	struct ses_buf b = {0};
	struct ses_buf dos;
	size_t i;

	(void)state;
	for (i = 0; i < LEN(rows); i++) {
		r.mtime = rows[i].mtime;
		ses_buf_clear(&b);
		ses_zip_put_local(&r, &b);
		dos = (struct ses_buf){.data = b.data + 10, .len = 4};
		is_bytes(&dos, rows[i].dos);
		assert_int_equal(
		    b.len, r.mtime >= INT64_C(-2147483648000) &&
				   r.mtime <= INT64_C(2147483647999)
			       ? 40
			       : 31);
	}
	r.mtime = -1; /* a second before 1970, not after */
	ses_buf_clear(&b);
	ses_zip_put_local(&r, &b);
	assert_memory_equal(b.data + 36, "\xff\xff\xff\xff", 4);
	ses_buf_free(&b);
}

/* What a reader would make of %XX. */
static void
unescape(const struct ses_buf *in, struct ses_buf *out)
{
	unsigned char c;
	size_t i;

	ses_buf_clear(out);
	for (i = 0; i < in->len; i++) {
		c = (unsigned char)in->data[i];
		if (c == '%' && in->len - i > 2 &&
		    ses_unhex(in->data + i + 1, 1, &c) == 0)
			i += 2;
		ses_buf_add(out, &c, 1);
	}
}

static void
names_are_readable_and_unambiguous(void **state)
{
	static const struct {
		const char *path;
		const char *name; /* NULL: it can be none */
	} rows[] = {
	    {"a", "a"},
	    {"a/b c/-rf", "a/b c/-rf"},
	    {"C:x", "C:x"},
	    {"\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80",
		"\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80"},
	    {"100%", "100%"},
	    {"%zz%4", "%zz%4"},
	    {"%41", "%2541"},
	    {"%%41", "%%2541"},
	    {"a\\b", "a%5Cb"},
	    {"a\nb\x7f", "a%0Ab%7F"},
	    {"\xc2\x85", "%C2%85"},
	    {"\xff\xc3/\xc3", "%FF%C3/%C3"},
	    {"\xed\xa0\x80", "%ED%A0%80"},
	    {"%4\xff", "%4%FF"},
	    {"...", "..."},
	    {"a..", "a.."},
	    {".a/..b", ".a/..b"},
	    {"", NULL},
	    {"/a", NULL},
	    {"a/", NULL},
	    {"a//b", NULL},
	    {".", NULL},
	    {"./a", NULL},
	    {"a/.", NULL},
	    {"a/./b", NULL},
	    {"..", NULL},
	    {"../a", NULL},
	    {"a/..", NULL},
	    {"a/../b", NULL},
	    {"/", NULL},
	};
	struct ses_buf b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < LEN(rows); i++) {
		ses_buf_clear(&b);
		ses_buf_str(&b, "x");
		assert_int_equal(
		    ses_zip_name(rows[i].path, strlen(rows[i].path), &b),
		    rows[i].name == NULL ? -1 : 0);
		assert_string_equal(ses_buf_cstr(&b) + 1,
		    rows[i].name == NULL ? "" : rows[i].name);
	}
	ses_buf_free(&b);
}

static void
names_of_any_bytes_lead_back_to_the_path(void **state)
{
	static const char some[] = "%%%4aF\\/. \xc3\xbc\xff\x80\x01z";
	struct ses_buf name = {0};
	struct ses_buf back = {0};
	uint64_t seed = 42;
	char path[12];
	size_t len;
	size_t i;
	int n;

	(void)state;
	for (n = 0; n < 200000; n++) {
		len = next_random(&seed) % sizeof(path);
		for (i = 0; i < len; i++)
			path[i] = some[next_random(&seed) % (sizeof(some) - 1)];
		ses_buf_clear(&name);
		if (ses_zip_name(path, len, &name) < 0)
			continue;
		unescape(&name, &back);
		assert_int_equal(back.len, len);
		assert_memory_equal(back.data, path, len);
	}
	ses_buf_free(&name);
	ses_buf_free(&back);
}

static void
names_have_65535_bytes_at_most(void **state)
{
	struct ses_zip *z = NULL;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink none = ses_sink_none();
	struct ses_zip_entry e = {.method = SES_ZIP_STORE};
	struct ses_buf name = {0};
	char *path = malloc(65537);

	(void)state;
	assert_non_null(path);
	memset(path, 'a', 65536);
	path[65536] = '\0';
	assert_int_equal(ses_zip_name(path, 65535, &name), 0);
	ses_buf_clear(&name);
	assert_int_equal(ses_zip_name(path, 65536, &name), -1);
	path[0] = '\\';
	assert_int_equal(ses_zip_name(path, 65534, &name), -1);
	assert_int_equal(name.len, 0);
	OK(ses_zip_open(&z, "/tmp", &none, &err));
	e.name = path;
	FAILS(ses_zip_add(z, &e, "", 0, &err), SESHAT_ELIMIT);
	e.name = "";
	FAILS(ses_zip_add(z, &e, "", 0, &err), SESHAT_ELIMIT);
	e.name = path + 1;
	assert_int_equal(ses_zip_at(z), 0);
	OK(ses_zip_add(z, &e, "", 0, &err));
	ses_zip_free(z);
	ses_buf_free(&name);
	free(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(headers_stand_as_they_should),
	    cmocka_unit_test(descriptors_stand_as_they_should),
	    cmocka_unit_test(the_directory_has_8_bytes_for_what_needs_them),
	    cmocka_unit_test(the_end_is_zip64_from_where_it_must_be),
	    cmocka_unit_test(times_are_clamped_to_what_zip_can_say),
	    cmocka_unit_test(names_are_readable_and_unambiguous),
	    cmocka_unit_test(names_of_any_bytes_lead_back_to_the_path),
	    cmocka_unit_test(names_have_65535_bytes_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
