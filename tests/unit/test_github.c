/* Places on GitHub as people, git and gh tell them, tokens, and limits. */
#include "unit/temp.h"

#include <unistd.h>

#include "github/gist.h"
#include "github/host.h"
#include "github/issue.h"
#include "github/limit.h"
#include "github/repo.h"

#define ID  "0123456789abcdef0123456789abcdef"
#define REV "0123456789abcdef0123456789abcdef01234567"

static void
knows_a_gist_by_its_id_or_url(void **state)
{
	static const char *const good[] = {ID, "https://gist.github.com/" ID,
	    "https://gist.github.com/octo/" ID,
	    "https://gist.github.com/octo/" ID "/",
	    "https://gist.github.com/octo/" ID ".git",
	    "https://gist.github.com/" ID ".git",
	    "https://gist.github.com/octo/" ID "#file-a-jsonl",
	    "https://gist.github.com/octo/" ID "?x=1/2#a/b",
	    "https://gist.github.com/octo/" ID "/" REV,
	    "https://gist.github.com/octo/" ID "/revisions",
	    "https://gist.github.com/octo/" ID "/raw",
	    "https://gist.githubusercontent.com/octo/" ID "/raw/" REV "/a",
	    "https://gist.github.com/decade/" ID,
	    "https://ghes.example.org/gist/" ID,
	    "https://ghes.example.org:8443/gist/octo/" ID "/raw/" REV "/f",
	    "https://api.github.com/gists/" ID, "gist.github.com/octo/" ID,
	    /* no more of a path than the id is taken */
	    "../" ID "/.."};
	static const char *const bad[] = {"", "/", "..", "a b", "abc/../..",
	    "https://", "https://gist.github.com", "https://gist.github.com/",
	    "https://gist.github.com/octo",
	    "https://gist.github.com/octo/../../repos",
	    "https://gist.github.com/octo/%2e%2e", "0123\n", "0123?x", "0123 ",
	    "\xff\xfe", "://", "#", "?", (ID ID "0")};
	struct seshat_err err = SESHAT_ERR_INIT;
	char id[SES_GIST_ID];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		memset(id, 'x', sizeof(id));
		OK(ses_gist_id(good[i], NULL, id, &err));
		assert_string_equal(id, ID);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (ses_gist_id(bad[i], NULL, id, &err) == 0)
			fail_msg("'%s' is taken as %s", bad[i], id);
		assert_int_equal(err.code, SESHAT_EUSAGE);
	}
}

static void
clear_environment(void)
{
	static const char *const names[] = {"SESHAT_GIST_TOKEN", "GH_TOKEN",
	    "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN",
	    "GH_HOST", "GH_CONFIG_DIR", "GITHUB_SERVER_URL", "GITHUB_API_URL",
	    "CODESPACES"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)unsetenv(names[i]);
	assert_int_equal(setenv("GH_PATH", "/nonexistent/gh", 1), 0);
}

/* Whether a gist's URL of that host is one of h's. */
static void
gist_is_of(const struct ses_github_host *h, const char *host, int expected)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf url = {0};
	char id[SES_GIST_ID] = "";

	ses_buf_fmt(&url, "https://%s/gist/octo/" ID, host);
	if (ses_gist_id(ses_buf_cstr(&url), h, id, &err) == 0)
		assert_string_equal(id, ID);
	else
		assert_int_equal(err.code, SESHAT_EUSAGE);
	if ((id[0] != '\0') != expected)
		fail_msg("%s, of %s: %s", host, h->name.data, err.msg);
	ses_buf_free(&url);
}

