/* seshat log append and seshat log read, as a shell runs them. */
#include "unit/log_test.h"

#include "base/str.h"

#define E(skill, status, time)                                                 \
	"{\"session_id\":\"s\",\"timestamp\":\"" time "\",\"skill\":\"" skill  \
	"\",\"final_status\":\"" status "\"}\n"

/* Three entries, in three zones, about one second. */
#define ONE   E("build", "ok", "2026-06-27T10:15:00.000000100Z")
#define TWO   E("fix", "failed", "2026-06-27T12:15:00.0000002+02:00")
#define THREE E("fix", "ok", "2026-06-28T00:00:00Z")

/* Run a line; it must end with this status and print just this. */
static void
expect(const struct here *h, const char *line, int status, const char *out)
{
	struct ses_buf b = {0};
	int got = run(h, line, &b);

	if (got != status || strcmp(b.data, out) != 0)
		fail_msg("%s: status %d\n%s", line, got, b.data);
	ses_buf_free(&b);
}

/* As expect, but the output only has to hold some text. */
static void
expect_part(
    const struct here *h, const char *line, int status, const char *part)
{
	struct ses_buf b = {0};
	int got = run(h, line, &b);

	if (got != status || strstr(b.data, part) == NULL)
		fail_msg("%s: status %d\n%s", line, got, b.data);
	ses_buf_free(&b);
}

static void
appends_an_entry_given_as_options(void **state)
{
	struct here *h = *state;

	put_file(h, "in", " {\"a\": [1,\n 2.0]}\n");
	expect(h,
	    "seshat log append s --skill fix --phase plan --project-root /p "
	    "--input '{\"a\" : 1.0}' --attempt '{\"verified\":true}' "
	    "--attempt '{\"attempt\":2, \"model\":\"m\"}' --final-status ok "
	    "--file-path x.c --model-used m --duration-ms 15 --no-sync",
	    0, "");
	expect_part(h, "seshat log read s --json", 0,
	    ",\"skill\":\"fix\",\"phase\":\"plan\",\"project_root\":\"/p\","
	    "\"input\":{\"a\":1.0},\"attempts\":[{\"attempt\":0,\"model\":\"\","
	    "\"verified\":true},{\"attempt\":2,\"model\":\"m\","
	    "\"verified\":false}],\"final_status\":\"ok\","
	    "\"file_path\":\"x.c\",\"model_used\":\"m\",\"duration_ms\":15}\n");
	expect(h,
	    "seshat log append t --skill a --final-status b "
	    "--input @$SESHAT_SESSIONS_DIR/in && "
	    "sed 's/.*\"skill\"//' $SESHAT_SESSIONS_DIR/t.jsonl",
	    0, ":\"a\",\"input\":{\"a\":[1,2.0]},\"final_status\":\"b\"}\n");
}

static void
appends_an_entry_given_on_standard_input(void **state)
{
	struct here *h = *state;
	char want[200];

	(void)snprintf(want, sizeof(want),
	    "{\"session_id\":\"s\",\"file\":\"%s/s.jsonl\"}\n", h->dir);
	expect(h,
	    "echo '{\"final_status\" : \"ok\",\n\"skill\":\"build\", "
	    "\"timestamp\":\"2026-06-27T10:15:00.000000100Z\"}' | "
	    "seshat log append s --json",
	    0, want);
	expect(h, "cat $SESHAT_SESSIONS_DIR/s.jsonl", 0, ONE);
	expect(h, "seshat log read s --json", 0, ONE);
}

