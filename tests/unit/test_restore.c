/* Lines on their way to another directory, and the places where agents look. */
/* nftw is XSI's. */
#define _XOPEN_SOURCE 700
#include "unit/harness_home.h"

#include "base/mem.h"
#include "harness/claude_code.h"
#include "harness/codex.h"
#include "harness/openclaw.h"
#include "harness/place.h"
#include "harness/recwd.h"
#include "mirror/run.h"
#include "restore/restore.h"

#define ID "11111111-2222-4333-8444-555555555555"

static void
rewrite_to(const struct ses_harness_ops *h, const char *from, const char *to,
    const char *text, size_t piece, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink sink = ses_sink_buf(out);
	struct ses_recwd r = {.paths = h->place->cwds,
	    .from = from,
	    .to = to,
	    .next = &sink,
	    .document = h->documents};
	struct ses_sink in = ses_recwd_sink(&r);
	size_t len = strlen(text);
	size_t n;

	for (; len > 0; text += n, len -= n) {
		n = len < piece ? len : piece;
		OK(ses_sink_write(&in, text, n, &err));
	}
	OK(ses_recwd_end(&r, &err));
}

/* Of text, in pieces of any size, becomes want. */
static void
becomes(const struct ses_harness_ops *h, const char *from, const char *to,
    const char *text, const char *want)
{
	struct ses_buf out = {0};
	size_t piece;

	for (piece = 1; piece < 40; piece += 6) {
		ses_buf_clear(&out);
		rewrite_to(h, from, to, text, piece, &out);
		assert_string_equal(ses_buf_cstr(&out), want);
	}
	ses_buf_free(&out);
}

