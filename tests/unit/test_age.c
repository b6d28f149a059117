/* Files of age: what goes in comes out, and nothing else does. */
#include "unit/age.h"

#include <malloc.h>

#include "base/mem.h"

#define CHUNK ((size_t)65536)

/* For all tests: the first key, in different hands. */
static struct ses_age_recipient to_first;
static struct ses_age_identities first;
static struct ses_age_identities second;
static const struct ses_age_to to_key = {.recipients = &to_first, .n = 1};
static const struct ses_age_to in_armour = {
    .recipients = &to_first, .n = 1, .armour = 1};
static const struct ses_age_keys by_key = {.identities = &first};

static int
prepare(void **state)
{
	(void)state;
	to_first = age_recipient(PUBLIC_1);
	first = age_identities(SECRET_1);
	second = age_identities(SECRET_2);
	return 0;
}

static int
clean_up(void **state)
{
	(void)state;
	ses_age_identities_free(&first);
	ses_age_identities_free(&second);
	return 0;
}

static char *
content(size_t len)
{
	char *data = malloc(len + 1);
	size_t i;

	if (data == NULL)
		abort();
	for (i = 0; i < len; i++)
		data[i] = (char)(i * 2654435761U >> 13);
	return data;
}

static void
what_goes_in_comes_out(void **state)
{
	static const size_t sizes[] = {0, 1, 15, 16, 17, CHUNK - 1, CHUNK,
	    CHUNK + 1, 2 * CHUNK - 1, 2 * CHUNK, 2 * CHUNK + 1, 300000};
	const struct ses_age_to *forms[] = {&to_key, &in_armour};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf file = {0};
	struct ses_buf back = {0};
	char *data = content(300000);
	size_t i;

	(void)state;
	for (i = 0; i < 2 * sizeof(sizes) / sizeof(sizes[0]); i++) {
		ses_buf_clear(&file);
		ses_buf_clear(&back);
		OK(age_seal(forms[i % 2], data, sizes[i / 2], &file, &err));
		OK(age_open(&by_key, file.data, file.len, 70001, &back, &err));
		assert_int_equal(back.len, sizes[i / 2]);
		if (back.len > 0)
			assert_memory_equal(back.data, data, back.len);
	}
	ses_buf_free(&file);
	ses_buf_free(&back);
	free(data);
}

/* That a file gives this content, however it is cut into pieces. */
static void
gives(const struct ses_buf *file, const char *data, size_t len)
{
	static const size_t steps[] = {
	    1, 2, 3, 21, 48, 64, 65, 66, 4096, CHUNK, CHUNK + 16, CHUNK + 17};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf back = {0};
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		ses_buf_clear(&back);
		OK(age_open(
		    &by_key, file->data, file->len, steps[i], &back, &err));
		assert_int_equal(back.len, len);
		assert_memory_equal(back.data, data, len);
	}
	ses_buf_free(&back);
}

static void
the_pieces_do_not_matter(void **state)
{
	const struct ses_age_to *forms[] = {&to_key, &in_armour};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf file = {0};
	size_t len = CHUNK + 4321;
	char *data = content(len);
	size_t f;

	(void)state;
	for (f = 0; f < 2; f++) {
		ses_buf_clear(&file);
		OK(age_seal(forms[f], data, len, &file, &err));
		gives(&file, data, len);
	}
	ses_buf_free(&file);
	free(data);
}

static void
no_two_files_are_alike(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf a = {0};
	struct ses_buf b = {0};
	size_t i;

	(void)state;
	OK(age_seal(&to_key, "same", 4, &a, &err));
	OK(age_seal(&to_key, "same", 4, &b, &err));
	assert_int_equal(a.len, b.len);
	/* share, key, HMAC, and all from the nonce on */
	for (i = 32; i + 8 <= 190; i += 32)
		assert_memory_not_equal(a.data + i, b.data + i, 8);
	assert_memory_not_equal(a.data + a.len - 36, b.data + b.len - 36, 16);
	assert_memory_not_equal(a.data + a.len - 20, b.data + b.len - 20, 4);
	ses_buf_free(&a);
	ses_buf_free(&b);
}

