/* Transcripts as conversations in HTML. */
#include "unit/html_test.h"

#include "base/base64.h"
#include "base/mem.h"
#include "render/talk.h"

#define MESSAGE(type, more, content)                                           \
	"{\"type\":\"" type "\",\"timestamp\":\"2026-01-02T03:04:05Z\"" more   \
	",\"message\":{\"role\":\"" type "\"," content "}}\n"
#define TEXT(type, more, text)   MESSAGE(type, more, "\"content\":\"" text "\"")
#define BLOCK(type, more, block) MESSAGE(type, more, "\"content\":[" block "]")
#define CALL(id, name, input)                                                  \
	"{\"type\":\"tool_use\",\"id\":\"" id "\",\"name\":\"" name            \
	"\",\"input\":" input "}"

static struct ses_talk_how
standing_alone(void)
{
	return (struct ses_talk_how){
	    .harness = ses_harness_named("claude-code"), .first_line = 1};
}

/* The HTML of a transcript; answers where it stopped. */
static uint64_t
talk_about(const struct ses_talk_how *how, const char *s, size_t len,
    struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink to = ses_sink_buf(out);
	struct ses_talk *t = NULL;
	struct ses_sink in;
	uint64_t next;

	ses_buf_clear(out);
	OK(ses_talk_open(&t, how, &to, &err));
	in = ses_talk_sink(t);
	if (len > 0 && ses_sink_write(&in, s, len, &err) < 0)
		assert_int_equal(err.code, SESHAT_ECANCELLED);
	next = ses_talk_next(t);
	OK(ses_talk_close(t, &err));
	is_sound(out);
	(void)ses_buf_cstr(out);
	return next;
}

/* Each of the texts stands in it, one behind the other. */
static void
has(const struct ses_buf *b, const char *const *texts)
{
	const char *p = b->data;
	const char *at;

	for (; *texts != NULL; texts++) {
		at = p == NULL ? NULL : strstr(p, *texts);
		if (at == NULL)
			fail_msg("no '%s' in %s", *texts, p);
		p = at + strlen(*texts);
	}
}
#define HAS(b, ...) has(b, (const char *const[]){__VA_ARGS__, NULL})

static void
shows_who_said_what(void **state)
{
	static const char lines[] = TEXT("user", "", "Hello *you* <b>") MESSAGE(
	    "assistant", "",
	    "\"model\":\"m-1\",\"content\":[{\"type\":\"thinking\","
	    "\"thinking\":\"Hm\"},{\"type\":\"text\",\"text\":\"Yes\"}]")
	    MESSAGE("assistant", "", "\"model\":\"m-1\",\"content\":\"Again\"");
	struct ses_talk_how how = standing_alone();
	struct ses_buf b = {0};

	(void)state;
	assert_int_equal(talk_about(&how, lines, strlen(lines), &b), 0);
	HAS(&b, "<article id=\"L1\" class=\"turn user\"", "href=\"#L1\"",
	    "<h2>User</h2>", "<time datetime=\"2026-01-02T03:04:05.000Z\">",
	    "<em>you</em> &lt;b&gt;",
	    "<article id=\"L2\" class=\"turn thinking\"", "<details>", "m-1",
	    "Hm", "<article id=\"L2-2\" class=\"turn assistant\"", "Yes",
	    "<article id=\"L3\"", "Again");
	/* the model once */
	assert_null(strstr(strstr(b.data, "m-1") + 3, "m-1"));
	ses_buf_free(&b);
}

static void
shows_tools_and_their_results(void **state)
{
	static const char lines[] = BLOCK("assistant", "",
	    CALL("c1", "Bash",
		"{\"command\":\"ls\\n<x>\",\"description\":\"List\","
		"\"timeout\":5}")) BLOCK("user", "",
	    "{\"type\":\"tool_result\",\"tool_use_id\":\"c1\","
	    "\"is_error\":true,\"content\":\"\\u001b[31mno\"}")
	    BLOCK("assistant", "",
		CALL("c2", "Edit",
		    "{\"file_path\":\"/a\",\"old_string\":\"x\\ny\","
		    "\"new_string\":\"x\\nz\"}")) BLOCK("assistant", "",
		CALL("c3", "TodoWrite",
		    "{\"todos\":[{\"content\":\"eat\","
		    "\"status\":\"completed\"}]}"));
	struct ses_talk_how how = standing_alone();
	struct ses_buf b = {0};

	(void)state;
	(void)talk_about(&how, lines, strlen(lines), &b);
	HAS(&b, "class=\"turn tool\"", "<b class=\"who\">Bash</b>",
	    "<span class=\"gist\">ls…</span>", "List",
	    "<th scope=\"row\">timeout</th><td><code>5</code>",
	    "<pre>ls\n&lt;x&gt;</pre>", "class=\"turn result failed\"",
	    "<details open>", "of Bash, line 1", "failed</strong>",
	    "<pre>no</pre>", "Edit", "/a", "<span> x\n</span><del>-y\n</del>",
	    "<ins>+z", "class=\"todo\"", "☑", "eat", "completed");
	ses_buf_free(&b);
}

