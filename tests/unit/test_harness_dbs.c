/* Rows of databases as lines, which of them count, and what they say. */
/* nftw is XSI's. */
#define _XOPEN_SOURCE 700
#include "unit/harness_events.h"
#include "unit/harness_home.h"

#include "base/time.h"
#include "harness/dbs.h"
#include "harness/opencode.h"
#include "mirror/source.h"

#define CHECK(agent, rows)                                                     \
	check_with(&(agent).ops, rows, sizeof(rows) / sizeof((rows)[0]),       \
	    write_members)

#define PART(role, more, data)                                                 \
	"{\"table\":\"part\",\"id\":\"p\",\"message_id\":\"m\","               \
	"\"time_created\":1,\"data\":" data ",\"role\":\"" role "\"" more "}"
#define PNG "\"mime\":\"image/png\",\"url\":\"data:image/png;base64,iVBO\""

static void
opencode_tells_of_parts(void **state)
{
	static const struct row rows[] = {
	    {PART("user", "", "{\"type\":\"text\",\"text\":\"Hi\"}"),
		"user text: Hi\n  message=\"m\"\n"},
	    {PART("user", "",
		 "{\"type\":\"text\",\"text\":\"Hi\",\"synthetic\":true}"),
		"system text: Hi\n  message=\"m\"\n"},
	    {PART("assistant", ",\"summary\":1",
		 "{\"type\":\"text\",\"text\":\"Hi\"}"),
		"system compaction: Hi\n  message=\"m\"\n"},
	    {PART("assistant", "", "{\"type\":\"text\",\"text\":\"\"}"), ""},
	    {PART("assistant", "", "{\"type\":\"step-start\"}"), ""},
	    {PART("assistant", "", "{\"type\":\"reasoning\",\"text\":\"Hm\"}"),
		"assistant thinking: Hm\n  message=\"m\"\n"},
	    {PART("user", "", "{\"type\":\"file\"," PNG "}"),
		"user image: \n  message=\"m\" media=:image/png; "
		"data=,iVBO\"\n"},
	    {PART("assistant", "",
		 "{\"type\":\"tool\",\"tool\":\"bash\",\"callID\":\"c\","
		 "\"state\":{\"status\":\"running\",\"input\":{\"command\":"
		 "\"ls\"}}}"),
		"assistant call [bash]: ls\n  call=\"c\" "
		"input={\"command\":\"ls\"} message=\"m\"\n"},
	    {PART("assistant", "",
		 "{\"type\":\"tool\",\"tool\":\"bash\",\"callID\":\"c\","
		 "\"state\":{\"status\":\"completed\",\"input\":{},\"output\":"
		 "\"ok\",\"attachments\":[{\"type\":\"file\"," PNG "}]}}"),
		"assistant call [bash]: {}\n  call=\"c\" input={} "
		"message=\"m\"\n"
		"tool result [bash]: ok\n  call=\"c\" message=\"m\"\n"
		"tool image: \n  call=\"c\" message=\"m\" media=:image/png; "
		"data=,iVBO\"\n"},
	    {PART("assistant", "",
		 "{\"type\":\"tool\",\"tool\":\"bash\",\"state\":{\"status\":"
		 "\"error\",\"error\":\"no\"}}"),
		"assistant call [bash]: \n  message=\"m\"\n"
		"tool result [bash]: no\n  message=\"m\" failed\n"},
	};

	(void)state;
	CHECK(ses_opencode, rows);
}

