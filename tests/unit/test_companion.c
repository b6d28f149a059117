/* What an agent keeps beside a transcript: which files those are, and what a
 * store makes of them. */
#define _XOPEN_SOURCE 700
#include "unit/harness_home.h"

#include "harness/claude_code.h"
#include "pack/member.h"
#include "store/store.h"
#include "vault/companion.h"

#define SESSION "/h/projects/-p/0123-abcd.jsonl"
#define MINE    "0123abcd/"
#define THEIRS  "89abcdef/"
#define AGENT   "/h/projects/-p/0123-abcd/subagents/agent-f00.jsonl"

static struct home home;
static struct ses_store *store;
static const struct ses_where where = {"demo", "claude-code", "0123-abcd"};

static int
set_up(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf url = {0};
	int rc;

	(void)state;
	home_open(&home);
	ses_buf_fmt(&url, "file://%s/v", home.path);
	rc = ses_store_open(&store, ses_buf_cstr(&url), NULL, &err);
	ses_buf_free(&url);
	return rc;
}

static int
tear_down(void **state)
{
	(void)state;
	ses_store_free(store);
	home_close(&home);
	return 0;
}

static void
names_come_from_a_store_and_lead_nowhere_else(void **state)
{
	static const struct {
		const char *transcript;
		const char *name;
		const char *path; /* NULL: refused */
	} rows[] = {
	    {SESSION, "tool-results/b1.txt",
		"/h/projects/-p/0123-abcd/tool-results/b1.txt"},
	    {SESSION, "tool-results/a/b c.txt",
		"/h/projects/-p/0123-abcd/tool-results/a/b c.txt"},
	    {SESSION, "tool-results/1/2/3/4/5/6/7/8",
		"/h/projects/-p/0123-abcd/tool-results/1/2/3/4/5/6/7/8"},
	    {SESSION, "custom-title.json",
		"/h/projects/-p/0123-abcd/custom-title.json"},
	    {AGENT, "meta.json",
		"/h/projects/-p/0123-abcd/subagents/agent-f00.meta.json"},
	    {"/h/projects/-p/agent-f00.jsonl", "meta.json",
		"/h/projects/-p/agent-f00.meta.json"},
	    {SESSION, "meta.json", NULL},
	    {AGENT, "custom-title.json", NULL},
	    {AGENT, "tool-results/b1.txt", NULL},
	    {SESSION, "", NULL},
	    {SESSION, "tool-results", NULL},
	    {SESSION, "tool-results/", NULL},
	    {SESSION, "tool-results//b", NULL},
	    {SESSION, "tool-results/b/", NULL},
	    {SESSION, "tool-results/..", NULL},
	    {SESSION, "tool-results/../../x.jsonl", NULL},
	    {SESSION, "tool-results/./b", NULL},
	    {SESSION, "tool-results/.b", NULL},
	    {SESSION, "tool-results/a\nb", NULL},
	    {SESSION, "tool-results/a\033b", NULL},
	    {SESSION, "tool-results/a\xc2\x9b", NULL},
	    {SESSION, "tool-results/a\xff", NULL},
	    {SESSION, "tool-results/1/2/3/4/5/6/7/8/9", NULL},
	    {SESSION, "../tool-results/b1.txt", NULL},
	    {SESSION, "/etc/passwd", NULL},
	    {SESSION, "custom-title.json/x", NULL},
	    {SESSION, "subagents/agent-f00.jsonl", NULL},
	    {"/h/projects/-p/notes.txt", "tool-results/b1.txt", NULL},
	};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf out = {0};
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ses_buf_clear(&out);
		rc = ses_claude_companion_path(
		    rows[i].transcript, rows[i].name, &out, &err);
		if (rc != (rows[i].path == NULL ? -1 : 0))
			fail_msg("%s: %d", rows[i].name, rc);
		if (rc == 0)
			assert_string_equal(out.data, rows[i].path);
		else
			assert_int_equal(err.code, SESHAT_EFORMAT);
	}
	ses_buf_free(&out);
}

static void
a_name_has_a_limit(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf name = {0};
	struct ses_buf path = {0};
	struct ses_buf out = {0};
	int i;

	(void)state;
	ses_buf_str(&name, "tool-results/");
	for (i = 0; i < 256; i++)
		ses_buf_str(&name, "x");
	FAILS(
	    ses_claude_companion_path(SESSION, ses_buf_cstr(&name), &out, &err),
	    SESHAT_EFORMAT);
	name.len--;
	OK(ses_claude_companion_path(SESSION, ses_buf_cstr(&name), &out, &err));
	/* what is longer than a file's name may be when it is stored */
	OK(ses_companion_path("0123abcd", name.data, &path, &err));
	FAILS(ses_companion_key(path.data, &out, &err), SESHAT_ELIMIT);
	/* all begin with their writer */
	FAILS(
	    ses_companion_key("x/meta.json", &out, &err), SESHAT_EUNSUPPORTED);
	FAILS(ses_companion_key("meta.json", &out, &err), SESHAT_EUNSUPPORTED);
	OK(ses_companion_key(MINE "meta.json", &out, &err));
	ses_buf_free(&path);
	ses_buf_free(&name);
	ses_buf_free(&out);
}