static void
names_the_new_directory_where_lines_name_the_old(void **state)
{
	static const char *const rows[][2] = {
	    {"{\"cwd\":\"/old\"}\n", "{\"cwd\":\"/new\"}\n"},
	    {"{\"cwd\":\"/old/a/b\"}", "{\"cwd\":\"/new/a/b\"}"},
	    {"{\"cwd\" :\t\"\\/old\\/\\u0061\"}",
		"{\"cwd\" :\t\"/new\\/\\u0061\"}"},
	    {"{\"cwd\":\"/o\\u006cd\"}", "{\"cwd\":\"/new\"}"},
	    {"{\"a\":[{}],\"cwd\":\"/old\",\"b\":1}",
		"{\"a\":[{}],\"cwd\":\"/new\",\"b\":1}"},
	    {"{\"cwd\":\"/old\"}{\"cwd\":\"/old\"}",
		"{\"cwd\":\"/new\"}{\"cwd\":\"/new\"}"},
	    {"{\"relocatedCwd\":\"/old/x\"}", "{\"relocatedCwd\":\"/new/x\"}"},
	    /* a line that is none confuses no other */
	    {"{\"cwd\":\"/old\n{\"cwd\":\"/old\"}\n",
		"{\"cwd\":\"/old\n{\"cwd\":\"/new\"}\n"},
	    {"}}]{\"cwd\":\"/old\"}", "}}]{\"cwd\":\"/new\"}"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		becomes(
		    &ses_claude_code, "/old", "/new", rows[i][0], rows[i][1]);
	becomes(&ses_claude_code, "/old/", "/", "{\"cwd\":\"/old/a\"}",
	    "{\"cwd\":\"/a\"}");
	becomes(&ses_claude_code, "/old", "/", "{\"cwd\":\"/old\"}",
	    "{\"cwd\":\"/\"}");
	becomes(&ses_claude_code, "/", "/new",
	    "{\"cwd\":\"/\"}{\"cwd\":\"/tmp\"}",
	    "{\"cwd\":\"/new\"}{\"cwd\":\"/tmp\"}");
	becomes(&ses_claude_code, "/old", "/a\"b\\c\n", "{\"cwd\":\"/old/x\"}",
	    "{\"cwd\":\"/a\\\"b\\\\c\\n/x\"}");
	becomes(&ses_claude_code, "/na\xc3\xafve/\xf0\x9f\x98\x80", "/new",
	    "{\"cwd\":\"/na\\u00efve/\\ud83d\\ude00/x\"}",
	    "{\"cwd\":\"/new/x\"}");
}

static void
names_the_new_directory_in_a_document(void **state)
{
	const struct ses_harness_ops *h = ses_harness_named("continue");

	(void)state;
	assert_non_null(h);
	becomes(h, "/old", "/new",
	    "{\n \"title\": \"/old\",\r\n \"workspaceDirectory\":\n"
	    "\"/old/a\",\n \"history\": [\n{\"workspaceDirectory\":\n"
	    "\"/old\"}]\n}\n",
	    "{\n \"title\": \"/old\",\r\n \"workspaceDirectory\":\n"
	    "\"/new/a\",\n \"history\": [\n{\"workspaceDirectory\":\n"
	    "\"/old\"}]\n}\n");
}

static void
leaves_all_else_as_it_is(void **state)
{
	static const char *const rows[] = {
	    "{\"cwd\":\"/older\"}\n",
	    "{\"cwd\":\"/ol\"}\n",
	    "{\"cwd\":\"x/old\"}\n",
	    "{\"cwd\":{\"cwd\":\"/old\"}}\n",
	    "{\"cwd\":[\"/old\"]}\n",
	    "{\"message\":{\"cwd\":\"/old\"}}\n",
	    "{\"text\":\"\\\"cwd\\\":\\\"/old\\\"\"}\n",
	    "[{\"cwd\":\"/old\"}]\n",
	    "\"cwd\":\"/old\"\n",
	    "{\"cwd\":\"/old",
	    "{\"cwd\":\"/old\\",
	    "{\"cwdx\":\"/old\",\"xcwd\":\"/old\"}\n",
	    "\xff\xfe{\"\xff\":\"\\ud800\",\"odd\" : 1e400}\r\n\n\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		becomes(&ses_claude_code, "/old", "/new", rows[i], rows[i]);
	/* the same directory, however it is spelt */
	becomes(&ses_claude_code, "/old", "/old", "{\"cwd\":\"\\/old\"}",
	    "{\"cwd\":\"\\/old\"}");
}

static void
knows_what_codex_goes_on_with(void **state)
{
	(void)state;
	becomes(&ses_codex, "/old", "/new",
	    "{\"type\":\"session_meta\",\"cwd\":\"/old\",\"payload\":{\"cwd\":"
	    "\"/old\",\"runtime_workspace_roots\":[\"/old\",\"/b\",\"/old/c\"]"
	    ",\"item\":{\"cwd\":\"/old\"}}}\n"
	    "{\"payload\":{\"thread_settings\":{\"cwd\":\"/old\"},\"state\":{"
	    "\"environments\":{\"environments\":{\"local\":{\"cwd\":\"/old\"}}"
	    "}}}}\n"
	    "{\"payload\":{\"content\":[{\"text\":\"<cwd>/old</cwd>\"}]}}\n",
	    "{\"type\":\"session_meta\",\"cwd\":\"/old\",\"payload\":{\"cwd\":"
	    "\"/new\",\"runtime_workspace_roots\":[\"/new\",\"/b\",\"/new/c\"]"
	    ",\"item\":{\"cwd\":\"/old\"}}}\n"
	    "{\"payload\":{\"thread_settings\":{\"cwd\":\"/new\"},\"state\":{"
	    "\"environments\":{\"environments\":{\"local\":{\"cwd\":\"/new\"}}"
	    "}}}}\n"
	    "{\"payload\":{\"content\":[{\"text\":\"<cwd>/old</cwd>\"}]}}\n");
}

/* A sink that counts, and keeps nothing. */
static int
count(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	(void)data;
	(void)err;
	*(uint64_t *)arg += len;
	return 0;
}

static void
holds_back_no_more_than_a_path(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	uint64_t passed = 0;
	struct ses_sink sink = {count, &passed};
	struct ses_recwd r = {.paths = ses_claude_code.place->cwds,
	    .from = "/old",
	    .to = "/new",
	    .next = &sink};
	struct ses_sink in = ses_recwd_sink(&r);
	char block[4096];
	uint64_t pushed = 0;
	int i;

	(void)state;
	memset(block, 'x', sizeof(block));
	OK(ses_sink_write(&in, "{\"cwd\":\"", 8, &err));
	for (i = 0; i < 8192; i++, pushed += sizeof(block)) {
		OK(ses_sink_write(&in, block, sizeof(block), &err));
		assert_true(r.value.cap <= (size_t)4 * SES_RECWD_VALUE);
	}
	OK(ses_sink_write(&in, "\",\"cwd\":\"/old\"}\n", 16, &err));
	OK(ses_recwd_end(&r, &err));
	assert_true(passed == pushed + 24);
	assert_true(r.changed == 1);
}

/* Where it belongs, below the home; NULL: nowhere. */
static void
belongs_at(struct home *h, const struct ses_harness_ops *ops,
    const struct ses_placing *p, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_placed placed = {0};

	if (want == NULL) {
		FAILS(ops->place->at(p, &placed, &err), SESHAT_EUNSUPPORTED);
	} else {
		OK(ops->place->at(p, &placed, &err));
		assert_string_equal(placed.path.data, at(h, want));
	}
	ses_buf_free(&placed.path);
}

static void
finds_the_place_of_a_session_of_claude_code(void **state)
{
	static const char folder[] = "/home/u/.claude/projects/-x/";
	static const struct {
		const char *id;
		const char *parent;
		const char *source; /* behind folder */
		const char *want;   /* below the project, or NULL */
	} rows[] = {
	    {ID, NULL, ID ".jsonl", ID ".jsonl"},
	    {ID ".a1", ID, ID "/subagents/agent-a1.jsonl",
		ID "/subagents/agent-a1.jsonl"},
	    {ID ".a1", ID, ID "/subagents/workflows/w1/agent-a1.jsonl",
		ID "/subagents/workflows/w1/agent-a1.jsonl"},
	    {ID ".a1", ID, "agent-a1.jsonl", "agent-a1.jsonl"},
	    /* a path that leads elsewhere */
	    {ID ".a1", ID, ID "/subagents/../../x/agent-a1.jsonl",
		ID "/subagents/agent-a1.jsonl"},
	    {ID ".a1", ID, ID "/subagents/.x/agent-a1.jsonl",
		ID "/subagents/agent-a1.jsonl"},
	    {"../../x", NULL, "", NULL},
	    {"x/y", NULL, "", NULL},
	    {".hidden", NULL, "", NULL},
	    {"", NULL, "", NULL},
	    {ID "./../x", ID, "", NULL},
	    {"other.a1", ID, "", NULL},
	    {"..", "", "", NULL},
	    /* an option for its agent */
	    {"--dangerously-skip-permissions", NULL, "", NULL},
	    {ID ".-a1", ID, "", NULL},
	    {ID ".a1", ID, ID "/subagents/-w/agent-a1.jsonl",
		ID "/subagents/agent-a1.jsonl"},
	};
	struct home h;
	struct ses_buf source = {0};
	struct ses_buf want = {0};
	size_t i;

	(void)state;
	home_open(&h);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ses_buf_clear(&source);
		ses_buf_clear(&want);
		ses_buf_fmt(&source, "%s%s", folder, rows[i].source);
		if (rows[i].want != NULL)
			ses_buf_fmt(&want, ".claude/projects/-srv-my-demo/%s",
			    rows[i].want);
		belongs_at(&h, &ses_claude_code,
		    &(const struct ses_placing){.id = rows[i].id,
			.parent = rows[i].parent,
			.cwd = "/srv/my.demo",
			.source = ses_buf_cstr(&source)},
		    rows[i].want == NULL ? NULL : ses_buf_cstr(&want));
	}
	ses_buf_free(&source);
	ses_buf_free(&want);
	home_close(&h);
}

#define ROLLOUT "rollout-2026-11-21T02-53-57-" ID ".jsonl"

static void
finds_the_place_of_a_rollout_of_codex(void **state)
{
	static const char day[] = ".codex/sessions/2026/11/21/" ROLLOUT;
	/* 2026-11-21T02:53:57Z */
	struct ses_placing p = {
	    .id = ID, .cwd = "/x", .started = 1795229637000};
	struct home h;

	(void)state;
	home_open(&h);
	p.source = "/a/.codex/sessions/2026/11/21/" ROLLOUT;
	p.started = 0;
	belongs_at(&h, &ses_codex, &p, day);
	p.source = "/a/" ROLLOUT ".zst";
	belongs_at(&h, &ses_codex, &p, day);
	/* no name of a rollout, or another one's: the time tells */
	p.started = 1795229637000;
	p.source = "";
	belongs_at(&h, &ses_codex, &p, day);
	p.source = "/a/rollout-2020-01-01T00-00-00-other.jsonl";
	belongs_at(&h, &ses_codex, &p, day);
	p.source = "/a/rollout-2020-01-01T00-00-00-" ID ".txt";
	belongs_at(&h, &ses_codex, &p, day);
	p.id = "../x";
	belongs_at(&h, &ses_codex, &p, NULL);
	p.id = "-x";
	belongs_at(&h, &ses_codex, &p, NULL);
	home_close(&h);
}

/* Its list of sessions stands beside them: no session may be called so. */
static void
finds_the_place_of_a_document_of_continue(void **state)
{
	struct ses_placing p = {.id = ID, .cwd = "/x", .source = ""};
	const struct ses_harness_ops *ops = ses_harness_named("continue");
	struct home h;

	(void)state;
	home_open(&h);
	belongs_at(&h, ops, &p, ".continue/sessions/" ID ".json");
	p.id = "sessions";
	belongs_at(&h, ops, &p, NULL);
	home_close(&h);
}

static void
quotes_for_a_shell(void **state)
{
	static const char *const rows[][2] = {
	    {"/srv/demo", "/srv/demo"},
	    {"/", "/"},
	    {"/a b", "'/a b'"},
	    {"", "''"},
	    {"it's", "'it'\\''s'"},
	    {"$(x);`y`", "'$(x);`y`'"},
	    {"a\nb", "$'a\\012b'"},
	    {"/it's\ta\\b", "$'/it\\'s\\011a\\\\b'"},
	    {"/na\xc3\xafve x", "'/na\xc3\xafve x'"},
	    {"/na\xc3\xafve\x1b", "$'/na\\303\\257ve\\033'"},
	    {"/\xff", "$'/\\377'"},
	    {"/\xc2\x9b\x7f", "$'/\\302\\233\\177'"},
	    {"~/x", "'~/x'"},
	    {"/a//b/", "/a//b/"},
	};
	struct ses_buf out = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ses_buf_clear(&out);
		ses_place_word(rows[i][0], &out);
		assert_string_equal(ses_buf_cstr(&out), rows[i][1]);
	}
	ses_buf_free(&out);
}

static void
takes_nothing_set_aside_for_a_session(void **state)
{
	static const char mark[] = ".before-restore-20261122T141500123Z";
	struct home h;
	struct ses_session_list l;
	struct ses_buf name = {0};
	const struct ses_discover q = {0};

	(void)state;
	home_open(&h);
	ses_buf_fmt(&name, ".claude/projects/-srv-demo/." ID ".jsonl%s", mark);
	put(&h, ses_buf_cstr(&name), "{\"cwd\":\"/srv/demo\"}\n");
	ses_buf_clear(&name);
	ses_buf_fmt(&name, ".codex/sessions/2026/11/21/." ROLLOUT "%s", mark);
	put(&h, ses_buf_cstr(&name), "{}\n");
	ses_buf_clear(&name);
	ses_buf_fmt(&name, ".openclaw/agents/main/sessions/.x.jsonl%s", mark);
	put(&h, ses_buf_cstr(&name), "{}\n");
	put(&h, ".claude/projects/-srv-demo/.seshat-restoring-0", "{}\n");
	discover(&q, &l);
	assert_int_equal(l.n, 0);
	ses_session_list_free(&l);
	ses_buf_free(&name);
	home_close(&h);
}

/* A vault with a session of Claude Code that is not here any more. */
struct taken {
	struct home h;
	struct ses_buf cwd; /* the folder that it recorded, which is here */
	struct ses_buf text;
	struct ses_buf path; /* of its transcript, and of its subagent's */
	struct ses_buf sub;
	struct ses_buf url;
};

/* As 'seshat mirror --everywhere'. */
static void
mirror_all(const char *url)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_session_list l;
	struct ses_mirror_opts opts = {.store = url};
	struct ses_flush_how how = {0};
	struct ses_run_totals t;
	struct ses_run run = {
	    .opts = &opts, .how = &how, .sessions = &l, .workers = 1};
	const struct ses_discover q = {0};

	discover(&q, &l);
	assert_int_equal(l.n, 2);
	OK(ses_run_mirror(&run, &t, &err));
	assert_int_equal(t.failed, 0);
	ses_session_list_free(&l);
}

