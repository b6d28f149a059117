/* The table of agents whose sessions are files: harness/files.h. */
#define _XOPEN_SOURCE 700
#include "unit/harness_home.h"

#include "base/json_stream.h"
#include "base/rand.h"
#include "harness/files_table.h"
#include "harness/line.h"

static const struct {
	const char *pattern;
	const char *below;
	const char *id; /* NULL: it does not fit */
	const char *parent;
} fits[] = {
    {"<*>.jsonl", "a.jsonl", "a", NULL},
    {"<*>.jsonl", "a.jsonl.zst", "a", NULL},
    {"<*>.jsonl", "x/a.jsonl", NULL, NULL},
    {"<*>.jsonl", ".jsonl", NULL, NULL},
    {"*/<*>.jsonl", "x/a.b.jsonl", "a.b", NULL},
    {"*/chats/<session-*>.jsonl", "p/chats/session-1.jsonl", "session-1", NULL},
    {"*/chats/<session-*>.jsonl", "p/chat/session-1.jsonl", NULL, NULL},
    {"*/chats/<session-*>.jsonl", "p/chats/ssession-1.jsonl", NULL, NULL},
    {"*/*_<*>.jsonl", "p/2026-11-22T21-35-51-157Z_01a2.jsonl", "01a2", NULL},
    {"<*>/events.jsonl", "uuid/events.jsonl", "uuid", NULL},
    {"<*>/events.jsonl", "uuid/other.jsonl", NULL, NULL},
    {"*/[*]/agents/<*>/wire.jsonl", "w/s/agents/a1/wire.jsonl", "a1", "s"},
    {"**/r-*T*-<*>.jsonl", "r-1T2-x.jsonl", "x", NULL},
    {"**/r-*T*-<*>.jsonl", "2026/11/r-1T2-x.jsonl", "x", NULL},
    {"a/**/<*>.jsonl", "a/x.jsonl", "x", NULL},
    {"a/**/<*>.jsonl", "a/b/c/x.jsonl", "x", NULL},
    {"a/**/<*>.jsonl", "b/c/x.jsonl", NULL, NULL},
    {"a/**/b/<*>", "a/b/x", "x", NULL},
    {"a/**/b/<*>", "a/c/b/x", "x", NULL},
    {"a/**/b/<*>", "a/x", NULL, NULL},
    {"<*-*>.json", "latest.json", NULL, NULL},
    {"<a?c>.json", "abc.json", "abc", NULL},
};

static void
patterns_fit_what_they_say(void **state)
{
	struct ses_files_match m;
	struct seshat_err err = SESHAT_ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(fits) / sizeof(fits[0]); i++) {
		OK(ses_files_check(fits[i].pattern, &err));
		m = (struct ses_files_match){0};
		assert_int_equal(
		    ses_files_match_pattern(fits[i].pattern, fits[i].below, &m),
		    fits[i].id != NULL);
		if (fits[i].id == NULL)
			continue;
		assert_int_equal(m.id_len, strlen(fits[i].id));
		assert_memory_equal(m.id, fits[i].id, m.id_len);
		assert_int_equal(m.parent != NULL, fits[i].parent != NULL);
		if (fits[i].parent != NULL)
			assert_memory_equal(
			    m.parent, fits[i].parent, m.parent_len);
	}
}

/* A folder of which something fits is looked into, each that leads there. */
static void
folders_lead_where_something_fits(void **state)
{
	char folder[64];
	const char *slash;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(fits) / sizeof(fits[0]); i++) {
		if (fits[i].id == NULL)
			continue;
		for (slash = strchr(fits[i].below, '/'); slash != NULL;
		     slash = strchr(slash + 1, '/')) {
			(void)snprintf(folder, sizeof(folder), "%.*s",
			    (int)(slash - fits[i].below), fits[i].below);
			assert_true(ses_files_leads(fits[i].pattern, folder));
		}
	}
	assert_false(ses_files_leads("*/chats/<*>.jsonl", "demo/logs"));
	assert_false(ses_files_leads("*/chats/<*>.jsonl", "demo/chats/x"));
	assert_false(ses_files_leads("<*>.jsonl", "demo"));
	assert_true(ses_files_leads("**/<*>.jsonl", "a/b/c"));
}

