#include "unit/temp.h"

#include <zlib.h>

#include "import/alike.h"
#include "import/assemble.h"
#include "import/meta.h"
#include "pack/gunzip.h"

/* A part as a bucket may hold it. */
struct given {
	uint64_t seq;
	const char *text;
	long from; /* -1: meta.json does not list it */
	long to;   /* 0: from and the bytes of text */
};

#define NO_ENTRY (-1L)
#define MARK     "[REDACTED:hf_token]"
/* lines that are long enough to be told apart */
#define A       "{\"line\":\"the first one of them\"}\n"
#define B       "{\"line\":\"the second one of them\"}\n"
#define C       "{\"line\":\"the third one of them\"}\n"
#define D       "{\"line\":\"the fourth one of them\"}\n"
#define L(text) ((long)sizeof(text) - 1)

static char dir[64];
static const struct given *given;
static struct ses_piece pieces[16];
static struct ses_assembly assembly;
static char notes[1024];

static int
set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/seshat-import-XXXXXX");
	return mkdtemp(dir) == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	ses_assembly_free(&assembly);
	return temp_remove(dir);
}

static int
fetch(void *arg, const struct ses_piece *p, struct ses_spool *to,
    struct seshat_err *err)
{
	const char *text = given[strtoul(p->uuid, NULL, 16)].text;

	(void)arg;
	if (text == NULL)
		return ses_fail(err, SESHAT_ECORRUPT, "torn");
	return ses_spool_add(to, text, strlen(text), err);
}

static void
note(void *arg, const char *name, const char *what)
{
	size_t n = strlen(notes);

	(void)arg;
	(void)snprintf(notes + n, sizeof(notes) - n, "%.10s: %s\n", name, what);
}

/* Put n parts together. */
static void
assemble(const struct given *v, size_t n)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_piece *p;
	size_t i;

	given = v;
	notes[0] = '\0';
	ses_assembly_free(&assembly);
	assembly =
	    (struct ses_assembly){.dir = dir, .fetch = fetch, .note = note};
	memset(pieces, 0, sizeof(pieces));
	for (i = 0; i < n; i++) {
		p = &pieces[i];
		(void)snprintf(p->uuid, sizeof(p->uuid), "%08x", (unsigned)i);
		(void)snprintf(p->name, sizeof(p->name), "part-%05u-%08x.jsonl",
		    (unsigned)v[i].seq, (unsigned)i);
		p->seq = v[i].seq;
		p->when = (int64_t)i;
		if (v[i].from < 0)
			continue;
		p->listed = 1;
		p->from = (uint64_t)v[i].from;
		p->size = v[i].text == NULL ? 0 : strlen(v[i].text);
		p->to = v[i].to != 0 ? (uint64_t)v[i].to : p->from + p->size;
		p->exact = p->to - p->from == p->size;
	}
	ses_pieces_by_time(pieces, n);
	OK(ses_assemble(&assembly, pieces, n, &err));
}

#define ASSEMBLE(v) assemble(v, sizeof(v) / sizeof((v)[0]))

static void
version_is(size_t i, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char got[4096] = "";
	size_t n;

	assert_true(i < assembly.n);
	OK(ses_spool_read(
	    &assembly.v[i].text, got, sizeof(got) - 1, 0, &n, &err));
	assert_string_equal(got, want);
}

static void
parts_follow_each_other(void **state)
{
	const struct given v[] = {
	    {1, B, L(A), 0}, {0, A, 0, 0}, {2, C, L(A B), 0}};

	(void)state;
	ASSEMBLE(v);
	assert_int_equal(assembly.n, 1);
	version_is(0, A B C);
	assert_string_equal(notes, "");
}

static void
what_was_uploaded_twice_counts_once(void **state)
{
	const struct given v[] = {{0, A, 0, 0}, {1, B, L(A), 0},
	    {2, A B C, 0, 0}, {3, D, L(A B C), 0}, {4, C D, L(A B), 0}};

	(void)state;
	ASSEMBLE(v);
	assert_int_equal(assembly.n, 1);
	version_is(0, A B C D);
	assert_string_equal(notes, "");
}