/* "name path" and a newline, of each. */
static int
add_line(void *arg, const char *name, const char *path, struct seshat_err *err)
{
	struct ses_buf *out = arg;

	assert_string_equal(
	    path + strlen(path) - strlen(ses_str_basename(path)),
	    ses_str_basename(path));
	ses_buf_fmt(out, "%s %s\n", name, path + strlen(home.path));
	return ses_buf_check(out, err);
}

static void
finds_the_files_beside_a_transcript(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf out = {0};
	struct ses_buf session = {0};
	struct ses_buf agent = {0};

	(void)state;
	ses_buf_fmt(&session, "%s/p/s1.jsonl", home.path);
	ses_buf_fmt(&agent, "%s/p/s1/subagents/agent-a.jsonl", home.path);
	OK(ses_claude_companions(ses_buf_cstr(&session), add_line, &out, &err));
	assert_int_equal(out.len, 0);
	put(&home, "p/s1.jsonl", "{}\n");
	put(&home, "p/s1/custom-title.json", "{}");
	put(&home, "p/s1/tool-results/b.txt", "b");
	put(&home, "p/s1/tool-results/d/a.txt", "a");
	put(&home, "p/s1/tool-results/.c.txt", "hidden");
	put(&home, "p/s1/other.json", "{}");
	put(&home, "p/s1/subagents/agent-a.meta.json", "{}");
	put(&home, "p/s1/subagents/agent-a.meta.json.tmp.1f", "{}");
	put(&home, "elsewhere/x", "x");
	assert_int_equal(symlink("b.txt", at(&home, "p/s1/tool-results/l")), 0);
	assert_int_equal(
	    symlink("../../../elsewhere", at(&home, "p/s1/tool-results/e")), 0);
	assert_int_equal(mkfifo(at(&home, "p/s1/tool-results/f"), 0600), 0);
	OK(ses_claude_companions(session.data, add_line, &out, &err));
	OK(ses_claude_companions(ses_buf_cstr(&agent), add_line, &out, &err));
	assert_string_equal(ses_buf_cstr(&out),
	    "custom-title.json /p/s1/custom-title.json\n"
	    "tool-results/b.txt /p/s1/tool-results/b.txt\n"
	    "tool-results/d/a.txt /p/s1/tool-results/d/a.txt\n"
	    "meta.json /p/s1/subagents/agent-a.meta.json\n");
	ses_buf_free(&out);
	ses_buf_free(&session);
	ses_buf_free(&agent);
}

static void
links_in_the_place_of_folders_lead_nowhere(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf out = {0};
	struct ses_buf s2 = {0};
	struct ses_buf s3 = {0};

	(void)state;
	put(&home, "elsewhere/tool-results/x", "x");
	assert_int_equal(mkdir(at(&home, "p"), 0700), 0);
	assert_int_equal(symlink("../elsewhere", at(&home, "p/s2")), 0);
	put(&home, "p/s3/custom-title.json/x", "a folder");
	assert_int_equal(symlink("../../elsewhere/tool-results",
			     at(&home, "p/s3/tool-results")),
	    0);
	ses_buf_fmt(&s2, "%s/p/s2.jsonl", home.path);
	ses_buf_fmt(&s3, "%s/p/s3.jsonl", home.path);
	OK(ses_claude_companions(ses_buf_cstr(&s2), add_line, &out, &err));
	OK(ses_claude_companions(ses_buf_cstr(&s3), add_line, &out, &err));
	assert_int_equal(out.len, 0);
	ses_buf_free(&out);
	ses_buf_free(&s2);
	ses_buf_free(&s3);
}

static void
tells_which_transcript_a_file_is_beside(void **state)
{
	static const char *const rows[][2] = {
	    {"/h/p/s1/custom-title.json", "/h/p/s1.jsonl"},
	    {"/h/p/s1/tool-results/d/x", "/h/p/s1.jsonl"},
	    {"/h/p/s1/subagents/agent-a.meta.json",
		"/h/p/s1/subagents/agent-a.jsonl"},
	    {"/h/p/s1/subagents/meta.json", NULL}, {"/h/p/s1/other.json", NULL},
	    {"/h/p/s1.jsonl", NULL}};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf out = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ses_buf_clear(&out);
		assert_int_equal(
		    ses_claude_companion_of(rows[i][0], &out, &err),
		    rows[i][1] != NULL);
		if (rows[i][1] != NULL)
			assert_string_equal(out.data, rows[i][1]);
	}
	ses_buf_free(&out);
}

