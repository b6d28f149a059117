/* Sessions that are folders of events: harness/event_folder.h, and OpenHands,
 * which keeps them. */
#define _XOPEN_SOURCE 700
#include "unit/harness_home.h"
#include "unit/harness_events.h"

#include <time.h>

#include "harness/event_folder.h"
#include "harness/openhands.h"
#include "harness/rows.h"

#define EVENTS ".openhands/conversations/" ID "/events"
#define ID     "086c7ecf6cb746b69fbcb900358d1247"

static void
names_are_those_of_events(void **state)
{
	static const char *const bad[] = {"event-0001-aaaaaaaa.json",
	    "event-00001.json", "event-00001-a.json.tmp", "event-x0001-a.json",
	    "event--00001-a.json", ".event-00001-a.json", "event-00001_a.json",
	    "event-1234567890123456789-a.json", "event-", ""};
	uint64_t n = 7;
	size_t i;

	(void)state;
	assert_true(ses_event_file_is("event-00042-aaaaaaaa.json", &n));
	assert_int_equal(n, 42);
	assert_true(ses_event_file_is("event-100000-aaaaaaaa.json", &n));
	assert_int_equal(n, 100000);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(ses_event_file_is(bad[i], &n));
}

static void
is_line(struct home *h, const struct ses_event_folder *f, uint64_t cursor,
    const char *line)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf out = {0};

	OK(ses_event_folder_line(f, at(h, EVENTS), cursor, &out, &err));
	assert_string_equal(ses_buf_cstr(&out), line);
	ses_buf_free(&out);
}

static void
files_are_lines_by_number(void **state)
{
	struct ses_event_folder f = {0};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf out = {0};
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, EVENTS "/event-100000-a.json", "{\"n\":3}\n");
	put(&h, EVENTS "/event-99999-a.json", "{\n \"n\": [1,\r\n2]\n}\n");
	put(&h, EVENTS "/event-00001-b.json", "{\"n\": 2}");
	put(&h, EVENTS "/event-00001-a.json", "{\"half\":\"");
	put(&h, EVENTS "/event-00000-a.json", "");
	put(&h, EVENTS "/.eventlog.lock", "");
	OK(ses_fs_mkdirs(at(&h, EVENTS "/event-00002-a.json"), 0700, &err));
	OK(ses_event_folder_list(&f, at(&h, EVENTS), &err));
	assert_int_equal(f.n, 5);
	is_line(&h, &f, 1, "\"\"\n");
	is_line(&h, &f, 2, "\"{\\\"half\\\":\\\"\"\n");
	is_line(&h, &f, 3, "{\"n\": 2}\n");
	is_line(&h, &f, 4, "{\"n\":[1,2]}\n");
	is_line(&h, &f, 5, "{\"n\":3}\n");
	assert_int_equal(unlink(at(&h, EVENTS "/event-99999-a.json")), 0);
	assert_int_equal(
	    ses_event_folder_line(&f, at(&h, EVENTS), 4, &out, &err), -1);
	assert_int_equal(err.code, SESHAT_ECONFLICT);
	ses_buf_free(&out);
	ses_event_folder_free(&f);
	home_close(&h);
}

/* How many events there are to be read now. */
static uint64_t
highest(struct home *h)
{
	struct ses_event_folder f = {0};
	struct seshat_err err = SESHAT_ERR_INIT;
	uint64_t n;

	OK(ses_event_folder_list(&f, at(h, EVENTS), &err));
	OK(ses_event_folder_hold(&f, at(h, EVENTS), &err));
	n = f.highest;
	ses_event_folder_free(&f);
	return n;
}

static void
write_now(struct home *h, const char *name, const char *text)
{
	put_bytes(h, name, text, strlen(text), (long)time(NULL));
}

static void
what_may_be_being_written_is_held_back(void **state)
{
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, EVENTS "/event-00000-a.json", "{}");
	write_now(&h, EVENTS "/event-00001-a.json", "{\"a\":{}");
	assert_int_equal(highest(&h), 1);
	write_now(&h, EVENTS "/event-00001-a.json", "{\"a\":{}}");
	assert_int_equal(highest(&h), 2);
	write_now(&h, EVENTS "/event-00003-a.json", "{}");
	assert_int_equal(highest(&h), 2);
	put(&h, EVENTS "/event-00003-a.json", "{}");
	assert_int_equal(highest(&h), 3);
	write_now(&h, EVENTS "/event-00002-a.json", "{}");
	assert_int_equal(highest(&h), 4);
	write_now(&h, EVENTS "/event-00004-a.json", "");
	assert_int_equal(highest(&h), 4);
	put(&h, EVENTS "/event-00004-a.json", "");
	assert_int_equal(highest(&h), 5);
	home_close(&h);
}