static void
refuses_patterns_that_are_none(void **state)
{
	static const char *const bad[] = {"", "/a", "a/", "a//b", "../a",
	    "a/../b", ".x", "a**/b", "a/**", "**/a/**/b", "<a", "a>", "<a/b>",
	    "<a><b>", "><", "<>", "a/b/c/d/e/f/g/h/i/j/k"};
	struct seshat_err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err = (struct seshat_err)SESHAT_ERR_INIT;
		assert_int_equal(ses_files_check(bad[i], &err), -1);
		assert_int_equal(err.code, SESHAT_EFORMAT);
	}
}

/* The same by trying everything: one part, stars and letters. */
static int
slow(const char *p, const char *s)
{
	if (*p == '\0')
		return *s == '\0';
	if (*p == '*')
		return slow(p + 1, s) || (*s != '\0' && slow(p, s + 1));
	return *s != '\0' && (*p == '?' || *p == *s) && slow(p + 1, s + 1);
}

static void
fits_as_trying_everything_does(void **state)
{
	static const char letters[] = "ab*?*ab";
	struct ses_files_match m;
	char pattern[12];
	char name[12];
	uint64_t r;
	size_t n;
	size_t i;
	size_t k;

	(void)state;
	for (k = 0; k < 20000; k++) {
		r = ses_rand_u64();
		n = 1 + r % 8;
		for (i = 0; i < n; i++)
			pattern[i] = letters[(r >> (4 + 3 * i) & 7) % 7];
		pattern[n] = '\0';
		n = 1 + (r >> 40) % 8;
		for (i = 0; i < n; i++)
			name[i] = r >> (44 + i) & 1 ? 'a' : 'b';
		name[n] = '\0';
		if (strstr(pattern, "**") != NULL)
			continue;
		m = (struct ses_files_match){0};
		assert_int_equal(ses_files_match_pattern(pattern, name, &m),
		    slow(pattern, name));
	}
}

static void
tells_whole_documents_from_others(void **state)
{
	static const struct {
		const char *text;
		int whole;
	} rows[] = {{"{}", 1}, {"[]", 1},
	    {" {\"a\":[1,-2.5e3,true,null]}\n", 1},
	    {"{\"a\":\"\\u00e9\\\"\"}", 1}, {"[[[]],{\"x\":{}}]", 1}, {"", 0},
	    {"{", 0}, {"{\"a\":1", 0}, {"{\"a\":1}}", 0}, {"{\"a\":1}{", 0},
	    {"{\"a\" 1}", 0}, {"[1,]", 0}, {"{,}", 0}, {"[tru]", 0},
	    {"\"text\"", 0}, {"12", 0}, {"{\"a\":\"x", 0}, {"[1}", 0},
	    {"{\"a\":1]", 0}, {"[\"\\x\"]", 0}, {"[\"\n\"]", 0},
	    /* what is no JSON, and written all the same */
	    {"\xef\xbb\xbf{}", 1}, {"\xef\xbb{}", 0}, {"\xef\xbb\xbf", 0},
	    {"\xef\xbb\xbf\xef\xbb\xbf{}", 0}, {"{\xef\xbb\xbf}", 0},
	    {"[NaN, Infinity,-Infinity ]", 1}, {"{\"a\":NaN}", 1}, {"[Nan]", 0},
	    {"[+Infinity]", 0}, {"[-NaN]", 0}, {"[1Infinity]", 0},
	    {"[--Infinity]", 0}, {"[Infinityx]", 0}, {"NaN", 0}};
	struct ses_json_stream s;
	size_t i;
	size_t cut;
	size_t len;
	int bad;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		len = strlen(rows[i].text);
		for (cut = 0; cut <= len; cut++) {
			s = (struct ses_json_stream){0};
			bad = ses_json_stream_add(&s, rows[i].text, cut) < 0 ||
			      ses_json_stream_add(
				  &s, rows[i].text + cut, len - cut) < 0;
			assert_int_equal(
			    !bad && ses_json_stream_whole(&s), rows[i].whole);
		}
	}
}

