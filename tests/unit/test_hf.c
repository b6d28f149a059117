/* Where a bucket of Hugging Face is and with whose token, and what its answers
 * mean; what goes over the wire is tested against a server. */
#include "unit/temp.h"

#include <sys/stat.h>

#include <unistd.h>

#include "base/fs.h"
#include "base/time.h"
#include "store/far_list.h"
#include "store/hf.h"

static char home[64];

static int
set_up(void **state)
{
	static const char *const unset[] = {"HF_TOKEN", "HF_TOKEN_PATH",
	    "HF_HOME", "HF_ENDPOINT", "XDG_CACHE_HOME", "SSL_CERT_FILE"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(unset) / sizeof(unset[0]); i++)
		unsetenv(unset[i]);
	strcpy(home, "/tmp/seshat-hf-XXXXXX");
	if (mkdtemp(home) == NULL)
		return -1;
	setenv("HOME", home, 1);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return temp_remove(home);
}

/* A file below home. */
static const char *
put(const char *name, const char *text)
{
	static char path[200];
	struct seshat_err err = SESHAT_ERR_INIT;
	char dir[200];

	(void)snprintf(path, sizeof(path), "%s/%s", home, name);
	(void)snprintf(dir, sizeof(dir), "%s", path);
	*strrchr(dir, '/') = '\0';
	OK(ses_fs_mkdirs(dir, 0700, &err));
	OK(ses_fs_replace(path, text, strlen(text), 0600, 0, &err));
	return path;
}

static void
opens(const char *url, const char *name)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_store *s;

	OK(ses_store_open(&s, url, NULL, &err));
	assert_string_equal(ses_store_name(s), name);
	ses_store_free(s);
}

static void
a_store_has_one_name(void **state)
{
	(void)state;
	opens("hf://buckets/me/x", "hf://buckets/me/x/");
	opens("hf://buckets/Me/X.y_z-1//a/b//", "hf://buckets/Me/X.y_z-1/a/b/");
	opens("hf://buckets/me/x/a%20b", "hf://buckets/me/x/a%20b/");
	setenv("HF_ENDPOINT", "https://huggingface.co/", 1);
	opens("hf://buckets/me/x", "hf://buckets/me/x/");
	setenv("HF_ENDPOINT", "http://127.0.0.1:9/hub/", 1);
	opens("hf://buckets/me/x",
	    "hf://buckets/me/x/?endpoint=http%3A//127.0.0.1%3A9/hub");
	opens("hf://buckets/me/x?endpoint=https://hub.example",
	    "hf://buckets/me/x/?endpoint=https%3A//hub.example");
}

