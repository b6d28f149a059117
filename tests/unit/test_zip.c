/* Zip archives that are written as they are sent.  Other programs open them in
 * tests/cli/70-zip.sh. */
#include "unit/test.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/spool.h"
#include "pack/deflate.h"
#include "pack/member.h"
#include "pack/unzip.h"
#include "pack/zip.h"
#include "pack/zip_record.h"
#include "unit/zip_sample.h"

/* An archive of everything, to be made again and again. */
struct making {
	size_t slice;
	uint64_t from;
	uint64_t to;
	int skips; /* what is known and outside of the window */
	const char *noise;
	struct ses_buf member;
};

#define NOISE ((size_t)200000)
#define WORDS "words and words and words and words and words and words"

static void
put_entry(struct ses_zip *z, const struct making *m,
    const struct ses_zip_entry *e, const char *body, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	int can_skip = m->skips && e->is_known && e->method != SES_ZIP_DEFLATE;
	size_t at;
	size_t n;

	OK(ses_zip_begin(z, e, &err));
	for (at = 0; at < len; at += n) {
		n = len - at < m->slice ? len - at : m->slice;
		if (can_skip && !ses_zip_wants(z, n))
			OK(ses_zip_skip(z, n, &err));
		else
			OK(ses_zip_write(z, body + at, n, &err));
	}
	OK(ses_zip_end(z, NULL, &err));
}

static void
make_archive(const struct making *m, struct ses_buf *out)
{
	static const char *const names[] = {
	    "0deflated", "1deflated", "2stored", "3known"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink sink = ses_sink_buf(out);
	struct ses_zip_entry e = {.mtime = MOMENT};
	struct ses_zip *z = NULL;
	int i;

	ses_buf_clear(out);
	OK(ses_zip_open(&z, NO_SPOOL, &sink, &err));
	ses_zip_window(z, m->from, m->to);
	e.name = "memory";
	OK(ses_zip_add(z, &e, WORDS, sizeof(WORDS) - 1, &err));
	for (i = 0; i < 4; i++) {
		e.name = names[i];
		e.method = i < 2 ? SES_ZIP_DEFLATE : SES_ZIP_STORE;
		e.is_known = i % 2;
		e.size = i == 0 ? 100 : NOISE;
		e.crc = ses_crc32(0, m->noise, e.size);
		put_entry(z, m, &e, m->noise, e.size);
	}
	e.name = "packed";
	e.method = SES_ZIP_PACKED;
	e.size = NOISE;
	e.packed = m->member.len - 16 - 8;
	put_entry(z, m, &e, m->member.data + 16, e.packed);
	OK(ses_zip_finish(z, &err));
	assert_in_range(out->len, 0, ses_zip_at(z));
	ses_zip_free(z);
}

static void
making_init(struct making *m)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_packer p = {0};

	*m = (struct making){.slice = NOISE, .to = UINT64_MAX};
	m->noise = content(NOISE, 60000, 1);
	OK(ses_member_pack(&p, "", 0, m->noise, NOISE, &m->member, &err));
	ses_packer_free(&p);
}

static void
making_free(struct making *m)
{
	ses_buf_free(&m->member);
	free((char *)(uintptr_t)m->noise);
}

static void
slices_of_any_size_make_the_same_archive(void **state)
{
	static const size_t slices[] = {1, 100, 4096, 65536, 70000};
	struct making m;
	struct ses_buf whole = {0};
	struct ses_buf again = {0};
	size_t i;

	(void)state;
	making_init(&m);
	make_archive(&m, &whole);
	for (i = is_small_run() ? 1 : 0; i < LEN(slices); i++) {
		m.slice = slices[i];
		make_archive(&m, &again);
		assert_int_equal(again.len, whole.len);
		assert_memory_equal(again.data, whole.data, whole.len);
	}
	making_free(&m);
	ses_buf_free(&whole);
	ses_buf_free(&again);
}