static void
opencode_tells_of_messages(void **state)
{
	static const struct row rows[] = {
	    {"{\"table\":\"message\",\"id\":\"m\",\"data\":{\"role\":"
	     "\"assistant\",\"modelID\":\"gpt\",\"tokens\":{\"input\":3,"
	     "\"output\":5,\"reasoning\":2,\"cache\":{\"read\":11,\"write\":"
	     "13}},\"error\":{\"name\":\"E\",\"data\":{\"message\":\"no\"}}}}",
		"system text: no\n  model=\"gpt\" message=\"m\"\n"
		"assistant usage: \n  model=\"gpt\" message=\"m\" 3 7 11 "
		"13\n"},
	    {"{\"table\":\"message\",\"id\":\"m\",\"data\":{\"role\":"
	     "\"user\"}}",
		""},
	    {"{\"table\":\"session\",\"id\":\"s\"}", ""},
	    {"{\"table\":\"part\",\"data\":\"no JSON\"}", ""},
	    {"[]", ""},
	};

	(void)state;
	CHECK(ses_opencode, rows);
}

static void
goose_tells_of_messages(void **state)
{
	static const struct row rows[] = {
	    {"{\"table\":\"message\",\"role\":\"user\",\"content_json\":[{"
	     "\"type\":\"text\",\"text\":\"Hi\"},{\"type\":\"image\","
	     "\"mimeType\":\"image/png\",\"data\":\"iVBO\"}],"
	     "\"metadata_json\":{\"userVisible\":true}}",
		"user text: Hi\n \n"
		"user image: \n  media=\"image/png\" data=\"iVBO\"\n"},
	    {"{\"role\":\"user\",\"content_json\":[{\"type\":\"text\","
	     "\"text\":\"So far\"}],\"metadata_json\":{\"userVisible\":"
	     "false}}",
		"system text: So far\n \n"},
	    {"{\"role\":\"assistant\",\"content_json\":[{\"type\":"
	     "\"thinking\",\"thinking\":\"Hm\"},{\"type\":\"toolRequest\","
	     "\"id\":\"c\",\"toolCall\":{\"value\":{\"name\":\"sh\","
	     "\"arguments\":{\"command\":\"ls\"}}}}]}",
		"assistant thinking: Hm\n \n"
		"assistant call [sh]: ls\n  call=\"c\" "
		"input={\"command\":\"ls\"}\n"},
	    {"{\"role\":\"user\",\"content_json\":[{\"type\":"
	     "\"toolResponse\",\"id\":\"c\",\"toolResult\":{\"status\":"
	     "\"success\",\"value\":{\"content\":[{\"type\":\"text\",\"text\":"
	     "\"ok\"}],\"isError\":true}}},{\"type\":\"toolResponse\",\"id\":"
	     "\"d\",\"toolResult\":{\"status\":\"success\",\"value\":[{"
	     "\"type\":\"text\",\"text\":\"old\"}]}},{\"type\":"
	     "\"toolResponse\",\"id\":\"e\",\"toolResult\":{\"status\":"
	     "\"error\",\"error\":\"no\"}}]}",
		"tool result: ok\n  call=\"c\" failed\n"
		"tool result: old\n  call=\"d\"\n"
		"tool result: no\n  call=\"e\" failed\n"},
	};

	(void)state;
	CHECK(ses_goose, rows);
}

static void
crush_tells_of_messages(void **state)
{
	static const struct row rows[] = {
	    {"{\"role\":\"assistant\",\"model\":\"gpt\",\"parts\":[{\"type\":"
	     "\"reasoning\",\"data\":{\"thinking\":\"Hm\"}},{\"type\":"
	     "\"text\",\"data\":{\"text\":\"Hi\"}},{\"type\":\"tool_call\","
	     "\"data\":{\"id\":\"c\",\"name\":\"bash\",\"input\":"
	     "\"{\\\"command\\\":\\\"ls\\\"}\"}},{\"type\":\"finish\"}]}",
		"assistant thinking: Hm\n  model=\"gpt\"\n"
		"assistant text: Hi\n  model=\"gpt\"\n"
		"assistant call [bash]: ls\n  call=\"c\" "
		"input={\"command\":\"ls\"} model=\"gpt\"\n"},
	    {"{\"role\":\"tool\",\"parts\":[{\"type\":\"tool_result\",\"data\":"
	     "{\"tool_call_id\":\"c\",\"name\":\"bash\",\"content\":\"no\","
	     "\"is_error\":true}}]}",
		"tool result [bash]: no\n  call=\"c\" failed\n"},
	    {"{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"data\":{"
	     "\"text\":\"So far\"}}],\"is_summary_message\":1}",
		"system compaction: So far\n \n"},
	    {"{\"role\":\"user\",\"parts\":[{\"type\":\"binary\",\"data\":{"
	     "\"mime_type\":\"image/png\",\"data\":\"iVBO\"}}]}",
		"user image: \n  media=\"image/png\" data=\"iVBO\"\n"},
	    {"{\"role\":\"user\",\"parts\":\"no JSON\"}", ""},
	};

	(void)state;
	CHECK(ses_crush, rows);
}