/* What each row makes of the sessions in tests/data. */
static const struct {
	const char *folder; /* of tests/data */
	const char *home;   /* where it stands in a home */
	const char *harness;
	const char *id; /* or how it begins, up to the '@' of an owner */
	const char *cwd;
	const char *title; /* how it begins */
	int is_whole;
} found[] = {
    {"gemini", ".gemini", "gemini", "session-2026-11-22T21-28-30e08874",
	"/srv/harnesslab/demo", "I look at the folder.", 0},
    {"pi", ".pi/agent", "pi", "01a2052f-d774-769a-b0d2-22e1be7a899d",
	"/srv/harnesslab/demo", "my named session", 0},
    {"qwen", ".qwen", "qwen", "3e87ca9a-6c66-4a7d-9dd5-82342ee16075",
	"/srv/harnesslab/demo", "my named session", 0},
    {"copilot", ".copilot", "copilot", "94431306-3897-49c7-afa6-36025e3f3f07",
	"/srv/harnesslab/demo", "my named session", 0},
    {"droid", ".factory", "droid", "2d7c4112-92e3-40d3-a4ce-8c1afecdde45",
	"/srv/harnesslab/demo", "Please list the files.", 0},
    {"kimi", ".kimi-code", "kimi-code",
	"session_abae5c67-ab93-4b8f-90ab-883b4444c377", "/srv/harnesslab/demo",
	"After compact.", 0},
    {"cline", ".cline/data", "cline", "1795384145018_0f6i9",
	"/srv/harnesslab/demo", "Please list the files.", 1},
    {"continue", ".continue", "continue",
	"1d5c9790-19df-4b19-ac33-1007c4c3db1a", "/srv/harnesslab/demo",
	"Untitled Session", 1},
    {"cursor", ".cursor", "cursor", "22222222-2222-4222-8222-222222222222",
	NULL, "Run ls -la", 0},
    {"amp", ".local/share/amp", "amp", "T-6f1c2a34-0d5e-4b6f-8a77-0c1d2e3f4a5b",
	"/srv/harnesslab/demo", "List the files", 1},
    {"iflow", ".iflow", "iflow", "session-7d1c2a34-0d5e-4b6f-8a77-0c1d2e3f4a5b",
	"/srv/harnesslab/demo", "Please list the files.", 0},
    {"kimi-cli", ".kimi", "kimi", "8a1c2a34-0d5e-4b6f-8a77-0c1d2e3f4a5b", NULL,
	"Please list the files.", 0},
    {"openclaude", ".openclaude", "openclaude",
	"8b1c2a34-0d5e-4b6f-8a77-0c1d2e3f4a5b", "/srv/harnesslab/demo",
	"my named session", 0},
    {"traex", ".trae/cli", "traex", "01a20542-64aa-7494-8aa5-00578ab91e4e",
	"/srv/harnesslab/demo", "Please list the files.", 0},
    {"prime", ".prime/agent", "prime", "01a20541-0000-7000-8000-0000000000a1",
	"/srv/harnesslab/demo", "my named session", 0},
    {"omp", ".omp/agent", "omp", "01a20541-0000-7000-8000-0000000000b2",
	"/srv/harnesslab/demo", "Please list the files.", 0},
    {"codebuff", ".config/manicode", "codebuff", "2026-11-22T22-00-00.000Z@",
	"/srv/harnesslab/demo", "Please list the files.", 1},
    {"deepseek-tui", ".codewhale", "deepseek-tui",
	"8d1c2a34-0d5e-4b6f-8a77-0c1d2e3f4a5d", "/srv/harnesslab/demo",
	"Please list the files.", 1},
    {"vibe", ".vibe", "vibe", "session_20261122_220000_7d1c2a35",
	"/srv/harnesslab/demo", "Please list the files.", 0},
    {"gptme", ".local/share/gptme", "gptme", "2026-11-22-listing-files@", NULL,
	"Please list the files.", 0},
    {"zencoder", ".zencoder", "zencoder",
	"8e1c2a34-0d5e-4b6f-8a77-0c1d2e3f4a5e", NULL, "Please list the files.",
	0},
};

