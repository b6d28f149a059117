/* Zip files that come from elsewhere, made by Python's zipfile and damaged. */
#define _GNU_SOURCE
#include "unit/test.h"

#include "base/spawn.h"
#include "pack/unzip.h"

#define MAX ((uint64_t)1 << 20)

/* What python3 prints when it runs a line; zip files, here. */
static void
python(const char *line, struct ses_spool *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const char *argv[] = {"python3", "-c", NULL, NULL};
	struct ses_buf zip = {0};
	char *script = NULL;
	int rc;

	OK(ses_spool_open(out, "/tmp", &err));
	assert_true(asprintf(&script,
			"import io, sys, zipfile\n"
			"b = io.BytesIO()\n"
			"z = zipfile.ZipFile(b, \"w\")\n"
			"%s\n"
			"z.close()\n"
			"sys.stdout.buffer.write(b.getvalue())",
			line) > 0);
	argv[2] = script;
	rc = ses_spawn_read(argv, 120, &zip, &err);
	if (rc != 0)
		fail_msg("python3: %d %s", rc, err.msg);
	OK(ses_spool_add(out, zip.data, zip.len, &err));
	ses_buf_free(&zip);
	free(script);
}

/* What is told of a zip file. */
struct found {
	struct ses_unzip_entry e[8];
	size_t n;
};

static int
take(void *arg, const struct ses_unzip_entry *e, struct seshat_err *err)
{
	struct found *f = arg;

	(void)err;
	if (f->n < 8)
		f->e[f->n] = *e;
	f->n++;
	return 0;
}

static int
read_all(const struct ses_spool *s, uint64_t max, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_sink sink = ses_sink_buf(out);
	struct found f = {.n = 0};
	size_t i;

	if (ses_unzip_each(s, take, &f, err) < 0)
		return -1;
	for (i = 0; i < f.n && i < 8; i++)
		if (ses_unzip_read(s, &f.e[i], max, &sink, err) < 0)
			return -1;
	return (int)f.n;
}

static void
reads_what_python_makes(void **state)
{
	static const char *const lines[] = {
	    "z.writestr(\"session.jsonl\", \"line of text\\n\" * 5000)",
	    "z.writestr(\"session.jsonl\", \"line of text\\n\" * 5000, "
	    "zipfile.ZIP_DEFLATED)",
	    "z.writestr(\"session.jsonl\", \"line of text\\n\" * 5000, "
	    "zipfile.ZIP_DEFLATED); z.comment = b\"x\" * 65535",
	    "f = z.open(\"session.jsonl\", \"w\", force_zip64=False); "
	    "f.write(b\"line of text\\n\" * 5000); f.close()",
	};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_spool s = {0};
	struct ses_buf out = {0};
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		python(lines[i], &s);
		ses_buf_clear(&out);
		assert_int_equal(read_all(&s, MAX, &out, &err), 1);
		assert_int_equal(out.len, 65000);
		for (k = 0; k < 5000; k++)
			assert_memory_equal(
			    out.data + 13 * k, "line of text\n", 13);
		ses_spool_close(&s);
	}
	python("pass", &s);
	assert_int_equal(read_all(&s, MAX, &out, &err), 0);
	ses_spool_close(&s);
	ses_buf_free(&out);
}