static void
zed_and_kiro_tell_of_their_documents(void **state)
{
	static const struct row zed[] = {
	    {"{\"message\":{\"User\":{\"id\":\"u\",\"content\":[{\"Text\":"
	     "\"Hi\"},{\"Mention\":{\"uri\":\"x\",\"content\":\"file\"}}]}}}",
		"user text: Hi\n \nsystem text: file\n \n"},
	    {"{\"message\":{\"Agent\":{\"content\":[{\"ToolUse\":{\"id\":\"c\","
	     "\"name\":\"sh\",\"input\":{\"command\":\"ls\"}}}],"
	     "\"tool_results\":{\"c\":{\"tool_name\":\"sh\",\"is_error\":true,"
	     "\"content\":{\"Text\":\"no\"}}}}}}",
		"assistant call [sh]: ls\n  call=\"c\" "
		"input={\"command\":\"ls\"}\n"
		"tool result [sh]: no\n  call=\"c\" failed\n"},
	    {"{\"message\":\"Resume\"}", ""},
	};
	static const struct row kiro[] = {
	    {"{\"turn\":{\"user\":{\"content\":{\"ToolUseResults\":{"
	     "\"tool_use_results\":[{\"tool_use_id\":\"c\",\"content\":[{"
	     "\"Text\":\"a\"},{\"Json\":{\"b\":1}}],\"status\":\"Error\"}]}}}}"
	     "}",
		"tool result: a\n{\"b\":1}\n  call=\"c\" failed\n"},
	    {"{\"turn\":7}", ""},
	};

	(void)state;
	CHECK(ses_zed, zed);
	CHECK(ses_kiro, kiro);
}

