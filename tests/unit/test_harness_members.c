/* What is told of an event besides its text; the shapes are those of real
 * lines. */
#include "unit/harness_events.h"

#include "harness/claude_code.h"
#include "harness/codex.h"
#include "harness/generic.h"
#include "harness/hermes.h"
#include "harness/openclaw.h"
#include "harness/seshat_log.h"
#include "harness/tell.h"

#define CHECK(harness, rows)                                                   \
	check_with(                                                            \
	    harness, rows, sizeof(rows) / sizeof((rows)[0]), write_members)

/* A line of Claude Code, with what stands before and in its message. */
#define CLAUDE(type, more, message)                                            \
	"{\"parentUuid\":\"p\"," more "\"type\":\"" type "\",\"message\":{"    \
	"\"role\":\"" type "\"," message "},\"uuid\":\"u\","                   \
	"\"timestamp\":\"T\"}"
#define USAGE                                                                  \
	"\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\":20,"    \
	"\"cache_read_input_tokens\":100,\"cache_creation\":{"                 \
	"\"ephemeral_5m_input_tokens\":20},\"output_tokens\":7,"               \
	"\"service_tier\":\"standard\"}"
#define MODEL "\"model\":\"opus\",\"id\":\"m\","

static void
claude_code_tells_of_messages(void **state)
{
	static const struct row rows[] = {
	    {CLAUDE("assistant", "\"isSidechain\":false,",
		 MODEL "\"content\":[{\"type\":\"tool_use\",\"id\":\"toolu_1\","
		       "\"name\":\"Bash\",\"input\":{\"command\":\"ls\","
		       "\"n\": [1]}}]," USAGE),
		"assistant call [Bash] @T: ls\n"
		"  call=\"toolu_1\" input={\"command\":\"ls\",\"n\": [1]} "
		"model=\"opus\" message=\"m\" line=\"u\" parent=\"p\"\n"
		"assistant usage @T: \n"
		"  model=\"opus\" message=\"m\" line=\"u\" parent=\"p\" 3 7 "
		"100 20\n"},
	    {CLAUDE("assistant", "\"isSidechain\":true,\"agentId\":\"a1\",",
		 MODEL "\"content\":[{\"type\":\"text\",\"text\":\"Yes\"}]"),
		"assistant text @T: Yes\n"
		"  model=\"opus\" message=\"m\" line=\"u\" parent=\"p\" "
		"agent=\"a1\" side\n"},
	    {CLAUDE("assistant", "\"isApiErrorMessage\":true,",
		 "\"id\":\"m\",\"model\":\"<synthetic>\",\"content\":[{"
		 "\"type\":\"text\",\"text\":\"No\"}]," USAGE),
		"assistant text @T: No\n"
		"  message=\"m\" line=\"u\" parent=\"p\"\n"},
	    {CLAUDE("assistant", "", MODEL "\"usage\":{\"input_tokens\":-1}"),
		"other other @T: \n"
		"  model=\"opus\" message=\"m\" line=\"u\" parent=\"p\"\n"},
	    /* one object of a line tells nothing of the next */
	    {"{\"type\":\"assistant\",\"uuid\":\"u\",\"isSidechain\":true,"
	     "\"message\":{" MODEL "\"content\":\"A\"}}"
	     "{\"type\":\"user\",\"message\":{\"content\":\"B\"}}",
		"assistant text: A\n"
		"  model=\"opus\" message=\"m\" line=\"u\" side\n"
		"user text: B\n \n"},
	};

	(void)state;
	CHECK(&ses_claude_code, rows);
}

#define PICTURE                                                                \
	"{\"type\":\"image\",\"source\":{\"type\":\"base64\","                 \
	"\"media_type\":\"image/png\",\"data\":\"iVBORw0K\"}}"