/* Store a text under a path, with a header that says size bytes. */
static void
store_one(const char *path, const char *text, uint64_t size)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_part_head head = {.size = size,
	    .to = strlen(text),
	    .rules = 1,
	    .redactions = "some-rule:2"};
	struct ses_packer p = {0};
	struct ses_buf extra = {0};
	struct ses_buf b = {0};

	memcpy(head.w, path, sizeof(head.w) - 1);
	ses_sha256_of(text, strlen(text), head.h);
	ses_sha256_of(text, strlen(text), head.k);
	ses_part_head_format(&head, &extra);
	OK(ses_member_pack(
	    &p, extra.data, extra.len, text, strlen(text), &b, &err));
	OK(ses_companion_put(store, &where, path,
	    &(struct ses_put){.data = b.data, .len = b.len}, &err));
	ses_packer_free(&p);
	ses_buf_free(&extra);
	ses_buf_free(&b);
}

/* Put bytes under a key below the session. */
static void
put_raw(const char *name, const void *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf key = {0};

	ses_key_session(&key, &where);
	ses_buf_str(&key, name);
	OK(ses_store_put(store, ses_buf_cstr(&key),
	    &(struct ses_put){.data = data, .len = len}, NULL, &err));
	ses_buf_free(&key);
}

/* The same object under another key. */
static void
copy_raw(const char *from, const char *to)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf key = {0};
	struct ses_buf b = {0};

	ses_key_session(&key, &where);
	ses_buf_str(&key, from);
	OK(ses_store_read(store, ses_buf_cstr(&key), 1 << 20, &b, &err));
	put_raw(to, b.data, b.len);
	ses_buf_free(&key);
	ses_buf_free(&b);
}

static int
list_one(void *arg, const struct ses_companion *c, struct seshat_err *err)
{
	struct ses_buf *out = arg;

	assert_true(c->stored > 0);
	assert_string_equal(c->name, c->path + strlen(MINE));
	ses_buf_fmt(out, "%s\n", c->path);
	return ses_buf_check(out, err);
}

static void
lists_what_is_stored_and_nothing_else(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf out = {0};

	(void)state;
	OK(ses_companions(store, &where, list_one, &out, &err));
	assert_int_equal(out.len, 0);
	store_one(MINE "tool-results/b c.txt", "b", 1);
	store_one(MINE "custom-title.json", "{}", 2);
	store_one(THEIRS "custom-title.json", "{ }", 3);
	put_raw("beside/x.gz", "x", 1);
	put_raw("beside/0123ABCD/x.gz", "x", 1);
	put_raw("beside/0123abcd0/x.gz", "x", 1);
	put_raw("beside/0123abcd.gz", "x", 1);
	put_raw("beside/0123abcd/.gz", "x", 1);
	put_raw("beside/0123abcd/plain.txt", "x", 1);
	put_raw("beside/0123abcd/a%2Fb.gz", "x", 1);
	put_raw("beside/0123abcd/%61.gz", "x", 1);
	put_raw("beside/0123abcd/%2E%2E/x.gz", "x", 1);
	put_raw("workspace/x.gz", "x", 1);
	OK(ses_companions(store, &where, list_one, &out, &err));
	assert_string_equal(ses_buf_cstr(&out),
	    MINE "custom-title.json\n" MINE "tool-results/b c.txt\n" THEIRS
		 "custom-title.json\n");
	OK(ses_companions_remove(store, &where, &err));
	ses_buf_clear(&out);
	OK(ses_companions(store, &where, list_one, &out, &err));
	assert_int_equal(out.len, 0);
	ses_buf_free(&out);
}

/* Let it seem as if it was stored at that time. */
static void
date(const char *path, time_t when)
{
	const struct timespec t[2] = {{.tv_sec = when}, {.tv_sec = when}};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf key = {0};

	ses_buf_str(&key, "v/");
	ses_key_session(&key, &where);
	OK(ses_companion_key(path, &key, &err));
	assert_int_equal(
	    utimensat(AT_FDCWD, at(&home, ses_buf_cstr(&key)), t, 0), 0);
	ses_buf_free(&key);
}