/* Run statements on a database of the home. */
static void
sql(struct home *h, const char *name, const char *statements)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf dir = {0};
	char *why = NULL;
	sqlite3 *db = NULL;

	ses_str_dirname(at(h, name), &dir);
	OK(ses_fs_mkdirs(ses_buf_cstr(&dir), 0700, &err));
	ses_buf_free(&dir);
	assert_int_equal(sqlite3_open(at(h, name), &db), SQLITE_OK);
	if (sqlite3_exec(db, statements, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s", why);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int
add_line(void *arg, uint64_t cursor, const char *line, size_t len,
    struct seshat_err *err)
{
	ses_buf_fmt(arg, "%llu ", (unsigned long long)cursor);
	ses_buf_add(arg, line, len);
	return ses_buf_check(arg, err);
}

static void
a_column_is_told_once_by_its_name(void **state)
{
	static const char *const leave[] = {"left", NULL};
	static const char *const json[] = {"j", NULL};
	static const struct ses_db_line columns = {
	    .leave = leave, .json = json};
	static const struct ses_rows_kind kind = {
	    .select = "SELECT id, id, j, s, n, left, r, b, z AS s, "
		      "z AS n FROM t WHERE ?1 NOTNULL AND id > ?2 AND "
		      "id <= ?3 ORDER BY id",
	    .count = "SELECT COUNT(*), MAX(id) FROM t WHERE ?1 NOTNULL",
	    .back = "SELECT 1 FROM t WHERE ?1",
	    .line = ses_db_line,
	    .columns = &columns};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_rows *rows = NULL;
	struct ses_buf got = {0};
	struct home h;

	(void)state;
	home_open(&h);
	sql(&h, "x.db",
	    "CREATE TABLE t (id INTEGER PRIMARY KEY, j, s, n, left, r, b, z);"
	    "INSERT INTO t VALUES (3, '{\"a\": [1, 2]}', '{\"a\": 1}', 7, 8, "
	    "0.1, x'00ff', NULL), (9, '\"text\"', 'old', NULL, 1, 1e999, "
	    "x'', 'new'), (10, '{torn', NULL, NULL, NULL, NULL, NULL, NULL)");
	OK(ses_rows_open(&rows, at(&h, "x.db"), &kind, "s", 1, &err));
	assert_int_equal(ses_rows_highest(rows), 10);
	assert_int_equal(ses_rows_last(rows), 10);
	OK(ses_rows_each(rows, 0, 10, add_line, &got, &err));
	assert_string_equal(ses_buf_cstr(&got),
	    "3 {\"id\":3,\"j\":{\"a\":[1,2]},\"s\":\"{\\\"a\\\": 1}\",\"n\":7,"
	    "\"r\":0.1,\"b\":{\"$base64\":\"AP8=\"}}\n"
	    "9 {\"id\":9,\"j\":\"\\\"text\\\"\",\"r\":\"Infinity\",\"b\":{"
	    "\"$base64\":\"\"},\"s\":\"new\",\"n\":\"new\"}\n"
	    "10 {\"id\":10,\"j\":\"{torn\"}\n");
	ses_buf_free(&got);
	ses_rows_free(rows);
	home_close(&h);
}

#define TABLES                                                                 \
	"CREATE TABLE session (id TEXT PRIMARY KEY, project_id, parent_id, "   \
	"directory, title, version, time_created, time_updated);"              \
	"CREATE TABLE message (id TEXT PRIMARY KEY, session_id, "              \
	"time_created, time_updated, data);"                                   \
	"CREATE TABLE part (id TEXT PRIMARY KEY, message_id, session_id, "     \
	"time_created, time_updated, data);"                                   \
	"INSERT INTO session VALUES ('s', 'p', NULL, '/p', 'T', '1', 1, 1);"

/* How many rows of s count, and how many there are. */
static void
expect_rows(struct home *h, const char *name, int finished, uint64_t highest,
    uint64_t last)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_rows *rows = NULL;
	uint64_t n = 0;

	OK(ses_rows_open(
	    &rows, at(h, name), &ses_opencode_rows, "s", finished, &err));
	assert_int_equal(ses_rows_highest(rows), highest);
	assert_int_equal(ses_rows_last(rows), last);
	/* what was stored before it was held back is still there */
	OK(ses_rows_count(rows, last, &n, &err));
	assert_int_equal(n, last);
	OK(ses_rows_back(rows, last, 2, &n, &err));
	assert_int_equal(n, last > 2 ? last - 2 : 0);
	ses_rows_free(rows);
}

static void
text_of_another_encoding_is_the_same_text(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_rows *rows = NULL;
	struct ses_buf got = {0};
	struct home h;

	(void)state;
	home_open(&h);
	sql(&h, "x.db",
	    "PRAGMA encoding = 'UTF-16le';" TABLES
	    "INSERT INTO message VALUES ('m', 's', 1, 1, "
	    "'{\"role\":\"user\",\"a\":\"\303\251\"}');");
	OK(ses_rows_open(
	    &rows, at(&h, "x.db"), &ses_opencode_rows, "s", 1, &err));
	OK(ses_rows_each(rows, 1, 2, add_line, &got, &err));
	assert_string_equal(ses_buf_cstr(&got),
	    "2 {\"table\":\"message\",\"id\":\"m\",\"session_id\":\"s\","
	    "\"time_created\":1,\"data\":{\"role\":\"user\",\"a\":\"\303\251"
	    "\"}}\n");
	ses_buf_free(&got);
	ses_rows_free(rows);
	home_close(&h);
}

static const struct ses_session the_session = {
    .rows = &ses_opencode_rows, .key = (char *)(uintptr_t) "s"};

/* A database without a WAL, and a source that has given its first block. */
static void
open_source(struct home *h, struct ses_source *s, struct ses_block *b)
{
	struct ses_session session = the_session;
	struct seshat_err err = SESHAT_ERR_INIT;

	home_open(h);
	sql(h, "x.db",
	    "PRAGMA journal_mode = DELETE;" TABLES
	    "INSERT INTO message VALUES ('b', 's', 2, 1, '{}'), "
	    "('d', 's', 4, 1, '{}');");
	session.path = (char *)(uintptr_t)at(h, "x.db");
	*s = (struct ses_source){.finished = 1};
	OK(ses_source_open(s, &session, NULL, &err));
	assert_int_equal(ses_source_check(s, 0, NULL, &err), 1);
	OK(ses_source_next(s, 0, 0, 0, b, &err));
	assert_int_equal(b->to, 3);
}

static void
close_source(struct home *h, struct ses_source *s)
{
	ses_source_close(s);
	ses_source_free(s);
	home_close(h);
}

static void
no_agent_waits_between_two_looks(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char k[SES_SHA256_HEX];
	struct ses_source s;
	struct ses_block b;
	struct home h;

	(void)state;
	open_source(&h, &s, &b);
	/* it would be refused, as long as somebody reads */
	sql(&h, "x.db", "INSERT INTO message VALUES ('e', 's', 5, 1, '{}');");
	OK(ses_source_proof(&s, &b, k, &err));
	assert_int_equal(ses_source_check(&s, b.to, k, &err), 1);
	assert_int_equal(ses_source_has_lines(&s, b.to, 3, &err), 1);
	sql(&h, "x.db", "INSERT INTO message VALUES ('f', 's', 6, 1, '{}');");
	OK(ses_source_next(&s, b.to, 0, 0, &b, &err));
	assert_int_equal(b.from, 3);
	assert_int_equal(b.to, 5);
	close_source(&h, &s);
}

static void
rows_that_move_meanwhile_are_noticed(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char k[SES_SHA256_HEX];
	struct ses_source s;
	struct ses_block b;
	struct home h;

	(void)state;
	open_source(&h, &s, &b);
	OK(ses_source_proof(&s, &b, k, &err));
	assert_int_equal(ses_source_check(&s, b.to, k, &err), 1);
	/* one that was read goes away, and what is new takes its number */
	sql(&h, "x.db",
	    "DELETE FROM message WHERE id = 'b';"
	    "INSERT INTO message VALUES ('e', 's', 5, 1, '{}'), "
	    "('f', 's', 6, 1, '{}');");
	FAILS(ses_source_next(&s, b.to, 0, 0, &b, &err), SESHAT_ECONFLICT);
	assert_int_equal(ses_source_check(&s, 3, k, &err), 0);
	close_source(&h, &s);
}

static void
set_time(struct home *h, int64_t ms)
{
	char text[128];

	(void)snprintf(text, sizeof(text),
	    "UPDATE message SET time_updated = %lld;"
	    "UPDATE part SET time_updated = %lld",
	    (long long)ms, (long long)ms);
	sql(h, "x.db", text);
}

static void
rows_count_when_they_are_finished(void **state)
{
	int64_t now = ses_time_now();
	struct home h;

	(void)state;
	home_open(&h);
	sql(&h, "x.db",
	    TABLES "INSERT INTO message VALUES "
		   "('m1', 's', 10, 0, '{\"role\":\"user\"}'), "
		   "('m2', 's', 20, 0, '{\"role\":\"assistant\"}');"
		   "INSERT INTO part VALUES "
		   "('p1', 'm1', 's', 11, 0, '{\"type\":\"text\"}'), "
		   "('p2', 'm2', 's', 21, 0, '{\"type\":\"tool\",\"state\":"
		   "{\"status\":\"completed\"}}'), "
		   "('p3', 'm2', 's', 22, 0, '{\"type\":\"text\"}'), "
		   "('p4', 'm2', 's', 23, 0, '{\"type\":\"step-finish\"}')");
	set_time(&h, now);
	expect_rows(&h, "x.db", 1, 4, 7);
	expect_rows(&h, "x.db", 0, 7, 7);
	/* long ago, and in a time to come */
	set_time(&h, now - SES_ROWS_QUIET_MS - 1);
	expect_rows(&h, "x.db", 1, 7, 7);
	set_time(&h, now + SES_ROWS_QUIET_MS + 60000);
	expect_rows(&h, "x.db", 1, 7, 7);
	set_time(&h, now);
	sql(&h, "x.db",
	    "UPDATE part SET data = json_set(data, '$.time.end', 1) "
	    "WHERE id = 'p3'");
	expect_rows(&h, "x.db", 1, 6, 7);
	sql(&h, "x.db",
	    "UPDATE message SET data = json_set(data, '$.time.completed', 1) "
	    "WHERE id = 'm2'");
	expect_rows(&h, "x.db", 1, 7, 7);
	/* what asks for a summary is noted in it until there is one */
	sql(&h, "x.db",
	    "INSERT INTO message VALUES ('m3', 's', 30, 0, "
	    "'{\"role\":\"user\"}');"
	    "INSERT INTO part VALUES ('p5', 'm3', 's', 31, 0, "
	    "'{\"type\":\"compaction\"}')");
	set_time(&h, now);
	expect_rows(&h, "x.db", 1, 8, 9);
	/* a part of a message that is not there is not lost */
	sql(&h, "x.db",
	    "INSERT INTO part VALUES ('p6', 'gone', 's', 15, 0, 'x')");
	expect_rows(&h, "x.db", 0, 10, 10);
	home_close(&h);
}

static void
a_session_that_is_not_there_has_no_rows(void **state)
{
	struct home h;

	(void)state;
	home_open(&h);
	sql(&h, "x.db", TABLES "DELETE FROM session");
	expect_rows(&h, "x.db", 1, 0, 0);
	home_close(&h);
}

static void
knows_its_databases_by_their_names(void **state)
{
	const struct ses_harness_ops *code = &ses_opencode.ops;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_session s = {0};

	(void)state;
	FAILS(code->identify(code, "/x/opencode.db", &s, &err),
	    SESHAT_EUNSUPPORTED);
	FAILS(code->identify(code, "/x/opencode-beta.db-wal", &s, &err),
	    SESHAT_EUNSUPPORTED);
	FAILS(code->identify(code, "/x/auth.json", &s, &err), SESHAT_ENOTFOUND);
	FAILS(code->identify(code, "/x/opencode.db-shm", &s, &err),
	    SESHAT_ENOTFOUND);
	assert_false(code->holds(code, "log"));
	assert_false(code->holds(code, "storage/session"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(opencode_tells_of_parts),
	    cmocka_unit_test(opencode_tells_of_messages),
	    cmocka_unit_test(goose_tells_of_messages),
	    cmocka_unit_test(crush_tells_of_messages),
	    cmocka_unit_test(zed_and_kiro_tell_of_their_documents),
	    cmocka_unit_test(a_column_is_told_once_by_its_name),
	    cmocka_unit_test(text_of_another_encoding_is_the_same_text),
	    cmocka_unit_test(no_agent_waits_between_two_looks),
	    cmocka_unit_test(rows_that_move_meanwhile_are_noticed),
	    cmocka_unit_test(rows_count_when_they_are_finished),
	    cmocka_unit_test(a_session_that_is_not_there_has_no_rows),
	    cmocka_unit_test(knows_its_databases_by_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