static void
names_are_told_as_they_stand(void **state)
{
	static const char *const names[] = {"../../a.jsonl", "/etc/a.jsonl",
	    "a\\b.jsonl", "dir/", "", "session.jsonl"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_spool s = {0};
	struct found f = {.n = 0};
	size_t i;

	(void)state;
	python("for n in \"../../a.jsonl\", \"/etc/a.jsonl\", "
	       "\"a\\\\b.jsonl\", \"dir/\", \"n\" * 2000, \"session.jsonl\": "
	       "z.writestr(n, \"x\")",
	    &s);
	OK(ses_unzip_each(&s, take, &f, &err));
	assert_int_equal(f.n, 6);
	for (i = 0; i < 6; i++)
		assert_string_equal(f.e[i].name, names[i]);
	ses_spool_close(&s);
}

static int
stop(void *arg, const struct ses_unzip_entry *e, struct seshat_err *err)
{
	(void)e;
	(void)err;
	++*(int *)arg;
	return 17;
}

static void
who_is_told_may_stop_it(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_spool s = {0};
	int n = 0;

	(void)state;
	python("z.writestr(\"a\", \"x\"); z.writestr(\"b\", \"x\")", &s);
	assert_int_equal(ses_unzip_each(&s, stop, &n, &err), 17);
	assert_int_equal(n, 1);
	ses_spool_close(&s);
}

static void
damage_is_told(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_spool whole = {0};
	struct ses_spool part = {0};
	struct ses_buf good = {0};
	struct ses_buf out = {0};
	unsigned char *data;
	unsigned bit;
	size_t got;
	size_t i;

	(void)state;
	python("z.writestr(\"a.jsonl\", \"abc\\n\" * 30, "
	       "zipfile.ZIP_DEFLATED); z.writestr(\"b\", \"stored\")",
	    &whole);
	data = malloc(whole.size);
	assert_non_null(data);
	OK(ses_spool_read(&whole, data, whole.size, 0, &got, &err));
	assert_int_equal(read_all(&whole, MAX, &good, &err), 2);
	for (i = 0; i < whole.size; i++) {
		OK(ses_spool_open(&part, "/tmp", &err));
		OK(ses_spool_add(&part, data, i, &err));
		FAILS(read_all(&part, MAX, &out, &err), SESHAT_ECORRUPT);
		ses_spool_close(&part);
	}
	/* a bit that is wrong is an error, or does not matter */
	for (i = 0; i < whole.size * 8; i++) {
		bit = 1U << i % 8;
		data[i / 8] ^= (unsigned char)bit;
		OK(ses_spool_open(&part, "/tmp", &err));
		OK(ses_spool_add(&part, data, whole.size, &err));
		ses_buf_clear(&out);
		if (read_all(&part, MAX, &out, &err) == 2) {
			assert_int_equal(out.len, good.len);
			assert_memory_equal(out.data, good.data, good.len);
		}
		ses_spool_close(&part);
		data[i / 8] ^= (unsigned char)bit;
	}
	free(data);
	ses_buf_free(&good);
	ses_buf_free(&out);
	ses_spool_close(&whole);
}

static void
a_wrong_checksum_is_damage(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink sink = ses_sink_none();
	struct ses_spool s = {0};
	struct found f = {.n = 0};

	(void)state;
	python("z.writestr(\"a\", \"abc\", zipfile.ZIP_DEFLATED)", &s);
	OK(ses_unzip_each(&s, take, &f, &err));
	OK(ses_unzip_read(&s, &f.e[0], 3, &sink, &err));
	f.e[0].crc ^= 1;
	FAILS(ses_unzip_read(&s, &f.e[0], 3, &sink, &err), SESHAT_ECORRUPT);
	f.e[0].crc ^= 1;
	f.e[0].size = 2;
	FAILS(ses_unzip_read(&s, &f.e[0], 3, &sink, &err), SESHAT_ECORRUPT);
	f.e[0].size = 3;
	f.e[0].method = 12;
	FAILS(ses_unzip_read(&s, &f.e[0], 3, &sink, &err), SESHAT_EUNSUPPORTED);
	f.e[0].method = 8;
	f.e[0].flags |= 1;
	FAILS(ses_unzip_read(&s, &f.e[0], 3, &sink, &err), SESHAT_EUNSUPPORTED);
	f.e[0].flags &= ~1U;
	f.e[0].header = UINT64_MAX - 3;
	FAILS(ses_unzip_read(&s, &f.e[0], 3, &sink, &err), SESHAT_ECORRUPT);
	ses_spool_close(&s);
}

static void
a_bomb_does_not_go_off(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_spool s = {0};
	struct ses_buf out = {0};

	(void)state;
	python("z.writestr(\"a\", b\"\\0\" * (64 << 20), "
	       "zipfile.ZIP_DEFLATED)",
	    &s);
	FAILS(read_all(&s, MAX, &out, &err), SESHAT_ELIMIT);
	assert_in_range(out.len, 0, MAX);
	ses_buf_free(&out);
	ses_spool_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_python_makes),
	    cmocka_unit_test(names_are_told_as_they_stand),
	    cmocka_unit_test(who_is_told_may_stop_it),
	    cmocka_unit_test(damage_is_told),
	    cmocka_unit_test(a_wrong_checksum_is_damage),
	    cmocka_unit_test(a_bomb_does_not_go_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