/* That a file is refused, and what came out before is how the content
 * begins. */
static void
is_refused(const char *file, size_t len, const char *data, size_t data_len,
    size_t where)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf back = {0};

	if (age_open(&by_key, file, len, 8192, &back, &err) == 0)
		fail_msg("accepted, changed at %zu", where);
	assert_true(err.code == SESHAT_ECORRUPT || err.code == SESHAT_EFORMAT ||
		    err.code == SESHAT_EAUTH ||
		    err.code == SESHAT_EUNSUPPORTED);
	assert_true(back.len <= data_len);
	if (back.len > 0)
		assert_memory_equal(back.data, data, back.len);
	ses_buf_free(&back);
}

static void
every_changed_bit_is_noticed(void **state)
{
	static const char data[] = "what was said in confidence";
	const struct ses_age_to *forms[] = {&to_key, &in_armour};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf file = {0};
	int bits = is_small_run() ? 1 : 8;
	size_t f;
	size_t i;
	int k;

	(void)state;
	for (f = 0; f < 2; f++) {
		ses_buf_clear(&file);
		OK(age_seal(forms[f], data, sizeof(data), &file, &err));
		for (i = 0; i < file.len; i++)
			for (k = 0; k < bits; k++) {
				file.data[i] = (char)(file.data[i] ^ 1 << k);
				is_refused(file.data, file.len, data, 0, i);
				file.data[i] = (char)(file.data[i] ^ 1 << k);
			}
	}
	ses_buf_free(&file);
}

static void
every_cut_is_noticed(void **state)
{
	static const char data[] = "what was said in confidence";
	const struct ses_age_to *forms[] = {&to_key, &in_armour};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf file = {0};
	size_t f;
	size_t i;

	(void)state;
	for (f = 0; f < 2; f++) {
		ses_buf_clear(&file);
		OK(age_seal(forms[f], data, sizeof(data), &file, &err));
		/* the newline that ends the armour adds nothing */
		for (i = 0; i < file.len - f; i++)
			is_refused(file.data, i, data, 0, i);
	}
	ses_buf_free(&file);
}

static void
what_is_appended_is_noticed(void **state)
{
	const struct ses_age_to *forms[] = {&to_key, &in_armour};
	static const size_t sizes[] = {0, 10, CHUNK, CHUNK + 1};
	static const size_t more[] = {1, 16, 17, CHUNK + 16, 2 * CHUNK};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf file = {0};
	char *data = content(2 * CHUNK);
	size_t whole;
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < 2 * sizeof(sizes) / sizeof(sizes[0]); i++) {
		ses_buf_clear(&file);
		OK(age_seal(forms[i % 2], data, sizes[i / 2], &file, &err));
		whole = file.len;
		ses_buf_add(&file, data, 2 * CHUNK);
		memset(file.data + whole, 'A', 1);
		for (k = 0; k < sizeof(more) / sizeof(more[0]); k++)
			is_refused(file.data, whole + more[k], data,
			    sizes[i / 2], whole);
	}
	ses_buf_free(&file);
	free(data);
}

static void
chunks_keep_their_places(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf file = {0};
	struct ses_buf other = {0};
	size_t len = 3 * CHUNK;
	char *data = content(len);
	char *chunk[3];
	int i;

	(void)state;
	OK(age_seal(&to_key, data, len, &file, &err));
	for (i = 0; i < 3; i++)
		chunk[i] =
		    file.data + file.len - (size_t)(3 - i) * (CHUNK + 16);
	/* the first two change places, one is missing or comes twice, the
	 * last is left out, more comes behind it */
	ses_buf_add(&other, file.data, file.len);
	memcpy(other.data + (chunk[0] - file.data), chunk[1], CHUNK + 16);
	memcpy(other.data + (chunk[1] - file.data), chunk[0], CHUNK + 16);
	is_refused(other.data, other.len, data, 0, 1);
	ses_buf_clear(&other);
	ses_buf_add(&other, file.data, (size_t)(chunk[1] - file.data));
	is_refused(other.data, other.len, data, 0, 2);
	ses_buf_add(&other, chunk[2], CHUNK + 16);
	is_refused(other.data, other.len, data, CHUNK, 3);
	ses_buf_add(&other, chunk[2], CHUNK + 16);
	is_refused(other.data, other.len, data, CHUNK, 4);
	is_refused(file.data, (size_t)(chunk[2] - file.data), data, CHUNK, 5);
	ses_buf_clear(&other);
	ses_buf_add(&other, file.data, file.len);
	ses_buf_add(&other, chunk[2], CHUNK + 16);
	is_refused(other.data, other.len, data, 2 * CHUNK, 6);
	ses_buf_free(&file);
	ses_buf_free(&other);
	free(data);
}

