/* nftw is XSI's. */
#define _XOPEN_SOURCE 700
#include "unit/harness_home.h"

#include "base/json.h"
#include "base/mem.h"
#include "harness/claude_code.h"
#include "harness/codex.h"

#define ID_A "11111111-2222-4333-8444-555555555555"
#define ID_B "22222222-2222-4333-8444-555555555555"

/* A user's line of Claude Code. */
#define USER(cwd, text)                                                        \
	"{\"type\":\"user\",\"cwd\":\"" cwd "\",\"sessionId\":\"" ID_A         \
	"\",\"message\":{\"role\":\"user\",\"content\":\"" text "\"}}\n"

/* How many sessions of Claude Code belong to cwd. */
static size_t
count_in(const char *cwd)
{
	const struct ses_discover q = {.cwd = cwd};
	struct ses_session_list l;
	size_t n;

	discover(&q, &l);
	n = l.n;
	ses_session_list_free(&l);
	return n;
}

static void
slurp_data(const char *name, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf path = {0};

	ses_buf_fmt(&path, "%s/tests/data/%s", getenv("SESHAT_SOURCE"), name);
	OK(ses_fs_slurp(ses_buf_cstr(&path), 1U << 20, out, &err));
	ses_buf_free(&path);
}

static void
names_folders_as_claude_code_does(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf text = {0};
	struct ses_buf cwd = {0};
	struct ses_buf want = {0};
	struct ses_buf got = {0};
	struct ses_json rows;
	struct ses_json row = {0};
	struct ses_json v;
	struct ses_json_walk w;
	int n = 0;

	(void)state;
	slurp_data("claude-code/dirnames.json", &text);
	OK(ses_json_parse(text.data, text.len, &rows, &err));
	ses_json_walk(&w, &rows);
	for (; ses_json_next(&w, NULL, &row); n++) {
		ses_buf_clear(&cwd);
		ses_buf_clear(&want);
		ses_buf_clear(&got);
		assert_true(ses_json_get(&row, "cwd", &v));
		ses_json_text(&v, &cwd);
		assert_true(ses_json_get(&row, "dir", &v));
		ses_json_text(&v, &want);
		ses_claude_dirname(ses_buf_cstr(&cwd), &got);
		assert_string_equal(ses_buf_cstr(&got), ses_buf_cstr(&want));
	}
	assert_int_equal(n, 20);
	/* a long name of characters that are two units each; the hash is
	 * Java's "/p/" + "\ud83e\udd8a".repeat(120) in base 36 */
	ses_buf_clear(&cwd);
	ses_buf_clear(&got);
	ses_buf_str(&cwd, "/p/");
	for (n = 0; n < 120; n++)
		ses_buf_str(&cwd, "\xf0\x9f\xa6\x8a");
	ses_claude_dirname(ses_buf_cstr(&cwd), &got);
	assert_string_equal(ses_buf_cstr(&got) + 200, "-d4gnqq");
	ses_buf_free(&text);
	ses_buf_free(&cwd);
	ses_buf_free(&want);
	ses_buf_free(&got);
}

/* The next field of a line of tests/data/sessions.tsv, unescaped. */
static void
next_field(const char **p, struct ses_buf *out)
{
	size_t len = strcspn(*p, "\t\n");
	struct ses_buf quoted = {0};
	struct ses_json v;

	ses_buf_add(&quoted, "\"", 1);
	ses_buf_add(&quoted, *p, len);
	ses_buf_add(&quoted, "\"", 1);
	(void)ses_json_peek(quoted.data, quoted.len, &v);
	ses_buf_clear(out);
	ses_json_text(&v, out);
	ses_buf_free(&quoted);
	*p += len + ((*p)[len] != '\0');
}