static void
two_windows_make_the_whole(void **state)
{
	struct making m;
	struct ses_buf whole = {0};
	struct ses_buf part = {0};
	size_t step = is_small_run() ? 60013 : 331;
	size_t cut;
	int k;

	(void)state;
	making_init(&m);
	make_archive(&m, &whole);
	m.skips = 1;
	m.slice = 5000;
	for (cut = 0; cut <= whole.len; cut += cut < 200 ? 1 : step) {
		m.from = 0;
		m.to = cut;
		make_archive(&m, &part);
		assert_int_equal(part.len, cut);
		if (cut > 0)
			assert_memory_equal(part.data, whole.data, cut);
		m.from = cut;
		m.to = UINT64_MAX;
		make_archive(&m, &part);
		assert_int_equal(part.len, whole.len - cut);
		assert_memory_equal(part.data, whole.data + cut, part.len);
	}
	for (k = 0; k < 100; k++) { /* one byte, and none */
		m.from = whole.len * (size_t)k / 100;
		m.to = m.from + (uint64_t)(k & 1);
		make_archive(&m, &part);
		assert_int_equal(part.len, k & 1);
		if (part.len > 0)
			assert_int_equal(part.data[0], whole.data[m.from]);
	}
	making_free(&m);
	ses_buf_free(&whole);
	ses_buf_free(&part);
}

/* What our own reader finds. */
struct found {
	struct ses_unzip_entry e[6];
	size_t n;
};

static int
take(void *arg, const struct ses_unzip_entry *e, struct seshat_err *err)
{
	struct found *f = arg;

	(void)err;
	assert_true(f->n < LEN(f->e));
	f->e[f->n++] = *e;
	return 0;
}

static void
read_archive(const struct ses_buf *b, struct ses_spool *s, struct found *f)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	f->n = 0;
	OK(ses_spool_open(s, "/tmp", &err));
	OK(ses_spool_add(s, b->data, b->len, &err));
	OK(ses_unzip_each(s, take, f, &err));
}

static void
what_was_put_in_comes_out(void **state)
{
	static const char *const names[] = {
	    "memory", "0deflated", "1deflated", "2stored", "3known", "packed"};
	static const unsigned methods[] = {8, 0, 8, 0, 0, 8};
	static const unsigned flags[] = {
	    0x800, 0x800, 0x808, 0x808, 0x800, 0x800};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct making m;
	struct ses_spool s;
	struct ses_buf b = {0};
	struct ses_buf back = {0};
	struct ses_sink sink = ses_sink_buf(&back);
	struct found f;
	size_t i;

	(void)state;
	making_init(&m);
	make_archive(&m, &b);
	read_archive(&b, &s, &f);
	assert_int_equal(f.n, 6);
	for (i = 0; i < f.n; i++) {
		ses_buf_clear(&back);
		OK(ses_unzip_read(&s, &f.e[i], MIB, &sink, &err));
		assert_string_equal(f.e[i].name, names[i]);
		assert_int_equal(f.e[i].method, methods[i]);
		assert_int_equal(f.e[i].flags, flags[i]);
		assert_int_equal(back.len, i == 0   ? sizeof(WORDS) - 1
					   : i == 1 ? 100
						    : NOISE);
		assert_memory_equal(
		    back.data, i == 0 ? WORDS : m.noise, back.len);
	}
	ses_spool_close(&s);
	making_free(&m);
	ses_buf_free(&b);
	ses_buf_free(&back);
}

/* What the local header of an archive's first entry says. */
static void
first_header(const struct ses_buf *b, unsigned *flags, unsigned *method)
{
	const unsigned char *p = (const unsigned char *)b->data;

	assert_true(b->len >= 30);
	*flags = p[6] | (unsigned)p[7] << 8;
	*method = p[8] | (unsigned)p[9] << 8;
}

/* An archive of one deflated file, from memory or written. */
static void
make_one(const char *data, size_t len, int is_written, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_zip_entry e = {.name = "a", .size = 70000};
	struct ses_sink sink = ses_sink_buf(out);
	struct ses_zip *z = NULL;
	int rc;

	ses_buf_clear(out);
	OK(ses_zip_open(&z, NO_SPOOL, &sink, &err));
	if (is_written) {
		rc = ses_zip_begin(z, &e, &err);
		rc = rc < 0 ? rc : ses_zip_write(z, data, len, &err);
		rc = rc < 0 ? rc : ses_zip_end(z, NULL, &err);
	} else {
		rc = ses_zip_add(z, &e, data, len, &err);
	}
	OK(rc);
	ses_zip_free(z);
}