static void
claude_code_tells_of_results(void **state)
{
	static const struct row rows[] = {
	    {CLAUDE("user", "\"toolUseResult\":\"Error: Exit code 1\",",
		 "\"content\":[{\"type\":\"tool_result\",\"content\":\"bad\","
		 "\"is_error\":true,\"tool_use_id\":\"toolu_1\"}]"),
		"tool result @T: bad\n"
		"  call=\"toolu_1\" line=\"u\" parent=\"p\" failed\n"},
	    {CLAUDE("user",
		 "\"toolUseResult\":{\"status\":\"completed\",\"prompt\":\"P\","
		 "\"agentId\":\"a2\"},",
		 "\"content\":[{\"tool_use_id\":\"toolu_1\",\"type\":"
		 "\"tool_result\",\"is_error\":false}]"),
		"tool result @T: \n"
		"  call=\"toolu_1\" line=\"u\" parent=\"p\" agent=\"a2\"\n"},
	    {CLAUDE("user", "",
		 "\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":"
		 "\"toolu_1\",\"content\":[" PICTURE
		 ",{\"type\":\"text\",\"text\":\"one\"}]}," PICTURE "]"),
		"tool result @T: one\n"
		"  call=\"toolu_1\" line=\"u\" parent=\"p\"\n"
		"tool image @T: \n"
		"  call=\"toolu_1\" line=\"u\" parent=\"p\" "
		"media=\"image/png\" data=\"iVBORw0K\"\n"
		"user image @T: \n"
		"  line=\"u\" parent=\"p\" "
		"media=\"image/png\" data=\"iVBORw0K\"\n"},
	    {CLAUDE("user", "",
		 "\"content\":[{\"type\":\"image\",\"source\":{\"type\":"
		 "\"url\",\"url\":\"https://example.org/i.png\"}}]"),
		"user other @T: [image]\n  line=\"u\" parent=\"p\"\n"},
	};

	(void)state;
	CHECK(&ses_claude_code, rows);
}

static void
claude_code_tells_of_compaction_and_of_silent_lines(void **state)
{
	static const struct row rows[] = {
	    {"{\"parentUuid\":null,\"logicalParentUuid\":\"l\",\"type\":"
	     "\"system\",\"subtype\":\"compact_boundary\",\"content\":"
	     "\"Conversation compacted\",\"isMeta\":false,\"uuid\":\"u\","
	     "\"compactMetadata\":{\"trigger\":\"manual\"}}",
		"system compaction: \n  line=\"u\" parent=\"l\"\n"},
	    {CLAUDE("user", "\"isCompactSummary\":true,",
		 "\"content\":\"So far\""),
		"system compaction @T: So far\n  line=\"u\" parent=\"p\"\n"},
	    {"{\"parentUuid\":\"p\",\"type\":\"attachment\",\"uuid\":\"u\"}",
		"other other: \n  line=\"u\" parent=\"p\"\n"},
	    {CLAUDE("user", "\"isMeta\":true,", "\"content\":\"x\""),
		"other other @T: \n  line=\"u\" parent=\"p\"\n"},
	    {"{\"type\":\"last-prompt\",\"lastPrompt\":\"x\"}", ""},
	};

	(void)state;
	CHECK(&ses_claude_code, rows);
}

#define CODEX(type, payload)                                                   \
	"{\"timestamp\":\"T\",\"ordinal\":14,\"type\":\"" type "\","           \
	"\"payload\":{" payload "}}"
#define ITEM(body) CODEX("response_item", body)
#define PNG        "\"data:image/png;base64,iVBORw0K\""

static void
codex_tells_of_calls(void **state)
{
	static const struct row rows[] = {
	    {ITEM("\"type\":\"function_call\",\"id\":\"fc_1\",\"name\":"
		  "\"exec_command\",\"arguments\":\"{\\\"cmd\\\": "
		  "\\\"ls\\\"}\",\"call_id\":\"call_1\""),
		"assistant call [exec_command] @T: ls\n"
		"  call=\"call_1\" input={\"cmd\": \"ls\"}\n"},
	    {ITEM("\"type\":\"custom_tool_call\",\"call_id\":\"call_1\","
		  "\"name\":\"apply_patch\",\"input\":\"*** Begin\\n\""),
		"assistant call [apply_patch] @T: *** Begin\n\n"
		"  call=\"call_1\" input=\"*** Begin\\n\"\n"},
	    {ITEM("\"type\":\"web_search_call\",\"id\":\"ws_1\","
		  "\"action\":{\"query\":\"q\"}"),
		"assistant call [web_search_call] @T: q\n"
		"  call=\"ws_1\" input={\"query\":\"q\"}\n"},
	    {CODEX("event_msg",
		 "\"type\":\"collab_agent_spawn_end\",\"call_id\":\"c\","
		 "\"new_thread_id\":\"n\",\"model\":\"other\""),
		"other other @T: \n  call=\"c\" agent=\"n\"\n"},
	    {ITEM("\"type\":\"image_generation_call\",\"id\":\"ig_1\","
		  "\"revised_prompt\":\"A cat\",\"result\":\"iVBORw0K\""),
		"assistant image @T: A cat\n  call=\"ig_1\" "
		"data=\"iVBORw0K\"\n"},
	};

	(void)state;
	CHECK(&ses_codex, rows);
}

#define OUTPUT(output)                                                         \
	ITEM("\"type\":\"function_call_output\",\"call_id\":\"call_1\","       \
	     "\"output\":" output)
