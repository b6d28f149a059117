#include "unit/hook_home.h"

#include <sys/stat.h>

#include <unistd.h>

#include "base/jsonc.h"
#include "hook/entry.h"
#include "hook/settings.h"
#define COMMAND "/opt/seshat/bin/seshat hook run claude-code"

static const struct ses_hook_agent *
claude(void)
{
	return ses_hook_agent_named("claude-code");
}

/* Text with NUL behind it. */
static struct ses_buf
text_of(const char *s, size_t len)
{
	struct ses_buf b = {0};

	ses_buf_add(&b, s, len);
	(void)ses_buf_cstr(&b);
	assert_false(b.bad);
	return b;
}

/* Put in, twice, and take out: nothing has changed. */
static void
comes_back(const char *s, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf text = text_of(s, len);
	struct ses_hook_found found = {0};
	struct ses_buf in = {0};
	struct ses_buf twice = {0};
	struct ses_buf out = {0};
	int is_empty = 1;

	if (ses_hook_install(claude(), COMMAND, &text, &in, &err) < 0)
		fail_msg("%s: %s", s, err.msg);
	OK(ses_hook_look(claude(), &in, &found, &err));
	assert_int_equal(found.n, 4);
	assert_int_equal(found.missing, 0);
	assert_string_equal(found.command.data, COMMAND);
	OK(ses_hook_install(claude(), COMMAND, &in, &twice, &err));
	assert_int_equal(twice.len, in.len);
	assert_memory_equal(twice.data, in.data, in.len);
	OK(ses_hook_uninstall(claude(), &in, &out, &is_empty, &err));
	assert_false(is_empty);
	if (out.len != len || (len > 0 && memcmp(out.data, s, len) != 0))
		fail_msg("of %s\ncame %s\nby %s", s, out.data, in.data);
	ses_buf_free(&found.command);
	ses_buf_free(&text);
	ses_buf_free(&in);
	ses_buf_free(&twice);
	ses_buf_free(&out);
}

static void
settings_of_every_shape_come_back(void **state)
{
	static const char *const shapes[] = {
	    "",
	    "\n",
	    "  \r\n",
	    "\xef\xbb\xbf",
	    "\xef\xbb\xbf{\"a\": 1}",
	    "{}",
	    "{}\n",
	    "{\n}",
	    "{\n}\n",
	    "{ }",
	    "{\r\n}\r\n",
	    "{\"model\":\"opus\"}",
	    "{\"model\":\"opus\",}",
	    "{\n  \"model\": \"opus\"\n}\n",
	    "{\n  \"model\": \"opus\",\n}\n",
	    "{\r\n\t\"model\": \"opus\",\r\n\t\"env\": {}\r\n}",
	    "{\n    \"hooks\": {}\n}\n",
	    "{\n    \"hooks\": {\n    }\n}\n",
	    "{\"hooks\":{}}",
	    "{\"hooks\":{\"Stop\":[]}}",
	    "{\"hooks\":{\"Stop\":[],\"SessionEnd\":[ ]}}",
	    "{\n  \"hooks\": {\n    \"Stop\": [\n    ]\n  }\n}",
	    "{\"hooks\":{\"Stop\":[/* none */]}}",
	    "{\"hooks\":{\"Stop\":[// none\n]}}",
	    "{\"hooks\":{\"Stop\":[{\"hooks\":[{\"command\":\"say\"}]}]}}",
	    "{\n \"hooks\": {\n  \"Stop\": [1, // a\n /* b */],\n },\n}\n",
	    "// top\n{ // first\n  \"a\": 1 // last\n  // end\n} // after\n",
	    "{\"a\":[1,2,{\"b\":[[[[]]]]}],\"c\":\"}{][\\\"//\"}",
	    "{\"hooks\":{\"Stop\":[1]},\"hooks\":{\"Stop\":[]}}",
	    "{\n\"no\": 1,\n\"indent\": 2\n}\n",
	    "{\"a\": 1,\n  \"b\": 2}\n",
	    "{\"hooks\": {\"PreToolUse\": [\n  1\n]}}",
	    "{\"\\u0068ooks\": {\"St\\u006fp\": []}}",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		comes_back(shapes[i], strlen(shapes[i]));
}

static void
becomes(const char *s, const char *words)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf text = text_of(s, strlen(s));
	struct ses_buf in = {0};

	OK(ses_hook_install(
	    claude(), "seshat hook run claude-code", &text, &in, &err));
	if (strstr(in.data, words) == NULL)
		fail_msg("'%s' is not in: %s", words, in.data);
	ses_buf_free(&text);
	ses_buf_free(&in);
}