static void
finds_all_sessions_that_the_real_programs_wrote(void **state)
{
	struct ses_session_list l = {0};
	const struct ses_discover q = {0};
	const struct ses_session *s;
	struct ses_buf path = {0};
	struct ses_buf text = {0};
	struct ses_buf field = {0};
	const char *p;
	size_t n = 0;

	(void)state;
	ses_buf_fmt(
	    &path, "%s/tests/data/claude-code", getenv("SESHAT_SOURCE"));
	assert_int_equal(
	    setenv("CLAUDE_CONFIG_DIR", ses_buf_cstr(&path), 1), 0);
	ses_buf_clear(&path);
	ses_buf_fmt(&path, "%s/tests/data/codex", getenv("SESHAT_SOURCE"));
	assert_int_equal(setenv("CODEX_HOME", ses_buf_cstr(&path), 1), 0);
	ses_buf_clear(&path);
	ses_buf_fmt(&path, "%s/tests/data/openclaw", getenv("SESHAT_SOURCE"));
	assert_int_equal(
	    setenv("OPENCLAW_STATE_DIR", ses_buf_cstr(&path), 1), 0);
	assert_int_equal(setenv("SESHAT_SESSIONS_DIR", "/nowhere", 1), 0);
	discover(&q, &l);
	slurp_data("sessions.tsv", &text);
	for (p = ses_buf_cstr(&text); *p != '\0'; n++) {
		next_field(&p, &field);
		next_field(&p, &path);
		s = the(&l, ses_buf_cstr(&path));
		assert_ptr_equal(
		    s->harness, ses_harness_named(ses_buf_cstr(&field)));
		next_field(&p, &field);
		assert_string_equal(
		    s->parent != NULL ? s->parent : "-", ses_buf_cstr(&field));
		next_field(&p, &field);
		assert_string_equal(
		    s->cwd != NULL ? s->cwd : "-", ses_buf_cstr(&field));
	}
	assert_int_equal(l.n, n);
	assert_int_equal(l.unreadable, 0);
	ses_session_list_free(&l);
	ses_buf_free(&path);
	ses_buf_free(&text);
	ses_buf_free(&field);
}

static void
finds_the_sessions_of_a_folder_by_exact_and_collapsed_name(void **state)
{
	static const struct {
		const char *cwd;
		const char *line;
		const char *exact;
		const char *collapsed;
	} rows[] = {
	    {"/p/test_session_flow", USER("/p/test_session_flow", "a"),
		"-p-test-session-flow", "-p-test-session-flow"},
	    {"/p/my.proj", USER("/p/my.proj", "a"), "-p-my-proj", "-p-my-proj"},
	    {"/p/data-universe", USER("/p/data-universe", "a"),
		"-p-data-universe", "-p-data-universe"},
	    {"/p/a__b..c", USER("/p/a__b..c", "a"), "-p-a--b--c", "-p-a-b-c"},
	};
	struct ses_buf name = {0};
	struct home h;
	size_t i;
	int collapsed;
	int recorded;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (collapsed = 0; collapsed < 2; collapsed++)
			for (recorded = 0; recorded < 2; recorded++) {
				home_open(&h);
				ses_buf_clear(&name);
				ses_buf_fmt(&name,
				    ".claude/projects/%s/" ID_A ".jsonl",
				    collapsed ? rows[i].collapsed
					      : rows[i].exact);
				put(&h, ses_buf_cstr(&name),
				    recorded ? rows[i].line : "");
				assert_int_equal(count_in(rows[i].cwd), 1);
				home_close(&h);
			}
	ses_buf_free(&name);
}

static void
tells_projects_apart_that_share_a_folder(void **state)
{
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, ".claude/projects/-p-a-b/" ID_A ".jsonl", USER("/p/a.b", "x"));
	put(&h, ".claude/projects/-p-a-b/" ID_B ".jsonl", USER("/p/a_b", "x"));
	assert_int_equal(count_in("/p/a.b"), 1);
	assert_int_equal(count_in("/p/a_b"), 1);
	assert_int_equal(count_in("/p/a-b"), 0);
	assert_int_equal(count_in("/p/a"), 0);
	home_close(&h);
}

static void
finds_a_session_in_a_folder_of_another_name(void **state)
{
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, ".claude/projects/whatever/" ID_A ".jsonl", USER("/p/x", "x"));
	assert_int_equal(count_in("/p/x"), 1);
	home_close(&h);
}

static void
finds_a_moved_session_at_both_places(void **state)
{
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, ".claude/projects/-p-new/" ID_A ".jsonl",
	    USER("/p/old", "x") "{\"type\":\"relocated\",\"relocatedCwd\":"
				"\"/p/new\"}\n" USER("/p/new", "y"));
	put(&h, ".claude/projects/-p-old/" ID_B ".jsonl",
	    USER("/p/old", "x") USER("/p/new", "went there for a command"));
	assert_int_equal(count_in("/p/old"), 2);
	assert_int_equal(count_in("/p/new"), 1);
	home_close(&h);
}