static void
what_is_no_bucket_is_refused(void **state)
{
	static const char *const bad[] = {"hf://", "hf://me/x", "hf://buckets",
	    "hf://buckets/me", "hf://buckets/me/", "hf://buckets//x",
	    "hf://buckets:80/me/x", "hf://models/me/x", "hf://buckets/-me/x",
	    "hf://buckets/me/x-", "hf://buckets/me/.x", "hf://buckets/me/a--b",
	    "hf://buckets/me/a..b", "hf://buckets/me/x.git",
	    "hf://buckets/me/a%2Fb", "hf://buckets/me/x/../y",
	    "hf://buckets/me/x/y..", "hf://buckets/me/x/%5C",
	    "hf://buckets/me/x/a%0Ab", "hf://buckets/me/x/%7F",
	    "hf://buckets/me/x?token=1", "hf://buckets/me/x?endpoint=nonsense",
	    "hf://buckets/me/x?endpoint=http://example.com"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_store *s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		FAILS(ses_store_open(&s, bad[i], NULL, &err), SESHAT_EUSAGE);
	setenv("HF_ENDPOINT", "http://example.com", 1);
	FAILS(
	    ses_store_open(&s, "hf://buckets/me/x", NULL, &err), SESHAT_EUSAGE);
	assert_non_null(strstr(err.msg, "--insecure-http"));
}

/* The endpoint of the configuration is that of buckets that speak S3. */
static void
a_token_goes_to_no_endpoint_of_another_kind(void **state)
{
	static const struct ses_store_access access = {
	    .endpoint = "https://minio.example", .hf_token = "hf_a"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_store *s;

	(void)state;
	OK(ses_store_open(&s, "hf://buckets/me/x", &access, &err));
	assert_string_equal(ses_store_about(s).host, "huggingface.co");
	ses_store_free(s);
}

static void
finds(const struct ses_store_access *access, const char *token)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hf_login l;

	OK(ses_hf_login_find(&l, access, &err));
	assert_string_equal(l.token, token);
	assert_true(l.from[0] != '\0');
	ses_hf_login_free(&l);
}

static void
the_token_is_that_of_the_nearest_place(void **state)
{
	static const struct ses_store_access access = {
	    .hf_token = "hf_configured"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hf_login l;
	char path[200];

	(void)state;
	FAILS(ses_hf_login_find(&l, NULL, &err), SESHAT_EAUTH);
	assert_non_null(strstr(err.msg, "HF_TOKEN"));
	(void)put(".cache/huggingface/token", "hf_usual\n");
	finds(NULL, "hf_usual");
	(void)snprintf(path, sizeof(path), "%s/cache", home);
	setenv("XDG_CACHE_HOME", path, 1);
	(void)put("cache/huggingface/token", "  hf_cache  ");
	finds(NULL, "hf_cache");
	(void)snprintf(path, sizeof(path), "%s/hf", home);
	setenv("HF_HOME", path, 1);
	/* one that is named and empty is no other's */
	FAILS(ses_hf_login_find(&l, NULL, &err), SESHAT_EAUTH);
	(void)put("hf/token", "hf_home");
	finds(NULL, "hf_home");
	finds(&access, "hf_configured");
	setenv("HF_TOKEN_PATH", put("elsewhere", "hf_path"), 1);
	finds(&access, "hf_path");
	setenv("HF_TOKEN_PATH", "~/elsewhere", 1);
	finds(&access, "hf_path");
	/* a file that is named and not there is told, not passed over */
	setenv("HF_TOKEN_PATH", "~/nowhere/token", 1);
	FAILS(ses_hf_login_find(&l, &access, &err), SESHAT_EAUTH);
	assert_non_null(strstr(err.msg, "HF_TOKEN_PATH"));
	assert_non_null(strstr(err.msg, "/nowhere/token"));
	(void)put("empty", " \n");
	setenv("HF_TOKEN_PATH", "~/empty", 1);
	FAILS(ses_hf_login_find(&l, &access, &err), SESHAT_EAUTH);
	setenv("HF_TOKEN", "hf_environment", 1);
	finds(&access, "hf_environment");
	setenv("HF_TOKEN", "hf_a\r\nX-Other: 1", 1);
	FAILS(ses_hf_login_find(&l, &access, &err), SESHAT_EAUTH);
	assert_null(strstr(err.msg, "hf_a"));
}

static void
a_name_that_the_hub_refuses_is_known(void **state)
{
	(void)state;
	assert_true(ses_hf_is_path("a/b.gz"));
	assert_true(ses_hf_is_path("..a/.b"));
	assert_false(ses_hf_is_path("a/.."));
	assert_false(ses_hf_is_path("a../b"));
	assert_false(ses_hf_is_path("..."));
}

static struct ses_buf
text_buf(const char *text)
{
	struct ses_buf b = {0};

	ses_buf_str(&b, text);
	(void)ses_buf_cstr(&b);
	return b;
}

static int
see(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	(void)err;
	ses_buf_fmt(arg, "%s=%llu@%lld ", o->key, (unsigned long long)o->size,
	    (long long)o->mtime);
	return 0;
}

#define FILE_OF(path, size)                                                    \
	"{\"type\":\"file\",\"path\":\"" path "\",\"size\":" size              \
	",\"uploadedAt\":\"1970-01-01T00:00:01.500Z\"}"

static void
shows(const char *page, const struct ses_store_list *what, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf body = text_buf(page);
	struct ses_buf got = {0};
	struct ses_hf s = {0};

	ses_buf_str(&s.prefix, "p/");
	ses_buf_str(&s.hub.host, "host");
	(void)ses_buf_cstr(&s.prefix);
	(void)ses_buf_cstr(&s.hub.host);
	OK(ses_hf_list_page(&s, &body, what, see, &got, &err));
	assert_string_equal(ses_buf_cstr(&got), want);
	ses_buf_free(&s.prefix);
	ses_buf_free(&s.hub.host);
	ses_buf_free(&body);
	ses_buf_free(&got);
}

static void
a_page_is_what_was_asked_for_in_order(void **state)
{
	static const char page[] = "[" FILE_OF("p/b/2", "2") "," FILE_OF(
	    "p/b/1", "1") "," FILE_OF("p/b-", "3") "," FILE_OF("px/b/1",
	    "4") ","
		 "{\"type\":\"directory\",\"path\":\"p/c\"}," FILE_OF("p/",
		     "5") "," FILE_OF("p/d/", "6") "," FILE_OF("p/a\\u0000b",
		     "7") "," FILE_OF("p/b/1", "1") "]";
	static const struct ses_store_list all = {.prefix = ""};
	static const struct ses_store_list below = {.prefix = "b/"};
	static const struct ses_store_list shallow = {
	    .prefix = "", .shallow = 1};
	static const struct ses_store_list after = {
	    .prefix = "", .after = "b/1"};

	(void)state;
	shows(page, &all, "b-=3@1500 b/1=1@1500 b/2=2@1500 ");
	shows(page, &below, "b/1=1@1500 b/2=2@1500 ");
	shows(page, &shallow, "b-=3@1500 b/=0@0 ");
	shows(page, &after, "b/2=2@1500 ");
	shows("[]", &all, "");
}

static void
what_is_no_page_is_refused(void **state)
{
	static const char *const bad[] = {"", "{}", "[", "null", "[1]",
	    "{\"error\":\"no\"}", "<html>", "[{}]", "[{\"path\":\"a\"}]",
	    "[{\"type\":\"file\"}]", "[{\"type\":\"file\",\"path\":7}]",
	    "[{\"type\":7,\"path\":\"a\"}]",
	    "[{\"type\":\"file\",\"path\":\"\"}]"};
	static const struct ses_store_list all = {.prefix = ""};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hf s = {0};
	struct ses_buf body;
	size_t i;

	(void)state;
	ses_buf_add(&s.prefix, "", 1);
	s.prefix.len = 0;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		body = text_buf(bad[i]);
		FAILS(ses_hf_list_page(&s, &body, &all, see, NULL, &err),
		    SESHAT_EFORMAT);
		ses_buf_free(&body);
	}
	ses_buf_free(&s.prefix);
}

static void
only_true_is_private(void **state)
{
	static const struct {
		const char *body;
		int want;
	} cases[] = {{"{\"private\":true}", 1}, {"{\"private\":false}", 0},
	    {"{\"private\":null}", 0}, {"{\"private\":\"true\"}", 0},
	    {"{\"private\":1}", 0}, {"{}", 0}, {"", 0}, {"true", 0},
	    {"[{\"private\":true}]", 0}, {"{\"private\":true", 0}};
	struct ses_buf body;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		body = text_buf(cases[i].body);
		assert_int_equal(ses_hf_is_private(&body), cases[i].want);
		ses_buf_free(&body);
	}
}