static void
make_home(struct home *h)
{
	struct ses_buf from = {0};
	struct ses_buf to = {0};
	struct ses_buf dir = {0};
	struct seshat_err err = SESHAT_ERR_INIT;
	size_t i;

	home_open(h);
	for (i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
		ses_buf_clear(&from);
		ses_buf_clear(&to);
		ses_buf_clear(&dir);
		ses_buf_fmt(&from, "%s/tests/data/%s", getenv("SESHAT_SOURCE"),
		    found[i].folder);
		ses_buf_fmt(&to, "%s/%s", h->path, found[i].home);
		ses_str_dirname(ses_buf_cstr(&to), &dir);
		OK(ses_fs_mkdirs(ses_buf_cstr(&dir), 0700, &err));
		assert_int_equal(
		    symlink(ses_buf_cstr(&from), ses_buf_cstr(&to)), 0);
	}
	ses_buf_free(&from);
	ses_buf_free(&to);
	ses_buf_free(&dir);
}

static const struct ses_session *
the_one_of(const struct ses_session_list *l, const char *id)
{
	size_t i;

	if (!ses_str_ends(id, "@"))
		return the(l, id);
	for (i = 0; i < l->n && !ses_str_starts(l->v[i].id, id); i++)
		;
	assert_true(i < l->n);
	return &l->v[i];
}

static void
finds_what_the_programs_wrote(void **state)
{
	struct ses_session_list l = {0};
	struct ses_discover q = {0};
	const struct ses_session *s;
	struct ses_session again = {0};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct home h;
	size_t i;

	(void)state;
	make_home(&h);
	for (i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
		q.harness = ses_harness_named(found[i].harness);
		assert_non_null(q.harness);
		discover(&q, &l);
		s = the_one_of(&l, found[i].id);
		assert_int_equal(s->is_whole, found[i].is_whole);
		same_text(s->cwd, found[i].cwd);
		assert_non_null(s->title);
		assert_true(ses_str_starts(s->title, found[i].title));
		/* by its path alone it is the same */
		OK(q.harness->identify(q.harness, s->path, &again, &err));
		assert_string_equal(again.id, s->id);
		assert_string_equal(again.title, s->title);
		ses_session_list_free(&l);
		q.id = again.id;
		discover(&q, &l);
		assert_int_equal(l.n, 1);
		ses_session_list_free(&l);
		q.id = NULL;
		ses_session_free(&again);
	}
	home_close(&h);
}

static void
files_of_one_session_of_gemini_are_a_family(void **state)
{
	struct ses_session_list l = {0};
	const struct ses_discover q = {
	    .harness = &ses_files_gemini.ops, .cwd = "/srv/harnesslab/demo"};
	struct home h;

	(void)state;
	make_home(&h);
	discover(&q, &l);
	assert_int_equal(l.n, 3);
	assert_null(the(&l, "session-2026-11-22T21-28-30e08874")->parent);
	assert_string_equal(
	    the(&l, "session-2026-11-22T21-31-30e08874")->parent,
	    "session-2026-11-22T21-28-30e08874");
	ses_session_list_free(&l);
	home_close(&h);
}