static void
knows_subagents_and_their_parents(void **state)
{
	static const char old[] =
	    "{\"type\":\"user\",\"isSidechain\":true,\"agentId\":\"old\","
	    "\"cwd\":\"/p/elsewhere\",\"sessionId\":\"" ID_A "\",\"message\":{"
	    "\"role\":\"user\",\"content\":\"Look around\"}}\n";
	const struct ses_discover q = {.cwd = "/p"};
	struct ses_discover one = {0};
	struct ses_session_list l = {0};
	const struct ses_session *s;
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, ".claude/projects/-p/" ID_A ".jsonl", USER("/p", "main"));
	put(&h, ".claude/projects/-p/agent-old.jsonl", old);
	put(&h, ".claude/projects/-p/" ID_A "/subagents/agent-a1.jsonl", old);
	put(&h, ".claude/projects/-p/" ID_A "/subagents/agent-a1.meta.json",
	    "{\"agentType\":\"Explore\",\"description\":\"Find the bug\"}");
	put(&h,
	    ".claude/projects/-p/" ID_A "/subagents/workflows/w1/"
	    "agent-deep.jsonl",
	    old);
	put(&h, ".claude/projects/-p/" ID_A "/subagents/journal.jsonl", old);
	put(&h, ".claude/projects/-p/" ID_A "/tool-results/x.txt", "text");
	/* a stray one of another session does not belong here */
	put(&h, ".claude/projects/-p/" ID_B "/subagents/agent-b.jsonl", old);
	discover(&q, &l);
	assert_int_equal(l.n, 4);
	s = the(&l, ID_A ".a1");
	assert_string_equal(s->parent, ID_A);
	assert_string_equal(s->agent, "Explore");
	assert_string_equal(s->title, "Find the bug");
	s = the(&l, ID_A ".deep");
	assert_string_equal(s->title, "Look around");
	s = the(&l, ID_A ".old");
	assert_string_equal(s->parent, ID_A);
	ses_session_list_free(&l);

	one.id = ID_A ".deep";
	discover(&one, &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].id, ID_A ".deep");
	ses_session_list_free(&l);
	one.id = ID_A;
	discover(&one, &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].id, ID_A);
	ses_session_list_free(&l);
	home_close(&h);
}

static void
check_title(const char *transcript, size_t len, const char *want)
{
	const struct ses_discover q = {0};
	struct ses_session_list l = {0};
	struct home h;

	home_open(&h);
	put_bytes(&h, ".claude/projects/-p/" ID_A ".jsonl", transcript, len,
	    1700000000);
	discover(&q, &l);
	assert_int_equal(l.n, 1);
	same_text(l.v[0].title, want);
	ses_session_list_free(&l);
	home_close(&h);
}

