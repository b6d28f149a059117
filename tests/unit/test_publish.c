#include "unit/test.h"

#include "publish/cut.h"
#include "publish/names.h"
#include "store/store.h"

#define ID    "02a4eb2f-93b1-4322-bce9-63142932d3fd"
#define CODEX "01a1fc16-84b0-7313-8fee-3b1492978328"

static const struct ses_pub_session claude = {.project = "demo",
    .harness = "claude-code",
    .id = ID,
    .source = "/home/u/.claude/projects/-home-u-demo/" ID ".jsonl",
    .cwd = "/home/u/other",
    .agent = "",
    .machine = "laptop",
    .started = INT64_C(1795229064000),
    .last_event = INT64_C(1795229069636)};

/* The place of a session in a format is this. */
static void
is_at(const struct ses_pub_format *f, const struct ses_pub_session *s,
    const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	size_t len;

	assert_int_equal(f->place(s, &b, &err), 0);
	assert_string_equal(ses_buf_cstr(&b), want);
	len = strlen(want);
	if (want[len - 1] == '/')
		b.data[len - 1] = '\0';
	assert_true(ses_store_is_key(b.data));
	ses_buf_free(&b);
}

static void
a_session_of_claude_code_has_its_place(void **state)
{
	struct ses_pub_session s = claude;

	(void)state;
	is_at(&ses_pub_tracecraft, &s, "demo/sessions/claude-code/" ID "/");
	is_at(&ses_pub_agentsview, &s,
	    "laptop/raw/claude/-home-u-demo/" ID ".jsonl");
	is_at(&ses_pub_hf_trace, &s, "claude-code/demo/" ID ".jsonl");
	is_at(&ses_pub_session_store, &s, "-home-u-demo/" ID "/");
}

static void
where_the_source_is_unknown_its_folder_is_made(void **state)
{
	struct ses_pub_session s = claude;

	(void)state;
	s.source = "";
	is_at(&ses_pub_session_store, &s, "-home-u-other/" ID "/");
	s.source = "/tmp/copy.jsonl";
	is_at(&ses_pub_session_store, &s, "-home-u-other/" ID "/");
	s.source = ID ".jsonl";
	is_at(&ses_pub_session_store, &s, "-home-u-other/" ID "/");
	s.source = "/" ID ".jsonl";
	is_at(&ses_pub_session_store, &s, "-home-u-other/" ID "/");
	s.cwd = "";
	is_at(&ses_pub_session_store, &s, "demo/" ID "/");
	s.source = "/x/../" ID ".jsonl";
	is_at(&ses_pub_session_store, &s, "%2E%2E/" ID "/");
	s.source = "/x/a b/" ID ".jsonl";
	is_at(&ses_pub_session_store, &s, "a%20b/" ID "/");
}

static void
a_subagent_stands_below_its_session(void **state)
{
	struct ses_pub_session s = claude;

	(void)state;
	s.id = ID ".a2a9";
	s.source = "/p/-home-u-demo/" ID "/subagents/agent-a2a9.jsonl";
	is_at(&ses_pub_agentsview, &s,
	    "laptop/raw/claude/-home-u-demo/" ID "/subagents/agent-a2a9.jsonl");
	is_at(&ses_pub_session_store, &s,
	    "-home-u-demo/" ID "/subagents/agent-a2a9/");
	is_at(&ses_pub_hf_trace, &s, "claude-code/demo/" ID ".a2a9.jsonl");
	s.source =
	    "/p/-home-u-demo/" ID "/subagents/workflows/run-1/agent-a2a9.jsonl";
	is_at(&ses_pub_session_store, &s,
	    "-home-u-demo/" ID "/subagents/workflows/run-1/agent-a2a9/");
	s.source = "/p/-home-u-demo/" ID "/subagents//../x/agent-a2a9.jsonl";
	is_at(&ses_pub_session_store, &s,
	    "-home-u-demo/" ID "/subagents/%2E%2E/x/agent-a2a9/");
	/* as they were kept before: not below the session */
	s.source = "/p/-home-u-demo/agent-a2a9.jsonl";
	is_at(&ses_pub_session_store, &s,
	    "-home-u-other/" ID "/subagents/agent-a2a9/");
	s.source = "";
	is_at(&ses_pub_session_store, &s,
	    "-home-u-other/" ID "/subagents/agent-a2a9/");
}

