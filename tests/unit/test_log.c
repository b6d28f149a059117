/* The session log as seshat.h gives it: what is written, what is read. */
#include "unit/log_test.h"

#include "base/mem.h"
#include "record/record.h"

static void
writes_every_field_in_order(void **state)
{
	static const struct seshat_log_attempt tries[] = {
	    {1, "m-1", "first", "out\n\"put\"", 0},
	    {2, "m-2", NULL, "", 1},
	};
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_entry e = entry();
	struct ses_buf b = {0};

	e.phase = "plan";
	e.project_root = "/home/a b";
	e.input = " { \"n\" : 1.50e+03 , \"s\":\"a b\\u00e9\" , \"x\":null } ";
	e.attempts = tries;
	e.n_attempts = 2;
	e.file_path = "src/x.c";
	e.model_used = "m-2";
	e.duration_ms = 1500;
	OK(seshat_log_append_one("s", &e, &h->o, &err));
	assert_string_equal(content(h, "s.jsonl", &b),
	    "{\"session_id\":\"s\",\"timestamp\":\"" TIME "\","
	    "\"skill\":\"fix\",\"phase\":\"plan\","
	    "\"project_root\":\"/home/a b\","
	    "\"input\":{\"n\":1.50e+03,\"s\":\"a b\\u00e9\",\"x\":null},"
	    "\"attempts\":[{\"attempt\":1,\"model\":\"m-1\","
	    "\"output_summary\":\"first\","
	    "\"runner_output\":\"out\\n\\\"put\\\"\",\"verified\":false},"
	    "{\"attempt\":2,\"model\":\"m-2\",\"verified\":true}],"
	    "\"final_status\":\"ok\",\"file_path\":\"src/x.c\","
	    "\"model_used\":\"m-2\",\"duration_ms\":1500}\n");
	ses_buf_free(&b);
}

static void
leaves_out_what_is_empty(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_entry e = SESHAT_LOG_ENTRY_INIT;
	struct ses_buf b = {0};

	e.timestamp = TIME;
	e.phase = "";
	e.input = "null";
	OK(seshat_log_append_one("s", &e, &h->o, &err));
	OK(append_json(h, "s",
	    "{\"timestamp\":\"" TIME "\",\"phase\":\"\",\"input\":null,"
	    "\"attempts\":[ ],\"file_path\":null,\"duration_ms\":0}",
	    &err));
	OK(append_json(
	    h, "s", "{\"timestamp\":\"" TIME "\",\"attempts\":[{}]}", &err));
	assert_string_equal(content(h, "s.jsonl", &b),
	    "{\"session_id\":\"s\",\"timestamp\":\"" TIME "\",\"skill\":\"\","
	    "\"input\":null,\"final_status\":\"\"}\n"
	    "{\"session_id\":\"s\",\"timestamp\":\"" TIME "\",\"skill\":\"\","
	    "\"input\":null,\"final_status\":\"\"}\n"
	    "{\"session_id\":\"s\",\"timestamp\":\"" TIME "\",\"skill\":\"\","
	    "\"attempts\":[{\"attempt\":0,\"model\":\"\",\"verified\":false}],"
	    "\"final_status\":\"\"}\n");
	ses_buf_free(&b);
}

static void
keeps_the_spelling_and_unknown_fields_of_json(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};

	OK(append_json(h, "b",
	    "\n{ \"later\" : [1, 2] , \"final_status\":\"o\\u006b\",\n"
	    "\"attempts\":[{\"verified\":true, \"seed\":7, \"attempt\":3}],\n"
	    "\"session_id\":\"\\u0062\", \"skill\":\"\\ud800\\u0000\","
	    " \"timestamp\":\"" TIME "\", \"later\":null}\n",
	    &err));
	assert_string_equal(content(h, "b.jsonl", &b),
	    "{\"session_id\":\"\\u0062\",\"timestamp\":\"" TIME "\","
	    "\"skill\":\"\\ud800\\u0000\","
	    "\"attempts\":[{\"attempt\":3,\"model\":\"\",\"verified\":true,"
	    "\"seed\":7}],\"final_status\":\"o\\u006b\","
	    "\"later\":[1,2],\"later\":null}\n");
	ses_buf_free(&b);
}