/* Nothing answers at the hub's address: whoever asks there fails. */
static void
that_it_is_private_holds_for_a_minute(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_store_notes notes = {0};
	struct ses_hf s = {.notes = &notes, .may_write = 1};
	int64_t now = ses_time_steady();

	(void)state;
	setenv("HF_TOKEN", "hf_a", 1);
	OK(ses_hf_place(
	    &s, "hf://buckets/me/x?endpoint=http://127.0.0.1:1", NULL, &err));
	s.cas_until = now + 3600000;
	s.looked = now - 50000;
	OK(ses_hf_writable(&s, &err));
	s.looked = now - 61000;
	FAILS(ses_hf_writable(&s, &err), SESHAT_ENET);
	s.may_write = 1;
	s.looked = now;
	s.cas_until = now;
	FAILS(ses_hf_writable(&s, &err), SESHAT_ENET);
	ses_http_free(s.http);
	ses_hf_login_free(&s.login);
	ses_far_place_free(&s.hub);
	ses_buf_free(&s.bucket);
	ses_buf_free(&s.prefix);
}

static void
on_failed(void *arg, const char *path, const char *why)
{
	ses_buf_fmt(arg, "%s:%s ", path, why);
}

static void
a_batch_says_what_was_done(void **state)
{
	static const char *const bad[] = {"", "{}", "[]", "{\"success\":1}",
	    "{\"success\":\"true\"}", "{\"success\":true"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hf_batch b;
	struct ses_buf got = {0};
	struct ses_buf body =
	    text_buf("{\"success\":false,\"processed\":3,\"succeeded\":2,"
		     "\"failed\":[{\"path\":\"a\",\"error\":\"no\\u001b\"},"
		     "{\"path\":\"b\"},{\"error\":\"x\"},7]}");
	size_t i;

	(void)state;
	OK(ses_hf_batch_read(&body, NULL, &b, on_failed, &got, &err));
	assert_false(b.is_success);
	assert_int_equal(b.succeeded, 2);
	assert_int_equal(b.n_failed, 4);
	assert_string_equal(ses_buf_cstr(&got), "a:no\xef\xbf\xbd b: :x : ");
	ses_buf_free(&body);
	body = text_buf("{\"success\":true}");
	OK(ses_hf_batch_read(&body, NULL, &b, on_failed, &got, &err));
	assert_true(b.is_success);
	assert_int_equal(b.succeeded, 0);
	ses_buf_free(&body);
	ses_buf_free(&got);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		body = text_buf(bad[i]);
		FAILS(ses_hf_batch_read(&body, NULL, &b, on_failed, NULL, &err),
		    SESHAT_EFORMAT);
		ses_buf_free(&body);
	}
}