static void
refuses_an_entry_and_leaves_no_file(void **state)
{
	static const struct {
		const char *line;
		int status;
		const char *says;
	} rows[] = {
	    {"seshat log append", 2, "which SESSION?"},
	    {"seshat log append s t", 2, "unexpected argument 't'"},
	    {"echo {} | seshat log append .s", 2, "begins with a '.'"},
	    {"echo {} | seshat log append a/b", 2, "holds a '/'"},
	    {"echo {} | seshat log append ''", 2, "is empty"},
	    {"echo {} | seshat log append s", 2, "the entry has no skill"},
	    {"seshat log append s --skill x", 2,
		"the entry has no final_status (--final-status)"},
	    {"seshat log append s --skill x --final-status ''", 2,
		"the entry has no final_status"},
	    {"seshat log append s </dev/null", 1, "not a JSON object"},
	    {"echo '{\"skill\":' | seshat log append s", 1, "not valid JSON"},
	    {"echo '{\"skill\":1}' | seshat log append s", 1,
		"skill is not a string"},
	    {"echo '{\"skill\":\"a\",\"final_status\":\"b\",\"session_id\":"
	     "\"t\"}' | seshat log append s",
		2, "session_id is \"t\", not 's'"},
	    {"seshat log append s --skill x --final-status y --input "
	     "'1,\"z\":2'",
		1, "--input: not valid JSON at byte 1"},
	    {"seshat log append s --skill x --final-status y --input @/nope", 3,
		"--input: /nope: No such file"},
	    {"seshat log append s --skill x --final-status y --attempt '{'", 1,
		"--attempt: not valid JSON"},
	    {"seshat log append s --skill x --final-status y --attempt 1", 1,
		"attempts is not an array of objects"},
	    {"seshat log append s --skill x --final-status \"$(printf "
	     "'\\377')\"",
		2, "--final-status is not UTF-8"},
	    {"seshat log append s --duration-ms x", 2, "takes a whole number"},
	    {"seshat log append s --sessions-dir '' --skill x --final-status y",
		2, "the sessions folder has no name"},
	    {"seshat log read", 2, "which SESSION?"},
	    {"seshat log read ..", 2, "begins with a '.'"},
	    {"seshat log read s --since noon", 2, "--since takes a date"},
	    {"seshat log", 2, "'log' needs a second word: append, read"},
	};
	struct here *h = *state;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_part(h, rows[i].line, rows[i].status, rows[i].says);
	expect(h, "ls -A $SESHAT_SESSIONS_DIR", 0, "");
}

static void
reads_only_what_is_asked_for(void **state)
{
	struct here *h = *state;

	put_file(h, "s.jsonl", ONE TWO THREE);
	expect(h, "seshat log read s --json", 0, ONE TWO THREE);
	expect(h, "seshat log read s --json --skill fix", 0, TWO THREE);
	expect(h, "seshat log read s --json --status ok", 0, ONE THREE);
	expect(h, "seshat log read s --json --skill fix --status ok", 0, THREE);
	expect(h, "seshat log read s --json --since 2026-06-28", 0, THREE);
	expect(
	    h, "seshat log read s --json --since 2026-06-27", 0, ONE TWO THREE);
	expect(h,
	    "seshat log read s --json --since 2026-06-27T10:15:00.00000015Z", 0,
	    TWO THREE);
	expect(h,
	    "seshat log read s --json --since 2026-06-27T10:15:00.000000200Z",
	    0, TWO THREE);
	expect(h,
	    "seshat log read s -q --json --since "
	    "2026-06-28T00:00:00.000000001Z",
	    0, "");
}

static void
prints_a_table_for_people(void **state)
{
	struct here *h = *state;

	put_file(h, "s.jsonl",
	    ONE "{\"timestamp\":\"2026-06-27T12:15:00.25+02:00\","
		"\"skill\":\"fix\\u001b[31m\",\"phase\":\"plan\","
		"\"attempts\":[{},{}],\"final_status\":\"failed\","
		"\"file_path\":\"src/x.c\",\"duration_ms\":1540}\n");
	expect(h, "seshat log read s", 0,
	    "TIME                  SKILL           PHASE     STATUS    TRIES  "
	    "TOOK      FILE\n"
	    "2026-06-27T10:15:00Z  build           -         ok        -      "
	    "-\n"
	    "2026-06-27T12:15:00+02:00  fix\xef\xbf\xbd[31m        plan      "
	    "failed    2      1.5 s     src/x.c\n");
}

