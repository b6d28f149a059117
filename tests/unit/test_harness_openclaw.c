/* nftw is XSI's. */
#define _XOPEN_SOURCE 700
#include "unit/harness_events.h"
#include "unit/harness_home.h"

#include "harness/openclaw.h"

#define DIR "agents/main/sessions/"

#define HEADER(cwd)                                                            \
	"{\"type\":\"session\",\"version\":3,\"id\":\"x\",\"cwd\":\"" cwd      \
	"\"}\n"

#define SAID(role, content)                                                    \
	"{\"type\":\"message\",\"id\":\"m\",\"timestamp\":\"T\",\"message\":{" \
	"\"role\":\"" role "\",\"content\":" content "}}\n"

#define TRACE(type, data)                                                      \
	"{\"traceSchema\":\"openclaw-trajectory\",\"type\":\"" type            \
	"\",\"ts\":\"T\",\"workspaceDir\":\"/p\",\"data\":" data "}\n"

static const struct ses_discover all = {.harness = &ses_openclaw};

/* How many sessions are found, all of them at this place in the home. */
static size_t
count_at(struct home *h, const char *place)
{
	struct ses_session_list l;
	size_t n;
	size_t i;

	discover(&all, &l);
	for (i = 0; i < l.n; i++)
		assert_true(ses_str_starts(l.v[i].path, at(h, place)));
	n = l.n;
	ses_session_list_free(&l);
	return n;
}

static void
set(const char *name, const char *value)
{
	assert_int_equal(setenv(name, value, 1), 0);
}

static void
looks_where_the_environment_says(void **state)
{
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, ".openclaw/" DIR "a.jsonl", HEADER("/p"));
	put(&h, ".openclaw-dev/" DIR "b.jsonl", HEADER("/p"));
	put(&h, "state/" DIR "c.jsonl", HEADER("/p"));
	put(&h, "other/.openclaw/" DIR "d.jsonl", HEADER("/p"));
	put(&h, "other/" DIR "e.jsonl", HEADER("/p"));
	put(&h, "as state/" DIR "f.jsonl", HEADER("/p"));
	assert_int_equal(count_at(&h, ".openclaw/"), 1);
	set("OPENCLAW_PROFILE", "dev");
	assert_int_equal(count_at(&h, ".openclaw-dev/"), 1);
	set("OPENCLAW_PROFILE", "Default");
	assert_int_equal(count_at(&h, ".openclaw/"), 1);
	set("OPENCLAW_PROFILE", " ");
	assert_int_equal(count_at(&h, ".openclaw/"), 1);
	set("OPENCLAW_HOME", at(&h, "other"));
	assert_int_equal(count_at(&h, "other/.openclaw/"), 1);
	set("OPENCLAW_HOME", at(&h, "as state"));
	assert_int_equal(count_at(&h, "as state/agents/"), 1);
	set("OPENCLAW_HOME", "undefined");
	set("OPENCLAW_STATE_DIR", "null");
	assert_int_equal(count_at(&h, ".openclaw/"), 1);
	set("OPENCLAW_STATE_DIR", "~/state ");
	assert_int_equal(count_at(&h, "state/"), 1);
	home_close(&h);
}

static void
finds_what_the_program_kept_under_its_old_name(void **state)
{
	struct ses_session_list l;
	struct ses_buf to = {0};
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, ".clawdbot/" DIR "a.jsonl", HEADER("/p"));
	assert_int_equal(count_at(&h, ".clawdbot/"), 1);
	/* which a later version replaced by a link to the new place */
	ses_buf_str(&to, at(&h, ".openclaw"));
	assert_int_equal(rename(at(&h, ".clawdbot"), ses_buf_cstr(&to)), 0);
	assert_int_equal(symlink(".openclaw", at(&h, ".clawdbot")), 0);
	discover(&all, &l);
	assert_int_equal(l.n, 1);
	assert_non_null(strstr(l.v[0].path, "/.openclaw/"));
	ses_session_list_free(&l);
	ses_buf_free(&to);
	home_close(&h);
}