#define CHUNK "Chunk ID: 91eb90\\nWall time: 0.1 seconds\\n"

static void
codex_tells_what_failed(void **state)
{
	/* beginning of the text, and whether it failed */
	static const struct {
		const char *line;
		const char *text;
		int failed;
	} rows[] = {
	    {OUTPUT("\"" CHUNK "Process exited with code 0\\nOutput:\\nok\""),
		"Chunk", 0},
	    {OUTPUT("\"" CHUNK "Process exited with code 127\\nOutput:\\nno\""),
		"Chunk", 1},
	    {OUTPUT("\"" CHUNK "Process running with session ID 1\\n"
		    "Output:\\n\\nProcess exited with code 1\""),
		"Chunk", 0},
	    {OUTPUT("\"Exit code: 2\\nWall time: 0 seconds\\nOutput:\\n\""),
		"Exit", 1},
	    {OUTPUT("\"Exit code: 0\\nWall time: 0 seconds\\nOutput:\\n\""),
		"Exit", 0},
	    {OUTPUT("\"\\nProcess exited with code 1\""), "\nProcess", 0},
	    {OUTPUT("\"{\\\"output\\\":\\\"bad\\\",\\\"metadata\\\":{"
		    "\\\"exit_code\\\":1}}\""),
		"bad\n", 1},
	    {OUTPUT("\"{\\\"output\\\":\\\"good\\\",\\\"metadata\\\":{"
		    "\\\"exit_code\\\":0}}\""),
		"good\n", 0},
	    {OUTPUT("\"{\\\"output\\\":\\\"mine\\\"}\""), "{", 0},
	    {OUTPUT("{\"content\":\"no\",\"success\":false}"), "no\n", 1},
	    {ITEM("\"type\":\"tool_result\",\"call_id\":\"call_1\","
		  "\"result\":{\"stdout\":\"l\",\"exitCode\":1}"),
		"l\n", 1},
	    {OUTPUT("7"), "\n", 0},
	};
	struct ses_buf got = {0};
	struct ses_buf want = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ses_buf_clear(&got);
		ses_buf_clear(&want);
		ses_buf_fmt(&want, "tool result @T: %s", rows[i].text);
		assert_int_equal(ses_codex.events(&ses_codex, rows[i].line,
				     strlen(rows[i].line), write_members, &got),
		    0);
		assert_memory_equal(
		    ses_buf_cstr(&got), ses_buf_cstr(&want), want.len);
		assert_non_null(strstr(got.data, "  call=\"call_1\""));
		assert_int_equal(
		    strstr(got.data, " failed") != NULL, rows[i].failed);
	}
	ses_buf_free(&got);
	ses_buf_free(&want);
}

static void
codex_tells_of_messages_and_tokens(void **state)
{
	static const struct row rows[] = {
	    {CODEX("turn_context", "\"cwd\":\"/w\",\"model\":\"gpt\""),
		"other other @T: \n  model=\"gpt\"\n"},
	    {CODEX("turn_context", "\"cwd\":\"/w\""), ""},
	    {CODEX("event_msg",
		 "\"type\":\"token_count\",\"info\":{"
		 "\"total_token_usage\":{\"input_tokens\":12091,"
		 "\"cached_input_tokens\":10880,"
		 "\"cache_write_input_tokens\":11,\"output_tokens\":182,"
		 "\"reasoning_output_tokens\":128,\"total_tokens\":12273},"
		 "\"last_token_usage\":{\"input_tokens\":1}}"),
		"assistant usage @T: \n  1200 182 10880 11 total\n"},
	    {CODEX("event_msg", "\"type\":\"token_count\",\"info\":null"), ""},
	    {CODEX("token_usage_record", "\"usage\":{\"input_tokens\":1}"), ""},
	    {CODEX("compacted", "\"message\":\"So far\","
				"\"replacement_history\":[]"),
		"system compaction @T: So far\n \n"},
	    {CODEX("compacted", "\"message\":\"\""),
		"system compaction @T: \n \n"},
	    {ITEM("\"type\":\"message\",\"id\":\"msg_1\",\"role\":"
		  "\"user\",\"content\":[{\"type\":\"input_text\",\"text\":"
		  "\"See\"},{\"type\":\"input_image\",\"image_url\":" PNG
		  ",\"detail\":\"auto\"}]"),
		"user text @T: See\n  message=\"msg_1\"\n"
		"user image @T: \n  message=\"msg_1\" media=:image/png; "
		"data=,iVBORw0K\"\n"},
	    {ITEM("\"type\":\"message\",\"role\":\"user\",\"content\":[{"
		  "\"type\":\"input_image\",\"image_url\":" PNG "}]"),
		"user image @T: \n  media=:image/png; data=,iVBORw0K\"\n"},
	    {ITEM("\"type\":\"message\",\"role\":\"assistant\",\"content\":"
		  "[{\"type\":\"input_image\",\"image_url\":null}]"),
		"assistant text @T: [input_image]\n \n"},
	    {ITEM("\"type\":\"custom_tool_call_output\",\"call_id\":\"c\","
		  "\"output\":[{\"type\":\"input_text\",\"text\":\"a\"},{"
		  "\"type\":\"input_image\",\"image_url\":" PNG "}]"),
		"tool result @T: a\n  call=\"c\"\n"
		"tool image @T: \n  call=\"c\" media=:image/png; "
		"data=,iVBORw0K\"\n"},
	};

	(void)state;
	CHECK(&ses_codex, rows);
}