static void
an_overlap_may_begin_inside_a_part(void **state)
{
	const struct given v[] = {{0, A B, 0, 0}, {1, B C, L(A), 0},
	    {2, "ird one of them\"}\n" D, L(A B C) - 18, 0}};

	(void)state;
	ASSEMBLE(v);
	assert_int_equal(assembly.n, 1);
	version_is(0, A B C D);
}

static void
cursors_need_not_be_bytes(void **state)
{
	const struct given v[] = {
	    {0, A, 0, 4}, {1, B, 4, 9}, {2, A B C, 0, 12}, {3, D, 12, 40}};

	(void)state;
	ASSEMBLE(v);
	assert_int_equal(assembly.n, 1);
	version_is(0, A B C D);
	assert_string_equal(notes, "");
}

static void
redaction_makes_no_other_text(void **state)
{
	/* a flush cut the secret in two, and it was not known for one */
	const struct given v[] = {{0, A "{\"key\":\"hf_", 0, 0},
	    {1, A "{\"key\":\"" MARK "\"}\n" B, 0, 500}, {2, C, 500, 0}};

	(void)state;
	ASSEMBLE(v);
	assert_int_equal(assembly.n, 1);
	version_is(0, A "{\"key\":\"" MARK "\"}\n" B C);
	assert_string_equal(notes, "");
}

static void
a_whole_line_with_half_a_secret_stays(void **state)
{
	const struct given v[] = {{0, A "{\"key\":\"hf_", 0, 0},
	    {1, "abc\"}\n", L(A "{\"key\":\"hf_"), 0},
	    {2, A "{\"key\":\"" MARK "\"}\n" B, 0, 500}, {3, C, 500, 0}};

	(void)state;
	ASSEMBLE(v);
	assert_int_equal(assembly.n, 1);
	version_is(0, A "{\"key\":\"hf_abc\"}\n" B C);
}

static void
what_disagrees_is_another_version(void **state)
{
	const struct given v[] = {{0, A B, 0, 0}, {1, C D, L(A), 0},
	    {2, B, L(A C D), 0}, {3, D D, 0, 0}};

	(void)state;
	ASSEMBLE(v);
	assert_int_equal(assembly.n, 3);
	version_is(0, A B);
	version_is(1, A C D B);
	version_is(2, D D);
	assert_string_equal(notes, "");
}

static void
parts_without_an_entry_come_last(void **state)
{
	const struct given v[] = {{0, A, 0, 0}, {1, B, NO_ENTRY, 0},
	    {2, B C, L(A), 0}, {3, D, NO_ENTRY, 0}};

	(void)state;
	ASSEMBLE(v);
	assert_int_equal(assembly.n, 1);
	version_is(0, A B C D);
	assert_string_equal(notes, "");
}

static void
but_where_they_are_missed_they_come_there(void **state)
{
	const struct given v[] = {{0, A, 0, 0}, {1, B, NO_ENTRY, 0},
	    {2, C, NO_ENTRY, 0}, {3, D, L(A B C), 0}};

	(void)state;
	ASSEMBLE(v);
	assert_int_equal(assembly.n, 1);
	version_is(0, A B C D);
	assert_string_equal(notes, "");
}

static void
parts_without_any_entry_are_compared(void **state)
{
	const struct given v[] = {{0, A, NO_ENTRY, 0}, {1, B, NO_ENTRY, 0},
	    {2, A B C, NO_ENTRY, 0}, {2, B C, NO_ENTRY, 0},
	    {3, A B D D, NO_ENTRY, 0}, {4, C, NO_ENTRY, 0}};

	(void)state;
	ASSEMBLE(v);
	assert_int_equal(assembly.n, 2);
	version_is(0, A B C);
	version_is(1, A B D D C);
}

static void
what_is_missing_is_told_and_no_line_made_of_halves(void **state)
{
	const struct given v[] = {{0, A "{\"half\":", 0, 0},
	    {1, "of another\"}\n" D, 300, 0}, {2, C, 300 + 13 + L(D), 0}};

	(void)state;
	ASSEMBLE(v);
	assert_int_equal(assembly.n, 1);
	version_is(0, A "{\"half\":\nof another\"}\n" D C);
	assert_non_null(strstr(notes, "part-00001: what the source held from"));
	assert_non_null(strstr(notes, " to 300 is in no part before it\n"));
}

