/* What the names of other programs' objects say, and whose lines they hold. */
#include "unit/test.h"

#include <string.h>

#include "import/neighbour.h"
#include "import/recognise.h"
#include "import/tree.h"

typedef int parse_name(
    const char *name, struct ses_tree_name *out, struct seshat_err *err);

/* What the name says, "harness id project"; "" if it is none. */
static const char *
said(parse_name *parse, const char *name)
{
	static char out[600];
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_tree_name n = {0};
	int rc = parse(name, &n, &err);

	assert_true(rc >= 0);
	out[0] = '\0';
	if (rc > 0)
		(void)snprintf(out, sizeof(out), "%s %s%s%s", n.harness,
		    n.id.data, n.project.len > 0 ? " " : "",
		    n.project.len > 0 ? n.project.data : "");
	ses_tree_name_free(&n);
	return out;
}

#define SAYS(parse, name, want) assert_string_equal(said(parse, name), want)
#define ROLLOUT                 "rollout-2026-01-01T00-00-00-019f.jsonl"

static void
agentsview_names_are_read(void **state)
{
	(void)state;
	SAYS(ses_tree_agentsview, "m/raw/claude/d/a.jsonl", "claude-code a");
	SAYS(ses_tree_agentsview, "raw/claude/d/a.jsonl", "claude-code a");
	SAYS(ses_tree_agentsview, "x/y/z/raw/claude/d/a.b.jsonl",
	    "claude-code a.b");
	SAYS(ses_tree_agentsview, "raw/claude/d/a/subagents/agent-q.jsonl",
	    "claude-code a.q");
	SAYS(ses_tree_agentsview,
	    "raw/claude/d/a/subagents/workflows/w/agent-q.jsonl",
	    "claude-code a.q");
	SAYS(ses_tree_agentsview, "m/raw/codex/2026/01/01/" ROLLOUT,
	    "codex 019f");
	SAYS(ses_tree_agentsview, "raw/codex/" ROLLOUT, "codex 019f");
	/* what is no escape stands for itself */
	SAYS(ses_tree_agentsview, "raw/claude/d/a%00b.jsonl",
	    "claude-code a%00b");
	/* a folder that is called so on the way there */
	SAYS(
	    ses_tree_agentsview, "raw/claude/raw/codex/" ROLLOUT, "codex 019f");
}