static void
knows_whose_a_gist_is(void **state)
{
	static const char *const hosts[][6] = {
	    {"github.com", "gist.github.com", "gist.githubusercontent.com",
		"api.github.com", "u:p@GIST.GitHub.com:443", "www.github.com"},
	    {"octo.ghe.com", "octo.ghe.com", "gist.octo.ghe.com",
		"api.octo.ghe.com", "OCTO.ghe.com", "octo.ghe.com:443"},
	    {"ghes.example.org:8443", "ghes.example.org:8443",
		"gist.ghes.example.org:8443", "raw.ghes.example.org:8443",
		"x@ghes.example.org:8443", "GHES.example.org:8443"}};
	static const char *const others[] = {"", "evil.org",
	    "github.com.evil.org", "notgithub.com", "gist.github.com@evil.org",
	    "github.com:8443", "raw.githubusercontent.com",
	    "x.gist.githubusercontent.com", "evil.ghe.com", "ghes.example.org",
	    "ghes.example.org:8444", "evil.ghes.example.org:8443",
	    "example.org", "localhost", ".", "@", ":443", "gist."};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_github_host h;
	size_t i;
	size_t k;
	size_t n;

	(void)state;
	clear_environment();
	for (i = 0; i < 3; i++) {
		OK(ses_github_host_find(&h, hosts[i][0], 0, &err));
		for (k = 0; k < 3; k++)
			for (n = 1; n < 6; n++)
				gist_is_of(&h, hosts[k][n], k == i);
		for (k = 0; k < sizeof(others) / sizeof(others[0]); k++)
			gist_is_of(&h, others[k], 0);
		ses_github_host_free(&h);
	}
}

static void
repo_is(const char *text, const char *host, const char *owner, const char *name)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_github_repo r;

	if (ses_github_repo_parse(text, &r, &err) < 0)
		fail_msg("'%s': %s", text, err.msg);
	assert_string_equal(r.host.data, host);
	assert_string_equal(r.owner.data, owner);
	assert_string_equal(r.name.data, name);
	ses_github_repo_free(&r);
}

static void
knows_a_repository(void **state)
{
	static const char *const bad[] = {"", "/", "octo", "octo/", "/cli",
	    "octo/..", "../cli", "octo/.", "octo/c li", "octo/%2e",
	    "https://github.com/octo", "https://github.com", "https://", "://",
	    "git@github.com:octo", "octo/cli\n", "h/octo/c\xc3\xa9",
	    "octo\\cli", ":/", "@:/"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_github_repo r;
	struct ses_buf b = {0};
	size_t i;

	(void)state;
	repo_is("octo/cli", "", "octo", "cli");
	repo_is("octo/cli.git", "", "octo", "cli");
	repo_is("octo/.github", "", "octo", ".github");
	repo_is("GitHub.com/octo/cli", "github.com", "octo", "cli");
	repo_is("ghes.example.org/octo/cli", "ghes.example.org", "octo", "cli");
	repo_is("https://github.com/octo/cli", "github.com", "octo", "cli");
	repo_is("https://www.github.com/octo/cli.git/", "github.com", "octo",
	    "cli");
	repo_is("https://u:p@ghes.example.org:8443/octo/cli?x#y",
	    "ghes.example.org:8443", "octo", "cli");
	repo_is("ssh://git@github.com:22/octo/cli.git", "github.com", "octo",
	    "cli");
	repo_is("git@github.com:octo/cli.git", "github.com", "octo", "cli");
	repo_is(
	    "git+ssh://git@github.com/octo/cli", "github.com", "octo", "cli");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (ses_github_repo_parse(bad[i], &r, &err) == 0)
			fail_msg("'%s' is taken", bad[i]);
		assert_int_equal(err.code, SESHAT_EUSAGE);
	}
	ses_buf_str(&b, "octo/");
	for (i = 0; i < 101; i++)
		ses_buf_str(&b, "x");
	FAILS(ses_github_repo_parse(ses_buf_cstr(&b), &r, &err), SESHAT_EUSAGE);
	ses_buf_free(&b);
}