static void
a_torn_part_is_told_and_the_rest_is_used(void **state)
{
	const struct given v[] = {
	    {0, A, 0, 0}, {1, NULL, L(A), L(A B)}, {2, A B C, 0, 0}};

	(void)state;
	ASSEMBLE(v);
	assert_int_equal(assembly.n, 1);
	version_is(0, A B C);
	assert_string_equal(notes, "part-00001: cannot be used: torn\n");
}

static void
a_size_that_is_not_so_makes_an_entry_worthless(void **state)
{
	const struct given v[] = {{0, A B, 0, 0}, {1, C D, L(A B), 0}};

	(void)state;
	assemble(v, 2);
	pieces[1].size--;
	pieces[1].from = 7;
	pieces[0].tried = pieces[1].tried = 0;
	ses_assembly_free(&assembly);
	{
		struct seshat_err err = SESHAT_ERR_INIT;

		OK(ses_assemble(&assembly, pieces, 2, &err));
	}
	version_is(0, A B C D);
	assert_non_null(strstr(notes, "part-00001: holds 67 bytes, and 66 by"));
}

static void
too_many_versions_are_refused(void **state)
{
	static char text[SES_VERSIONS_MAX + 1][8];
	struct given v[SES_VERSIONS_MAX + 1];
	struct ses_piece p[SES_VERSIONS_MAX + 1];
	struct seshat_err err = SESHAT_ERR_INIT;
	size_t i;

	(void)state;
	memset(p, 0, sizeof(p));
	for (i = 0; i <= SES_VERSIONS_MAX; i++) {
		(void)snprintf(text[i], sizeof(text[i]), "%zu\n", i + 100);
		v[i] = (struct given){i, text[i], 0, 0};
		p[i].seq = i;
		p[i].listed = p[i].exact = 1;
		p[i].size = p[i].to = 4;
		(void)snprintf(p[i].uuid, 9, "%08zx", i);
	}
	given = v;
	ses_assembly_free(&assembly);
	assembly =
	    (struct ses_assembly){.dir = dir, .fetch = fetch, .note = note};
	FAILS(ses_assemble(&assembly, p, SES_VERSIONS_MAX + 1, &err),
	    SESHAT_ELIMIT);
	OK(ses_assemble((ses_assembly_free(&assembly), &assembly), p,
	    SES_VERSIONS_MAX, &err));
}

static int
alike(const char *a, const char *b)
{
	int ab = ses_alike(a, strlen(a), b, strlen(b));

	assert_int_equal(ab, ses_alike(b, strlen(b), a, strlen(a)));
	return ab;
}

static void
marks_stand_for_a_secret(void **state)
{
	static const char cut[] = "{\"k\":\"hf_ab";
	static const char line[] = "{\"k\":\"" MARK "\",\"n\":1}\n";

	(void)state;
	assert_true(alike("a\n", "a\n"));
	assert_false(alike("a\n", "b\n"));
	assert_true(alike("x=" MARK " y", "x=secret y"));
	assert_true(alike("x=" MARK " y", "x=[REDACTED:other-rule] y"));
	assert_true(alike("Bearer [REDACTED:a]", MARK));
	assert_true(alike(MARK "," MARK "!", "1,2,3!"));
	assert_false(alike(MARK "," MARK "!", "1,2,3"));
	assert_false(alike("x=" MARK " y", "z=secret y"));
	assert_false(alike("x=" MARK " yy", "x= y"));
	assert_false(alike("[REDACTED:no mark]", "no"));
	assert_false(alike("[REDACTED:", "[REDACTED]"));
	/* but for what ends a string or a line */
	assert_false(alike("\"" MARK "\"}\n", "\"a\",\"b\":\"c\"}\n"));
	assert_false(alike(MARK "\n", "a\nb\n"));
	assert_false(alike(MARK ",\"" MARK "\"", "a,\"b\",\"c\""));
	assert_true(alike("\"" MARK "\"}", "\"a \\\"b\\\\\"}"));
	assert_true(alike("x" MARK, "x\\"));
	assert_true(ses_alike_cut(cut, 6, line, sizeof(line) - 1));
	assert_true(ses_alike_cut(cut, L(cut), line, sizeof(line) - 1));
	assert_false(ses_alike_cut("{\"x", 3, line, sizeof(line) - 1));
	assert_false(ses_alike_cut("{\"k\":\"a\"", 8, line, L(line)));
}