static void
the_storage_is_named_whole(void **state)
{
	static const char *const bad[] = {"", "{}",
	    "{\"casUrl\":\"https://c\",\"accessToken\":\"t\"}",
	    "{\"casUrl\":\"https://c\",\"accessToken\":\"\",\"exp\":1}",
	    "{\"casUrl\":\"https://c\",\"accessToken\":\"a b\",\"exp\":1}",
	    "{\"exp\":1,\"casUrl\":\"https://c\",\"accessToken\":\"\\r\\n\"}",
	    "{\"casUrl\":7,\"accessToken\":\"t\",\"exp\":1}",
	    "{\"casUrl\":\"https://c\",\"accessToken\":\"t\",\"exp\":-1}"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hf_cas c;
	struct ses_buf body =
	    text_buf("{\"casUrl\":\"https://c/x/\",\"exp\":1848535668,"
		     "\"accessToken\":\"xet_1\"}");
	size_t i;

	(void)state;
	OK(ses_hf_cas_read(&body, &c, &err));
	assert_string_equal(c.url.data, "https://c/x");
	assert_string_equal(c.token.data, "xet_1");
	assert_int_equal(c.until, INT64_C(1848535668000));
	ses_hf_cas_wipe(&c);
	ses_buf_free(&body);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		body = text_buf(bad[i]);
		FAILS(ses_hf_cas_read(&body, &c, &err), SESHAT_EFORMAT);
		ses_buf_free(&body);
	}
}

static void
a_limit_says_how_long(void **state)
{
	struct ses_http_answer a = {.status = 429};

	(void)state;
	assert_int_equal(ses_hf_limit("\"api\";r=0;t=55"), 55000);
	assert_int_equal(ses_hf_limit("\"api\"; r=0; t=1"), 1000);
	assert_int_equal(ses_hf_limit("\"api\";r=0"), 0);
	assert_int_equal(ses_hf_limit("\"api\";t=;r=1"), 0);
	assert_int_equal(ses_hf_limit("\"api\";tt=9"), 0);
	assert_int_equal(ses_hf_limit("\"api\";t=99999999999"), 86400000);
	assert_int_equal(ses_hf_limit(""), 0);
	ses_buf_str(
	    &a.headers, "RateLimit: \"api\";r=0;t=7\r\nRetry-After: 9\r\n");
	(void)ses_buf_cstr(&a.headers);
	assert_int_equal(ses_hf_wait(&a), 9000);
	a.status = 503;
	ses_buf_clear(&a.headers);
	ses_buf_str(&a.headers, "RateLimit: \"api\";r=9;t=7\r\n");
	(void)ses_buf_cstr(&a.headers);
	assert_int_equal(ses_hf_wait(&a), 0);
	ses_http_answer_free(&a);
}