static void
openclaw_tells_of_messages(void **state)
{
	static const struct row rows[] = {
	    {"{\"type\":\"session\",\"version\":3,\"id\":\"s\"}", ""},
	    {"{\"type\":\"model_change\",\"id\":\"m1\",\"parentId\":null,"
	     "\"provider\":\"custom\",\"modelId\":\"gpt\"}",
		"other other: \n  model=\"gpt\" line=\"m1\"\n"},
	    {"{\"type\":\"message\",\"id\":\"a1\",\"parentId\":\"u1\","
	     "\"message\":{\"role\":\"assistant\",\"content\":[{\"type\":"
	     "\"toolCall\",\"id\":\"call_1\",\"name\":\"read\",\"arguments\":"
	     "{\"path\":\"R\"}}],\"model\":\"gpt\",\"usage\":{\"input\":914,"
	     "\"output\":663,\"cacheRead\":18432,\"cacheWrite\":5,"
	     "\"totalTokens\":20009,\"cost\":{\"input\":1}},"
	     "\"responseId\":\"resp_1\"}}",
		"assistant call [read]: R\n  call=\"call_1\" "
		"input={\"path\":\"R\"} model=\"gpt\" message=\"resp_1\" "
		"line=\"a1\" parent=\"u1\"\n"
		"assistant usage: \n  model=\"gpt\" message=\"resp_1\" "
		"line=\"a1\" parent=\"u1\" 914 663 18432 5\n"},
	    {"{\"type\":\"message\",\"id\":\"r1\",\"message\":{\"role\":"
	     "\"toolResult\",\"toolCallId\":\"call_1\",\"toolName\":\"read\","
	     "\"isError\":true,\"content\":[{\"type\":\"text\",\"text\":"
	     "\"no\"},{\"type\":\"image\",\"data\":\"AAAA\",\"mimeType\":"
	     "\"image/png\"}]}}",
		"tool result: no\n  call=\"call_1\" line=\"r1\" failed\n"
		"tool image: \n  call=\"call_1\" line=\"r1\" "
		"media=\"image/png\" data=\"AAAA\"\n"},
	    {"{\"type\":\"compaction\",\"id\":\"c1\",\"summary\":\"S\"}",
		"system compaction: S\n  line=\"c1\"\n"},
	    {"{\"type\":\"model.completed\",\"modelId\":\"gpt\",\"data\":{"
	     "\"usage\":{\"input\":10},\"assistantTexts\":[\"Done\"]}}",
		"assistant text: Done\n  model=\"gpt\"\n"},
	};

	(void)state;
	CHECK(&ses_openclaw, rows);
}

static void
hermes_tells_of_messages(void **state)
{
	static const struct row rows[] = {
	    {"{\"id\":1,\"role\":\"assistant\",\"content\":\"Hi\","
	     "\"tool_calls\":\"[{\\\"id\\\":\\\"call_1\\\",\\\"type\\\":"
	     "\\\"function\\\",\\\"function\\\":{\\\"name\\\":\\\"web\\\","
	     "\\\"arguments\\\":\\\"{\\\\\\\"query\\\\\\\":7}\\\"}}]\"}",
		"assistant text: Hi\n \n"
		"assistant call [web]: {\"query\":7}\n"
		"  call=\"call_1\" input={\"query\":7}\n"},
	    {"{\"id\":2,\"role\":\"tool\",\"content\":\"ok\",\"tool_call_id\":"
	     "\"call_1\",\"tool_name\":\"web\"}",
		"tool result [web]: ok\n  call=\"call_1\"\n"},
	    {"{\"id\":3,\"role\":\"user\",\"content\":[{\"type\":\"text\","
	     "\"text\":\"See\"},{\"type\":\"image_url\",\"image_url\":{"
	     "\"url\":" PNG "}}],\"_compressed_summary\":0}",
		"user text: See\n \n"
		"user image: \n  media=:image/png; data=,iVBORw0K\"\n"},
	    {"{\"id\":4,\"role\":\"user\",\"content\":\"So far\","
	     "\"_compressed_summary\":1}",
		"system compaction: So far\n \n"},
	};

	(void)state;
	CHECK(&ses_hermes, rows);
}