static void
entries_are_laid_out_as_the_file_is(void **state)
{
	static const char tabs[] =
	    "\r\n\t\"hooks\": {\r\n\t\t\"SessionStart\": [\r\n\t\t\t{\r\n"
	    "\t\t\t\t\"hooks\": [\r\n\t\t\t\t\t{\r\n\t\t\t\t\t\t\"type\"";
	static const char one_line[] =
	    "\"a\":1, \"hooks\": { \"SessionStart\": [ { \"hooks\": [ { "
	    "\"type\": \"command\", \"command\": "
	    "\"seshat hook run claude-code\", \"timeout\": 3 } ] } ], ";
	static const char group[] =
	    "[\n     1,\n     {\n      \"hooks\": [\n       {\n";

	(void)state;
	becomes("{\r\n\t\"a\": 1\r\n}", tabs);
	becomes("{\"a\":1}", one_line);
	becomes("{\n \"hooks\": {\n   \"Stop\": [\n     1\n   ]\n }\n}", group);
}

/* A generator of settings that people could have written. */
struct made {
	uint64_t seed;
	struct ses_buf b;
};

static unsigned
pick(struct made *m, unsigned n)
{
	m->seed = m->seed * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)(m->seed >> 33) % n;
}

static void
make_space(struct made *m)
{
	static const char *const kinds[] = {"", "", " ", "\n", "\n  ", "\r\n\t",
	    " /* c, { */ ", " // c }\n", "\t"};

	ses_buf_str(&m->b, kinds[pick(m, 9)]);
}

static void
make_plain(struct made *m)
{
	static const char *const kinds[] = {"1", "-2.5e3", "true", "null",
	    "\"x\"", "\"a\\\"b//\"", "\"[{\"", "{}", "[]", "[ ]",
	    "{\"type\": \"command\", \"command\": \"say\"}",
	    "{\"hooks\": [{\"type\": \"command\", \"command\": \"say\"}]}"};

	ses_buf_str(&m->b, kinds[pick(m, 12)]);
}

/* The brackets and what is between them; the values are told by each. */
static void
make_all(struct made *m, const char *brackets, unsigned n,
    void (*each)(struct made *m, unsigned i))
{
	unsigned i;

	ses_buf_add(&m->b, brackets, 1);
	for (i = 0; i < n; i++) {
		make_space(m);
		each(m, i);
		make_space(m);
		if (i + 1 < n || pick(m, 4) == 0)
			ses_buf_str(&m->b, ",");
	}
	make_space(m);
	ses_buf_add(&m->b, brackets + 1, 1);
}

static void
make_element(struct made *m, unsigned i)
{
	(void)i;
	make_plain(m);
}

static void
make_event(struct made *m, unsigned i)
{
	static const char *const names[] = {
	    "\"Stop\"", "\"SessionEnd\"", "\"PreToolUse\""};

	ses_buf_str(&m->b, names[i % 3]);
	make_space(m);
	ses_buf_str(&m->b, ":");
	make_space(m);
	make_all(m, "[]", pick(m, 3), make_element);
}

static void
make_member(struct made *m, unsigned i)
{
	if (i == 1) {
		ses_buf_str(&m->b, "\"hooks\":");
		make_space(m);
		make_all(m, "{}", pick(m, 4), make_event);
		return;
	}
	ses_buf_fmt(&m->b, "\"m%u\" : ", i);
	make_plain(m);
}

static void
settings_made_at_random_come_back(void **state)
{
	int n = is_small_run() ? 300 : 20000;
	struct made m = {.seed = 7};
	int i;

	(void)state;
	for (i = 0; i < n; i++) {
		ses_buf_clear(&m.b);
		make_space(&m);
		make_all(&m, "{}", pick(&m, 4), make_member);
		make_space(&m);
		comes_back(ses_buf_cstr(&m.b), m.b.len);
	}
	ses_buf_free(&m.b);
}

static void
refuses_bytes(const char *s, size_t len, const char *words)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf text = text_of(s, len);
	struct ses_buf out = {0};

	if (ses_hook_install(claude(), COMMAND, &text, &out, &err) == 0)
		fail_msg("it was taken: %s", s);
	if (strstr(err.msg, words) == NULL)
		fail_msg("'%s' is not in: %s", words, err.msg);
	assert_int_equal(out.len, 0);
	ses_buf_free(&text);
}