static void
each_writer_has_its_own(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf out = {0};
	struct ses_sink sink = ses_sink_buf(&out);

	(void)state;
	store_one(MINE "meta.json", "mine", 4);
	store_one(THEIRS "meta.json", "theirs", 6);
	store_one("76543210/meta.json", "third", 5);
	store_one(THEIRS "tool-results/x", "theirs", 6);
	store_one("76543210/tool-results/x", "third", 5);
	OK(ses_companion_read(
	    store, &where, MINE "meta.json", NULL, &sink, &err));
	assert_string_equal(ses_buf_cstr(&out), "mine");
	/* a stream has its writer's, else what was stored last */
	date("76543210/tool-results/x", 2000);
	date(THEIRS "tool-results/x", 1000);
	ses_buf_clear(&out);
	OK(ses_companions_of(store, &where, "0123abcd", list_one, &out, &err));
	assert_string_equal(
	    ses_buf_cstr(&out), MINE "meta.json\n76543210/tool-results/x\n");
	date(THEIRS "tool-results/x", 3000);
	ses_buf_clear(&out);
	OK(ses_companions_of(store, &where, "0123abcd", list_one, &out, &err));
	assert_string_equal(
	    ses_buf_cstr(&out), MINE "meta.json\n" THEIRS "tool-results/x\n");
	ses_buf_clear(&out);
	OK(ses_companions_of(store, &where, "76543210", list_one, &out, &err));
	assert_string_equal(ses_buf_cstr(&out),
	    "76543210/meta.json\n76543210/tool-results/x\n");
	ses_buf_free(&out);
}

static void
reads_back_what_was_stored(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf out = {0};
	struct ses_buf rules = {0};
	struct ses_sink sink = ses_sink_buf(&out);

	(void)state;
	store_one(MINE "tool-results/x", "some text\n", 10);
	OK(ses_companion_read(
	    store, &where, MINE "tool-results/x", &rules, &sink, &err));
	assert_string_equal(ses_buf_cstr(&out), "some text\n");
	assert_string_equal(ses_buf_cstr(&rules), "some-rule:2");
	store_one(MINE "empty", "", 0);
	OK(ses_companion_read(store, &where, MINE "empty", NULL, &sink, &err));
	FAILS(
	    ses_companion_read(store, &where, MINE "other", NULL, &sink, &err),
	    SESHAT_ENOTFOUND);
	FAILS(ses_companion_read(store, &where, MINE "../x", NULL, &sink, &err),
	    SESHAT_EUNSUPPORTED);
	ses_buf_free(&out);
	ses_buf_free(&rules);
}

static void
count_problem(void *arg, const char *path, const char *what)
{
	(void)what;
	assert_string_equal(path, MINE "x");
	(*(int *)arg)++;
}

static void
damage_is_told(void **state)
{
	static const unsigned char bomb[] = {
	    0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, 0xff, 0xff, 'S', 'E'};
	static const unsigned char plain[] = {
	    0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_companion_sums sums;
	struct ses_sink none = ses_sink_none();
	int problems = 0;
	size_t len;

	(void)state;
	store_one(MINE "x", "some text\n", 9); /* more than it says */
	FAILS(ses_companion_read(store, &where, MINE "x", NULL, &none, &err),
	    SESHAT_ECORRUPT);
	store_one(MINE "x", "some text\n", 11); /* less */
	FAILS(ses_companion_read(store, &where, MINE "x", NULL, &none, &err),
	    SESHAT_ECORRUPT);
	put_raw("beside/0123abcd/x.gz", "no gzip file at all", 19);
	FAILS(ses_companion_read(store, &where, MINE "x", NULL, &none, &err),
	    SESHAT_ECORRUPT);
	for (len = 0; len <= sizeof(bomb); len++) {
		put_raw("beside/0123abcd/x.gz", bomb, len);
		FAILS(ses_companion_read(
			  store, &where, MINE "x", NULL, &none, &err),
		    SESHAT_ECORRUPT);
	}
	OK(ses_companions_verify(
	    store, &where, count_problem, &problems, &sums, &err));
	assert_int_equal(problems, 1);
	assert_int_equal(sums.problems, 1);
	store_one(MINE "y", "some text\n", 10);
	/* no writer puts what it has into the folder of another */
	copy_raw("beside/0123abcd/y.gz", "beside/89abcdef/x.gz");
	FAILS(ses_companion_read(store, &where, THEIRS "x", NULL, &none, &err),
	    SESHAT_ECORRUPT);
	/* another program's is what its CRC says */
	put_raw("beside/0123abcd/x.gz", plain, sizeof(plain));
	OK(ses_companion_read(store, &where, MINE "x", NULL, &none, &err));
	put_raw("beside/0123abcd/x.gz", plain, sizeof(plain) - 1);
	FAILS(ses_companion_read(store, &where, MINE "x", NULL, &none, &err),
	    SESHAT_ECORRUPT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_come_from_a_store_and_lead_nowhere_else),
	    cmocka_unit_test(a_name_has_a_limit),
	    cmocka_unit_test_setup_teardown(
		finds_the_files_beside_a_transcript, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		links_in_the_place_of_folders_lead_nowhere, set_up, tear_down),
	    cmocka_unit_test(tells_which_transcript_a_file_is_beside),
	    cmocka_unit_test_setup_teardown(
		lists_what_is_stored_and_nothing_else, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		each_writer_has_its_own, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		reads_back_what_was_stored, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(damage_is_told, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
