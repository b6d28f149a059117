/* nftw is XSI's. */
#define _XOPEN_SOURCE 700
#include "unit/harness_events.h"
#include "unit/harness_home.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/owner.h"
#include "harness/generic.h"

#define HI "{\"role\":\"user\",\"cwd\":\"/p\",\"content\":\"Hi\"}\n"

/* The generic sessions below roots, which are folders of the home. */
static void
discover_in(struct home *h, const char *const *names,
    const struct ses_discover *more, struct ses_session_list *l)
{
	struct ses_discover q = {0};
	struct ses_buf roots = {0};
	const char *path;

	if (more != NULL)
		q = *more;
	for (; *names != NULL; names++) {
		path = at(h, *names);
		ses_buf_add(&roots, path, strlen(path) + 1);
	}
	q.harness = &ses_generic;
	q.roots = &roots;
	discover(&q, l);
	ses_buf_free(&roots);
}

/* The id of a path below a root. */
static const char *
id_of(const char *below)
{
	static char id[256];
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_owner owner;

	OK(ses_owner_load(&owner, &err));
	(void)snprintf(id, sizeof(id), "%s@%.8s", below, owner.id);
	return id;
}

/* The id of a file that is told by the hash of text. */
static const char *
hashed(const char *base, const char *text)
{
	char hex[SES_SHA256_HEX];
	char name[256];

	ses_sha256_of(text, strlen(text), hex);
	(void)snprintf(name, sizeof(name), "%.200s-%.16s", base, hex);
	return id_of(name);
}

static void
finds_all_transcripts_below_its_roots(void **state)
{
	static const char *const roots[] = {"logs", "nowhere", NULL};
	struct ses_discover q = {0};
	struct ses_session_list l;
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, "logs/a.jsonl", HI);
	put(&h, "logs/x/y/b.jsonl", HI);
	put(&h, "logs/1/2/3/4/5/6/7/8/deep.jsonl", HI);
	put(&h, "logs/1/2/3/4/5/6/7/8/9/too-deep.jsonl", HI);
	put(&h, "logs/.hidden.jsonl", HI);
	put(&h, "logs/.git/c.jsonl", HI);
	put(&h, "logs/a.json", HI);
	put(&h, "logs/a.jsonl.bak", HI);
	put(&h, "logs/.jsonl", HI);
	discover_in(&h, roots, NULL, &l);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.unreadable, 0);
	assert_string_equal(the(&l, id_of("a"))->path, at(&h, "logs/a.jsonl"));
	(void)the(&l, id_of("x/y/b"));
	(void)the(&l, id_of("1/2/3/4/5/6/7/8/deep"));
	ses_session_list_free(&l);
	q.id = id_of("x/y/b");
	discover_in(&h, roots, &q, &l);
	assert_int_equal(l.n, 1);
	ses_session_list_free(&l);
	q = (struct ses_discover){.cwd = "/q"};
	discover_in(&h, roots, &q, &l);
	assert_int_equal(l.n, 0);
	ses_session_list_free(&l);
	/* nothing is searched that was not named */
	q = (struct ses_discover){.harness = &ses_generic};
	discover(&q, &l);
	assert_int_equal(l.n, 0);
	home_close(&h);
}

static void
roots_that_hold_the_same_name_give_it_two_ids(void **state)
{
	static const char *const roots[] = {"one", "two", "three", NULL};
	struct ses_session_list l;
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, "one/x/a.jsonl", HI);
	put(&h, "two/x/a.jsonl", HI);
	put(&h, "three/x/a.jsonl", HI);
	put(&h, "three/b.jsonl", HI);
	discover_in(&h, roots, NULL, &l);
	assert_int_equal(l.n, 4);
	assert_string_equal(
	    the(&l, id_of("x/a"))->path, at(&h, "one/x/a.jsonl"));
	(void)the(&l, hashed("a", at(&h, "two/x/a.jsonl")));
	(void)the(&l, hashed("a", at(&h, "three/x/a.jsonl")));
	(void)the(&l, id_of("b"));
	ses_session_list_free(&l);
	home_close(&h);
}

static void
a_root_within_a_root_gives_each_file_once(void **state)
{
	static const char *const outer[] = {"logs", "logs/in", NULL};
	static const char *const inner[] = {"logs/in", "logs", "logs", NULL};
	struct ses_session_list l;
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, "logs/a.jsonl", HI);
	put(&h, "logs/in/b.jsonl", HI);
	put(&h, "logs/in/1/2/3/4/5/6/7/8/deep.jsonl", HI);
	discover_in(&h, outer, NULL, &l);
	assert_int_equal(l.n, 3);
	(void)the(&l, id_of("in/b"));
	(void)the(&l, id_of("a"));
	(void)the(&l, id_of("1/2/3/4/5/6/7/8/deep"));
	ses_session_list_free(&l);
	discover_in(&h, inner, NULL, &l);
	assert_int_equal(l.n, 3);
	(void)the(&l, id_of("b"));
	(void)the(&l, id_of("a"));
	ses_session_list_free(&l);
	home_close(&h);
}