static void
nothing_comes_out_behind_damage(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf file = {0};
	struct ses_buf back = {0};
	struct ses_sink end = ses_sink_buf(&back);
	struct ses_age_reader *r = NULL;
	struct ses_sink sink;
	char *data = content(3 * CHUNK);
	int i;

	(void)state;
	OK(age_seal(&to_key, data, 3 * CHUNK, &file, &err));
	file.data[file.len - 2 * CHUNK] ^= 1;
	OK(ses_age_reader_open(&r, &by_key, &end, &err));
	sink = ses_age_reader_sink(r);
	FAILS(
	    ses_sink_write(&sink, file.data, file.len, &err), SESHAT_ECORRUPT);
	assert_string_equal(err.msg,
	    "damaged or cut off, somewhere behind byte 65536 of the content");
	for (i = 0; i < 2; i++) {
		FAILS(ses_sink_write(&sink, file.data, file.len, &err),
		    SESHAT_ECORRUPT);
		FAILS(ses_age_reader_close(r, &err), SESHAT_ECORRUPT);
	}
	assert_int_equal(back.len, CHUNK);
	assert_memory_equal(back.data, data, CHUNK);
	ses_age_reader_free(r);
	ses_buf_free(&file);
	ses_buf_free(&back);
	free(data);
}

static void
each_of_several_recipients_opens_it(void **state)
{
	const struct ses_age_recipient both[] = {
	    age_recipient(PUBLIC_1), age_recipient(PUBLIC_2)};
	const struct ses_age_to to = {.recipients = both, .n = 2};
	const struct ses_age_identities *ids[] = {&first, &second};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_age_keys keys = {0};
	struct ses_buf file = {0};
	struct ses_buf back = {0};
	int i;

	(void)state;
	OK(age_seal(&to, "both", 4, &file, &err));
	for (i = 0; i < 2; i++) {
		keys.identities = ids[i];
		OK(age_open(&keys, file.data, file.len, 999, &back, &err));
	}
	assert_int_equal(back.len, 8);
	assert_memory_equal(back.data, "bothboth", 8);
	ses_buf_free(&file);
	ses_buf_free(&back);
}

static void
nobody_else_opens_it(void **state)
{
	const struct ses_age_keys others = {.identities = &second};
	const struct ses_age_keys nothing = {0};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf file = {0};
	struct ses_buf back = {0};

	(void)state;
	OK(age_seal(&to_key, "mine", 4, &file, &err));
	FAILS(age_open(&others, file.data, file.len, 999, &back, &err),
	    SESHAT_EAUTH);
	assert_string_equal(err.msg,
	    "it is encrypted to other recipients: "
	    "none of the identities that were given (1) opens it");
	FAILS(age_open(&nothing, file.data, file.len, 999, &back, &err),
	    SESHAT_EAUTH);
	assert_non_null(strstr(err.msg, "to keys and not with a passphrase"));
	assert_int_equal(back.len, 0);
	ses_buf_free(&file);
	ses_buf_free(&back);
}

/* Somebody who is asked for a passphrase. */
struct asked {
	const char *answer; /* NULL: none is given */
	int times;
};

static int
answer(void *arg, char passphrase[SES_AGE_PASSPHRASE], struct seshat_err *err)
{
	struct asked *a = arg;

	a->times++;
	if (a->answer == NULL)
		return ses_fail(err, SESHAT_ECANCELLED, "stopped");
	(void)snprintf(passphrase, SES_AGE_PASSPHRASE, "%s", a->answer);
	return 0;
}