static void
take(struct taken *t)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	*t = (struct taken){0};
	home_open(&t->h);
	ses_buf_str(&t->cwd, at(&t->h, "demo"));
	OK(ses_fs_mkdirs(ses_buf_cstr(&t->cwd), 0700, &err));
	ses_buf_fmt(&t->text,
	    "{\"type\":\"user\",\"cwd\":\"%s\",\"timestamp\":"
	    "\"2026-01-01T00:00:00.000Z\",\"message\":{\"role\":\"user\","
	    "\"content\":\"hello\"}}\n",
	    t->cwd.data);
	ses_buf_str(&t->path, ".claude/projects/");
	ses_claude_dirname(t->cwd.data, &t->path);
	ses_buf_fmt(&t->sub, "%s/" ID "/subagents/agent-a1.jsonl",
	    ses_buf_cstr(&t->path));
	ses_buf_str(&t->path, "/" ID ".jsonl");
	put(&t->h, ses_buf_cstr(&t->path), ses_buf_cstr(&t->text));
	put(&t->h, ses_buf_cstr(&t->sub), t->text.data);
	ses_buf_fmt(&t->url, "file://%s/vault", t->h.path);
	mirror_all(ses_buf_cstr(&t->url));
}

static void
take_free(struct taken *t)
{
	ses_buf_free(&t->cwd);
	ses_buf_free(&t->text);
	ses_buf_free(&t->path);
	ses_buf_free(&t->sub);
	ses_buf_free(&t->url);
	home_close(&t->h);
}