static void
knows_an_issue(void **state)
{
	static const char *const good[] = {"7", "#7", "P7", "p7",
	    "https://github.com/o/r/issues/7",
	    "https://github.com/o/r/issues/7#issuecomment-3",
	    "https://github.com/o/r/issues/7/", "https://github.com/o/r/pull/7",
	    "o/r/issues/7", "ghes.example.org/o/r/issues/7?x"};
	static const char *const bad[] = {"", "#", "P", "0", "-7", "+7", " 7",
	    "7 ", "7x", "##7", "2147483648", "99999999999999999999", "0x7",
	    "https://github.com/o/r/issues/", "https://github.com/o/r/issues/x",
	    "https://github.com/o/issues/7", "/issues/7",
	    "https://github.com/../x/issues/7", "https://github.com/o/r"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_github_repo r = {0};
	uint64_t n;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		n = 0;
		if (ses_issue_parse(good[i], &n, &r, &err) < 0)
			fail_msg("'%s': %s", good[i], err.msg);
		assert_int_equal(n, 7);
		if (strchr(good[i], '/') != NULL) {
			assert_string_equal(r.owner.data, "o");
			assert_string_equal(r.name.data, "r");
		}
	}
	assert_string_equal(r.host.data, "ghes.example.org");
	/* a number alone leaves the repository as it was */
	OK(ses_issue_parse("2147483647", &n, &r, &err));
	assert_int_equal(n, 2147483647);
	assert_string_equal(r.name.data, "r");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (ses_issue_parse(bad[i], &n, &r, &err) == 0)
			fail_msg("'%s' is taken", bad[i]);
		assert_int_equal(err.code, SESHAT_EUSAGE);
	}
	ses_github_repo_free(&r);
}

static void
makes_hosts_comparable(void **state)
{
	static const char *const cases[][2] = {{"github.com", "github.com"},
	    {"GitHub.COM", "github.com"}, {"www.github.com", "github.com"},
	    {"api.github.com", "github.com"}, {"a.b.github.com", "github.com"},
	    {"notgithub.com", "notgithub.com"},
	    {"github.com.evil.org", "github.com.evil.org"},
	    {"github.localhost", "github.localhost"},
	    {"api.github.localhost", "github.localhost"},
	    {"octo.ghe.com", "octo.ghe.com"},
	    {"api.octo.ghe.com", "octo.ghe.com"},
	    {"a.b.octo.ghe.com", "octo.ghe.com"}, {"ghe.com", "ghe.com"},
	    {"notghe.com", "notghe.com"},
	    {"GHES.example.org:8443", "ghes.example.org:8443"}, {"", ""},
	    {".github.com", "github.com"}, {".ghe.com", ".ghe.com"}};
	struct ses_buf b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ses_github_host_normal(cases[i][0], strlen(cases[i][0]), &b);
		assert_string_equal(ses_buf_cstr(&b), cases[i][1]);
		ses_buf_free(&b);
		ses_buf_str(&b, "x.");
		ses_github_host_normal(cases[i][0], strlen(cases[i][0]), &b);
		assert_string_equal(ses_buf_cstr(&b) + 2, cases[i][1]);
		ses_buf_free(&b);
	}
}

/* Nothing of the caller's. */
static void
write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* Which token is found, of whom; NULL: none. */
static void
token_is(const char *host, enum ses_github_use use, const char *token,
    const char *from)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_github_host h;
	struct ses_buf b = {0};
	const char *where = NULL;
	int rc;

	OK(ses_github_host_find(&h, host, 0, &err));
	h.is_trusted = 1; /* as if gh knew it */
	rc = ses_github_token(&h, use, &b, &where, &err);
	if (token == NULL) {
		assert_int_equal(rc, 0);
	} else {
		if (rc != 1)
			fail_msg("%s: %d %s", token, rc, err.msg);
		assert_string_equal(ses_buf_cstr(&b), token);
		assert_string_equal(where, from);
	}
	ses_buf_free(&b);
	ses_github_host_free(&h);
}

static void
set(const char *name, const char *value)
{
	assert_int_equal(setenv(name, value, 1), 0);
}

static const char hosts_yml[] =
    "GitHub.com:\n    users:\n        octo:\n"
    "            oauth_token: of-user\n    user: octo\n"
    "    oauth_token: of-file\n"
    "ghes.example.org:\n    oauth_token: of-ghes\n"
    "empty.example.org:\n    oauth_token: ''\n"
    "keyring.example.org:\n    user: octo\n";

/* gh's folder, and nothing else of which gh takes tokens; NULL: there is no
 * hosts.yml in it. */
static void
make_gh_config(char *dir, const char *hosts)
{
	char path[64];

	clear_environment();
	assert_non_null(mkdtemp(dir));
	set("GH_CONFIG_DIR", dir);
	(void)snprintf(path, sizeof(path), "%s/hosts.yml", dir);
	if (hosts != NULL)
		write_text(path, hosts);
}

static void
remove_gh_config(const char *dir)
{
	clear_environment();
	assert_int_equal(temp_remove(dir), 0);
}