static void
marks_branches_compactions_and_subagents(void **state)
{
	static const char lines[] = TEXT("user", ",\"uuid\":\"a\"", "one") TEXT(
	    "assistant", ",\"uuid\":\"b\",\"parentUuid\":\"a\"", "two")
	    TEXT("user", ",\"uuid\":\"c\",\"parentUuid\":\"b\"", "three")
		TEXT("user", ",\"uuid\":\"d\",\"parentUuid\":\"b\"", "four")
		    TEXT("assistant",
			",\"isSidechain\":true,\"agentId\":\"ag\"", "side")
			TEXT("user", ",\"isCompactSummary\":true", "so far");
	struct ses_talk_how how = standing_alone();
	struct ses_buf b = {0};

	(void)state;
	(void)talk_about(&how, lines, strlen(lines), &b);
	HAS(&b, "three",
	    "class=\"branch\">Continues from <a href=\"#L2\">line 2</a>",
	    "four", "<details class=\"subagent\"><summary>Subagent ag", "side",
	    "</details>\n<article id=\"L6\" class=\"turn compaction\"",
	    "so far");
	/* one branch, not more */
	assert_null(strstr(strstr(b.data, "branch") + 6, "branch"));
	ses_buf_free(&b);
}

static void
tells_of_lines_that_say_nothing(void **state)
{
	static const char lines[] =
	    "{\"type\":\"odd<\"}\nno JSON\n" TEXT("user", "", "hi") "\n[[[[\n";
	struct ses_talk_how how = standing_alone();
	struct ses_buf b = {0};

	(void)state;
	(void)talk_about(&how, lines, strlen(lines), &b);
	HAS(&b, "id=\"L1\"><summary>2 lines of other kinds",
	    "line 1, <b>odd&lt;</b>", "line 2 <code>no JSON</code>",
	    "id=\"L3\"", "hi", "id=\"L5\"><summary>1 line of other kinds",
	    "[[[[");
	ses_buf_free(&b);
}

static void
a_page_ends_where_it_is_told(void **state)
{
	static const char lines[] = TEXT("user", "", "one")
	    TEXT("user", "", "two") TEXT("user", "", "three");
	struct ses_talk_how how = standing_alone();
	struct ses_buf b = {0};

	(void)state;
	how.max_lines = 2;
	assert_int_equal(talk_about(&how, lines, strlen(lines), &b), 3);
	HAS(&b, "one", "two");
	assert_null(strstr(b.data, "three"));
	how.max_lines = 3;
	assert_int_equal(talk_about(&how, lines, strlen(lines), &b), 0);
	/* a last line without newline counts too */
	how.max_lines = 2;
	assert_int_equal(talk_about(&how, lines, strlen(lines) - 1, &b), 3);
	how.max_lines = 0;
	how.max_bytes = 1;
	how.first_line = 7;
	assert_int_equal(talk_about(&how, lines, strlen(lines), &b), 8);
	HAS(&b, "id=\"L7\"", "one");
	assert_null(strstr(b.data, "two"));
	assert_int_equal(talk_about(&how, "", 0, &b), 0);
	ses_buf_free(&b);
}

