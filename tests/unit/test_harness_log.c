/* nftw is XSI's. */
#define _XOPEN_SOURCE 700
#include "unit/harness_events.h"
#include "unit/harness_home.h"

#include "base/owner.h"
#include "harness/seshat_log.h"

#define LOGS ".local/share/seshat/sessions/"

#define ENTRY                                                                  \
	"{\"session_id\":\"s\",\"timestamp\":\"2026-01-01T00:00:00Z\","        \
	"\"skill\":\"review\",\"phase\":\"plan\",\"project_root\":\"/p\","     \
	"\"final_status\":\"ok\"}\n"

static const struct ses_discover all = {.harness = &ses_seshat_log};

/* The id that a log of this name must have. */
static const char *
id_of(const char *name)
{
	static char id[256];
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_owner owner;

	OK(ses_owner_load(&owner, &err));
	(void)snprintf(id, sizeof(id), "%s@%.8s", name, owner.id);
	return id;
}

static void
finds_logs_and_nothing_else(void **state)
{
	const struct ses_discover here = {.cwd = "/p"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_session_list l;
	struct ses_session one = {0};
	const struct ses_session *s;
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, LOGS "s.jsonl", ENTRY);
	put(&h, LOGS "s.jsonl.torn-2026", "{\"sess");
	put(&h, LOGS "other.jsonl",
	    "{\"session_id\":\"other\",\"timestamp\":\"x\",\"skill\":\"fix\","
	    "\"final_status\":\"ok\"}\n{\"skill\":\"later\",\"project_root\":"
	    "\"/q\"}\n");
	put(&h, LOGS "deeper/x.jsonl", ENTRY);
	put(&h, LOGS ".hidden.jsonl", ENTRY);
	discover(&all, &l);
	assert_int_equal(l.n, 2);
	s = the(&l, id_of("s"));
	assert_string_equal(s->title, "review (plan)");
	assert_string_equal(s->cwd, "/p");
	assert_null(s->parent);
	s = the(&l, id_of("other"));
	assert_string_equal(s->title, "fix");
	assert_string_equal(s->cwd, "/q");
	OK(ses_seshat_log.identify(&ses_seshat_log, s->path, &one, &err));
	assert_string_equal(one.id, s->id);
	ses_session_free(&one);
	FAILS(ses_seshat_log.identify(
		  &ses_seshat_log, at(&h, LOGS "deeper/x.jsonl"), &one, &err),
	    SESHAT_ENOTFOUND);
	FAILS(ses_seshat_log.identify(&ses_seshat_log,
		  at(&h, LOGS "s.jsonl.torn-2026"), &one, &err),
	    SESHAT_ENOTFOUND);
	ses_session_list_free(&l);
	discover(&here, &l);
	assert_int_equal(l.n, 1);
	ses_session_list_free(&l);
	home_close(&h);
}

static void
the_folder_may_be_another(void **state)
{
	struct ses_discover one = {0};
	struct ses_session_list l;
	struct home h;

	(void)state;
	home_open(&h);
	one.id = id_of("s");
	put(&h, LOGS "x.jsonl", ENTRY);
	put(&h, "mine/s.jsonl", ENTRY);
	put(&h, "mine/t.jsonl", ENTRY);
	assert_int_equal(setenv("SESHAT_SESSIONS_DIR", at(&h, "mine"), 1), 0);
	discover(&one, &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].path, at(&h, "mine/s.jsonl"));
	ses_session_list_free(&l);
	home_close(&h);
}

/* A log's id may be longer than one of a session with its owner. */
static void
a_long_name_is_told_by_its_hash(void **state)
{
	struct ses_session_list l;
	struct ses_buf name = {0};
	struct home h;
	int i;

	(void)state;
	home_open(&h);
	ses_buf_str(&name, LOGS);
	for (i = 0; i < 100; i++)
		ses_buf_str(&name, "\xc3\xa9");
	ses_buf_str(&name, ".jsonl");
	put(&h, ses_buf_cstr(&name), ENTRY);
	discover(&all, &l);
	assert_int_equal(l.n, 1);
	/* 29 times two bytes of three characters each fit into 200 - 26 */
	assert_int_equal(strlen(l.v[0].id), 58 + 1 + 16 + 1 + 8);
	assert_int_equal(l.v[0].id[58], '-');
	ses_session_list_free(&l);
	ses_buf_free(&name);
	home_close(&h);
}

static void
tells_what_entries_say(void **state)
{
	static const struct row rows[] = {
	    {"{\"timestamp\":\"T\",\"skill\":\"review\",\"input\":{\"path\":"
	     "\"a.c\"},\"attempts\":[{\"attempt\":1,\"model\":\"m1\","
	     "\"output_summary\":\"Half of it\",\"verified\":false},{"
	     "\"attempt\":2,\"model\":\"m2\",\"verified\":true}],"
	     "\"final_status\":\"ok\"}",
		"assistant call [review] @T: a.c\n"
		"assistant text @T: m1: Half of it\nassistant text @T: m2\n"
		"tool result @T: ok\n"},
	    {"{\"timestamp\":\"T\",\"skill\":\"fix\",\"input\":null,"
	     "\"final_status\":\"failed\"}",
		"assistant call [fix] @T: \ntool result @T: failed\n"},
	    {"{\"skill\":\"\",\"attempts\":{}}", "assistant call []: \n"},
	    {"{\"skill\":7}", ""},
	    {"{\"final_status\":\"ok\"}", ""},
	    {"not JSON", ""},
	};

	(void)state;
	check(&ses_seshat_log, rows, sizeof(rows) / sizeof(rows[0]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_logs_and_nothing_else),
	    cmocka_unit_test(the_folder_may_be_another),
	    cmocka_unit_test(a_long_name_is_told_by_its_hash),
	    cmocka_unit_test(tells_what_entries_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