/* No token is found, but this error. */
static void
token_fails(const char *host, int code, struct seshat_err *err)
{
	struct ses_github_host h;
	struct ses_buf b = {0};
	const char *where;

	assert_int_equal(ses_github_host_find(&h, host, 0, err), 0);
	assert_true(ses_github_token(&h, SES_GITHUB_REPO, &b, &where, err) < 0);
	assert_int_equal(err->code, code);
	ses_buf_free(&b);
	ses_github_host_free(&h);
}

static void
takes_the_token_of_ghs_file(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char dir[] = "/tmp/seshat-test.XXXXXX";
	char path[64];

	(void)state;
	make_gh_config(dir, NULL);
	(void)snprintf(path, sizeof(path), "%s/hosts.yml", dir);
	token_is("github.com", SES_GITHUB_REPO, NULL, NULL);
	write_text(path, hosts_yml);
	token_is("github.com", SES_GITHUB_REPO, "of-file", "gh's hosts.yml");
	token_is(
	    "ghes.example.org", SES_GITHUB_REPO, "of-ghes", "gh's hosts.yml");
	token_is("empty.example.org", SES_GITHUB_REPO, NULL, NULL);
	token_is("keyring.example.org", SES_GITHUB_REPO, NULL, NULL);
	token_is("other.example.org", SES_GITHUB_REPO, NULL, NULL);

	write_text(path, "github.com: [\n");
	token_fails("github.com", SESHAT_EFORMAT, &err);
	remove_gh_config(dir);
}

static void
takes_the_token_of_the_environment_first(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char dir[] = "/tmp/seshat-test.XXXXXX";

	(void)state;
	make_gh_config(dir, hosts_yml);
	set("GITHUB_TOKEN", "second");
	token_is("github.com", SES_GITHUB_REPO, "second", "GITHUB_TOKEN");
	set("GH_TOKEN", "");
	token_is("github.com", SES_GITHUB_REPO, "second", "GITHUB_TOKEN");
	set("GH_TOKEN", "first");
	token_is("github.com", SES_GITHUB_REPO, "first", "GH_TOKEN");
	token_is("octo.ghe.com", SES_GITHUB_REPO, "first", "GH_TOKEN");
	/* none of github.com's goes to another server */
	token_is(
	    "ghes.example.org", SES_GITHUB_REPO, "of-ghes", "gh's hosts.yml");
	token_is("other.example.org", SES_GITHUB_REPO, NULL, NULL);
	token_is("github.com.example.org", SES_GITHUB_REPO, NULL, NULL);

	set("GITHUB_ENTERPRISE_TOKEN", "fourth");
	set("GH_ENTERPRISE_TOKEN", "third");
	set("SESHAT_GIST_TOKEN", "gists");
	token_is("github.com", SES_GITHUB_GIST, "gists", "SESHAT_GIST_TOKEN");
	token_is("github.com", SES_GITHUB_REPO, "first", "GH_TOKEN");

	set("GH_TOKEN", "two\r\nLines: x");
	token_fails("github.com", SESHAT_EAUTH, &err);
	assert_null(strstr(err.msg, "Lines"));
	remove_gh_config(dir);
}

static void
takes_another_servers_own_token(void **state)
{
	char dir[] = "/tmp/seshat-test.XXXXXX";

	(void)state;
	make_gh_config(dir, hosts_yml);
	set("GITHUB_TOKEN", "second");
	set("GH_TOKEN", "first");
	set("CODESPACES", "true");
	token_is(
	    "other.example.org", SES_GITHUB_REPO, "second", "GITHUB_TOKEN");
	unsetenv("CODESPACES");
	set("GITHUB_SERVER_URL", "https://ghes.example.org");
	token_is("ghes.example.org", SES_GITHUB_REPO, "second", "GITHUB_TOKEN");
	/* a workflow's token is for its own server, not for its neighbours */
	token_is("example.org", SES_GITHUB_REPO, NULL, NULL);
	set("GITHUB_SERVER_URL", "https://GHES.example.org/");
	token_is("ghes.example.org", SES_GITHUB_REPO, "second", "GITHUB_TOKEN");
	unsetenv("GITHUB_SERVER_URL");

	set("GITHUB_ENTERPRISE_TOKEN", "fourth");
	token_is("other.example.org", SES_GITHUB_REPO, "fourth",
	    "GITHUB_ENTERPRISE_TOKEN");
	set("GH_ENTERPRISE_TOKEN", "third");
	token_is("ghes.example.org", SES_GITHUB_REPO, "third",
	    "GH_ENTERPRISE_TOKEN");
	token_is("github.com", SES_GITHUB_REPO, "first", "GH_TOKEN");
	remove_gh_config(dir);
}