static void
refuses_json_that_is_no_entry(void **state)
{
	static const struct {
		const char *json;
		const char *says;
	} rows[] = {
	    {"", "not a JSON object"},
	    {"[]", "not a JSON object"},
	    {"\"x\"", "not a JSON object"},
	    {"{\"skill\":\"x\"", "not valid JSON at byte 12"},
	    {"{\"skill\":\"x\",}", "not valid JSON"},
	    {"{\"skill\":\"x\"} {}", "not valid JSON"},
	    {"{\"skill\":\"x\" \"a\":1}", "not valid JSON"},
	    {"{,\"skill\":\"x\"}", "not valid JSON"},
	    {"{\"skill\":\"x\";\"final_status\":\"ok\",\"z\":1}",
		"not valid JSON at byte 12"},
	    {"{\"a\":01}", "not valid JSON"},
	    {"{\"skill\":\"\xff\"}", "not valid JSON"},
	    {"{\"skill\":\"a\nb\"}", "not valid JSON"},
	    {"{\"attempts\":[{}", "not valid JSON"},
	    {"{\"attempts\":[{} {}]}", "not valid JSON"},
	    {"{\"attempts\":[{},]}", "attempts is not an array of objects"},
	    {"{\"skill\":5}", "skill is not a string"},
	    {"{\"duration_ms\":1.5}", "duration_ms is not a whole number"},
	    {"{\"duration_ms\":-1}", "duration_ms is not a whole number"},
	    {"{\"duration_ms\":9223372036854775808}",
		"duration_ms is not a whole number"},
	    {"{\"attempts\":{}}", "attempts is not an array of objects"},
	    {"{\"attempts\":[1]}", "attempts is not an array of objects"},
	    {"{\"attempts\":[{},{\"model\":1}]}",
		"attempts[1].model is not a string"},
	    {"{\"attempts\":[{\"verified\":\"yes\"}]}",
		"attempts[0].verified is not true or false"},
	    {"{\"skill\":\"a\",\"skill\":\"b\"}", "skill stands there twice"},
	    {"{\"timestamp\":\"yesterday\"}", "timestamp is not an RFC 3339"},
	    {"{\"timestamp\":\"2026-02-30T00:00:00Z\"}", "timestamp is not"},
	};
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct stat st;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		FAILS(append_json(h, "s", rows[i].json, &err), SESHAT_EFORMAT);
		if (strstr(err.msg, rows[i].says) == NULL)
			fail_msg("%s: %s", rows[i].json, err.msg);
	}
	FAILS(
	    append_json(h, "s", "{\"session_id\":\"t\"}", &err), SESHAT_EUSAGE);
	assert_non_null(strstr(err.msg, "session_id is \"t\", not 's'"));
	assert_int_equal(stat(path_of(h, "s.jsonl"), &st), -1);
}

/* Whatever byte of a line is lost or wrong: what passes is strict JSON. */
static void
takes_no_line_that_is_not_strict_json(void **state)
{
	static const char line[] =
	    "{\"session_id\":\"s\",\"timestamp\":\"" TIME "\","
	    "\"skill\":\"fix\\n\",\"input\":{\"a\":[1.5,null]},"
	    "\"attempts\":[{\"attempt\":1,\"model\":\"m\",\"verified\":true}],"
	    "\"final_status\":\"ok\",\"other\":[],\"duration_ms\":15}";
	static const char wrong[] = "\"\\{}[],:0-e.tn x\n\x80";
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_record r;
	struct ses_json v;
	char copy[sizeof(line)];
	size_t len = sizeof(line) - 1;
	size_t taken = 0;
	size_t i;
	size_t k;

	(void)state;
	OK(ses_record_scan(line, len, &r, &err));
	for (i = 0; i < len; i++) {
		for (k = 0; k < sizeof(wrong); k++) {
			memcpy(copy, line, sizeof(line));
			if (wrong[k] != '\0')
				copy[i] = wrong[k];
			else
				memmove(copy + i, copy + i + 1, len - i);
			if (ses_record_scan(copy, strlen(copy), &r, &err) < 0)
				continue;
			taken++;
			if (ses_json_parse(copy, strlen(copy), &v, &err) < 0)
				fail_msg("%s: %s", copy, err.msg);
		}
		FAILS(ses_record_scan(line, i, &r, &err), SESHAT_EFORMAT);
	}
	assert_true(taken > 1000);
}

