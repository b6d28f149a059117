#include "unit/harness_events.h"

#include "harness/claude_code.h"
#include "harness/codex.h"

#define MESSAGE(type, content)                                                 \
	"{\"type\":\"" type "\",\"timestamp\":\"T\",\"message\":{\"role\":"    \
	"\"" type "\",\"content\":" content "}}"

static void
tells_what_lines_of_claude_code_say(void **state)
{
	static const struct row rows[] = {
	    {MESSAGE("user", "\"Hello\\nyou\""), "user text @T: Hello\nyou\n"},
	    {MESSAGE("user", "[{\"type\":\"text\",\"text\":\"A\"},{\"type\":"
			     "\"image\",\"source\":{\"data\":\"AAAA\"}}]"),
		"user text @T: A\nuser image @T: \n"},
	    {MESSAGE("assistant",
		 "[{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":"
		 "\"s\"},{\"type\":\"text\",\"text\":\"Yes\"},{\"type\":"
		 "\"tool_use\",\"id\":\"t\",\"name\":\"Bash\",\"input\":{"
		 "\"description\":\"list\",\"command\":\"ls -la\"}}]"),
		"assistant thinking @T: Hm\nassistant text @T: Yes\n"
		"assistant call [Bash] @T: ls -la\n"},
	    {MESSAGE("assistant", "[{\"type\":\"tool_use\",\"name\":\"Odd\","
				  "\"input\":{ \"n\": 1, \"b\": [2] }}]"),
		"assistant call [Odd] @T: {\"n\":1,\"b\":[2]}\n"},
	    {MESSAGE("user", "[{\"type\":\"tool_result\",\"tool_use_id\":\"t\","
			     "\"content\":\"a\\nb\"}]"),
		"tool result @T: a\nb\n"},
	    {MESSAGE("user",
		 "[{\"type\":\"tool_result\",\"content\":[{\"type\":\"text\","
		 "\"text\":\"one\"},{\"type\":\"text\",\"text\":\"two\"},{"
		 "\"type\":\"image\"}]}]"),
		"tool result @T: one\ntwo\n[image]\n"},
	    {"{\"type\":\"user\",\"isMeta\":true,\"message\":{\"content\":"
	     "\"x\"}}",
		""},
	    {"{\"type\":\"user\",\"isCompactSummary\":true,\"message\":{"
	     "\"content\":\"So far\"}}",
		"system compaction: So far\n"},
	    {"{\"type\":\"system\",\"content\":\"x\"}", ""},
	    {"{\"type\":\"queue-operation\",\"content\":\"x\"}", ""},
	    {"{\"type\":\"user\"}", ""},
	    {"{\"type\":\"user\",\"message\":{\"content\":7}}", ""},
	    {"{\"type\":\"user\",\"message\":\"x\"}", ""},
	    {MESSAGE("user", "\"A\"") MESSAGE(
		 "assistant", "[{\"type\":\"text\",\"text\":\"B\"}]"),
		"user text @T: A\nassistant text @T: B\n"},
	    {MESSAGE("user", "\"A\"") " {\"type\":\"user\",\"mess",
		"user text @T: A\n"},
	    {MESSAGE("user", "\"bad \xff\xc3 end\""),
		"user text @T: bad \xef\xbf\xbd\xef\xbf\xbd end\n"},
	};

	(void)state;
	check(&ses_claude_code, rows, sizeof(rows) / sizeof(rows[0]));
}

#define ITEM(body)                                                             \
	"{\"timestamp\":\"T\",\"type\":\"response_item\",\"payload\":{" body   \
	"}}"