static void
a_conversation_is_found(void **state)
{
	static const char state_of[] =
	    ".openhands/conversations/" ID "/base_state.json";
	const struct ses_discover q = {.harness = &ses_openhands.ops};
	struct ses_session_list l;
	const struct ses_session *s;
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, state_of, "{\"workspace\":\"/srv/x\",\"api_key\":\"no\"}");
	put(&h, EVENTS "/event-00000-a.json", "{\"source\":\"agent\"}");
	put(&h, EVENTS "/event-00001-a.json",
	    "{\"source\":\"user\",\"llm_message\":{\"content\":"
	    "[{\"type\":\"text\",\"text\":\"Do\\nit\"}]}}");
	put(&h, ".openhands/conversations/notes/events/event-00000-a.json",
	    "{}");
	discover(&q, &l);
	assert_int_equal(l.n, 1);
	s = the(&l, ID);
	assert_string_equal(s->cwd, "/srv/x");
	assert_string_equal(s->title, "Do it");
	assert_int_equal(s->n_rows, 2);
	assert_true(ses_openhands.ops.holds(&ses_openhands.ops, ID));
	assert_true(ses_openhands.ops.holds(&ses_openhands.ops, ID "/events"));
	assert_false(ses_openhands.ops.holds(&ses_openhands.ops, ID "/x"));
	assert_false(ses_openhands.ops.holds(&ses_openhands.ops, "notes"));
	ses_session_list_free(&l);
	home_close(&h);
}

static const char lines[] =
    "{\"kind\":\"SystemPromptEvent\",\"system_prompt\":{\"text\":\"Be\"}}\n"
    "{\"kind\":\"MessageEvent\",\"source\":\"user\",\"llm_message\":{\"role\":"
    "\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"},{\"type\":"
    "\"image\",\"image_urls\":[\"data:image/png;base64,AAAA\"]}]}}\n"
    "{\"kind\":\"ActionEvent\",\"source\":\"agent\",\"reasoning_content\":"
    "\"Hm\",\"thought\":[{\"type\":\"text\",\"text\":\"So\"}],\"tool_name\":"
    "\"terminal\",\"tool_call_id\":\"c\",\"tool_call\":{\"arguments\":"
    "\"{\\\"command\\\":\\\"ls\\\"}\"},\"action\":{}}\n"
    "{\"kind\":\"ObservationEvent\",\"tool_name\":\"terminal\","
    "\"observation\":{\"content\":[{\"type\":\"text\",\"text\":\"a.c\"}]}}\n"
    "{\"kind\":\"ActionEvent\",\"thought\":[],\"thinking_blocks\":"
    "[{\"thinking\":\"Ah\"}],\"tool_name\":\"finish\",\"action\":{\"message\":"
    "\"Done\",\"kind\":\"FinishAction\"}}\n"
    "{\"kind\":\"AgentErrorEvent\",\"tool_name\":\"x\",\"error\":\"No\"}\n"
    "{\"kind\":\"Condensation\",\"summary\":\"Short\"}\n"
    "{\"kind\":\"PauseEvent\"}\n";

static void
events_say_what_happened(void **state)
{
	struct ses_buf out = {0};
	const char *p = lines;
	const char *nl;

	(void)state;
	for (; (nl = strchr(p, '\n')) != NULL; p = nl + 1)
		assert_int_equal(ses_openhands_events(&ses_openhands.ops, p,
				     (size_t)(nl - p), write_down, &out),
		    0);
	assert_string_equal(ses_buf_cstr(&out),
	    "system text: Be\n"
	    "user text: Hi\n"
	    "user image: \n"
	    "assistant thinking: Hm\n"
	    "assistant text: So\n"
	    "assistant call [terminal]: ls\n"
	    "tool result [terminal]: a.c\n"
	    "assistant thinking: Ah\n"
	    "assistant call [finish]: Done\n"
	    "assistant text: Done\n"
	    "tool result [x]: No\n"
	    "system compaction: Short\n");
	ses_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_those_of_events),
	    cmocka_unit_test(files_are_lines_by_number),
	    cmocka_unit_test(what_may_be_being_written_is_held_back),
	    cmocka_unit_test(a_conversation_is_found),
	    cmocka_unit_test(events_say_what_happened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