static void
links_to_what_is_found_anyway_are_passed_over(void **state)
{
	static const char *const roots[] = {"logs", NULL};
	struct ses_session_list l;
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, "logs/real/a.jsonl", HI);
	put(&h, "far/b.jsonl", HI);
	put(&h, "farther/c.jsonl", HI);
	assert_int_equal(symlink("real/a.jsonl", at(&h, "logs/0.jsonl")), 0);
	assert_int_equal(symlink("real", at(&h, "logs/0")), 0);
	assert_int_equal(symlink("..", at(&h, "logs/real/up")), 0);
	assert_int_equal(symlink("gone", at(&h, "logs/gone.jsonl")), 0);
	assert_int_equal(symlink("../far", at(&h, "logs/far")), 0);
	assert_int_equal(
	    symlink("../farther/c.jsonl", at(&h, "logs/c.jsonl")), 0);
	discover_in(&h, roots, NULL, &l);
	assert_int_equal(l.n, 3);
	(void)the(&l, id_of("real/a"));
	(void)the(&l, id_of("far/b"));
	(void)the(&l, id_of("c"));
	ses_session_list_free(&l);
	home_close(&h);
}

static void
hard_links_are_sessions_of_their_own(void **state)
{
	static const char *const roots[] = {"logs", NULL};
	struct ses_session_list l;
	struct ses_buf to = {0};
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, "logs/a.jsonl", HI);
	put(&h, "logs/0/other.jsonl", HI);
	ses_buf_str(&to, at(&h, "logs/0/a.jsonl"));
	assert_int_equal(link(at(&h, "logs/a.jsonl"), ses_buf_cstr(&to)), 0);
	discover_in(&h, roots, NULL, &l);
	assert_int_equal(l.n, 3);
	(void)the(&l, id_of("a"));
	(void)the(&l, id_of("0/a"));
	ses_session_list_free(&l);
	ses_buf_free(&to);
	home_close(&h);
}

static void
a_name_that_is_no_id_is_told_by_its_hash(void **state)
{
	static const char *const roots[] = {"logs", NULL};
	static const char not_utf8[] = "d\xff/\xff\x01"
				       "a\xc3(.b";
	char at_limit[192];
	char over[193];
	char name[256];
	struct ses_session_list l;
	struct home h;

	(void)state;
	/* "x/" is four bytes in a key, and "@12345678" nine */
	memset(at_limit, 'n', sizeof(at_limit));
	memcpy(at_limit, "x/", 2);
	at_limit[189] = '\0';
	memset(over, 'm', sizeof(over));
	memcpy(over, "x/", 2);
	over[190] = '\0';
	home_open(&h);
	(void)snprintf(name, sizeof(name), "logs/%s.jsonl", at_limit);
	put(&h, name, HI);
	(void)snprintf(name, sizeof(name), "logs/%s.jsonl", over);
	put(&h, name, HI);
	(void)snprintf(name, sizeof(name), "logs/%s.jsonl", not_utf8);
	put(&h, name, HI);
	discover_in(&h, roots, NULL, &l);
	assert_int_equal(l.n, 3);
	(void)the(&l, id_of(at_limit));
	(void)the(&l, hashed("a(.b", not_utf8));
	/* as much of the last component as fits beside the rest */
	memset(name, 'm', 174);
	name[174] = '\0';
	(void)the(&l, hashed(name, over));
	ses_session_list_free(&l);
	home_close(&h);
}

static void
gathers_folder_and_title_from_common_names(void **state)
{
	static const struct {
		const char *text;
		const char *cwd;
		const char *title;
	} rows[] = {
	    {"{\"workdir\":\"/w\"}\n{\"type\":\"user\",\"message\":{"
	     "\"content\":\"Asked\"}}\n",
		"/w", "Asked"},
	    {"{\"workspaceDir\":\"/w\",\"role\":\"user\",\"text\":\"T\"}\n",
		"/w", "T"},
	    {"{\"project_root\":\"/w\",\"role\":\"user\",\"message\":\"M\"}\n",
		"/w", "M"},
	    {"{\"message\":{\"role\":\"user\",\"content\":[{\"type\":\"text\","
	     "\"text\":\"B\"}]}}\n",
		NULL, "B"},
	    {"{\"cwd\":\"not/absolute\"}\n{\"cwd\":7}\n{\"cwd\":\"\\/w\"}\n",
		"/w", NULL},
	    {"{\"payload\":{\"cwd\":\"/nested\"},\"role\":\"assistant\","
	     "\"content\":\"A\"}\n",
		NULL, NULL},
	    {"not JSON\n[1]\n", NULL, NULL},
	};
	static const char *const roots[] = {"logs", NULL};
	struct ses_session_list l;
	struct home h;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		home_open(&h);
		put(&h, "logs/a.jsonl", rows[i].text);
		discover_in(&h, roots, NULL, &l);
		assert_int_equal(l.n, 1);
		same_text(l.v[0].cwd, rows[i].cwd);
		same_text(l.v[0].title, rows[i].title);
		ses_session_list_free(&l);
		home_close(&h);
	}
}