static void
a_session_of_codex_stands_in_the_folder_of_its_day(void **state)
{
	static const char want[] =
	    "laptop/raw/codex/2026/11/21/rollout-2026-11-21T03-11-36-" CODEX
	    ".jsonl";
	struct ses_pub_session s = claude;

	(void)state;
	s.harness = "codex";
	s.id = CODEX;
	s.source = "/c/sessions/2026/11/21/rollout-2026-11-21T03-11-36-" CODEX
		   ".jsonl";
	is_at(&ses_pub_agentsview, &s, want);
	s.source = "/c/archived_sessions/rollout-2026-11-21T03-11-36-" CODEX
		   ".jsonl.zst";
	is_at(&ses_pub_agentsview, &s, want);
	s.source = "/c/rollout-x.jsonl";
	s.started = INT64_C(1795230696123);
	is_at(&ses_pub_agentsview, &s,
	    "laptop/raw/codex/2026/11/21/rollout-2026-11-21T03-11-36-" CODEX
	    ".jsonl");
}

static void
what_comes_from_outside_is_escaped(void **state)
{
	struct ses_pub_session s = claude;

	(void)state;
	s.project = "..";
	s.id = "a/b c";
	s.machine = "../m";
	s.source = "";
	is_at(
	    &ses_pub_tracecraft, &s, "%2E%2E/sessions/claude-code/a%2Fb%20c/");
	is_at(&ses_pub_hf_trace, &s, "claude-code/%2E%2E/a%2Fb%20c.jsonl");
	is_at(&ses_pub_agentsview, &s,
	    "..%2Fm/raw/claude/-home-u-other/a%2Fb%20c.jsonl");
}

static void
an_imported_session_goes_back_to_its_place(void **state)
{
	static const struct {
		const struct ses_pub_format *f;
		const char *harness;
		const char *id;
		const char *key;
		int is;
	} t[] = {
	    {&ses_pub_agentsview, "claude-code", ID,
		"m/raw/claude/-a/" ID ".jsonl", 1},
	    {&ses_pub_agentsview, "claude-code", ID,
		"x/m/raw/claude/-a/" ID ".jsonl", 0},
	    {&ses_pub_agentsview, "claude-code", ID,
		"/raw/claude/-a/" ID ".jsonl", 0},
	    {&ses_pub_agentsview, "claude-code", ID,
		"m/raw/claude/-a/x" ID ".jsonl", 0},
	    {&ses_pub_agentsview, "claude-code", ID,
		"m/raw/claude/-a/b/" ID ".jsonl", 0},
	    {&ses_pub_agentsview, "claude-code", ID,
		"m/raw/codex/2026/11/21/rollout-x-" ID ".jsonl", 0},
	    {&ses_pub_agentsview, "claude-code", ID, "m", 0},
	    {&ses_pub_agentsview, "claude-code", ID ".a2",
		"m/raw/claude/-a/" ID "/subagents/agent-a2.jsonl", 1},
	    {&ses_pub_agentsview, "claude-code", ID ".a2",
		"m/raw/claude/-a/" ID "/subagents/w/1/agent-a2.jsonl", 1},
	    {&ses_pub_agentsview, "claude-code", ID ".a2",
		"m/raw/claude/-a/" ID "/subagents/agent-b2.jsonl", 0},
	    {&ses_pub_agentsview, "claude-code", ID ".a2",
		"m/raw/claude/-a/" ID ".jsonl", 0},
	    {&ses_pub_agentsview, "codex", CODEX,
		"m/raw/codex/2026/11/21/rollout-x-" CODEX ".jsonl", 1},
	    {&ses_pub_agentsview, "codex", CODEX,
		"m/raw/codex/2026/11/21/" CODEX ".jsonl", 0},
	    {&ses_pub_session_store, "claude-code", ID, "-a/" ID, 1},
	    {&ses_pub_session_store, "claude-code", ID, "x/-a/" ID, 0},
	    {&ses_pub_session_store, "claude-code", ID, ID, 0},
	    {&ses_pub_session_store, "claude-code", ID ".a2",
		"-a/" ID "/subagents/agent-a2", 1},
	    {&ses_pub_session_store, "claude-code", ID ".a2", "-a/" ID, 0},
	};
	struct ses_pub_session s = claude;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		s.harness = t[i].harness;
		s.id = t[i].id;
		if (t[i].f->is_place(&s, t[i].key) != t[i].is)
			fail_msg("%s", t[i].key);
	}
}