static void
tells_of_bad_and_torn_lines(void **state)
{
	struct here *h = *state;
	char want[1000];

	put_file(h, "s.jsonl", ONE "rubbish\n" THREE "{\"tor");
	(void)snprintf(want, sizeof(want),
	    "seshat: %s/s.jsonl: line 2: not a JSON object\n", h->dir);
	expect(h, "seshat log read s 2>&1 >/dev/null", 1, want);
	expect(h, "seshat log read s --json 2>/dev/null", 1, ONE);
	(void)snprintf(want, sizeof(want),
	    "seshat: %s/s.jsonl: 1 malformed line skipped\n"
	    "seshat: %s/s.jsonl: the last line is not whole (5 bytes): it is "
	    "being written, or an append was cut short\n",
	    h->dir, h->dir);
	expect(h, "seshat log read s --skip-bad 2>&1 >/dev/null", 0, want);
	expect(
	    h, "seshat log read s --skip-bad --json 2>/dev/null", 0, ONE THREE);
	expect_part(h,
	    "echo '{\"skill\":\"a\",\"final_status\":\"b\"}' | "
	    "seshat log append s",
	    0, "its 5 bytes are now in /tmp/");
	expect(h, "cat $SESHAT_SESSIONS_DIR/s.jsonl.torn-*", 0, "{\"tor");
	put_file(h, "t.jsonl", "{\"timestamp\":\"noon\"}\n");
	expect_part(h, "seshat log read t --json --since 2026-06-27", 1,
	    "t.jsonl: line 1: timestamp is not an RFC 3339 time");
	expect_part(h, "seshat log read t --since 2026-06-27 --skip-bad", 0,
	    "1 malformed line skipped");
}

static void
says_so_when_there_is_nothing(void **state)
{
	struct here *h = *state;

	expect(h, "seshat log read s --json 2>/dev/null", 0, "");
	expect_part(h, "seshat log read s", 0, "s.jsonl: no entries to show");
	expect(h, "seshat log read s -q", 0, "");
}

static void
fails_when_its_output_cannot_be_written(void **state)
{
	struct here *h = *state;

	put_file(h, "s.jsonl", ONE);
	expect(h, "seshat log read s >/dev/full", 1,
	    "seshat: write to standard output: No space left on device\n");
}

static void
tells_a_limit_on_file_sizes_from_success(void **state)
{
	struct here *h = *state;

	expect_part(h,
	    "ulimit -f 0; seshat log append s --skill a --final-status b", 1,
	    "s.jsonl: append: File too large");
	expect(h, "ls -A $SESHAT_SESSIONS_DIR", 0, "");
}

/* Lines of at most 78 columns, and every option of the table in it. */
static void
has_help_that_fits_a_terminal(void **state)
{
	static const char *const lines[] = {
	    "seshat log append --help", "seshat log read --help"};
	struct here *h = *state;
	struct ses_buf b = {0};
	const char *p;
	size_t len;
	size_t i;

	for (i = 0; i < 2; i++) {
		assert_int_equal(run(h, lines[i], &b), 0);
		assert_non_null(strstr(b.data, "--sessions-dir DIR"));
		for (p = b.data; *p != '\0'; p += len + (p[len] == '\n')) {
			len = strcspn(p, "\n");
			assert_in_range(len, 0, 78);
		}
	}
	ses_buf_free(&b);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(appends_an_entry_given_as_options),
	    TEST(appends_an_entry_given_on_standard_input),
	    TEST(refuses_an_entry_and_leaves_no_file),
	    TEST(reads_only_what_is_asked_for),
	    TEST(prints_a_table_for_people),
	    TEST(tells_of_bad_and_torn_lines),
	    TEST(says_so_when_there_is_nothing),
	    TEST(fails_when_its_output_cannot_be_written),
	    TEST(tells_a_limit_on_file_sizes_from_success),
	    TEST(has_help_that_fits_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