static void
names_of_parts(void **state)
{
	struct ses_piece p;

	(void)state;
	assert_int_equal(ses_piece_parse("part-00012-1a2b3c4d.jsonl", &p), 1);
	assert_int_equal(p.seq, 12);
	assert_string_equal(p.uuid, "1a2b3c4d");
	assert_int_equal(p.gzip, 0);
	assert_true(ses_piece_parse("part-100000-1a2b3c4d.jsonl", &p));
	assert_true(ses_piece_parse("part-00001-1a2b3c4d.jsonl.gz", &p));
	assert_int_equal(p.gzip, 1);
	/* ours */
	assert_false(ses_piece_parse("part-00000001-1a2b3c4d.jsonl.gz", &p));
	assert_false(ses_piece_parse("part-0001-1a2b3c4d.jsonl", &p));
	assert_false(ses_piece_parse("part-00001-1a2b3c4.jsonl", &p));
	assert_false(ses_piece_parse("part-00001-1a2b3c4d.jsonlx", &p));
	assert_false(ses_piece_parse("part-00001-1A2B3C4D.jsonl", &p));
	assert_false(ses_piece_parse("part-0000000001-1a2b3c4d.jsonl", &p));
}

static void
no_loss(void *arg, const char *name)
{
	(void)arg;
	fail_msg("%s is not lost", name);
}

static void
an_end_before_the_last_upload_is_none(void **state)
{
	static const char text[] =
	    "{\"ended_at\":\"2026-05-01T10:00:00.5+00:00\","
	    "\"last_uploaded_at\":\"2026-05-01T10:00:00.%s+00:00\"}";
	const struct ses_meta_lost lost = {no_loss, NULL};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_meta m = {0};
	char b[256];

	(void)state;
	(void)snprintf(b, sizeof(b), text, "499999");
	OK(ses_meta_read(&m, b, strlen(b), NULL, 0, &lost, &err));
	assert_true(m.ended != 0);
	(void)snprintf(b, sizeof(b), text, "501000");
	OK(ses_meta_read(&m, b, strlen(b), NULL, 0, &lost, &err));
	assert_true(m.ended == 0);
	FAILS(ses_meta_read(&m, "[]", 2, NULL, 0, &lost, &err), SESHAT_EFORMAT);
}

/* What zlib makes of a text, with any name in the header; its size. */
static size_t
pack(const char *text, const char *name, unsigned char *out, size_t size)
{
	gz_header h = {.name = (Bytef *)(uintptr_t)name, .os = 3};
	z_stream z = {0};

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, 0), Z_OK);
	if (name != NULL)
		assert_int_equal(deflateSetHeader(&z, &h), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)text;
	z.avail_in = (unsigned)strlen(text);
	z.next_out = out;
	z.avail_out = (unsigned)size;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(deflateEnd(&z), Z_OK);
	return z.total_out;
}

/* Unpack in pieces of so many bytes; the code, and the text in b. */
static int
unpack(const unsigned char *data, size_t len, size_t step, uint64_t max,
    struct ses_buf *b)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink out = ses_sink_buf(b);
	struct ses_gunzip g;
	struct ses_sink in;
	size_t n;
	int rc = 0;

	ses_buf_clear(b);
	OK(ses_gunzip_open(&g, max, &out, &err));
	in = ses_gunzip_sink(&g);
	for (; len > 0 && rc == 0; data += n, len -= n) {
		n = len < step ? len : step;
		rc = ses_sink_write(&in, data, n, &err);
	}
	if (rc == 0)
		rc = ses_gunzip_close(&g, &err);
	ses_gunzip_free(&g);
	return rc < 0 ? err.code : SESHAT_OK;
}

