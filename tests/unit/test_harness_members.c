/* What is told of an event besides its text; the shapes are those of real
 * lines. */
#include "unit/harness_events.h"

#include "harness/claude_code.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(claude_code_tells_of_messages),
	    cmocka_unit_test(claude_code_tells_of_results),
	    cmocka_unit_test(
		claude_code_tells_of_compaction_and_of_silent_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