static void
what_is_short_has_its_sizes_in_front(void **state)
{
	static const struct {
		size_t len;
		int noise;
		unsigned flags;
		unsigned method;
	} rows[] = {{0, 0, 0x800, 0}, {1, 0, 0x800, 0}, {2, 1, 0x800, 0},
	    {200, 0, 0x800, 8}, {288, 0, 0x800, 8}, {289, 0, 0x800, 8},
	    {289, 1, 0x800, 0}, {65535, 0, 0x800, 8}, {65535, 1, 0x800, 0},
	    {65536, 0, 0x808, 8}, {65536, 1, 0x808, 8}};
	struct ses_buf b = {0};
	unsigned flags;
	unsigned method;
	char *data;
	size_t i;
	int way;

	(void)state;
	for (i = 0; i < LEN(rows); i++) {
		data = content(rows[i].len, rows[i].noise ? MIB : 0, 1);
		for (way = 0; way < 2; way++) {
			make_one(data, rows[i].len, way, &b);
			first_header(&b, &flags, &method);
			assert_int_equal(flags, rows[i].flags);
			assert_int_equal(method, rows[i].method);
		}
		free(data);
	}
	ses_buf_free(&b);
}

/* What an entry of this size costs besides its body, written or not. */
static uint64_t
cost(struct ses_zip_entry e, size_t written)
{
	static const char zeros[SES_DEFLATE_CHUNK];
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink none = ses_sink_none();
	struct ses_zip_done done;
	struct ses_zip *z = NULL;
	uint64_t at;

	e.name = "12345678901";
	OK(ses_zip_open(&z, NO_SPOOL, &none, &err));
	OK(ses_zip_begin(z, &e, &err));
	OK(ses_zip_write(z, zeros, written, &err));
	OK(ses_zip_end(z, &done, &err));
	assert_int_equal(done.size, written);
	at = ses_zip_at(z) - done.packed;
	ses_zip_free(z);
	return at;
}

static void
zip64_depends_on_what_may_come(void **state)
{
	struct ses_zip_entry store = {.method = SES_ZIP_STORE};
	struct ses_zip_entry deflate = {.method = SES_ZIP_DEFLATE};
	uint64_t most = MAX32;

	(void)state;
	store.size = MAX32 - 1;
	assert_int_equal(cost(store, 0), 50 + 16);
	assert_int_equal(cost(store, 10), 50 + 16);
	store.size = MAX32;
	assert_int_equal(cost(store, 0), 50 + 20 + 24);
	store.size = UINT64_MAX;
	assert_int_equal(cost(store, 10), 50 + 20 + 24);
	while (ses_deflate_bound(most) >= MAX32)
		most--;
	deflate.size = most;
	assert_int_equal(cost(deflate, SES_DEFLATE_CHUNK), 50 + 16);
	assert_int_equal(cost(deflate, 10), 50);
	deflate.size = most + 1;
	assert_int_equal(cost(deflate, SES_DEFLATE_CHUNK), 50 + 20 + 24);
	assert_int_equal(cost(deflate, 10), 50 + 20);
	deflate.size = UINT64_MAX;
	assert_int_equal(cost(deflate, SES_DEFLATE_CHUNK), 50 + 20 + 24);
	/* stored blocks add 5 bytes to 32 KiB, and the end of the stream 7 */
	assert_true(most + most / 32768 * 5 + 5 + 7 < MAX32);
}