static void
refuses_values_it_cannot_write(void **state)
{
	static const struct seshat_log_attempt bad = {-1, "m", "", "", 0};
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_entry e = entry();
	struct stat st;

	e.skill = "caf\xe9";
	FAILS(seshat_log_append_one("s", &e, &h->o, &err), SESHAT_EFORMAT);
	assert_non_null(strstr(err.msg, "skill is not UTF-8"));
	e = entry();
	e.input = "{\"a\":}";
	FAILS(seshat_log_append_one("s", &e, &h->o, &err), SESHAT_EFORMAT);
	assert_non_null(strstr(err.msg, "input: not valid JSON at byte 5"));
	e = entry();
	e.duration_ms = -1;
	FAILS(seshat_log_append_one("s", &e, &h->o, &err), SESHAT_EFORMAT);
	e = entry();
	e.attempts = &bad;
	e.n_attempts = 1;
	FAILS(seshat_log_append_one("s", &e, &h->o, &err), SESHAT_EFORMAT);
	assert_non_null(strstr(err.msg, "attempts[0]: attempt is negative"));
	e = entry();
	e.session_id = "other";
	FAILS(seshat_log_append_one("s", &e, &h->o, &err), SESHAT_EUSAGE);
	e = entry();
	e.size = 0;
	FAILS(seshat_log_append_one("s", &e, &h->o, &err), SESHAT_EUSAGE);
	assert_int_equal(stat(path_of(h, "s.jsonl"), &st), -1);
}

static void
refuses_ids_that_are_no_file_names(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_reader *r;
	struct seshat_log *log;
	char id[202];
	char name[256];

	memset(id, 'x', 201);
	id[201] = '\0';
	FAILS(seshat_log_open(&log, "", &h->o, &err), SESHAT_EUSAGE);
	FAILS(seshat_log_open(&log, "a/b", &h->o, &err), SESHAT_EUSAGE);
	FAILS(seshat_log_open(&log, "..", &h->o, &err), SESHAT_EUSAGE);
	FAILS(seshat_log_open(&log, "\xff", &h->o, &err), SESHAT_EUSAGE);
	FAILS(seshat_log_open(&log, id, &h->o, &err), SESHAT_EUSAGE);
	FAILS(seshat_log_read_open(&r, ".a", &h->o, &err), SESHAT_EUSAGE);
	FAILS(seshat_log_check_id("a\0b", 3, &err), SESHAT_EUSAGE);
	id[200] = '\0';
	OK(seshat_log_check_id(id, 200, &err));
	(void)snprintf(name, sizeof(name), "%s.jsonl", id);
	put_file(h, name, "{\"torn");
	OK(append_json(h, id, "{}", &err));
	assert_int_equal(h->torn_len, 6);
}

static void
fills_in_the_time_with_nanoseconds(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_entry e = entry();
	struct seshat_log_reader *r;
	struct seshat_log_line line;

	e.timestamp = "";
	OK(seshat_log_append_one("s", &e, &h->o, &err));
	OK(seshat_log_read_open(&r, "s", &h->o, &err));
	assert_int_equal(seshat_log_read_next(r, &line, &err), 1);
	OK(seshat_log_read_entry(r, &e, &err));
	assert_int_equal(
	    strlen(e.timestamp), strlen("2026-06-27T10:15:00.123456789Z"));
	assert_int_equal(e.timestamp[29], 'Z');
	seshat_log_read_free(r);
}