static void
guesses_what_lines_say(void **state)
{
	static const struct row rows[] = {
	    {"{\"role\":\"user\",\"content\":\"A\",\"timestamp\":\"T\"}",
		"user text @T: A\n"},
	    {"{\"role\":\"human\",\"text\":\"A\",\"time\":\"T\"}",
		"user text @T: A\n"},
	    {"{\"type\":\"assistant\",\"message\":\"A\",\"ts\":\"T\"}",
		"assistant text @T: A\n"},
	    {"{\"type\":\"message\",\"message\":{\"role\":\"assistant\","
	     "\"content\":[{\"type\":\"text\",\"text\":\"A\"},{\"type\":"
	     "\"tool_use\"}]},\"ts\":5}",
		"assistant text: A\n[tool_use]\n"},
	    {"{\"role\":\"system\",\"content\":\"A\"}", "system text: A\n"},
	    {"{\"role\":\"tool\",\"content\":\"A\"}", "tool result: A\n"},
	    {"{\"level\":\"info\",\"message\":\"started\"}",
		"other text: started\n"},
	    {"{\"role\":\"user\",\"content\":\"\"}", ""},
	    {"{\"role\":\"user\",\"content\":null}", ""},
	    {"{\"role\":\"user\",\"content\":{\"a\":1}}", ""},
	    {"{\"a\":1}", ""},
	    {"[\"a\"]", ""},
	    {"{\"role\":\"user\",\"content\":\"A\"}{\"role\":\"ai\","
	     "\"content\":\"B\"}",
		"user text: A\nassistant text: B\n"},
	};

	(void)state;
	check(&ses_generic, rows, sizeof(rows) / sizeof(rows[0]));
}

/* The other harnesses that keep files, too: all are asked. */
static void
survives_every_failed_allocation(void **state)
{
	struct ses_discover q = {.cwd = "/p"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_session_list l = {0};
	struct ses_buf roots = {0};
	struct home h;
	unsigned i;
	int rc = -1;

	(void)state;
	home_open(&h);
	put(&h, "logs/a.jsonl", HI);
	put(&h, "also/a.jsonl", HI);
	put(&h, ".openclaw/agents/main/sessions/s.jsonl",
	    "{\"type\":\"session\",\"cwd\":\"/p\"}\n{\"type\":\"message\","
	    "\"message\":{\"role\":\"user\",\"content\":\"x\"}}\n");
	put(&h, ".openclaw/agents/main/sessions/s.trajectory.jsonl", "");
	put(&h, ".local/share/seshat/sessions/log.jsonl",
	    "{\"skill\":\"s\",\"phase\":\"p\",\"project_root\":\"/p\"}\n");
	ses_buf_str(&roots, at(&h, "logs"));
	ses_buf_add(&roots, "", 1);
	ses_buf_str(&roots, at(&h, "also"));
	ses_buf_add(&roots, "", 1);
	q.roots = &roots;
	for (i = 1; i < 1000 && rc < 0; i++) {
		ses_session_list_free(&l);
		ses_mem_fail_at(i);
		rc = ses_discover(&q, &l, &err);
		if (rc < 0)
			assert_int_equal(err.code, SESHAT_ENOMEM);
	}
	ses_mem_fail_at(0);
	assert_int_equal(rc, 0);
	assert_int_equal(l.n, 5);
	(void)the(&l, id_of("a"));
	(void)the(&l, hashed("a", at(&h, "also/a.jsonl")));
	(void)the(&l, id_of("log"));
	(void)the(&l, "main__s.trajectory");
	assert_string_equal(the(&l, "main__s")->title, "x");
	ses_session_list_free(&l);
	ses_buf_free(&roots);
	home_close(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_all_transcripts_below_its_roots),
	    cmocka_unit_test(roots_that_hold_the_same_name_give_it_two_ids),
	    cmocka_unit_test(a_root_within_a_root_gives_each_file_once),
	    cmocka_unit_test(links_to_what_is_found_anyway_are_passed_over),
	    cmocka_unit_test(hard_links_are_sessions_of_their_own),
	    cmocka_unit_test(a_name_that_is_no_id_is_told_by_its_hash),
	    cmocka_unit_test(gathers_folder_and_title_from_common_names),
	    cmocka_unit_test(guesses_what_lines_say),
	    cmocka_unit_test(survives_every_failed_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