static void
a_passphrase_opens_it_and_no_other(void **state)
{
	const struct ses_age_to to = {
	    .passphrase = "f\xc3\xbcnf Worte", .work = FAST, .armour = 1};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct asked a = {.answer = to.passphrase};
	struct ses_age_keys keys = {
	    .identities = &first, .ask = answer, .arg = &a};
	struct ses_buf file = {0};
	struct ses_buf back = {0};

	(void)state;
	OK(age_seal(&to, "secret", 6, &file, &err));
	OK(age_open(&keys, file.data, file.len, 1, &back, &err));
	assert_int_equal(a.times, 1);
	assert_int_equal(back.len, 6);
	a.answer = "f\xc3\xbcnf worte";
	FAILS(age_open(&keys, file.data, file.len, 999, &back, &err),
	    SESHAT_EAUTH);
	assert_string_equal(err.msg, "the passphrase is wrong");
	a.answer = NULL;
	FAILS(age_open(&keys, file.data, file.len, 999, &back, &err),
	    SESHAT_ECANCELLED);
	FAILS(age_open(&by_key, file.data, file.len, 999, &back, &err),
	    SESHAT_EAUTH);
	assert_non_null(strstr(err.msg, "with a passphrase and not to keys"));
	assert_int_equal(back.len, 6);

	/* and nobody is asked in vain */
	ses_buf_clear(&file);
	a.times = 0;
	OK(age_seal(&to_key, "open", 4, &file, &err));
	OK(age_open(&keys, file.data, file.len, 999, &back, &err));
	assert_int_equal(a.times, 0);
	ses_buf_free(&file);
	ses_buf_free(&back);
}

static void
there_is_one_way_to_encrypt(void **state)
{
	const struct ses_age_to bad[] = {{0},
	    {.recipients = &to_first, .n = 1, .passphrase = "x"},
	    {.passphrase = ""}};
	struct ses_age_recipient nobody = {0};
	static struct ses_age_recipient many[SES_AGE_MAX_STANZAS + 1];
	struct ses_age_to to = {.recipients = &nobody, .n = 1};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf file = {0};
	struct ses_buf back = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		FAILS(age_seal(&bad[i], "", 0, &file, &err), SESHAT_EUSAGE);
	FAILS(age_seal(&to, "", 0, &file, &err), SESHAT_EFORMAT);
	assert_non_null(strstr(err.msg, "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"));
	to = (struct ses_age_to){
	    .passphrase = "x", .work = SES_AGE_MAX_WORK + 1};
	FAILS(age_seal(&to, "", 0, &file, &err), SESHAT_ELIMIT);
	for (i = 0; i <= SES_AGE_MAX_STANZAS; i++)
		many[i] = to_first;
	to = (struct ses_age_to){
	    .recipients = many, .n = SES_AGE_MAX_STANZAS + 1};
	FAILS(age_seal(&to, "", 0, &file, &err), SESHAT_ELIMIT);
	assert_int_equal(file.len, 0);
	to.n = is_small_run() ? 50 : SES_AGE_MAX_STANZAS;
	OK(age_seal(&to, "all", 3, &file, &err));
	OK(age_open(&by_key, file.data, file.len, 999, &back, &err));
	ses_buf_free(&file);
	ses_buf_free(&back);
}

/* Counts what comes, and how much memory there is meanwhile. */
struct meter {
	uint64_t len;
	size_t most;
};

static int
count(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct meter *m = arg;
	size_t now = mallinfo2().uordblks;

	(void)data;
	(void)err;
	m->len += len;
	if (now > m->most)
		m->most = now;
	return 0;
}