static void
what_is_long_ends_or_folds(void **state)
{
	struct ses_talk_how how = standing_alone();
	struct ses_buf line = {0};
	struct ses_buf b = {0};
	int i;

	(void)state;
	ses_buf_str(&line,
	    "{\"type\":\"user\",\"message\":{\"content\":[{\"type\":"
	    "\"tool_result\",\"content\":\"");
	for (i = 0; i < 100000; i++)
		ses_buf_str(&line, i % 1000 == 999 ? "x\\n" : "<\\u202e");
	ses_buf_str(&line, "end\"}]}}\n");
	(void)talk_about(&how, line.data, line.len, &b);
	HAS(&b, "<details class=\"long\"><summary>399,803 bytes</summary>",
	    "end</pre>");
	how.base = "/sessions/x/1";
	how.raw = "/raw?a&line=";
	(void)talk_about(&how, line.data, line.len, &b);
	HAS(&b, "<p class=\"cut\">", " more bytes are left out",
	    "<a href=\"/raw?a&amp;line=1\">");
	assert_null(strstr(b.data, "end</pre>"));
	ses_buf_free(&line);
	ses_buf_free(&b);
}

static void
add_image(struct ses_buf *line, const void *bytes, size_t len)
{
	char text[200];

	text[ses_base64_encode(bytes, len, 1, text)] = '\0';
	ses_buf_fmt(line,
	    "{\"type\":\"user\",\"message\":{\"content\":[{\"type\":\"image\","
	    "\"source\":{\"type\":\"base64\",\"media_type\":\"image/svg\","
	    "\"data\":\"%s\"}}]}}\n",
	    text);
}

static void
shows_images_that_are_some(void **state)
{
	static const char png[] = "\x89PNG\r\n\x1a\n........................";
	static const char svg[] = "<svg onload=alert(1)>...................";
	struct ses_talk_how how = standing_alone();
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf line = {0};
	struct ses_buf b = {0};
	const char *media = NULL;
	size_t first;

	(void)state;
	add_image(&line, png, sizeof(png) - 1);
	first = line.len;
	add_image(&line, svg, sizeof(svg) - 1);
	(void)talk_about(&how, line.data, line.len, &b);
	HAS(&b,
	    "<img loading=\"lazy\" alt=\"Image 1 of line 1\" "
	    "src=\"data:image/png;base64,iVBOR",
	    "An image that is not shown (image/svg)");
	how.base = "/sessions/x/1";
	(void)talk_about(&how, line.data, line.len, &b);
	HAS(&b, "src=\"/sessions/x/1/image?line=1&amp;n=1\"", "not shown");
	ses_buf_clear(&b);
	OK(ses_talk_image(how.harness, line.data, first, 1, &media, &b, &err));
	assert_string_equal(media, "image/png");
	assert_int_equal(b.len, sizeof(png) - 1);
	assert_memory_equal(b.data, png, b.len);
	FAILS(
	    ses_talk_image(how.harness, line.data, first, 2, &media, &b, &err),
	    SESHAT_ENOTFOUND);
	FAILS(
	    ses_talk_image(how.harness, line.data, first, 0, &media, &b, &err),
	    SESHAT_ENOTFOUND);
	FAILS(ses_talk_image(how.harness, line.data + first, line.len - first,
		  1, &media, &b, &err),
	    SESHAT_ENOTFOUND);
	ses_buf_free(&line);
	ses_buf_free(&b);
}

/* What a page must bear: text of anything, wherever text can stand. */
static void
random_text_stays_text(void **state)
{
	static const char *const bits[] = {"<script>", "</pre>", "\\\"", "&",
	    "javascript:", "](", "[a", "![", "`", "```\\n", "\\n", "|", "-|-",
	    "> ", "\\u202e", "\\u001b[3", "m", "\\u0000", "\xff", "\xe2\x80",
	    "http://x", "<a href='", "onload=", "*", "**", "_", "~~", "# ",
	    "- ", "\\ud800", "&lt;", "&#106;", "data:", "'", "\\\\", "  "};
	static const char *const shapes[] = {
	    "{\"type\":\"user\",\"message\":{\"content\":\"%s\"}}\n",
	    "{\"type\":\"assistant\",\"message\":{\"model\":\"%s\","
	    "\"content\":[{\"type\":\"text\",\"text\":\"%s\"}]}}\n",
	    "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":"
	    "\"tool_use\",\"name\":\"%s\",\"input\":{\"%s\":\"%s\","
	    "\"command\":\"%s\",\"old_string\":\"%s\",\"new_string\":\"%s\"}}"
	    "]}}\n",
	    "{\"type\":\"%s\",\"x\":\"%s\"}\n"};
	struct ses_talk_how how = standing_alone();
	struct ses_buf text = {0};
	struct ses_buf lines = {0};
	struct ses_buf b = {0};
	unsigned seed = 20261122;
	const char *p;
	int round;
	int n;

	(void)state;
	how.agents = "/sessions/x/";
	for (round = 0; round < (is_small_run() ? 60 : 3000); round++) {
		ses_buf_clear(&lines);
		for (p = shapes[round % 4]; *p != '\0'; p++) {
			if (p[0] != '%' || p[1] != 's') {
				ses_buf_add(&lines, p, 1);
				continue;
			}
			p++;
			for (n = 0; n < round % 23; n++) {
				seed = seed * 1103515245 + 12345;
				ses_buf_str(&lines,
				    bits[(seed >> 16) %
					 (sizeof(bits) / sizeof(bits[0]))]);
			}
		}
		how.base = round % 8 < 4 ? NULL : "/sessions/x/1";
		(void)talk_about(&how, lines.data, lines.len, &b);
	}
	ses_buf_free(&text);
	ses_buf_free(&lines);
	ses_buf_free(&b);
}