static void
any_gzip_is_unpacked_in_any_pieces(void **state)
{
	unsigned char data[4096];
	struct ses_buf b = {0};
	size_t one = pack(A B, "part.jsonl", data, sizeof(data));
	size_t len = one + pack(C, NULL, data + one, sizeof(data) - one);
	size_t step;

	(void)state;
	for (step = 1; step <= len; step++) {
		assert_int_equal(unpack(data, len, step, 4096, &b), SESHAT_OK);
		assert_string_equal(ses_buf_cstr(&b), A B C);
	}
	assert_int_equal(unpack(data, len, 7, L(A B C), &b), SESHAT_OK);
	assert_int_equal(unpack(data, len, 7, L(A B C) - 1, &b), SESHAT_ELIMIT);
	for (step = 0; step < len; step++)
		assert_int_equal(step == one ? SESHAT_ECORRUPT
					     : unpack(data, step, 5, 4096, &b),
		    SESHAT_ECORRUPT);
	data[one - 6] ^= 1; /* of the CRC */
	assert_int_equal(unpack(data, len, 9, 4096, &b), SESHAT_ECORRUPT);
	assert_int_equal(unpack((const unsigned char *)A, L(A), 9, 4096, &b),
	    SESHAT_ECORRUPT);
	ses_buf_free(&b);
}

static void
lines_of_a_spool(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_spool s = {0};
	struct ses_spool_lines l = {.s = &s};
	static char filler[100000];
	const char *line;
	uint64_t start;
	size_t len;

	(void)state;
	memset(filler, 'x', sizeof(filler));
	OK(ses_spool_open(&s, dir, &err));
	OK(ses_spool_add(&s, "a\n\n", 3, &err));
	OK(ses_spool_add(&s, filler, sizeof(filler), &err));
	OK(ses_spool_add(&s, "\nend", 4, &err));
	assert_int_equal(ses_spool_line(&l, &line, &len, &err), 1);
	assert_int_equal(len, 2);
	assert_int_equal(ses_spool_line(&l, &line, &len, &err), 1);
	assert_int_equal(len, 1);
	assert_int_equal(ses_spool_line(&l, &line, &len, &err), 1);
	assert_int_equal(len, sizeof(filler) + 1);
	assert_memory_equal(line, filler, sizeof(filler));
	assert_int_equal(ses_spool_line(&l, &line, &len, &err), 1);
	assert_int_equal(len, 3);
	assert_memory_equal(line, "end", 3);
	assert_int_equal(ses_spool_line(&l, &line, &len, &err), 0);
	OK(ses_spool_line_start(&s, 50000, &start, &err));
	assert_int_equal(start, 3);
	OK(ses_spool_line_start(&s, 2, &start, &err));
	assert_int_equal(start, 2);
	OK(ses_spool_line_start(&s, 1, &start, &err));
	assert_int_equal(start, 0);
	ses_buf_free(&l.buf);
	ses_spool_close(&s);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(parts_follow_each_other),
	    T(what_was_uploaded_twice_counts_once),
	    T(an_overlap_may_begin_inside_a_part),
	    T(cursors_need_not_be_bytes),
	    T(redaction_makes_no_other_text),
	    T(a_whole_line_with_half_a_secret_stays),
	    T(what_disagrees_is_another_version),
	    T(parts_without_an_entry_come_last),
	    T(but_where_they_are_missed_they_come_there),
	    T(parts_without_any_entry_are_compared),
	    T(what_is_missing_is_told_and_no_line_made_of_halves),
	    T(a_torn_part_is_told_and_the_rest_is_used),
	    T(a_size_that_is_not_so_makes_an_entry_worthless),
	    T(too_many_versions_are_refused),
	    T(marks_stand_for_a_secret),
	    T(names_of_parts),
	    T(an_end_before_the_last_upload_is_none),
	    T(any_gzip_is_unpacked_in_any_pieces),
	    T(lines_of_a_spool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