static void
means(int status, const char *headers, const char *body, int code,
    const char *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char secret[] = "hf_secret";
	struct ses_hf s = {.login = {secret, "HF_TOKEN"}};
	struct ses_hf_call c = {.method = "GET", .does = "read from"};

	s.bucket = text_buf("me/x");
	s.hub.host = text_buf("hub");
	c.answer.status = status;
	c.answer.headers = text_buf(headers);
	c.answer.body = text_buf(body);
	FAILS(ses_hf_fail(&s, &c, &err), code);
	assert_int_equal(err.sys, status);
	if (strstr(err.msg, text) == NULL)
		fail_msg("no '%s' in '%s'", text, err.msg);
	assert_null(strstr(err.msg, secret));
	ses_hf_done(&c);
	ses_buf_free(&s.bucket);
	ses_buf_free(&s.hub.host);
}

static void
bad_answers_say_what_to_do(void **state)
{
	(void)state;
	means(401, "", "{\"error\":\"Invalid\"}", SESHAT_EAUTH,
	    "token of HF_TOKEN");
	means(403, "", "{\"error\":\"missing scope\"}", SESHAT_EAUTH,
	    "missing scope");
	means(403, "X-Error-Message: your Bearer hf_secret is bad\r\n", "",
	    SESHAT_EAUTH, "your Bearer *** is bad (give it the right to read");
	means(500, "", "{\"error\":\"hf_secrethf_secret, hf_s\"}", SESHAT_ENET,
	    ": ******, hf_s");
	means(404, "X-Error-Code: RepoNotFound\r\n", "", SESHAT_ENOSTORE,
	    "seshat init");
	means(404, "X-Error-Code: EntryNotFound\r\n", "", SESHAT_ENOTFOUND,
	    "no such object");
	means(404, "", "<html>", SESHAT_ENOSTORE, "right endpoint");
	means(429, "RateLimit: \"api\";r=0;t=55\r\n", "", SESHAT_ENET, "55 s");
	means(500, "", "", SESHAT_ENET, "hub answers 500");
	means(400, "X-Error-Message: bad\x01 path\r\n", "", SESHAT_ESYS,
	    "bad\xef\xbf\xbd path");
	means(413, "", "{\"error\":7}", SESHAT_ELIMIT, "413");
	means(302, "Location: https://other/\r\n", "", SESHAT_ESYS, "302");
}

static void
a_redirect_is_made_whole(void **state)
{
	struct ses_http_answer a = {.status = 307};
	struct ses_buf to = {0};

	(void)state;
	assert_false(ses_http_location(&a, "https://h/x", &to));
	a.headers = text_buf("Location: /api/y?z\r\n");
	assert_true(ses_http_location(&a, "https://h:1/x?q", &to));
	assert_string_equal(to.data, "https://h:1/api/y?z");
	ses_buf_clear(&a.headers);
	ses_buf_str(&a.headers, "Location: //cdn/z\r\n");
	(void)ses_buf_cstr(&a.headers);
	assert_true(ses_http_location(&a, "https://h:1/x?q", &to));
	assert_string_equal(to.data, "https://cdn/z");
	a.status = 200;
	assert_false(ses_http_location(&a, "https://h:1/x?q", &to));
	a.status = 302;
	ses_buf_clear(&a.headers);
	ses_buf_str(&a.headers, "Location: https://cdn/y\r\n");
	(void)ses_buf_cstr(&a.headers);
	assert_true(ses_http_location(&a, "https://h/x", &to));
	assert_string_equal(to.data, "https://cdn/y");
	assert_true(ses_url_may_follow(to.data, 0));
	assert_false(ses_url_may_follow("http://cdn/y", 0));
	assert_true(ses_url_may_follow("http://cdn/y", 1));
	assert_true(ses_url_may_follow("http://127.0.0.1:80/y", 0));
	assert_false(ses_url_may_follow("ftp://127.0.0.1/y", 1));
	assert_false(ses_url_may_follow("/y", 1));
	ses_buf_free(&to);
	ses_http_answer_free(&a);
}