static void
tells_what_lines_of_codex_say(void **state)
{
	static const struct row rows[] = {
	    {ITEM("\"type\":\"message\",\"role\":\"user\",\"content\":[{"
		  "\"type\":\"input_text\",\"text\":\"Add it\"}]"),
		"user text @T: Add it\n"},
	    {ITEM("\"type\":\"message\",\"role\":\"user\",\"content\":[{"
		  "\"type\":\"input_text\",\"text\":"
		  "\"<environment_context>\\n\"}]"),
		""},
	    {ITEM("\"type\":\"message\",\"role\":\"developer\",\"content\":[{"
		  "\"type\":\"input_text\",\"text\":\"rules\"}]"),
		""},
	    {ITEM("\"type\":\"message\",\"role\":\"assistant\",\"content\":[{"
		  "\"type\":\"output_text\",\"text\":\"Done\"}]"),
		"assistant text @T: Done\n"},
	    {ITEM("\"type\":\"reasoning\",\"summary\":[{\"type\":"
		  "\"summary_text\",\"text\":\"Plan\"}],\"content\":null"),
		"assistant thinking @T: Plan\n"},
	    {ITEM("\"type\":\"reasoning\",\"summary\":[],"
		  "\"encrypted_content\":\"gAAA\""),
		""},
	    {ITEM("\"type\":\"function_call\",\"name\":\"shell\","
		  "\"arguments\":\"{\\\"command\\\":[\\\"ls\\\",\\\"-la\\\"]}"
		  "\",\"call_id\":\"c\""),
		"assistant call [shell] @T: ls -la\n"},
	    {ITEM("\"type\":\"function_call\",\"name\":\"exec_command\","
		  "\"arguments\":\"{\\\"cmd\\\":\\\"make test\\\"}\""),
		"assistant call [exec_command] @T: make test\n"},
	    {ITEM("\"type\":\"custom_tool_call\",\"name\":\"apply_patch\","
		  "\"input\":\"*** Begin Patch\""),
		"assistant call [apply_patch] @T: *** Begin Patch\n"},
	    {ITEM("\"type\":\"web_search_call\",\"action\":{\"type\":"
		  "\"search\",\"query\":\"what\"}"),
		"assistant call [web_search_call] @T: what\n"},
	    {ITEM("\"type\":\"function_call_output\",\"call_id\":\"c\","
		  "\"output\":\"total 24\""),
		"tool result @T: total 24\n"},
	    {ITEM("\"type\":\"custom_tool_call_output\",\"output\":[{\"type\":"
		  "\"input_text\",\"text\":\"a\"},{\"type\":\"input_text\","
		  "\"text\":\"b\"}]"),
		"tool result @T: a\nb\n"},
	    {ITEM("\"type\":\"tool_result\",\"result\":{\"stdout\":\"l\","
		  "\"exitCode\":0}"),
		"tool result @T: l\n"},
	    {"{\"type\":\"message\",\"role\":\"user\",\"content\":\"Old\"}",
		"user text: Old\n"},
	    {"{\"type\":\"event_msg\",\"payload\":{\"type\":\"user_message\","
	     "\"message\":\"said twice\"}}",
		""},
	    {"{\"type\":\"session_meta\",\"payload\":{\"id\":\"x\"}}", ""},
	    {ITEM("\"type\":\"ghost_snapshot\""), ""},
	};

	(void)state;
	check(&ses_codex, rows, sizeof(rows) / sizeof(rows[0]));
}

static int
stop(void *arg, const struct ses_event *e)
{
	(void)e;
	return ++*(int *)arg == 2 ? 42 : 0;
}

static void
stops_when_told_to(void **state)
{
	static const char line[] = MESSAGE("user", "\"A\"")
	    MESSAGE("user", "\"B\"") MESSAGE("user", "\"C\"");
	int n = 0;

	(void)state;
	assert_int_equal(ses_claude_code.events(&ses_claude_code, line,
			     sizeof(line) - 1, stop, &n),
	    42);
	assert_int_equal(n, 2);
}

static void
cuts_long_arguments_at_a_character(void **state)
{
	struct ses_buf line = {0};
	struct ses_buf got = {0};
	int i;

	(void)state;
	ses_buf_str(&line, "{\"type\":\"assistant\",\"message\":{\"content\":[{"
			   "\"type\":\"tool_use\",\"name\":\"N\",\"input\":{"
			   "\"command\":\"x");
	for (i = 0; i < 100000; i++)
		ses_buf_str(&line, "\xc3\xa9");
	ses_buf_str(&line, "\"}}]}}");
	assert_int_equal(ses_claude_code.events(&ses_claude_code, line.data,
			     line.len, write_down, &got),
	    0);
	/* "assistant call [N]: " + x + 249 times two bytes + newline */
	assert_int_equal(got.len, 20 + 1 + 498 + 1);
	ses_buf_free(&line);
	ses_buf_free(&got);
}

static void
survives_malformed_lines(void **state)
{
	static const char good[] = MESSAGE("assistant",
	    "[{\"type\":\"tool_use\",\"name\":\"Bash\",\"input\":{\"command\":"
	    "\"a\\\"b\\u00e9\"}},{\"type\":\"text\",\"text\":\"B\"}]");
	const struct ses_harness_ops *const *h;
	struct ses_buf got = {0};
	struct ses_buf deep = {0};
	char *copy;
	size_t len;
	size_t i;

	(void)state;
	for (i = 0; i < 200000; i++)
		ses_buf_str(&deep, "{\"message\":[");
	for (h = ses_harnesses; *h != NULL; h++) {
		/* every beginning, in memory that ends where the line does */
		for (len = 0; len < sizeof(good); len++) {
			copy = malloc(len > 0 ? len : 1);
			assert_non_null(copy);
			memcpy(copy, good, len);
			(void)(*h)->events(*h, copy, len, write_down, &got);
			for (i = 0; i < len; i++) {
				copy[i] ^= (char)0x55;
				(void)(*h)->events(
				    *h, copy, len, write_down, &got);
				copy[i] ^= (char)0x55;
			}
			free(copy);
		}
		assert_int_equal(
		    (*h)->events(*h, deep.data, deep.len, write_down, &got), 0);
		assert_int_equal(
		    (*h)->events(*h, "\0\0", 2, write_down, &got), 0);
		assert_int_equal((*h)->events(*h, "", 0, write_down, &got), 0);
	}
	ses_buf_free(&got);
	ses_buf_free(&deep);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_what_lines_of_claude_code_say),
	    cmocka_unit_test(tells_what_lines_of_codex_say),
	    cmocka_unit_test(stops_when_told_to),
	    cmocka_unit_test(cuts_long_arguments_at_a_character),
	    cmocka_unit_test(survives_malformed_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