static void
takes_the_title_that_people_know(void **state)
{
	static const struct {
		const char *transcript;
		const char *want;
	} rows[] = {
	    {USER("/p", "Fix\\n  the\\ttest \\u001b[1m"), "Fix the test [1m"},
	    {USER("/p", "<command-name>/clear</command-name>")
		    USER("/p", "Then this"),
		"Then this"},
	    {USER("/p", "<command-message>x</command-message>\\n<command-name>"
			"/review</command-name>\\n            <command-args>"
			"all of it</command-args>"),
		"/review all of it"},
	    {"{\"type\":\"user\",\"isMeta\":true,\"message\":{\"content\":"
	     "\"meta\"}}\n" USER("/p", "Real"),
		"Real"},
	    {"{\"type\":\"user\",\"isSidechain\":true,\"message\":{"
	     "\"content\":\"for a subagent\"}}\n" USER("/p", "Main"),
		"Main"},
	    {"{\"type\":\"user\",\"message\":{\"content\":[{\"type\":\"text\","
	     "\"text\":\"<ide_opened_file>x</ide_opened_file>\"},{\"type\":"
	     "\"text\",\"text\":\"In the editor\"}]}}\n",
		"In the editor"},
	    {USER("/p", "Asked") "{\"type\":\"summary\",\"summary\":\"Sum\"}\n",
		"Sum"},
	    {USER("/p", "Asked") "{\"type\":\"custom-title\",\"customTitle\":"
				 "\"One\"}\n{\"type\":\"custom-title\","
				 "\"customTitle\":\"Two\"}\n"
				 "{\"type\":\"ai-title\",\"aiTitle\":\"AI\"}\n",
		"Two"},
	    {USER("/p", "A") "{\"type\":\"ai-title\",\"aiTitle\":\"Old\"}\n"
			     "{\"type\":\"ai-title\",\"aiTitle\":\"New\"}\n",
		"New"},
	    {USER("/p", "A") "{\"type\":\"agent-name\",\"agentName\":\"N\"}\n",
		"N"},
	    {"{\"type\":\"mode\",\"mode\":\"normal\"}\n", NULL},
	    {"", NULL},
	    {"not JSON at all\n" USER("/p", "After it"), "After it"},
	    {"{\"a\":1}{\"type\":\"user\",\"message\":{\"content\":"
	     "\"glued\"}}\n",
		"glued"},
	    {"{\"type\":\"user\",\"message\":{\"content\":\"no newline\"}}",
		"no newline"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_title(rows[i].transcript, strlen(rows[i].transcript),
		    rows[i].want);
}

/* n bytes in a line that says nothing. */
static void
add_filler(struct ses_buf *b, size_t n)
{
	static const char word[] = "filler ";

	ses_buf_str(b, "{\"type\":\"attachment\",\"attachment\":\"");
	for (; n >= sizeof(word); n -= sizeof(word) - 1)
		ses_buf_str(b, word);
	ses_buf_str(b, "\"}\n");
}

static void
looks_far_for_the_folder_and_at_the_end_for_the_title(void **state)
{
	const struct ses_discover q = {.cwd = "/p/far"};
	struct ses_session_list l = {0};
	struct ses_buf b = {0};
	struct home h;

	(void)state;
	add_filler(&b, 700000);
	ses_buf_str(&b, USER("/p/far", "Asked late"));
	add_filler(&b, 100000);
	home_open(&h);
	put_bytes(&h, ".claude/projects/-p/" ID_A ".jsonl", b.data, b.len, 1);
	discover(&q, &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].title, "Asked late");
	assert_int_equal(l.v[0].size, b.len);
	assert_int_equal(l.v[0].mtime, 1000);
	ses_session_list_free(&l);

	ses_buf_str(
	    &b, "{\"type\":\"custom-title\",\"customTitle\":\"Named\"}\n");
	add_filler(&b, 40000);
	put_bytes(&h, ".claude/projects/-p/" ID_A ".jsonl", b.data, b.len, 1);
	discover(&q, &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].title, "Named");
	ses_session_list_free(&l);
	home_close(&h);
	ses_buf_free(&b);
}

static void
cuts_a_huge_title_at_a_character(void **state)
{
	struct ses_buf b = {0};
	struct ses_buf want = {0};
	int i;

	(void)state;
	ses_buf_str(&b, "{\"type\":\"user\",\"cwd\":\"/p\",\"message\":{"
			"\"content\":\"x");
	for (i = 0; i < 500000; i++)
		ses_buf_str(&b, "\xc3\xa9");
	ses_buf_str(&b, "\"}}\n");
	ses_buf_str(&want, "x");
	for (i = 0; i < 99; i++)
		ses_buf_str(&want, "\xc3\xa9");
	check_title(b.data, b.len, ses_buf_cstr(&want));
	ses_buf_free(&b);
	ses_buf_free(&want);
}

static void
survives_malformed_transcripts(void **state)
{
	static const char *const bad[] = {"{", "}{", "\"", "[[[",
	    "{\"cwd\":", "{\"cwd\":\"", "{\"cwd\":\"\\",
	    "{\"cwd\":\"\\ud800\"}",
	    "{\"type\":\"user\",\"message\":{\"content\":\"\xff\xfe\"}}\n",
	    "{\"type\":\"custom-title\",\"customTitle\":\"\\", "\n\n\n", "\r\n",
	    "{\"cwd\":\"a\\u0000b\"}\n", "{\"type\":\"summary\"",
	    "{\"type\":\"summary\",\"summary\":12}\n", "null\n",
	    "{\"\":{\"\":"};
	struct ses_session_list l = {0};
	const struct ses_discover q = {0};
	struct ses_buf deep = {0};
	struct home h;
	size_t i;

	(void)state;
	home_open(&h);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put(&h, ".claude/projects/-p/" ID_A ".jsonl", bad[i]);
		put(&h,
		    ".codex/sessions/rollout-2026-01-01T00-00-00-" ID_B
		    ".jsonl",
		    bad[i]);
		discover(&q, &l);
		assert_int_equal(l.n, 2);
		ses_session_list_free(&l);
	}
	put_bytes(&h, ".claude/projects/-p/" ID_A ".jsonl", "\0{\0}\n\0", 7, 1);
	for (i = 0; i < 300000; i++)
		ses_buf_str(&deep, "{\"a\":[");
	put_bytes(&h,
	    ".codex/sessions/rollout-2026-01-01T00-00-00-" ID_B ".jsonl",
	    deep.data, deep.len, 1);
	discover(&q, &l);
	assert_int_equal(l.n, 2);
	ses_session_list_free(&l);
	ses_buf_free(&deep);
	home_close(&h);
}