static void
memory_does_not_grow_with_the_file(void **state)
{
	const uint64_t len = is_small_run() ? 1U << 20 : 1U << 26;
	const size_t before = mallinfo2().uordblks;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct meter m = {0};
	struct ses_sink end = {count, &m};
	struct ses_age_reader *r = NULL;
	struct ses_age_writer *w = NULL;
	struct ses_sink to_reader;
	struct ses_sink to_writer;
	char *data = content(CHUNK);
	uint64_t n;

	(void)state;
	OK(ses_age_reader_open(&r, &by_key, &end, &err));
	to_reader = ses_age_reader_sink(r);
	OK(ses_age_writer_open(&w, &in_armour, &to_reader, &err));
	to_writer = ses_age_writer_sink(w);
	for (n = 0; n < len; n += CHUNK)
		OK(ses_sink_write(&to_writer, data, CHUNK, &err));
	OK(ses_age_writer_close(w, &err));
	OK(ses_age_reader_close(r, &err));
	assert_int_equal(m.len, len);
	assert_true(m.most < before + (512U << 10));
	ses_age_writer_free(w);
	ses_age_reader_free(r);
	free(data);
}

static int
refuse(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	size_t *left = arg;

	(void)data;
	if (len > *left)
		return ses_fail(err, SESHAT_ELIMIT, "full");
	*left -= len;
	return 0;
}

static void
a_sink_that_is_full_ends_it(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf file = {0};
	size_t left;
	struct ses_sink small = {refuse, &left};
	struct ses_age_writer *w = NULL;
	struct ses_age_reader *r = NULL;
	char *data = content(3 * CHUNK);
	struct ses_sink sink;

	(void)state;
	left = 100;
	FAILS(ses_age_writer_open(&w, &to_key, &small, &err), SESHAT_ELIMIT);
	assert_null(w);
	left = 1000;
	OK(ses_age_writer_open(&w, &to_key, &small, &err));
	sink = ses_age_writer_sink(w);
	FAILS(ses_sink_write(&sink, data, 2 * CHUNK, &err), SESHAT_ELIMIT);
	ses_age_writer_free(w);

	OK(age_seal(&to_key, data, 3 * CHUNK, &file, &err));
	left = CHUNK;
	OK(ses_age_reader_open(&r, &by_key, &small, &err));
	sink = ses_age_reader_sink(r);
	FAILS(ses_sink_write(&sink, file.data, file.len, &err), SESHAT_ELIMIT);
	FAILS(ses_age_reader_close(r, &err), SESHAT_ELIMIT);
	assert_int_equal(left, 0);
	ses_age_reader_free(r);
	ses_buf_free(&file);
	free(data);
}

static void
no_memory_is_told(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf file = {0};
	struct ses_buf back = {0};
	unsigned nth;
	int rc = -1;

	(void)state;
	for (nth = 1; rc < 0; nth++) {
		ses_buf_free(&file);
		ses_mem_fail_at(nth);
		rc = age_seal(&in_armour, "abc", 3, &file, &err);
		assert_true(rc == 0 || err.code == SESHAT_ENOMEM);
	}
	assert_true(nth > 3);
	for (nth = 1, rc = -1; rc < 0; nth++) {
		ses_buf_free(&back);
		ses_mem_fail_at(nth);
		rc = age_open(&by_key, file.data, file.len, 100, &back, &err);
		assert_true(rc == 0 || err.code == SESHAT_ENOMEM);
	}
	assert_true(nth > 3);
	ses_mem_fail_at(0);
	assert_int_equal(back.len, 3);
	ses_buf_free(&file);
	ses_buf_free(&back);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_goes_in_comes_out),
	    cmocka_unit_test(the_pieces_do_not_matter),
	    cmocka_unit_test(no_two_files_are_alike),
	    cmocka_unit_test(every_changed_bit_is_noticed),
	    cmocka_unit_test(every_cut_is_noticed),
	    cmocka_unit_test(what_is_appended_is_noticed),
	    cmocka_unit_test(chunks_keep_their_places),
	    cmocka_unit_test(nothing_comes_out_behind_damage),
	    cmocka_unit_test(each_of_several_recipients_opens_it),
	    cmocka_unit_test(nobody_else_opens_it),
	    cmocka_unit_test(a_passphrase_opens_it_and_no_other),
	    cmocka_unit_test(there_is_one_way_to_encrypt),
	    cmocka_unit_test(memory_does_not_grow_with_the_file),
	    cmocka_unit_test(a_sink_that_is_full_ends_it),
	    cmocka_unit_test(no_memory_is_told),
	};

	return cmocka_run_group_tests(tests, prepare, clean_up);
}