static void
tells_sessions_from_other_files(void **state)
{
	static const struct {
		const char *file;
		const char *id; /* NULL: none */
		const char *parent;
	} rows[] = {
	    {"plain.jsonl", "main__plain", NULL},
	    {"t-topic-42.jsonl", "main__t-topic-42", NULL},
	    {"s.checkpoint.0a1b.jsonl", "main__s.checkpoint.0a1b", "main__s"},
	    {"s.trajectory.jsonl", "main__s.trajectory", "main__s"},
	    {"r.jsonl.reset.2026-02-24T10-00-00.000Z", "main__r", NULL},
	    {"d.jsonl.deleted.1771927200000", "main__d", NULL},
	    {"c.checkpoint.9.jsonl.deleted.2026-02-24", "main__c.checkpoint.9",
		"main__c"},
	    {".checkpoint.x.jsonl", NULL, NULL},
	    {"sessions.json", NULL, NULL},
	    {"z.jsonl.reset.zst", NULL, NULL},
	    {"z.jsonl.zst", NULL, NULL},
	    {"b.jsonl.bak.2026-02-24T10-00-00.000Z", NULL, NULL},
	    {"b.jsonl.reset.", NULL, NULL},
	    {"b.jsonl.tmp", NULL, NULL},
	    {"b.tmp", NULL, NULL},
	    {".jsonl", NULL, NULL},
	    {"notes.md", NULL, NULL},
	};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_session_list l;
	struct ses_session one = {0};
	const struct ses_session *s;
	struct ses_buf name = {0};
	struct home h;
	size_t n = 0;
	size_t i;

	(void)state;
	home_open(&h);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ses_buf_clear(&name);
		ses_buf_fmt(&name, ".openclaw/" DIR "%s", rows[i].file);
		put(&h, ses_buf_cstr(&name), HEADER("/p"));
		n += rows[i].id != NULL;
	}
	put(&h, ".openclaw/" DIR "deeper/x.jsonl", HEADER("/p"));
	put(&h, ".openclaw/agents/main/agent/x.jsonl", HEADER("/p"));
	discover(&all, &l);
	assert_int_equal(l.n, n);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ses_buf_clear(&name);
		ses_buf_fmt(&name, ".openclaw/" DIR "%s", rows[i].file);
		if (rows[i].id == NULL) {
			FAILS(ses_openclaw.identify(&ses_openclaw,
				  at(&h, ses_buf_cstr(&name)), &one, &err),
			    SESHAT_ENOTFOUND);
			continue;
		}
		s = the(&l, rows[i].id);
		assert_string_equal(s->path, at(&h, ses_buf_cstr(&name)));
		assert_string_equal(s->agent, "main");
		assert_string_equal(s->cwd, "/p");
		same_text(s->parent, rows[i].parent);
		OK(ses_openclaw.identify(&ses_openclaw, s->path, &one, &err));
		assert_string_equal(one.id, s->id);
		ses_session_free(&one);
	}
	ses_session_list_free(&l);
	ses_buf_free(&name);
	home_close(&h);
}

static void
a_session_that_was_put_away_and_begun_anew_is_one_by_two_paths(void **state)
{
	const struct ses_discover q = {.id = "main__s"};
	struct ses_session_list l;
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, ".openclaw/" DIR "s.jsonl", HEADER("/p"));
	put(&h, ".openclaw/" DIR "s.jsonl.reset.2026-02-24", HEADER("/p"));
	put(&h, ".openclaw/" DIR "s2.jsonl", HEADER("/p"));
	discover(&q, &l);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].id, "main__s");
	assert_string_equal(l.v[1].id, "main__s");
	ses_session_list_free(&l);
	home_close(&h);
}

static void
what_has_a_parent_belongs_where_that_does(void **state)
{
	const struct ses_discover q = {.cwd = "/p"};
	struct ses_session_list l;
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, ".openclaw/" DIR "s.jsonl", HEADER("/p"));
	put(&h, ".openclaw/" DIR "s.checkpoint.1.jsonl", HEADER("/elsewhere"));
	put(&h, ".openclaw/" DIR "t.jsonl", HEADER("/elsewhere"));
	put(&h, ".openclaw/" DIR "t.trajectory.jsonl", HEADER("/elsewhere"));
	put(&h, ".openclaw/" DIR "none.jsonl", SAID("user", "\"x\""));
	discover(&q, &l);
	assert_int_equal(l.n, 2);
	assert_non_null(find_id(&l, "main__s"));
	assert_non_null(find_id(&l, "main__s.checkpoint.1"));
	ses_session_list_free(&l);
	home_close(&h);
}

#define INFO                                                                   \
	"Conversation info (untrusted metadata):\\n```json\\n{\\n  "           \
	"\\\"sender\\\": \\\"x\\\"\\n}\\n```\\n\\n"