static void
passes_over_what_is_no_transcript(void **state)
{
	const struct ses_discover q = {0};
	struct ses_session_list l = {0};
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, ".claude/projects/-p/" ID_A ".jsonl", USER("/p", "x"));
	put(&h, ".claude/projects/-p/notes.txt", "x");
	put(&h, ".claude/projects/-p/.hidden.jsonl", "x");
	put(&h, ".claude/projects/loose.jsonl", "x");
	put(&h, ".codex/sessions/2026/other.jsonl", "x");
	put(&h, ".codex/sessions/2026/rollout-x.jsonl", "x");
	assert_int_equal(
	    mkfifo(at(&h, ".claude/projects/-p/pipe.jsonl"), 0600), 0);
	assert_int_equal(
	    mkdir(at(&h, ".claude/projects/-p/folder.jsonl"), 0700), 0);
	assert_int_equal(
	    symlink("/dev/zero", at(&h, ".claude/projects/-p/zero.jsonl")), 0);
	assert_int_equal(
	    symlink("pipe.jsonl", at(&h, ".claude/projects/-p/link.jsonl")), 0);
	assert_int_equal(
	    symlink("gone", at(&h, ".claude/projects/-p/gone.jsonl")), 0);
	discover(&q, &l);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.unreadable, 0);
	ses_session_list_free(&l);
	home_close(&h);
}

static void
lists_a_linked_transcript_once_and_runs_in_no_circle(void **state)
{
	const struct ses_discover q = {0};
	struct ses_session_list l = {0};
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, ".claude/projects/-p/" ID_A ".jsonl", USER("/p", "x"));
	put(&h, ".claude/projects/-p/" ID_A "/subagents/agent-1.jsonl", "");
	assert_int_equal(symlink("-p", at(&h, ".claude/projects/-a-link")), 0);
	assert_int_equal(
	    symlink("..", at(&h, ".claude/projects/-p/" ID_A "/subagents/up")),
	    0);
	assert_int_equal(symlink(".", at(&h, ".claude/projects/-dot")), 0);
	assert_int_equal(mkdir(at(&h, ".claude/projects/-p/" ID_B), 0700), 0);
	assert_int_equal(symlink("../" ID_A "/subagents",
			     at(&h, ".claude/projects/-p/" ID_B "/subagents")),
	    0);
	put(&h, "elsewhere/other.jsonl", USER("/q", "kept elsewhere"));
	assert_int_equal(symlink("../../../elsewhere/other.jsonl",
			     at(&h, ".claude/projects/-p/" ID_B ".jsonl")),
	    0);
	discover(&q, &l);
	assert_int_equal(l.n, 3);
	(void)(the(&l, ID_A ".1"));
	assert_string_equal(the(&l, ID_B)->title, "kept elsewhere");
	/* the name that is no link */
	assert_string_equal(
	    the(&l, ID_A)->path, at(&h, ".claude/projects/-p/" ID_A ".jsonl"));
	ses_session_list_free(&l);
	home_close(&h);
}

static void
counts_what_cannot_be_read(void **state)
{
	const struct ses_discover q = {0};
	struct ses_session_list l = {0};
	struct home h;
	int root = geteuid() == 0;

	(void)state;
	if (root) /* who may read everything: be nobody for a while */
		assert_int_equal(seteuid(65534), 0);
	home_open(&h);
	put(&h, ".claude/projects/-p/" ID_A ".jsonl", USER("/p", "x"));
	put(&h, ".claude/projects/-q/" ID_B ".jsonl", USER("/q", "x"));
	assert_int_equal(
	    chmod(at(&h, ".claude/projects/-p/" ID_A ".jsonl"), 0), 0);
	assert_int_equal(chmod(at(&h, ".claude/projects/-q"), 0), 0);
	discover(&q, &l);
	assert_int_equal(l.n, 0);
	assert_int_equal(l.unreadable, 2);
	assert_non_null(strstr(l.unreadable_why, "Permission denied"));
	ses_session_list_free(&l);
	assert_int_equal(chmod(at(&h, ".claude/projects/-q"), 0700), 0);
	home_close(&h);
	if (root)
		assert_int_equal(seteuid(0), 0);
}