static void
refuses(const char *s, const char *words)
{
	refuses_bytes(s, strlen(s), words);
}

static void
what_is_malformed_is_refused_with_its_line(void **state)
{
	char deep[2000];

	(void)state;
	refuses("{\n\"a\": 1\n\"b\": 2}", "line 3: a ',' or a bracket");
	refuses("{\"a\"", "line 1: a ':' is missing");
	refuses("{\n\"a: 1\n}", "line 2: a string does not end");
	refuses("{\n", "line 2: it ends too early");
	refuses("{} {}", "line 1: something follows");
	refuses("{/* }", "line 1: a comment does not end");
	refuses("{'a': 1}", "in double quotes");
	refuses("{\"a\": yes}", "this is no JSON");
	refuses("[]", "line 1: settings are an object");
	refuses("// only\n", "nothing but a comment");
	refuses("{\n\"hooks\": null}", "line 2: \"hooks\" is no object");
	refuses("{\"hooks\": {\"Stop\": {}}}", "\"Stop\" is no list");
	refuses("{\"a\": \"\\\n\"}", "line 1: a string does not end");
	refuses_bytes("{\"a\": \"b\0c\"}", 12, "line 1: a string does not end");
	refuses_bytes("{\"a\": \"\\\0\"}", 11, "a string does not end");
	refuses_bytes("{\"a\0\": 1}", 10, "line 1: a string does not end");
	refuses_bytes("{\"a\": \0 1}", 10, "this is no JSON");
	memset(deep, '[', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	refuses(deep, "levels deep");
}

static void
an_entry_with_another_path_is_replaced_in_its_place(void **state)
{
	static const char before[] =
	    "{\"hooks\": {\"Stop\": [{\"hooks\": [{\"command\": "
	    "\"'/old p/seshat-0.1' hook run claude-code\", \"timeout\": 9}, "
	    "{\"command\": \"other\"}]}], \"SessionStart\": [{\"hooks\": "
	    "[{\"command\": \"seshat hook run codex\"}]}]}}";
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf text = text_of(before, strlen(before));
	struct ses_buf in = {0};
	struct ses_buf out = {0};
	int is_empty;

	(void)state;
	OK(ses_hook_install(claude(), COMMAND, &text, &in, &err));
	assert_non_null(
	    strstr(in.data, "\"" COMMAND "\", \"timeout\": 9}, {\"command\""));
	assert_null(strstr(in.data, "old p"));
	assert_non_null(strstr(in.data, "\"seshat hook run codex\""));
	OK(ses_hook_uninstall(claude(), &in, &out, &is_empty, &err));
	assert_string_equal(out.data,
	    "{\"hooks\": {\"Stop\": [{\"hooks\": [ {\"command\": "
	    "\"other\"}]}], \"SessionStart\": [{\"hooks\": "
	    "[{\"command\": \"seshat hook run codex\"}]}]}}");
	ses_buf_free(&text);
	ses_buf_free(&in);
	ses_buf_free(&out);
}

static void
other_peoples_commands_are_not_ours(void **state)
{
	static const char *const others[] = {"seshat hook run codex",
	    "notseshat hook run claude-code", "seshat hook run claude-code 2",
	    "A=1 seshat hook run claude-code",
	    "true; seshat hook run claude-code", " hook run claude-code",
	    "$(seshat) hook run claude-code"};
	struct ses_buf b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(ses_hook_program(claude(), others[i], &b), -1);
	assert_int_equal(ses_hook_program(claude(),
			     "'/a b/seshat' hook run claude-code", &b),
	    0);
	assert_string_equal(ses_buf_cstr(&b), "/a b/seshat");
	ses_buf_free(&b);
}

static void
what_the_user_wrote_meanwhile_stays(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf text = text_of("{}", 2);
	struct ses_buf in = {0};
	struct ses_buf mixed = {0};
	struct ses_buf out = {0};
	char *at;
	int is_empty;

	(void)state;
	OK(ses_hook_install(claude(), COMMAND, &text, &in, &err));
	at = strstr(in.data, "\"Stop\": [") + strlen("\"Stop\": [");
	ses_buf_add(&mixed, in.data, (size_t)(at - in.data));
	ses_buf_str(&mixed, "{\"hooks\": []}, // mine\n");
	ses_buf_str(&mixed, at);
	(void)ses_buf_cstr(&mixed);
	OK(ses_hook_uninstall(claude(), &mixed, &out, &is_empty, &err));
	assert_non_null(strstr(out.data, "\"Stop\": [{\"hooks\": []}"));
	assert_non_null(strstr(out.data, "// mine\n"));
	assert_null(strstr(out.data, "SessionEnd"));
	assert_null(strstr(out.data, "hook run"));
	ses_buf_free(&text);
	ses_buf_free(&in);
	ses_buf_free(&mixed);
	ses_buf_free(&out);
}

static void
what_follows_ours_does_not_become_part_of_a_comment(void **state)
{
	static const char before[] =
	    "{\"hooks\": {\"Stop\": [ // mine\n {\"hooks\": [{\"command\": "
	    "\"seshat hook run claude-code\"}]}, 1 ]}}";
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf text = text_of(before, strlen(before));
	struct ses_buf out = {0};
	int is_empty;

	(void)state;
	OK(ses_hook_uninstall(claude(), &text, &out, &is_empty, &err));
	assert_string_equal(
	    out.data, "{\"hooks\": {\"Stop\": [ // mine\n  1 ]}}");
	ses_buf_free(&text);
	ses_buf_free(&out);
}

static void
settings_files_keep_mode_and_link(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf file = {0};
	struct ses_buf link = {0};
	struct stat st;
	FILE *f;

	(void)state;
	ses_buf_fmt(&file, "%s/dotfiles.json", getenv("HOME"));
	ses_buf_fmt(&link, "%s/settings.json", getenv("HOME"));
	f = fopen(ses_buf_cstr(&file), "we");
	assert_non_null(f);
	(void)fputs("{}\n", f);
	(void)fclose(f);
	assert_int_equal(chmod(file.data, 0640), 0);
	assert_int_equal(symlink("dotfiles.json", ses_buf_cstr(&link)), 0);
	assert_int_equal(
	    ses_hook_settings_change(claude(), link.data, COMMAND, &err), 1);
	assert_int_equal(
	    ses_hook_settings_change(claude(), link.data, COMMAND, &err), 0);
	assert_int_equal(lstat(link.data, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(stat(file.data, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(
	    ses_hook_settings_change(claude(), link.data, NULL, &err), 1);
	assert_int_equal(stat(file.data, &st), 0);
	assert_int_equal(st.st_size, 3);
	assert_int_equal(unlink(file.data), 0);
	assert_int_equal(
	    ses_hook_settings_change(claude(), link.data, NULL, &err), 0);
	/* its target is made; and what is there is not taken away again */
	assert_int_equal(
	    ses_hook_settings_change(claude(), link.data, COMMAND, &err), 1);
	assert_int_equal(stat(file.data, &st), 0);
	assert_int_equal(
	    ses_hook_settings_change(claude(), link.data, NULL, &err), 1);
	assert_int_equal(lstat(link.data, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(stat(file.data, &st), 0);
	assert_int_equal(st.st_size, 3);
	assert_int_equal(unlink(link.data), 0);
	assert_int_equal(symlink("nowhere/s.json", link.data), 0);
	FAILS(ses_hook_settings_change(claude(), link.data, COMMAND, &err),
	    SESHAT_ENOTFOUND);
	assert_non_null(strstr(err.msg, "into a folder"));
	assert_int_equal(unlink(link.data), 0);
	assert_int_equal(symlink("settings.json", link.data), 0);
	assert_int_equal(
	    ses_hook_settings_change(claude(), link.data, COMMAND, &err), -1);
	ses_buf_free(&file);
	ses_buf_free(&link);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(settings_of_every_shape_come_back),
	    cmocka_unit_test(entries_are_laid_out_as_the_file_is),
	    cmocka_unit_test(settings_made_at_random_come_back),
	    cmocka_unit_test(what_is_malformed_is_refused_with_its_line),
	    cmocka_unit_test(
		an_entry_with_another_path_is_replaced_in_its_place),
	    cmocka_unit_test(other_peoples_commands_are_not_ours),
	    cmocka_unit_test(what_the_user_wrote_meanwhile_stays),
	    cmocka_unit_test(
		what_follows_ours_does_not_become_part_of_a_comment),
	    WITH(settings_files_keep_mode_and_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