static void
more_than_4_gib_is_passed_over(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	struct ses_sink sink = ses_sink_buf(&b);
	struct ses_zip_entry e = {.name = "a",
	    .method = SES_ZIP_STORE,
	    .mtime = INT64_MAX,
	    .is_known = 1,
	    .crc = 0xaabbccdd,
	    .size = UINT64_C(0x100000001)};
	struct ses_zip *z = NULL;

	(void)state;
	OK(ses_zip_open(&z, NO_SPOOL, &sink, &err));
	ses_zip_window(z, e.size + 51, UINT64_MAX);
	OK(ses_zip_begin(z, &e, &err));
	OK(ses_zip_skip(z, e.size, &err));
	FAILS(ses_zip_skip(z, 0, &err) + ses_zip_write(z, "x", 1, &err),
	    SESHAT_ECORRUPT);
	OK(ses_zip_end(z, NULL, &err));
	e.size = 0;
	e.name = "b";
	e.crc = 0;
	OK(ses_zip_begin(z, &e, &err));
	OK(ses_zip_end(z, NULL, &err));
	OK(ses_zip_finish(z, &err));
	is_bytes(&b,
	    "504b0304 1400 0008 0000 7dbf 9fff 00000000 00000000 00000000 "
	    "0100 0000 62 "
	    "504b0102 2d03 2d00 0008 0000 7dbf 9fff ddccbbaa ffffffff ffffffff "
	    "0100 1400 0000 0000 0000 0000a481 00000000 61 "
	    "0100 1000 0100000001000000 0100000001000000 "
	    "504b0102 2d03 2d00 0008 0000 7dbf 9fff 00000000 00000000 00000000 "
	    "0100 0c00 0000 0000 0000 0000a481 ffffffff 62 "
	    "0100 0800 3400000001000000 "
	    "504b0606 2c00000000000000 2d03 2d00 00000000 00000000 "
	    "0200000000000000 0200000000000000 "
	    "7e00000000000000 5300000001000000 "
	    "504b0607 00000000 d100000001000000 01000000 "
	    "504b0506 0000 0000 0200 0200 7e000000 ffffffff 0000");
	ses_zip_free(z);
	ses_buf_free(&b);
}

/* Begin e, write the text, end; the code it came to. */
static int
outcome(const struct ses_zip_entry *e, const char *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink none = ses_sink_none();
	struct ses_zip *z = NULL;
	int rc;

	OK(ses_zip_open(&z, NO_SPOOL, &none, &err));
	OK(ses_zip_begin(z, e, &err));
	rc = ses_zip_write(z, text, strlen(text), &err);
	if (rc == 0)
		rc = ses_zip_end(z, NULL, &err);
	ses_zip_free(z);
	return rc < 0 ? err.code : 0;
}

static void
what_is_known_is_held_to_it(void **state)
{
	struct ses_zip_entry e = {.name = "a",
	    .is_known = 1,
	    .size = 5,
	    .packed = 7,
	    .crc = ses_crc32(0, "12345", 5)};
	int method;

	(void)state;
	for (method = SES_ZIP_DEFLATE; method <= SES_ZIP_STORE; method++) {
		e.method = method;
		e.is_known = 1;
		assert_int_equal(outcome(&e, "12345"), 0);
		assert_int_equal(outcome(&e, "1234"), SESHAT_ECORRUPT);
		assert_int_equal(outcome(&e, "12346"), SESHAT_ECORRUPT);
		assert_int_equal(outcome(&e, "123456"), SESHAT_ECORRUPT);
		e.is_known = 0;
		assert_int_equal(outcome(&e, "1234"), 0);
		assert_int_equal(outcome(&e, "123456"), SESHAT_ELIMIT);
	}
	e.method = SES_ZIP_PACKED;
	e.is_known = 1;
	assert_int_equal(outcome(&e, "1234567"), 0);
	assert_int_equal(outcome(&e, "123456"), SESHAT_ECORRUPT);
	assert_int_equal(outcome(&e, "12345678"), SESHAT_ECORRUPT);
}

static void
what_was_too_much_can_be_left_out(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_zip_entry e = {.name = "a", .size = 5};
	struct ses_buf b = {0};
	struct ses_sink sink = ses_sink_buf(&b);
	struct ses_zip_done done;
	struct ses_zip *z = NULL;
	struct ses_spool s;
	struct found f;

	(void)state;
	OK(ses_zip_open(&z, NO_SPOOL, &sink, &err));
	OK(ses_zip_begin(z, &e, &err));
	OK(ses_zip_write(z, "123", 3, &err));
	FAILS(ses_zip_write(z, "456", 3, &err), SESHAT_ELIMIT);
	OK(ses_zip_end(z, &done, &err));
	assert_int_equal(done.size, 3);
	assert_int_equal(done.packed, 3);
	assert_int_equal(done.crc, ses_crc32(0, "123", 3));
	OK(ses_zip_finish(z, &err));
	ses_zip_free(z);
	read_archive(&b, &s, &f);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.e[0].size, 3);
	ses_spool_close(&s);
	ses_buf_free(&b);
}