static void
variables_take_the_place_of_the_home(void **state)
{
	struct ses_session_list l = {0};
	const struct ses_discover q = {.harness = &ses_files_pi.ops};
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, ".pi/agent/sessions/--x--/t_a.jsonl", "{\"cwd\":\"/x\"}\n");
	put(&h, "other/sessions/--x--/t_b.jsonl", "{\"cwd\":\"/x\"}\n");
	put(&h, "flat/t_c.jsonl", "{\"cwd\":\"/x\"}\n");
	discover(&q, &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].id, "a");
	ses_session_list_free(&l);
	assert_int_equal(setenv("PI_CODING_AGENT_DIR", at(&h, "other"), 1), 0);
	discover(&q, &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].id, "b");
	ses_session_list_free(&l);
	assert_int_equal(
	    setenv("PI_CODING_AGENT_SESSION_DIR", at(&h, "flat"), 1), 0);
	discover(&q, &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].id, "c");
	ses_session_list_free(&l);
	unsetenv("PI_CODING_AGENT_SESSION_DIR");
	unsetenv("PI_CODING_AGENT_DIR");
	home_close(&h);
}

/* A packed file counts where the plain one is not there. */
static void
a_plain_file_goes_before_its_packed_one(void **state)
{
	static const unsigned char packed[] = {0x28, 0xb5, 0x2f, 0xfd, 0x04,
	    0x58, 0x61, 0x00, 0x00, '{', '"', 'c', 'w', 'd', '"', ':', '"', '/',
	    'x', '"', '}', '\n'};
	struct ses_session_list l = {0};
	const struct ses_discover q = {.harness = &ses_files_pi.ops};
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, ".pi/agent/sessions/--x--/t_a.jsonl", "{\"cwd\":\"/x\"}\n");
	put_bytes(&h, ".pi/agent/sessions/--x--/t_a.jsonl.zst", packed,
	    sizeof(packed), 1700000000);
	discover(&q, &l);
	assert_int_equal(l.n, 1);
	assert_true(ses_str_ends(l.v[0].path, ".jsonl"));
	ses_session_list_free(&l);
	assert_int_equal(
	    unlink(at(&h, ".pi/agent/sessions/--x--/t_a.jsonl")), 0);
	l = (struct ses_session_list){0};
	discover(&q, &l);
	assert_int_equal(l.n + l.unreadable, 1);
	ses_session_list_free(&l);
	home_close(&h);
}

/* How many forms of file the row has, all of which can be used. */
static size_t
sound_forms(const struct ses_files *row, const struct ses_harness_ops *h)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	size_t i;

	for (i = 0; i < SES_FILES_KINDS; i++) {
		if (row->forms[i].pattern == NULL)
			break;
		OK(ses_files_check(row->forms[i].pattern, &err));
		assert_true(row->forms[i].id != NULL ||
			    strchr(row->forms[i].pattern, '<') != NULL);
		assert_true(
		    row->forms[i].kind == SES_FILES_APPEND || h->documents);
	}
	return i;
}

/* One file stands for one session, and no two rows want the same one. */
static void
rows_of_the_table_are_sound(void **state)
{
	const struct ses_harness_ops *const *h;
	const struct ses_files *row;
	size_t n = 0;

	(void)state;
	for (h = ses_harnesses; *h != NULL; h++) {
		if ((*h)->find != ses_files_find)
			continue;
		n++;
		row = (const struct ses_files *)(const void *)*h;
		assert_non_null(row->roots[0]);
		assert_non_null((*h)->events);
		assert_non_null((*h)->place);
		assert_true(sound_forms(row, *h) > 0);
	}
	assert_true(n >= 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(patterns_fit_what_they_say),
	    cmocka_unit_test(folders_lead_where_something_fits),
	    cmocka_unit_test(refuses_patterns_that_are_none),
	    cmocka_unit_test(fits_as_trying_everything_does),
	    cmocka_unit_test(tells_whole_documents_from_others),
	    cmocka_unit_test(finds_what_the_programs_wrote),
	    cmocka_unit_test(files_of_one_session_of_gemini_are_a_family),
	    cmocka_unit_test(variables_take_the_place_of_the_home),
	    cmocka_unit_test(a_plain_file_goes_before_its_packed_one),
	    cmocka_unit_test(rows_of_the_table_are_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