static void
gives_a_host_that_nobody_knows_no_token(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_github_host h;
	struct ses_buf b = {0};
	const char *where = NULL;

	(void)state;
	clear_environment();
	set("GH_CONFIG_DIR", "/nonexistent");
	set("GH_ENTERPRISE_TOKEN", "enterprise");
	set("SESHAT_GIST_TOKEN", "gists");
	OK(ses_github_host_find(&h, "evil.example.org", 0, &err));
	assert_int_equal(h.is_trusted, 0);
	assert_int_equal(
	    ses_github_token(&h, SES_GITHUB_GIST, &b, &where, &err), 0);
	ses_github_host_free(&h);
	set("GH_HOST", "evil.example.org");
	OK(ses_github_host_find(&h, "evil.example.org", 0, &err));
	assert_int_equal(
	    ses_github_token(&h, SES_GITHUB_GIST, &b, &where, &err), 1);
	ses_github_host_free(&h);
	ses_buf_free(&b);
	clear_environment();
}

static void
tells_a_limit_from_a_refusal(void **state)
{
	static const struct {
		int status;
		const char *headers;
		const char *body;
		int is_limit;
		int64_t wait;
	} cases[] = {
	    {403, "retry-after: 7\r\n", "{}", 1, 7000},
	    {429, "Retry-After: 0\r\n", "", 1, 1000},
	    {403, "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1010\r\n",
		"{}", 1, 11000},
	    {403, "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 900\r\n", "",
		1, 1000},
	    {403, "", "{\"message\":\"You have exceeded a secondary rate\"}", 1,
		60000},
	    {403, "x-ratelimit-remaining: 5\r\n",
		"{\"message\":\"API rate limit exceeded\"}", 1, 60000},
	    {403, "x-ratelimit-remaining: 5\r\n",
		"{\"message\":\"Resource not accessible\"}", 0, 0},
	    {404, "retry-after: 7\r\n", "", 0, 0},
	    {403, "retry-after: soon\r\n", "", 0, 0},
	    {429, "retry-after: 99999999999999999999\r\n", "", 1, 60000},
	    {429, "retry-after: 18446744073709551615\r\n", "", 1,
		INT64_C(1000000000000)},
	};
	struct ses_http_answer a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		a = (struct ses_http_answer){.status = cases[i].status};
		ses_buf_fmt(&a.headers, "HTTP/1.1 %d\r\n%s\r\n",
		    cases[i].status, cases[i].headers);
		(void)ses_buf_cstr(&a.headers);
		ses_buf_str(&a.body, cases[i].body);
		assert_int_equal(ses_github_is_limit(&a), cases[i].is_limit);
		if (cases[i].is_limit)
			assert_int_equal(ses_github_limit_wait(&a, 0, 1000000),
			    cases[i].wait);
		ses_http_answer_free(&a);
	}
	a = (struct ses_http_answer){.status = 429};
	assert_int_equal(ses_github_limit_wait(&a, 3, 0), 480000);
	assert_int_equal(ses_github_limit_wait(&a, 1000, 0), 1920000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(knows_a_gist_by_its_id_or_url),
	    cmocka_unit_test(knows_whose_a_gist_is),
	    cmocka_unit_test(knows_a_repository),
	    cmocka_unit_test(knows_an_issue),
	    cmocka_unit_test(makes_hosts_comparable),
	    cmocka_unit_test(takes_the_token_of_ghs_file),
	    cmocka_unit_test(takes_the_token_of_the_environment_first),
	    cmocka_unit_test(takes_another_servers_own_token),
	    cmocka_unit_test(gives_a_host_that_nobody_knows_no_token),
	    cmocka_unit_test(tells_a_limit_from_a_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