static void
lists_the_newest_first(void **state)
{
	const struct ses_discover q = {0};
	const struct ses_discover codex = {.harness = &ses_codex};
	struct ses_session_list l = {0};
	struct home h;

	(void)state;
	home_open(&h);
	put_bytes(&h, ".claude/projects/-p/b.jsonl", "", 0, 100);
	put_bytes(&h, ".claude/projects/-p/a.jsonl", "", 0, 100);
	put_bytes(&h, ".claude/projects/-q/c.jsonl", "", 0, 300);
	put_bytes(&h, ".codex/sessions/rollout-2026-01-01T00-00-00-d.jsonl", "",
	    0, 200);
	discover(&q, &l);
	assert_int_equal(l.n, 4);
	assert_string_equal(l.v[0].id, "c");
	assert_string_equal(l.v[1].id, "d");
	assert_string_equal(l.v[2].id, "a");
	assert_string_equal(l.v[3].id, "b");
	ses_session_list_free(&l);
	discover(&codex, &l);
	assert_int_equal(l.n, 1);
	ses_session_list_free(&l);
	home_close(&h);
}

static void
looks_where_the_environment_says(void **state)
{
	const struct ses_discover q = {0};
	struct ses_session_list l = {0};
	struct ses_buf list = {0};
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, ".claude/projects/-p/home.jsonl", "");
	put(&h, ".config/claude/projects/-p/config.jsonl", "");
	put(&h, "xdg/claude/projects/-p/xdg.jsonl", "");
	put(&h, "one/projects/-p/one.jsonl", "");
	put(&h, "two/projects/-p/two.jsonl", "");
	put(&h, "cx/archived_sessions/rollout-2026-01-01T00-00-00-cx.jsonl",
	    "");
	discover(&q, &l);
	assert_int_equal(l.n, 2);
	(void)(the(&l, "home"));
	(void)(the(&l, "config"));
	ses_session_list_free(&l);
	assert_int_equal(setenv("XDG_CONFIG_HOME", at(&h, "xdg"), 1), 0);
	assert_int_equal(setenv("CODEX_HOME", at(&h, "cx"), 1), 0);
	discover(&q, &l);
	assert_int_equal(l.n, 4);
	(void)(the(&l, "xdg"));
	(void)(the(&l, "cx"));
	ses_session_list_free(&l);
	ses_buf_fmt(&list, "%s/one, %s/two/,%s/none,,%s/one", h.path, h.path,
	    h.path, h.path);
	assert_int_equal(
	    setenv("CLAUDE_CONFIG_DIR", ses_buf_cstr(&list), 1), 0);
	discover(&q, &l);
	assert_int_equal(l.n, 3);
	(void)(the(&l, "one"));
	(void)(the(&l, "two"));
	ses_session_list_free(&l);
	ses_buf_free(&list);
	home_close(&h);
}

#define META(id, more)                                                         \
	"{\"timestamp\":\"2026-11-21T02:53:57.836Z\",\"type\":"                \
	"\"session_meta\",\"payload\":{\"id\":\"" id "\"" more "}}\n"
#define ITEM(role, text)                                                       \
	"{\"type\":\"response_item\",\"payload\":{\"type\":\"message\","       \
	"\"role\":\"" role                                                     \
	"\",\"content\":[{\"type\":\"input_text\",\"text\":\"" text "\"}]}}\n"