static void
the_title_is_what_a_person_asked(void **state)
{
	static const struct {
		const char *transcript;
		const char *want;
	} rows[] = {
	    {SAID("user", "\"Plain words\""), "Plain words"},
	    {SAID("user", "[{\"type\":\"text\",\"text\":\"In a block\"}]"),
		"In a block"},
	    {SAID("user", "\"" INFO "Hello\\nyou\""), "Hello you"},
	    {SAID("user", "\"" INFO "Sender (untrusted metadata):\\n```json\\n"
			  "{}\\n```\\n\\n[message_id: a]\\nHello\""),
		"Hello"},
	    {SAID("user", "\"[Sat 2026-02-14 18:49 GMT-3] Hello\""), "Hello"},
	    {SAID("user", "\"[x] keeps its bracket\""),
		"[x] keeps its bracket"},
	    /* what only looks like it is the person's */
	    {SAID("user", "\"Conversation info (untrusted metadata):\\nno "
			  "fence\""),
		"Conversation info (untrusted metadata): no fence"},
	    {SAID("user", "\"Conversation info (untrusted metadata):\\n"
			  "```json\\nnever ends\""),
		"Conversation info (untrusted metadata): ```json never ends"},
	    {SAID("user", "\"" INFO "\"") SAID("user", "\"Second\""), "Second"},
	    {SAID("user", "\"A new session was started via /new or /reset. "
			  "Greet the user.\"") SAID("user", "\"Mine\""),
		"Mine"},
	    {SAID("assistant", "\"Not asked\"") SAID("system", "\"Neither\""),
		NULL},
	    {TRACE("session.started", "{}")
		    TRACE("prompt.submitted", "{\"prompt\":\"Sum up\"}"),
		"Sum up"},
	    {"", NULL},
	};
	struct ses_session_list l;
	struct home h;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		home_open(&h);
		put(&h, ".openclaw/" DIR "s.jsonl", rows[i].transcript);
		discover(&all, &l);
		assert_int_equal(l.n, 1);
		same_text(l.v[0].title, rows[i].want);
		ses_session_list_free(&l);
		home_close(&h);
	}
}

static void
tells_what_lines_say(void **state)
{
	static const struct row rows[] = {
	    {SAID("user", "\"Hi\""), "user text @T: Hi\n"},
	    {SAID("assistant",
		 "[{\"type\":\"thinking\",\"thinking\":\"Hm\"},{\"type\":"
		 "\"text\",\"text\":\"Yes\"},{\"type\":\"toolCall\",\"id\":"
		 "\"t\",\"name\":\"read\",\"arguments\":{\"path\":\"R\"}},{"
		 "\"type\":\"image\",\"data\":\"AAAA\"},{\"type\":\"new\"}]"),
		"assistant thinking @T: Hm\nassistant text @T: Yes\n"
		"assistant call [read] @T: R\nassistant image @T: \n"},
	    {SAID("toolResult", "\"M file\""), "tool result @T: M file\n"},
	    {SAID("toolResult", "[{\"type\":\"text\",\"text\":\"a\"},{\"type\":"
				"\"text\",\"text\":\"b\"}]"),
		"tool result @T: a\nb\n"},
	    {SAID("system", "\"rules\""), "system text @T: rules\n"},
	    /* other lines follow them: they are told of, without a text */
	    {SAID("custom", "\"x\""), "other other @T: \n"},
	    {SAID("user", "7"), "other other @T: \n"},
	    {HEADER("/p"), ""},
	    {"{\"type\":\"message\"}", ""},
	    {"{\"type\":\"custom_message\",\"content\":\"x\"}", ""},
	    {"{\"type\":\"compaction\",\"timestamp\":\"T\",\"summary\":\"S\"}",
		"system compaction @T: S\n"},
	    {TRACE("prompt.submitted", "{\"prompt\":\"Do it\"}"),
		"user text @T: Do it\n"},
	    {TRACE("model.completed", "{\"assistantTexts\":[\"A\",\"B\"]}"),
		"assistant text @T: A\nassistant text @T: B\n"},
	    {TRACE("model.completed", "{\"assistantTexts\":7}"), ""},
	    {TRACE("session.started", "{}"), ""},
	};

	(void)state;
	check(&ses_openclaw, rows, sizeof(rows) / sizeof(rows[0]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(looks_where_the_environment_says),
	    cmocka_unit_test(finds_what_the_program_kept_under_its_old_name),
	    cmocka_unit_test(tells_sessions_from_other_files),
	    cmocka_unit_test(
		a_session_that_was_put_away_and_begun_anew_is_one_by_two_paths),
	    cmocka_unit_test(what_has_a_parent_belongs_where_that_does),
	    cmocka_unit_test(the_title_is_what_a_person_asked),
	    cmocka_unit_test(tells_what_lines_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