/* What a taking that asked for bytes from 5 on makes of an answer. */
static int
takes(const char *headers, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_http_answer a = {.status = 206};
	struct ses_buf got = {0};
	struct ses_sink sink = ses_sink_buf(&got);
	struct ses_far_get g = ses_far_get(&sink, 5, 0);
	struct ses_far_taking t;
	int rc;

	a.headers = text_buf(headers);
	ses_far_take(&t, &g, &a);
	assert_string_equal(t.range, "bytes=5-");
	rc = ses_sink_write(&t.sink, "fg", 2, &err);
	if (rc == 0)
		rc = ses_sink_write(&t.sink, "h", 1, &err);
	assert_string_equal(ses_buf_cstr(&got), want);
	ses_buf_free(&got);
	ses_http_answer_free(&a);
	return rc < 0 ? err.code : SESHAT_OK;
}

static void
another_part_is_not_taken(void **state)
{
	(void)state;
	assert_int_equal(
	    takes("Content-Range: bytes 5-9/10\r\n", "fgh"), SESHAT_OK);
	assert_int_equal(takes("", "fgh"), SESHAT_OK);
	assert_int_equal(
	    takes("Content-Range: bytes 0-9/10\r\n", ""), SESHAT_EUNSUPPORTED);
	assert_int_equal(
	    takes("Content-Range: nonsense\r\n", ""), SESHAT_EUNSUPPORTED);
}

/* How many pages it takes until a listing is told to go in a circle that has so
 * many pages, and before them others; 0: it is not. */
static int
pages_until_circle(int before, int circle)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_far_pages p = {0};
	char now[16] = "";
	char next[16];
	int rc = 0;
	int i;

	for (i = 0; rc == 0 && i < 1000; i++) {
		(void)snprintf(next, sizeof(next), "%d",
		    i < before ? -i : (i - before) % circle + 1);
		rc = ses_far_pages_on(&p, now, next, &err);
		memcpy(now, next, sizeof(now));
	}
	ses_far_pages_free(&p);
	return rc < 0 && err.code == SESHAT_EFORMAT ? i : 0;
}

static void
a_circle_of_pages_is_found(void **state)
{
	int circle;

	(void)state;
	for (circle = 1; circle < 40; circle++) {
		assert_in_range(pages_until_circle(0, circle), 1, 4 * circle);
		assert_in_range(
		    pages_until_circle(30, circle), 31, 4 * (circle + 30));
	}
	assert_int_equal(pages_until_circle(1000, 1), 0);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(a_store_has_one_name),
	    WITH(what_is_no_bucket_is_refused),
	    WITH(a_token_goes_to_no_endpoint_of_another_kind),
	    WITH(the_token_is_that_of_the_nearest_place),
	    cmocka_unit_test(a_name_that_the_hub_refuses_is_known),
	    cmocka_unit_test(a_page_is_what_was_asked_for_in_order),
	    cmocka_unit_test(what_is_no_page_is_refused),
	    cmocka_unit_test(only_true_is_private),
	    WITH(that_it_is_private_holds_for_a_minute),
	    cmocka_unit_test(a_batch_says_what_was_done),
	    cmocka_unit_test(the_storage_is_named_whole),
	    cmocka_unit_test(a_limit_says_how_long),
	    cmocka_unit_test(a_circle_of_pages_is_found),
	    cmocka_unit_test(bad_answers_say_what_to_do),
	    cmocka_unit_test(a_redirect_is_made_whole),
	    cmocka_unit_test(another_part_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