static void
other_names_are_not_agentsviews(void **state)
{
	static const char *const names[] = {"", "/", "a", "raw/claude",
	    "raw/claude/", "raw/claude/a.jsonl", "raw/claude/d/.jsonl",
	    "raw/claude/d/agent-q.jsonl", "raw/claude/d/a/agent-q.jsonl",
	    "raw/claude/d/a/other/agent-q.jsonl",
	    "raw/claude/d/subagents/agent-q.jsonl",
	    "raw/claude/d/a/subagents/q.jsonl", "raw/claude/d/a.json",
	    "raw/claude/d/a/tool-results/x.jsonl", "xraw/claude/d/a.jsonl",
	    "raw/claudex/d/a.jsonl", "raw/codex/2026/a.jsonl",
	    "raw/codex/rollout-2026-01-01T00-00-00-019f.jsonl.zst",
	    "raw/cursor/d/a.jsonl"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		SAYS(ses_tree_agentsview, names[i], "");
}

#define PART "part-1767225600000-00aa11.jsonl"

static void
session_store_names_are_read(void **state)
{
	parse_name *parse = ses_tree_session_store;

	(void)state;
	SAYS(parse, "-home-u/a/" PART, "claude-code a");
	SAYS(parse, "p/r/-home-u/a/" PART, "claude-code a");
	SAYS(parse, "k/a/part-1767225600000-000001-00aa11.jsonl",
	    "claude-code a");
	SAYS(parse, "k/a/subagents/agent-q/" PART, "claude-code a.q");
	SAYS(parse, "k/a/subagents/workflows/w/agent-q/" PART,
	    "claude-code a.q");
	SAYS(parse, "k/a/subagents%2Fagent-q/" PART, "claude-code a.q");
	SAYS(parse, "k/a%20b/" PART, "claude-code a b");
	SAYS(parse, "k/a%zz/" PART, "claude-code a%zz");

	SAYS(parse, PART, "");
	SAYS(parse, "k/a/part-176722560000-00aa11.jsonl", "");
	SAYS(parse, "k/a/part-17672256000000-00aa11.jsonl", "");
	SAYS(parse, "k/a/part-1767225600000-00aa1.jsonl", "");
	SAYS(parse, "k/a/part-1767225600000-00AA11.jsonl", "");
	SAYS(parse, "k/a/part-1767225600000-00aa11.jsonl.gz", "");
	SAYS(parse, "k/a/part-00000-1a2b3c4d.jsonl", "");
	SAYS(parse, "k/a/subagents/" PART, "");
	SAYS(parse, "k/a/subagents/q/" PART, "");
	SAYS(parse, "k/%00/" PART, "claude-code %00");
}

static void
names_of_published_files_are_read(void **state)
{
	parse_name *parse = ses_tree_hf_trace;

	(void)state;
	SAYS(parse, "claude-code/app/a.q.jsonl", "claude-code a.q app");
	SAYS(parse, "codex/a%20b/x%2Fy.jsonl", "codex x/y a b");
	SAYS(parse, "codex/app/.jsonl", "");
	SAYS(parse, "codex//x.jsonl", "");
	SAYS(parse, "other/app/x.jsonl", "");
	SAYS(parse, "app/x.jsonl", "");
	SAYS(parse, "x/codex/app/x.jsonl", "");
}

static void
deep_and_long_names_are_none(void **state)
{
	char deep[4096];
	size_t i;

	(void)state;
	for (i = 0; i + 40 < sizeof(deep); i += 2)
		memcpy(deep + i, "a/", 2);
	memcpy(deep + i, "raw/claude/d/a.jsonl", 21);
	SAYS(ses_tree_agentsview, deep, "");
	SAYS(ses_tree_session_store, deep, "");
	SAYS(ses_tree_hf_trace, deep, "");
}

/* Whose lines these are, "harness id"; "" nobody's. */
static const char *
recognised(const char *text)
{
	static char out[300];
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf id = {0};
	const char *harness = NULL;
	int rc = ses_recognise(text, strlen(text), &harness, &id, &err);

	assert_true(rc >= 0);
	out[0] = '\0';
	if (rc > 0)
		(void)snprintf(out, sizeof(out), "%s %s", harness, id.data);
	ses_buf_free(&id);
	return out;
}

#define IS(text, want) assert_string_equal(recognised(text), want)

static void
agents_are_known_by_their_lines(void **state)
{
	(void)state;
	IS("{\"type\":\"user\",\"sessionId\":\"a\",\"uuid\":\"1\"}\n",
	    "claude-code a");
	/* of lines without a talk the last one counts, until there is one */
	IS("{\"type\":\"mode\",\"sessionId\":\"a\"}\n"
	   "{\"type\":\"user\",\"sessionId\":\"b\",\"uuid\":\"1\"}\n"
	   "{\"type\":\"user\",\"sessionId\":\"c\",\"uuid\":\"2\"}\n",
	    "claude-code b");
	IS("{\"type\":\"mode\",\"sessionId\":\"a\"}", "claude-code a");
	IS("{\"type\":\"user\",\"sessionId\":\"a\",\"isSidechain\":true,"
	   "\"agentId\":\"q\",\"uuid\":\"1\"}",
	    "claude-code a.q");
	IS("{\"type\":\"user\",\"sessionId\":\"a\",\"isSidechain\":false,"
	   "\"agentId\":\"q\",\"uuid\":\"1\"}",
	    "claude-code a");
	IS("\n\xff{{\nnull\n{\"type\":\"session_meta\","
	   "\"payload\":{\"id\":\"x\"}}",
	    "codex x");
}

static void
lines_of_nobody_are_nobodys(void **state)
{
	(void)state;
	IS("", "");
	IS("\n\n\n", "");
	IS("{\"prompt\":1}\n[]\n7\n\"x\"", "");
	IS("{\"type\":\"session\",\"id\":\"x\"}", "");
	IS("{\"type\":\"session_meta\",\"payload\":{}}", "");
	IS("{\"type\":\"session_meta\",\"payload\":{\"id\":7}}", "");
	IS("{\"type\":\"user\",\"sessionId\":\"\"}", "");
	IS("{\"sessionId\":\"a\"}", "");
	IS("{\"type\":\"user\",\"sessionId\":\"a\\u0000b\",\"uuid\":\"1\"}",
	    "");
}

static void
forms_are_known_by_name(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; ses_neighbours[i] != NULL; i++)
		assert_ptr_equal(
		    ses_neighbour_named(ses_neighbours[i]->name, &err),
		    ses_neighbours[i]);
	assert_ptr_equal(
	    ses_neighbour_named("seshat", &err), &ses_neighbour_tracecraft);
	assert_null(ses_neighbour_named("no", &err));
	assert_int_equal(err.code, SESHAT_EUSAGE);
	assert_ptr_equal(ses_neighbour_of("https://gist.github.com/o/1"),
	    &ses_neighbour_erk_gist);
	assert_ptr_equal(ses_neighbour_of("https://github.com/o/r/issues/1"),
	    &ses_neighbour_erk_plan);
	assert_null(ses_neighbour_of("s3://bucket/x"));
	assert_null(ses_neighbour_of("/tmp/https://x"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(agentsview_names_are_read),
	    cmocka_unit_test(other_names_are_not_agentsviews),
	    cmocka_unit_test(session_store_names_are_read),
	    cmocka_unit_test(names_of_published_files_are_read),
	    cmocka_unit_test(deep_and_long_names_are_none),
	    cmocka_unit_test(agents_are_known_by_their_lines),
	    cmocka_unit_test(lines_of_nobody_are_nobodys),
	    cmocka_unit_test(forms_are_known_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