static void
reads_back_every_field(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_entry e = SESHAT_LOG_ENTRY_INIT;
	struct seshat_log_reader *r;
	struct seshat_log_line line;
	static const char json[] =
	    "\n \t\r\n{\"skill\":\"a\\\"b\\u00e9\",\"session_id\":\"s\",\"input\":[1, 2],"
	    "\"attempts\":[{\"attempt\":2,\"model\":\"m\",\"verified\":true,"
	    "\"runner_output\":\"o\"},{\"output_summary\":\"u\"}],"
	    "\"duration_ms\":7,\"zzz\":1}\r\n";

	put_file(h, "t.jsonl", json);
	OK(seshat_log_read_open(&r, "t", &h->o, &err));
	assert_int_equal(seshat_log_read_next(r, &line, &err), 1);
	assert_int_equal(line.number, 3);
	assert_int_equal(line.len, strlen(json) - 6);
	assert_memory_equal(line.json, json + 5, line.len);
	OK(seshat_log_read_entry(r, &e, &err));
	assert_string_equal(e.session_id, "s");
	assert_string_equal(e.timestamp, "");
	assert_string_equal(e.skill, "a\"b\xc3\xa9");
	assert_string_equal(e.input, "[1, 2]");
	assert_string_equal(e.final_status, "");
	assert_int_equal(e.duration_ms, 7);
	assert_int_equal(e.n_attempts, 2);
	assert_int_equal(e.attempts[0].attempt, 2);
	assert_string_equal(e.attempts[0].model, "m");
	assert_string_equal(e.attempts[0].runner_output, "o");
	assert_string_equal(e.attempts[0].output_summary, "");
	assert_int_equal(e.attempts[0].verified, 1);
	assert_string_equal(e.attempts[1].output_summary, "u");
	assert_int_equal(e.attempts[1].verified, 0);
	assert_int_equal(seshat_log_read_next(r, &line, &err), 0);
	assert_int_equal(seshat_log_read_next(r, &line, &err), 0);
	seshat_log_read_free(r);
	seshat_log_read_free(NULL);
}

static void
reads_nothing_from_a_log_that_is_not_there(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_reader *r;
	struct seshat_log_line line;

	OK(seshat_log_read_open(&r, "s", &h->o, &err));
	assert_int_equal(seshat_log_read_next(r, &line, &err), 0);
	assert_int_equal(seshat_log_read_torn(r), 0);
	seshat_log_read_free(r);
}

static void
names_file_and_line_of_a_malformed_line(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_reader *r;
	struct seshat_log_line line;
	char want[200];

	put_file(h, "s.jsonl", "{}\n\n{\"skill\":1}\nrubbish\n{}\n{}\n{\"to");
	(void)snprintf(want, sizeof(want),
	    "%s/s.jsonl: line 3: skill is not a string", h->dir);
	OK(seshat_log_read_open(&r, "s", &h->o, &err));
	assert_int_equal(seshat_log_read_next(r, &line, &err), 1);
	FAILS(seshat_log_read_next(r, &line, &err), SESHAT_EFORMAT);
	assert_string_equal(err.msg, want);
	FAILS(seshat_log_read_next(r, &line, &err), SESHAT_EFORMAT);
	assert_int_equal(seshat_log_read_next(r, &line, &err), 1);
	assert_int_equal(line.number, 5);
	seshat_log_read_free(r);
	h->o.skip_bad = 1;
	OK(seshat_log_read_open(&r, "s", &h->o, &err));
	assert_int_equal(seshat_log_read_next(r, &line, &err), 1);
	assert_int_equal(seshat_log_read_next(r, &line, &err), 1);
	assert_int_equal(seshat_log_read_next(r, &line, &err), 1);
	assert_int_equal(seshat_log_read_next(r, &line, &err), 0);
	assert_int_equal(seshat_log_read_bad(r), 2);
	assert_int_equal(seshat_log_read_torn(r), 4);
	seshat_log_read_free(r);
}