static void
others_tell_what_they_may(void **state)
{
	static const struct row guessed[] = {
	    {"{\"type\":\"message\",\"uuid\":\"u\",\"parentId\":\"p\","
	     "\"message\":{\"id\":\"m\",\"role\":\"assistant\",\"content\":"
	     "\"A\",\"model\":\"x\",\"usage\":{\"input\":1,\"output\":2,"
	     "\"cacheRead\":3,\"cacheWrite\":4}}}",
		"assistant text: A\n  model=\"x\" message=\"m\" line=\"u\" "
		"parent=\"p\"\nassistant usage: \n  model=\"x\" "
		"message=\"m\" line=\"u\" parent=\"p\" 1 2 3 4\n"},
	    {"{\"role\":\"assistant\",\"content\":\"A\",\"usage\":{"
	     "\"prompt_tokens\":1,\"completion_tokens\":2}}",
		"assistant text: A\n \nassistant usage: \n  1 2 0 0\n"},
	    {"{\"role\":\"tool\",\"content\":\"A\",\"tool_call_id\":\"c\","
	     "\"isError\":true}",
		"tool result: A\n  call=\"c\" failed\n"},
	    {"{\"role\":\"user\",\"content\":[" PICTURE "],\"isError\":true}",
		"user image: \n  media=\"image/png\" data=\"iVBORw0K\"\n"},
	};
	static const struct row logged[] = {
	    {"{\"session_id\":\"s\",\"skill\":\"k\",\"input\":{\"n\":1},"
	     "\"attempts\":[{\"model\":\"x\",\"output_summary\":\"o\"},{"
	     "\"output_summary\":\"p\"}],\"final_status\":\"done\","
	     "\"model_used\":\"y\"}",
		"assistant call [k]: {\"n\":1}\n  input={\"n\":1}\n"
		"assistant text: x: o\n  model=\"x\"\n"
		"assistant text: p\n \n"
		"tool result: done\n  model=\"y\"\n"},
	};

	(void)state;
	CHECK(&ses_generic, guessed);
	CHECK(&ses_seshat_log, logged);
}

static void
takes_data_urls_apart(void **state)
{
	static const struct {
		const char *url;
		const char *media; /* NULL: it is none */
		const char *data;
	} rows[] = {{PNG, "image/png", "iVBORw0K"},
	    {"\"data:;base64,AA==\"", "", "AA=="},
	    {"\"data:image/png;base64,\"", NULL, NULL},
	    {"\"data:image/png;base64\"", NULL, NULL},
	    {"\"data:image/png,AAAA;base64,AAAA\"", "image/png,AAAA", "AAAA"},
	    {"\"data:image/png;charset=x;base64,AAAA\"", NULL, NULL},
	    {"\"https://example.org/;base64,AAAA\"", NULL, NULL},
	    {"\"data:\"", NULL, NULL}, {"\"\"", NULL, NULL},
	    {"{\"data:a;base64,AAAA\":1}", NULL, NULL}};
	struct ses_json url;
	struct ses_json media;
	struct ses_json data;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)ses_json_peek(rows[i].url, strlen(rows[i].url), &url);
		assert_int_equal(ses_tell_data_url(&url, &media, &data),
		    rows[i].media != NULL);
		if (rows[i].media == NULL)
			continue;
		assert_true(ses_json_is(&media, rows[i].media));
		assert_true(ses_json_is(&data, rows[i].data));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(claude_code_tells_of_messages),
	    cmocka_unit_test(claude_code_tells_of_results),
	    cmocka_unit_test(
		claude_code_tells_of_compaction_and_of_silent_lines),
	    cmocka_unit_test(codex_tells_of_calls),
	    cmocka_unit_test(codex_tells_what_failed),
	    cmocka_unit_test(codex_tells_of_messages_and_tokens),
	    cmocka_unit_test(openclaw_tells_of_messages),
	    cmocka_unit_test(hermes_tells_of_messages),
	    cmocka_unit_test(others_tell_what_they_may),
	    cmocka_unit_test(takes_data_urls_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
