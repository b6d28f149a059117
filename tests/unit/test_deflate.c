/* Deflate streams: held against zlib. */
#include "unit/test.h"

#include <zlib.h>

#include "pack/deflate.h"
#include "unit/zip_sample.h"

/* One text as a deflate stream, in slices. */
static void
deflate_in(size_t slice, const char *data, size_t len, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink sink = ses_sink_buf(out);
	struct ses_deflate_short s;
	struct ses_deflate *d = NULL;
	size_t at;
	size_t n;

	ses_buf_clear(out);
	OK(ses_deflate_open(&d, &err));
	ses_deflate_begin(d);
	for (at = 0; at < len; at += n) {
		n = len - at < slice ? len - at : slice;
		OK(ses_deflate_add(d, data + at, n, &sink, &err));
	}
	if (len >= SES_DEFLATE_CHUNK)
		assert_int_equal(ses_deflate_short(d, &s, &err), 0);
	OK(ses_deflate_end(d, &sink, &err));
	ses_deflate_free(d);
}

static void
inflates_to(const struct ses_buf *packed, const char *data, size_t len)
{
	z_stream z = {0};
	char *out = malloc(len + 1);

	assert_non_null(out);
	z.next_in = (Bytef *)packed->data;
	z.avail_in = (uInt)packed->len;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)len + 1;
	assert_int_equal(inflateInit2(&z, -15), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.avail_in, 0);
	assert_int_equal(z.total_out, len);
	assert_memory_equal(out, data, len);
	inflateEnd(&z);
	free(out);
}

static void
a_stream_does_not_depend_on_slices(void **state)
{
	static const size_t sizes[] = {
	    0, 1, 65535, 65536, 65537, 131072, 524288, 589824, 5000001};
	static const size_t steps[] = {0, 5000, 65536, 700000, 2500000};
	static const size_t slices[] = {777, 65535, 65536, 65537, 1000000};
	size_t max = is_small_run() ? 700000 : 5000001;
	struct ses_buf whole = {0};
	struct ses_buf sliced = {0};
	char *data;
	size_t i;
	size_t k;
	size_t n;

	(void)state;
	for (k = 0; k < LEN(steps) * 2; k++) {
		data = content(max, steps[k / 2], (int)(k & 1));
		for (i = 0; i < LEN(sizes) && sizes[i] <= max; i++) {
			deflate_in(max, data, sizes[i], &whole);
			inflates_to(&whole, data, sizes[i]);
			assert_true(whole.len <= ses_deflate_bound(sizes[i]));
			for (n = 0; n < LEN(slices); n++) {
				deflate_in(slices[n], data, sizes[i], &sliced);
				assert_int_equal(sliced.len, whole.len);
				assert_memory_equal(
				    sliced.data, whole.data, whole.len);
			}
		}
		free(data);
	}
	ses_buf_free(&whole);
	ses_buf_free(&sliced);
}

static void
what_does_not_shrink_is_stored_until_it_does(void **state)
{
	struct ses_buf out = {0};
	char *data;

	(void)state;
	/* noise: next to nothing is added, and it stands there as it is */
	data = content(8 * MIB, 8 * MIB, 1);
	deflate_in(MIB, data, 8 * MIB, &out);
	assert_true(out.len < 8 * MIB + 8 * MIB / 2000);
	assert_memory_equal(out.data + 5, data, 32768);
	free(data);
	/* 4 MiB of noise and 4 of text: most of the text is compressed */
	data = content(8 * MIB, 4 * MIB, 1);
	deflate_in(MIB, data, 8 * MIB, &out);
	assert_in_range(out.len, 4 * MIB, 7 * MIB);
	free(data);
	/* and the other way round: the noise at the end is there as it is */
	data = content(8 * MIB, 4 * MIB, 0);
	deflate_in(MIB, data, 8 * MIB, &out);
	assert_in_range(out.len, 4 * MIB, 6 * MIB);
	assert_memory_equal(
	    out.data + out.len - 2 - 32768, data + 8 * MIB - 32768, 32768);
	free(data);
	ses_buf_free(&out);
}

/* The text as one that is short, and that comes to the same each time. */
static void
same_short(
    struct ses_deflate *d, const struct ses_buf *text, struct ses_buf *first)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink none = ses_sink_none();
	struct ses_deflate_short s;

	ses_deflate_begin(d);
	OK(ses_deflate_add(d, text->data, text->len, &none, &err));
	assert_int_equal(ses_deflate_short(d, &s, &err), 1);
	assert_int_equal(s.is_deflated, 1);
	if (first->len == 0) {
		ses_buf_add(first, s.body, s.len);
		inflates_to(first, text->data, text->len);
	}
	assert_int_equal(s.len, first->len);
	assert_memory_equal(s.body, first->data, s.len);
}

static void
the_place_in_memory_does_not_matter(void **state)
{
	static const char words[] = "words and words and words and words "
				    "and words and words and words and words";
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_deflate *d[400] = {NULL};
	struct ses_buf text = {0};
	struct ses_buf first = {0};
	size_t n = is_small_run() ? 10 : LEN(d);
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < n; i++)
		OK(ses_deflate_open(&d[i], &err));
	for (k = 0; k < 8; k++) {
		ses_buf_str(&text, words);
		ses_buf_clear(&first);
		for (i = 0; i < n; i++)
			same_short(d[i], &text, &first);
	}
	for (i = 0; i < n; i++)
		ses_deflate_free(d[i]);
	ses_buf_free(&text);
	ses_buf_free(&first);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_stream_does_not_depend_on_slices),
	    cmocka_unit_test(the_place_in_memory_does_not_matter),
	    cmocka_unit_test(what_does_not_shrink_is_stored_until_it_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