static void
parts_are_known_by_their_names(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char name[SES_PUB_NAME];
	uint64_t n = 0;

	(void)state;
	assert_int_equal(
	    ses_pub_tracecraft.part(&claude, "x/", 7, name, &err), 0);
	assert_string_equal(name, "part-00007-12583584.jsonl");
	assert_true(ses_pub_tracecraft.is_part(name, &n));
	assert_int_equal(n, 7);
	assert_true(
	    ses_pub_tracecraft.part(&claude, "x/", 100000, name, &err) < 0);
	assert_false(
	    ses_pub_tracecraft.is_part("part-0007-12345678.jsonl", &n));
	assert_false(
	    ses_pub_tracecraft.is_part("part-00007-12345678.jsonl.gz", &n));
	assert_false(
	    ses_pub_tracecraft.is_part("part-00007-1234567X.jsonl", &n));
	assert_false(ses_pub_tracecraft.is_part("part-", &n));
	assert_false(ses_pub_tracecraft.is_part("", &n));

	assert_int_equal(ses_pub_session_store.part(&claude,
			     "-home-u-demo/" ID "/", 1795229069636, name, &err),
	    0);
	assert_string_equal(name, "part-1795229069636-77183b.jsonl");
	assert_true(ses_pub_session_store.is_part(name, &n));
	assert_int_equal(n, 1795229069636);
	/* all that is there is read, so all of it is in the way */
	assert_true(ses_pub_session_store.is_part("notes.txt", &n));
	assert_true(n == UINT64_MAX);
	assert_true(ses_pub_session_store.is_part("part-12", &n));
	assert_true(n == UINT64_MAX);
}

static void
numbers_of_parts_only_grow(void **state)
{
	struct ses_pub_part last = {.number = 41};
	struct ses_pub_session s = claude;
	uint64_t at = (uint64_t)s.last_event;

	(void)state;
	assert_int_equal(ses_pub_tracecraft.number(&s, NULL, 5), 0);
	assert_int_equal(ses_pub_tracecraft.number(&s, &last, 5), 42);
	assert_int_equal(ses_pub_session_store.number(&s, NULL, 0), at);
	assert_int_equal(ses_pub_session_store.number(&s, NULL, 2), at - 2);
	assert_int_equal(ses_pub_session_store.number(&s, &last, 0), at);
	last.number = at;
	assert_int_equal(ses_pub_session_store.number(&s, &last, 0), at + 1);
	last.number = at + 100;
	assert_int_equal(ses_pub_session_store.number(&s, &last, 9), at + 101);
	s.last_event = 0;
	assert_int_equal(ses_pub_session_store.number(&s, NULL, 3), 0);
}

/* A text of n lines of len bytes, and a rest. */
static void
make(struct ses_spool *s, size_t n, size_t len, const char *rest)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char *line = malloc(len);

	assert_non_null(line);
	memset(line, 'x', len);
	line[len - 1] = '\n';
	assert_int_equal(ses_spool_open(s, "/tmp", &err), 0);
	while (n-- > 0)
		assert_int_equal(ses_spool_add(s, line, len, &err), 0);
	assert_int_equal(ses_spool_add(s, rest, strlen(rest), &err), 0);
	free(line);
}

/* Cut, and look whether the parts follow each other and their hashes fit. */
static void
cut(const struct ses_spool *s, const uint64_t *lines, size_t n,
    struct ses_pub_cuts *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_spool piece = {0};
	char sha[SES_SHA256_HEX];
	uint64_t at = 0;
	size_t i;

	*out = (struct ses_pub_cuts){0};
	assert_int_equal(ses_pub_cut(s, lines, n, out, &err), 0);
	for (i = 0; i < out->n; i++) {
		assert_int_equal(out->v[i].from, at);
		assert_true(out->v[i].to > at);
		assert_int_equal(ses_spool_open(&piece, "/tmp", &err), 0);
		assert_int_equal(
		    ses_spool_copy(&piece, s, at, out->v[i].to, &err), 0);
		assert_int_equal(
		    ses_pub_sha256(&piece, piece.size, sha, &err), 0);
		assert_string_equal(out->v[i].sha256, sha);
		ses_spool_close(&piece);
		at = out->v[i].to;
	}
	assert_int_equal(at, s->size);
}