static void
reads_rollouts_of_codex(void **state)
{
	const struct ses_discover q = {.cwd = "/p"};
	const struct ses_discover all = {0};
	struct ses_session_list l = {0};
	const struct ses_session *s;
	struct home h;

	(void)state;
	home_open(&h);
	put(&h,
	    ".codex/sessions/2026/11/21/rollout-2026-11-21T02-53-57-" ID_A
	    ".jsonl",
	    META(ID_A, ",\"cwd\":\"/p\"") META(ID_B,
		",\"parent_thread_id\":\"" ID_B "\"") ITEM("developer", "rules")
		ITEM("user", "<environment_context>\\n")
		    ITEM("user", "# AGENTS.md instructions for /p")
			ITEM("user", "Add an endpoint"));
	put(&h,
	    ".codex/sessions/2026/11/22/rollout-2026-11-22T02-53-57-" ID_B
	    ".jsonl",
	    META(ID_B, ",\"cwd\":\"/elsewhere\",\"source\":{\"subagent\":{"
		       "\"thread_spawn\":{\"parent_thread_id\":\"" ID_A
		       "\",\"agent_role\":\"explorer\"}}}")
		META(ID_A, ",\"cwd\":\"/p\"") ITEM("user", "Look"));
	put(&h,
	    ".codex/sessions/2026/11/22/rollout-2026-11-22T02-53-58-"
	    "other.jsonl",
	    META("other",
		",\"cwd\":\"/q\"") "{\"type\":\"event_msg\",\"payload\":{\"type\":\"user_message\","
				   "\"message\":\"Typed\"}}\n{\"type\":\"event_msg\",\"payload\":{"
				   "\"type\":\"thread_name_updated\",\"thread_name\":\"Named\"}}\n");
	put(&h,
	    ".codex/sessions/2026/11/22/rollout-2026-11-22T02-53-59-"
	    "empty.jsonl",
	    "");
	put(&h, ".codex/sessions/rollout-2025-01-01T02-53-59-old.jsonl",
	    "{\"id\":\"old\"}\n{\"type\":\"message\",\"role\":\"user\","
	    "\"content\":[{\"type\":\"input_text\",\"text\":"
	    "\"<environment_context>\\n<cwd>/p/old</cwd>\"}]}\n");
	discover(&all, &l);
	assert_int_equal(l.n, 5);
	assert_string_equal(the(&l, "other")->title, "Named");
	assert_null(the(&l, "empty")->cwd);
	assert_string_equal(the(&l, "old")->cwd, "/p/old");
	ses_session_list_free(&l);
	discover(&q, &l);
	assert_int_equal(l.n, 2);
	s = the(&l, ID_A);
	assert_string_equal(s->title, "Add an endpoint");
	assert_string_equal(s->cwd, "/p");
	assert_null(s->parent);
	s = the(&l, ID_B);
	assert_string_equal(s->parent, ID_A);
	assert_string_equal(s->agent, "explorer");
	assert_string_equal(s->cwd, "/elsewhere");
	ses_session_list_free(&l);
	home_close(&h);
}

static void
takes_the_longer_of_a_live_and_an_archived_rollout(void **state)
{
	static const char live[] =
	    ".codex/sessions/2026/01/01/rollout-2026-01-01T00-00-00-x.jsonl";
	static const char put_away[] =
	    ".codex/archived_sessions/rollout-2026-01-01T00-00-00-x.jsonl";
	const struct ses_discover q = {0};
	struct ses_session_list l = {0};
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, live, "{}\n");
	put(&h, put_away, "{}\n");
	discover(&q, &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].path, at(&h, live));
	ses_session_list_free(&l);
	put(&h, put_away, "{}\n{}\n");
	discover(&q, &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].path, at(&h, put_away));
	ses_session_list_free(&l);
	home_close(&h);
}