/* Whether it is there; then all of it is. */
static int
is_there(struct taken *t, const char *path)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf text = {0};
	int found = ses_fs_slurp(at(&t->h, path), 4096, &text, &err) == 0;

	if (found)
		assert_string_equal(ses_buf_cstr(&text), t->text.data);
	ses_buf_free(&text);
	return found;
}

static void
says_so_where_memory_is_short(void **state)
{
	const struct ses_found f = {(char *)(uintptr_t) "demo",
	    (char *)(uintptr_t) "claude-code", (char *)(uintptr_t)ID};
	struct ses_restore_how how = {.tmp = "/tmp"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_restore r;
	struct taken t;
	unsigned n;
	int rc = -1;

	(void)state;
	json_set_alloc_funcs(ses_mem_json, free);
	take(&t);
	for (n = 1; rc < 0; n++) {
		(void)nftw(
		    at(&t.h, ".claude"), remove_one, 16, FTW_DEPTH | FTW_PHYS);
		OK(ses_store_open(&how.store, t.url.data, NULL, &err));
		ses_mem_fail_at(n);
		rc = ses_restore(&how, &f, &r, &err);
		if (rc == 0 && ses_mem_failed())
			rc = is_there(&t, t.sub.data) ? -2 : -3;
		ses_mem_fail_at(0);
		ses_restore_free(&r);
		ses_store_free(how.store);
		if (rc == -3)
			fail_msg("allocation %u: %s", n, "not all is there");
		if (rc == -1 && err.code != SESHAT_ENOMEM)
			fail_msg("allocation %u: %s", n, err.msg);
		if (rc == -1)
			(void)is_there(&t, t.path.data);
		else
			assert_true(is_there(&t, t.path.data));
	}
	assert_true(n > 50);
	take_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_the_new_directory_where_lines_name_the_old),
	    cmocka_unit_test(names_the_new_directory_in_a_document),
	    cmocka_unit_test(leaves_all_else_as_it_is),
	    cmocka_unit_test(knows_what_codex_goes_on_with),
	    cmocka_unit_test(holds_back_no_more_than_a_path),
	    cmocka_unit_test(finds_the_place_of_a_session_of_claude_code),
	    cmocka_unit_test(finds_the_place_of_a_rollout_of_codex),
	    cmocka_unit_test(finds_the_place_of_a_document_of_continue),
	    cmocka_unit_test(quotes_for_a_shell),
	    cmocka_unit_test(takes_nothing_set_aside_for_a_session),
	    cmocka_unit_test(says_so_where_memory_is_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