static void
cuts_off_a_torn_tail_and_keeps_it(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	char first[4096];

	put_file(h, "s.jsonl", "{}\n{\"torn");
	OK(append_json(h, "s", "{\"timestamp\":\"" TIME "\"}", &err));
	assert_string_equal(content(h, "s.jsonl", &b),
	    "{}\n{\"session_id\":\"s\",\"timestamp\":\"" TIME
	    "\",\"skill\":\"\",\"final_status\":\"\"}\n");
	assert_int_equal(h->torn_len, 6);
	assert_non_null(strstr(h->torn, "/s.jsonl.torn-2"));
	assert_string_equal(
	    content(h, strrchr(h->torn, '/') + 1, &b), "{\"torn");
	memcpy(first, h->torn, sizeof(first));
	/* again at once: a name of its own, and without any newline before */
	put_file(h, "s.jsonl", "more");
	OK(append_json(h, "s", "{}", &err));
	assert_string_not_equal(h->torn, first);
	assert_string_equal(content(h, strrchr(h->torn, '/') + 1, &b), "more");
	assert_string_equal(content(h, strrchr(first, '/') + 1, &b), "{\"torn");
	ses_buf_free(&b);
}

static void
saves_a_torn_tail_of_any_length(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	char *tail = malloc(100001);

	assert_non_null(tail);
	memset(tail, 'x', 100000);
	tail[100000] = '\0';
	tail[2] = '\n';
	put_file(h, "s.jsonl", tail);
	OK(append_json(h, "s", "{}", &err));
	assert_int_equal(h->torn_len, 99997);
	assert_string_equal(
	    content(h, strrchr(h->torn, '/') + 1, &b), tail + 3);
	assert_memory_equal(content(h, "s.jsonl", &b), "xx\n{\"sess", 9);
	free(tail);
	ses_buf_free(&b);
}

static void
round_trips_a_hundred_mebibytes(void **state)
{
	const size_t len = (size_t)(is_small_run() ? 4 : 100) << 20;
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_attempt a = {1, "m", "", NULL, 1};
	struct seshat_log_entry e = entry();
	struct seshat_log_reader *r;
	struct seshat_log_line line;
	char *big = malloc(len + 1);
	char *json = malloc(len + 3);

	assert_non_null(big);
	assert_non_null(json);
	memset(big, 'x', len);
	memcpy(big + len / 2, "\"\n\\\xc3\xa9", 5);
	big[len] = '\0';
	json[0] = '[';
	memset(json + 1, ' ', len);
	memcpy(json + 1 + len / 2, "1.0", 3);
	memcpy(json + len + 1, "]", 2);
	a.runner_output = big;
	e.attempts = &a;
	e.n_attempts = 1;
	e.input = json;
	OK(seshat_log_append_one("s", &e, &h->o, &err));
	OK(append_json(h, "s", "{\"skill\":\"small\"}", &err));
	OK(seshat_log_read_open(&r, "s", &h->o, &err));
	assert_int_equal(seshat_log_read_next(r, &line, &err), 1);
	assert_true(line.len > len && line.len < len + 400);
	OK(seshat_log_read_entry(r, &e, &err));
	assert_true(strcmp(e.attempts[0].runner_output, big) == 0);
	assert_string_equal(e.input, "[1.0]");
	assert_int_equal(seshat_log_read_next(r, &line, &err), 1);
	OK(seshat_log_read_entry(r, &e, &err));
	assert_string_equal(e.skill, "small");
	assert_int_equal(seshat_log_read_next(r, &line, &err), 0);
	seshat_log_read_free(r);
	free(big);
	free(json);
}

/* Lines of every length around the reader's block, so that each byte of a
 * line once is the first of a block. */
static void
reads_lines_across_blocks(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_entry e = entry();
	struct seshat_log_reader *r;
	struct seshat_log_line line;
	struct seshat_log *log;
	char skill[3001];
	size_t i;

	memset(skill, 's', 3000);
	OK(seshat_log_open(&log, "s", &h->o, &err));
	e.skill = skill;
	for (i = 0; i < 3000; i++) {
		skill[i] = '\0';
		OK(seshat_log_append(log, &e, &err));
		skill[i] = 's';
	}
	OK(seshat_log_close(log, &err));
	OK(seshat_log_read_open(&r, "s", &h->o, &err));
	for (i = 0; i < 3000; i++) {
		assert_int_equal(seshat_log_read_next(r, &line, &err), 1);
		OK(seshat_log_read_entry(r, &e, &err));
		assert_int_equal(strlen(e.skill), i);
		assert_int_equal(line.number, i + 1);
	}
	assert_int_equal(seshat_log_read_next(r, &line, &err), 0);
	seshat_log_read_free(r);
}