static void
identifies_a_transcript_by_its_path(void **state)
{
	static const char *const others[] = {".claude/projects/-p/notes.txt",
	    ".claude/other/-p/x.jsonl", ".claude/projects/x.jsonl",
	    ".claude/projects/-p/" ID_A "/tool-results/x.jsonl",
	    ".claude/projects/-p/" ID_A "/subagents/journal.jsonl"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_session s = {0};
	struct home h;
	size_t i;

	(void)state;
	home_open(&h);
	put(&h, ".claude/projects/-p/" ID_A ".jsonl", USER("/p", "x"));
	OK(ses_claude_code.identify(&ses_claude_code,
	    at(&h, ".claude/projects/-p/" ID_A ".jsonl"), &s, &err));
	assert_string_equal(s.id, ID_A);
	assert_string_equal(s.cwd, "/p");
	assert_string_equal(s.title, "x");
	ses_session_free(&s);
	put(&h, ".claude/projects/-p/" ID_A "/subagents/w/1/agent-z.jsonl", "");
	OK(ses_claude_code.identify(&ses_claude_code,
	    at(&h, ".claude/projects/-p/" ID_A "/subagents/w/1/agent-z.jsonl"),
	    &s, &err));
	assert_string_equal(s.id, ID_A ".z");
	assert_string_equal(s.parent, ID_A);
	ses_session_free(&s);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		put(&h, others[i], USER("/p", "x"));
		FAILS(ses_claude_code.identify(
			  &ses_claude_code, at(&h, others[i]), &s, &err),
		    SESHAT_ENOTFOUND);
		FAILS(
		    ses_codex.identify(&ses_codex, at(&h, others[i]), &s, &err),
		    SESHAT_ENOTFOUND);
	}
	FAILS(ses_claude_code.identify(&ses_claude_code,
		  at(&h, ".claude/projects/-p/none.jsonl"), &s, &err),
	    SESHAT_ENOTFOUND);
	FAILS(ses_claude_code.identify(
		  &ses_claude_code, "/projects/-p", &s, &err),
	    SESHAT_ENOTFOUND);
	assert_int_equal(
	    mkfifo(at(&h, ".claude/projects/-p/pipe.jsonl"), 0600), 0);
	FAILS(ses_claude_code.identify(&ses_claude_code, h.name.data, &s, &err),
	    SESHAT_ENOTFOUND);
	put(&h, ".codex/sessions/rollout-2026-01-01T00-00-00-x.jsonl",
	    META("x", ",\"cwd\":\"/p\""));
	OK(ses_codex.identify(&ses_codex, h.name.data, &s, &err));
	assert_string_equal(s.id, "x");
	assert_string_equal(s.cwd, "/p");
	ses_session_free(&s);
	FAILS(ses_claude_code.identify(&ses_claude_code, h.name.data, &s, &err),
	    SESHAT_ENOTFOUND);
	home_close(&h);
}

static void
survives_every_failed_allocation(void **state)
{
	const struct ses_discover q = {.cwd = "/p"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_session_list l = {0};
	struct home h;
	unsigned i;
	int rc = -1;

	(void)state;
	home_open(&h);
	put(&h, ".claude/projects/-p/" ID_A ".jsonl", USER("/p", "x"));
	put(&h, ".claude/projects/-p/" ID_A "/subagents/agent-1.jsonl", "");
	put(&h, ".claude/projects/-p/" ID_A "/subagents/agent-1.meta.json",
	    "{\"agentType\":\"Explore\"}");
	put(&h, ".codex/sessions/2026/01/rollout-2026-01-01T00-00-00-x.jsonl",
	    META("x", ",\"cwd\":\"/p\"") ITEM("user", "Add"));
	for (i = 1; i < 1000 && rc < 0; i++) {
		ses_session_list_free(&l);
		ses_mem_fail_at(i);
		rc = ses_discover(&q, &l, &err);
		if (rc < 0)
			assert_int_equal(err.code, SESHAT_ENOMEM);
	}
	ses_mem_fail_at(0);
	assert_int_equal(rc, 0);
	assert_int_equal(l.n, 3);
	ses_session_list_free(&l);
	home_close(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_folders_as_claude_code_does),
	    cmocka_unit_test(finds_all_sessions_that_the_real_programs_wrote),
	    cmocka_unit_test(
		finds_the_sessions_of_a_folder_by_exact_and_collapsed_name),
	    cmocka_unit_test(tells_projects_apart_that_share_a_folder),
	    cmocka_unit_test(finds_a_session_in_a_folder_of_another_name),
	    cmocka_unit_test(finds_a_moved_session_at_both_places),
	    cmocka_unit_test(knows_subagents_and_their_parents),
	    cmocka_unit_test(takes_the_title_that_people_know),
	    cmocka_unit_test(
		looks_far_for_the_folder_and_at_the_end_for_the_title),
	    cmocka_unit_test(cuts_a_huge_title_at_a_character),
	    cmocka_unit_test(survives_malformed_transcripts),
	    cmocka_unit_test(passes_over_what_is_no_transcript),
	    cmocka_unit_test(
		lists_a_linked_transcript_once_and_runs_in_no_circle),
	    cmocka_unit_test(counts_what_cannot_be_read),
	    cmocka_unit_test(lists_the_newest_first),
	    cmocka_unit_test(looks_where_the_environment_says),
	    cmocka_unit_test(reads_rollouts_of_codex),
	    cmocka_unit_test(
		takes_the_longer_of_a_live_and_an_archived_rollout),
	    cmocka_unit_test(identifies_a_transcript_by_its_path),
	    cmocka_unit_test(survives_every_failed_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