static void
deep_and_long_lines_do_no_harm(void **state)
{
	struct ses_talk_how how = standing_alone();
	struct ses_buf line = {0};
	struct ses_buf b = {0};
	size_t big = is_small_run() ? 1U << 16 : 17U << 20;
	char *room;
	int i;

	(void)state;
	ses_buf_str(&line, "{\"type\":\"assistant\",\"message\":{\"content\":[{"
			   "\"type\":\"tool_use\",\"name\":\"x\",\"input\":");
	for (i = 0; i < 30000; i++)
		ses_buf_str(&line, "[");
	for (i = 0; i < 30000; i++)
		ses_buf_str(&line, "]");
	ses_buf_str(&line, "}]}}\n");
	(void)talk_about(&how, line.data, line.len, &b);
	ses_buf_clear(&line);
	room = ses_buf_room(&line, big + 1);
	memset(room, 'x', big);
	room[big] = '\n';
	ses_buf_grew(&line, big + 1);
	(void)talk_about(&how, line.data, line.len, &b);
	if (!is_small_run())
		HAS(&b, "id=\"L1\"", "A line of over 16 MiB is left out");
	ses_buf_free(&line);
	ses_buf_free(&b);
}

/* Every allocation of ours fails once: the page is whole, or there is an
 * error. */
static void
short_memory_is_told(void **state)
{
	static const char lines[] = BLOCK("assistant", ",\"uuid\":\"a\"",
	    CALL("c1", "Edit",
		"{\"old_string\":\"a\",\"new_string\":\"b\",\"x\":1}"))
	    TEXT("user", ",\"uuid\":\"b\"", "Hello") "{}\n";
	struct ses_talk_how how = standing_alone();
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	struct ses_sink to = ses_sink_buf(&b);
	struct ses_talk *t;
	struct ses_sink in;
	unsigned n;
	int failed = 1;
	int rc;

	(void)state;
	for (n = 1; failed && n < 1000; n++) {
		ses_buf_free(&b);
		ses_mem_fail_at(n);
		t = NULL;
		rc = ses_talk_open(&t, &how, &to, &err);
		if (rc == 0) {
			in = ses_talk_sink(t);
			rc = ses_sink_write(&in, lines, strlen(lines), &err);
			if (ses_talk_close(t, &err) < 0)
				rc = -1;
		}
		failed = ses_mem_failed();
		ses_mem_fail_at(0);
		if (rc < 0)
			assert_int_equal(err.code, SESHAT_ENOMEM);
		else
			is_sound(&b);
	}
	assert_true(n > 5 && n < 1000);
	ses_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shows_who_said_what),
	    cmocka_unit_test(shows_tools_and_their_results),
	    cmocka_unit_test(marks_branches_compactions_and_subagents),
	    cmocka_unit_test(tells_of_lines_that_say_nothing),
	    cmocka_unit_test(a_page_ends_where_it_is_told),
	    cmocka_unit_test(what_is_long_ends_or_folds),
	    cmocka_unit_test(shows_images_that_are_some),
	    cmocka_unit_test(random_text_stays_text),
	    cmocka_unit_test(deep_and_long_lines_do_no_harm),
	    cmocka_unit_test(short_memory_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