static void
a_text_is_cut_at_the_ends_of_lines(void **state)
{
	static const uint64_t all = UINT64_MAX;
	static const uint64_t lines[] = {2, 1};
	static const uint64_t more[] = {2, 9};
	struct ses_pub_cuts c;
	struct ses_spool s;

	(void)state;
	make(&s, 5, 100, "");
	cut(&s, NULL, 0, &c);
	assert_int_equal(c.n, 1);
	assert_int_equal(c.v[0].lines, 5);
	free(c.v);
	cut(&s, lines, 2, &c);
	assert_int_equal(c.n, 3);
	assert_int_equal(c.v[0].to, 200);
	assert_int_equal(c.v[1].to, 300);
	assert_int_equal(c.v[2].lines, 2);
	free(c.v);
	cut(&s, more, 2, &c);
	assert_int_equal(c.n, 2);
	assert_int_equal(c.v[1].lines, 3);
	free(c.v);
	cut(&s, &all, 1, &c);
	assert_int_equal(c.n, 1);
	free(c.v);
	ses_spool_close(&s);

	/* a last line without its newline is one, until it has one */
	make(&s, 2, 100, "torn");
	cut(&s, NULL, 0, &c);
	assert_int_equal(c.n, 1);
	assert_int_equal(c.v[0].lines, 3);
	free(c.v);
	cut(&s, lines, 2, &c);
	assert_int_equal(c.n, 2);
	assert_int_equal(c.v[1].lines, 1);
	free(c.v);
	ses_spool_close(&s);

	make(&s, 0, 1, "");
	cut(&s, lines, 2, &c);
	assert_int_equal(c.n, 0);
	ses_spool_close(&s);
}

static void
a_long_text_is_cut_into_parts(void **state)
{
	static const uint64_t lines[] = {1};
	const size_t third = SES_PUB_CUT / 3;
	struct ses_pub_cuts c;
	struct ses_spool s;

	(void)state;
	make(&s, 7, third, "torn");
	cut(&s, NULL, 0, &c);
	assert_int_equal(c.n, 3);
	assert_int_equal(c.v[0].lines, 3);
	assert_int_equal(c.v[1].lines, 3);
	assert_int_equal(c.v[2].lines, 2);
	free(c.v);
	cut(&s, lines, 1, &c);
	assert_int_equal(c.n, 4);
	assert_int_equal(c.v[0].lines, 1);
	assert_int_equal(c.v[1].lines, 3);
	assert_int_equal(c.v[2].lines, 3);
	assert_int_equal(c.v[3].lines, 1);
	free(c.v);
	ses_spool_close(&s);

	/* one that fills it to the last byte, and a line that is longer */
	make(&s, 2, SES_PUB_CUT, "x\n");
	cut(&s, NULL, 0, &c);
	assert_int_equal(c.n, 3);
	free(c.v);
	ses_spool_close(&s);
	make(&s, 2, SES_PUB_CUT + 1, "");
	cut(&s, NULL, 0, &c);
	assert_int_equal(c.n, 2);
	free(c.v);
	ses_spool_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_session_of_claude_code_has_its_place),
	    cmocka_unit_test(where_the_source_is_unknown_its_folder_is_made),
	    cmocka_unit_test(a_subagent_stands_below_its_session),
	    cmocka_unit_test(
		a_session_of_codex_stands_in_the_folder_of_its_day),
	    cmocka_unit_test(what_comes_from_outside_is_escaped),
	    cmocka_unit_test(an_imported_session_goes_back_to_its_place),
	    cmocka_unit_test(parts_are_known_by_their_names),
	    cmocka_unit_test(numbers_of_parts_only_grow),
	    cmocka_unit_test(a_text_is_cut_at_the_ends_of_lines),
	    cmocka_unit_test(a_long_text_is_cut_into_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