/* An archive of n empty files. */
static int
many(const char *dir, int n, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_sink sink = ses_sink_buf(out);
	struct ses_zip_entry e = {0};
	struct ses_zip *z = NULL;
	char name[24];
	int rc = ses_zip_open(&z, dir, &sink, err);
	int i;

	e.name = name;
	for (i = 0; i < n && rc == 0; i++) {
		(void)snprintf(name, sizeof(name), "%d", i);
		rc = ses_zip_add(z, &e, NULL, 0, err);
	}
	if (rc == 0)
		rc = ses_zip_finish(z, err);
	ses_zip_free(z);
	return rc;
}

static void
only_a_long_directory_needs_a_file(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};

	(void)state;
	OK(many(NO_SPOOL, 500, &b, &err));
	ses_buf_clear(&b);
	FAILS(many(NO_SPOOL, 5000, &b, &err), SESHAT_ENOTFOUND);
	ses_buf_clear(&b);
	OK(many("/tmp", 5000, &b, &err));
	/* entries in the last record, and the directory is where it says */
	assert_memory_equal(b.data + b.len - 22 + 8, "\x88\x13\x88\x13", 4);
	ses_buf_clear(&b);
	OK(many("/tmp", 0, &b, &err));
	is_bytes(&b, "504b0506 0000 0000 0000 0000 00000000 00000000 0000");
	ses_buf_free(&b);
}

static int
refuse(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	uint64_t *left = arg;

	(void)data;
	if (len > *left)
		return ses_fail(err, SESHAT_ECANCELLED, "gone");
	*left -= len;
	return 0;
}

static void
what_the_sink_says_is_passed_on(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	uint64_t left = 0;
	struct ses_sink sink = {refuse, &left};
	struct ses_zip_entry e = {.name = "a", .size = 300000};
	struct ses_zip *z = NULL;
	char *data = content(300000, 100000, 0);
	uint64_t max;
	int failed = 1;
	int rc;

	(void)state;
	for (max = 0; failed; max += max < 100 ? 1 : 20011) {
		left = max;
		OK(ses_zip_open(&z, NO_SPOOL, &sink, &err));
		rc = ses_zip_add(z, &e, "text", 4, &err);
		if (rc == 0)
			rc = ses_zip_add(z, &e, data, 300000, &err);
		if (rc == 0)
			rc = ses_zip_finish(z, &err);
		failed = rc < 0;
		if (failed)
			assert_int_equal(err.code, SESHAT_ECANCELLED);
		ses_zip_free(z);
	}
	assert_true(max > 100000);
	free(data);
}

static void
memory_may_run_out(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	unsigned nth;
	int failed = 1;

	(void)state;
	assert_non_null(ses_buf_room(&b, MIB)); /* not what is tested */
	for (nth = 1; failed; nth++) {
		ses_buf_clear(&b);
		ses_mem_fail_at(nth);
		failed = many("/tmp", 2000, &b, &err) < 0;
		ses_mem_fail_at(0);
		if (failed)
			assert_int_equal(err.code, SESHAT_ENOMEM);
	}
	assert_true(nth > 5);
	ses_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(slices_of_any_size_make_the_same_archive),
	    cmocka_unit_test(two_windows_make_the_whole),
	    cmocka_unit_test(what_was_put_in_comes_out),
	    cmocka_unit_test(what_is_short_has_its_sizes_in_front),
	    cmocka_unit_test(zip64_depends_on_what_may_come),
	    cmocka_unit_test(more_than_4_gib_is_passed_over),
	    cmocka_unit_test(what_is_known_is_held_to_it),
	    cmocka_unit_test(what_was_too_much_can_be_left_out),
	    cmocka_unit_test(only_a_long_directory_needs_a_file),
	    cmocka_unit_test(what_the_sink_says_is_passed_on),
	    cmocka_unit_test(memory_may_run_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