/* Entries appended after the reader opened are not seen; what a writer cuts
 * off meanwhile does no harm. */
static void
reads_the_log_as_it_was_when_opened(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_reader *r;
	struct seshat_log_line line;

	put_file(h, "s.jsonl", "{\"skill\":\"a\"}\n{\"session_id\":\"s\",\"ti");
	OK(seshat_log_read_open(&r, "s", &h->o, &err));
	OK(append_json(h, "s", "{}", &err));
	assert_int_equal(seshat_log_read_next(r, &line, &err), 1);
	assert_int_equal(line.len, 13);
	assert_int_equal(seshat_log_read_next(r, &line, &err), 0);
	assert_int_equal(seshat_log_read_torn(r), 21);
	seshat_log_read_free(r);
}

static int
everything(struct here *h, struct seshat_err *err)
{
	struct seshat_log_attempt a = {1, "m", "a\nb", "", 1};
	struct seshat_log_entry e = entry();
	struct seshat_log_reader *r = NULL;
	struct seshat_log_line line;
	int rc = -1;

	e.attempts = &a;
	e.n_attempts = 1;
	if (seshat_log_append_one("s", &e, &h->o, err) < 0 ||
	    append_json(h, "s", "{\"attempts\":[{}]}", err) < 0 ||
	    seshat_log_read_open(&r, "s", &h->o, err) < 0)
		return -1;
	do {
		rc = seshat_log_read_next(r, &line, err);
		if (rc == 1 && seshat_log_read_entry(r, &e, err) < 0)
			rc = -1;
	} while (rc == 1);
	seshat_log_read_free(r);
	return rc;
}

static void
survives_every_failed_allocation(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	unsigned n;
	int rc = -1;

	for (n = 1; rc < 0; n++) {
		assert_true(n < 1000);
		put_file(h, "s.jsonl", "{}\nto");
		ses_mem_fail_at(n);
		rc = everything(h, &err);
		ses_mem_fail_at(0);
		if (rc < 0)
			assert_int_equal(err.code, SESHAT_ENOMEM);
	}
	assert_true(n > 5);
}

static void
finds_the_folder_in_the_environment(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char *dir;

	(void)state;
	assert_int_equal(setenv("XDG_DATA_HOME", "/x/data", 1), 0);
	assert_int_equal(setenv("SESHAT_SESSIONS_DIR", "/y", 1), 0);
	OK(seshat_log_dir(&dir, &err));
	assert_string_equal(dir, "/y");
	free(dir);
	assert_int_equal(setenv("SESHAT_SESSIONS_DIR", "", 1), 0);
	OK(seshat_log_dir(&dir, &err));
	assert_string_equal(dir, "/x/data/seshat/sessions");
	free(dir);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(writes_every_field_in_order),
	    TEST(leaves_out_what_is_empty),
	    TEST(keeps_the_spelling_and_unknown_fields_of_json),
	    TEST(refuses_json_that_is_no_entry),
	    TEST(takes_no_line_that_is_not_strict_json),
	    TEST(refuses_values_it_cannot_write),
	    TEST(refuses_ids_that_are_no_file_names),
	    TEST(fills_in_the_time_with_nanoseconds),
	    TEST(reads_back_every_field),
	    TEST(reads_nothing_from_a_log_that_is_not_there),
	    TEST(names_file_and_line_of_a_malformed_line),
	    TEST(cuts_off_a_torn_tail_and_keeps_it),
	    TEST(saves_a_torn_tail_of_any_length),
	    TEST(round_trips_a_hundred_mebibytes),
	    TEST(reads_lines_across_blocks),
	    TEST(reads_the_log_as_it_was_when_opened),
	    TEST(survives_every_failed_allocation),
	    TEST(finds_the_folder_in_the_environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
