/* The parts of the server that need no connection. */
#include <pthread.h>

#include "unit/test.h"

#include "base/buf.h"
#include "serve/readers.h"
#include "serve/access_log.h"
#include "serve/admit.h"
#include "serve/answer.h"
#include "serve/asset.h"
#include "serve/cond.h"
#include "serve/cookie.h"
#include "serve/ring.h"
#include "serve/route.h"
#include "serve/target.h"

#define LEN 1000

static struct seshat_err err;

static void
ranges_are_read_as_rfc_9110_says(void **state)
{
	static const struct {
		const char *text;
		uint64_t len;
		int rc;
		uint64_t from;
		uint64_t n;
	} rows[] = {
	    {"bytes=0-0", LEN, 1, 0, 1},
	    {"bytes=0-999", LEN, 1, 0, LEN},
	    {"bytes=10-19", LEN, 1, 10, 10},
	    {"bytes=990-2000", LEN, 1, 990, 10},
	    {"bytes=10-", LEN, 1, 10, 990},
	    {"bytes=-10", LEN, 1, 990, 10},
	    {"bytes=-5000", LEN, 1, 0, LEN},
	    {"Bytes=0-1", LEN, 1, 0, 2},
	    {"bytes=5-18446744073709551616", LEN, 1, 5, 995},
	    {"bytes=1000-", LEN, -1, 0, 0},
	    {"bytes=99999999999999999999-", LEN, -1, 0, 0},
	    {"bytes=-0", LEN, -1, 0, 0},
	    {"bytes=0-0", 0, -1, 0, 0},
	    {"bytes=-1", 0, -1, 0, 0},
	    {"bytes=5-4", LEN, 0, 0, 0},
	    {"bytes=0-1,3-4", LEN, 0, 0, 0},
	    {"bytes=", LEN, 0, 0, 0},
	    {"bytes=-", LEN, 0, 0, 0},
	    {"bytes=a-b", LEN, 0, 0, 0},
	    {"bytes=1-2x", LEN, 0, 0, 0},
	    {"lines=1-2", LEN, 0, 0, 0},
	    {"", LEN, 0, 0, 0},
	};
	struct ses_span span = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (ses_cond_range(rows[i].text, rows[i].len, &span) !=
		    rows[i].rc)
			fail_msg("%s", rows[i].text);
		if (rows[i].rc == 1) {
			assert_int_equal(span.from, rows[i].from);
			assert_int_equal(span.len, rows[i].n);
		}
	}
}

#define TAG  "\"abc\""
#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"
#define TIME INT64_C(784111777000)

static void
conditions_decide_in_the_order_of_rfc_9110(void **state)
{
	static const struct {
		struct ses_cond c;
		int status;
	} rows[] = {
	    {{.range = NULL}, 200},
	    {{.if_none_match = TAG}, 304},
	    {{.if_none_match = "W/" TAG}, 304},
	    {{.if_none_match = "\"x\", " TAG}, 304},
	    {{.if_none_match = "*"}, 304},
	    {{.if_none_match = "\"ab\""}, 200},
	    {{.if_none_match = "abc"}, 200},
	    /* the tag decides, not the time */
	    {{.if_none_match = "\"x\"", .if_modified_since = DATE}, 200},
	    {{.if_modified_since = DATE}, 304},
	    {{.if_modified_since = "Sun, 06 Nov 1994 08:49:36 GMT"}, 200},
	    {{.if_modified_since = "yesterday"}, 200},
	    {{.if_match = TAG}, 200},
	    {{.if_match = "W/" TAG}, 412},
	    {{.if_match = "\"x\""}, 412},
	    {{.if_match = "*"}, 200},
	    {{.range = "bytes=1-2"}, 206},
	    {{.range = "bytes=1-2", .if_none_match = TAG}, 304},
	    {{.range = "bytes=1-2", .if_range = TAG}, 206},
	    {{.range = "bytes=1-2", .if_range = "W/" TAG}, 200},
	    {{.range = "bytes=1-2", .if_range = "\"old\""}, 200},
	    {{.range = "bytes=1-2", .if_range = DATE}, 200},
	    {{.range = "bytes=5000-"}, 416},
	    {{.range = "bytes=5000-", .if_range = "\"old\""}, 200},
	    {{.range = "bytes=1-2,4-5"}, 200},
	};
	const struct ses_resource what = {TAG, TIME + 123, LEN};
	const struct ses_resource unknown = {TAG, TIME, UINT64_MAX};
	const struct ses_resource untagged = {NULL, TIME, LEN};
	const struct ses_cond dated = {.range = "bytes=1-2", .if_range = DATE};
	struct ses_span span;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (ses_cond_decide(&rows[i].c, &what, &span) != rows[i].status)
			fail_msg("row %zu", i);
	assert_int_equal(ses_cond_decide(&rows[15].c, &what, &span), 206);
	assert_int_equal(span.from, 1);
	assert_int_equal(span.len, 2);
	assert_int_equal(ses_cond_decide(&rows[15].c, &unknown, &span), 200);
	assert_int_equal(ses_cond_decide(&dated, &untagged, &span), 206);
}

static void
times_are_written_as_they_are_read(void **state)
{
	char date[SES_HTTP_DATE];

	(void)state;
	ses_cond_date(TIME + 999, date);
	assert_string_equal(date, DATE);
	ses_cond_date(-5, date);
	assert_string_equal(date, "Thu, 01 Jan 1970 00:00:00 GMT");
	ses_cond_date(INT64_MAX, date);
	assert_string_equal(date, "Fri, 31 Dec 9999 23:59:59 GMT");
}

/* The segments of a path joined by "|", or "!" when it is refused. */
static const char *
segments(const char *url)
{
	static char out[256];
	const char *s[SES_REQUEST_SEGMENTS];
	struct ses_target t = {0};
	int n = -1;
	int i;

	out[0] = '\0';
	if (ses_target_split(&t, url, &err) == 0)
		n = ses_target_segments(t.path, s, &err);
	for (i = 0; i < n; i++)
		(void)snprintf(out + strlen(out), sizeof(out) - strlen(out),
		    "%s%s", i > 0 ? "|" : "", s[i]);
	ses_target_free(&t);
	return n < 0 ? "!" : out;
}

static void
a_path_is_cut_before_it_is_decoded(void **state)
{
	char many[64] = "";
	size_t i;

	(void)state;
	assert_string_equal(segments("/"), "");
	assert_string_equal(segments("/a/b?x=/c"), "a|b");
	assert_string_equal(segments("/a//b/"), "a||b|");
	assert_string_equal(segments("/a%20b/%C3%A9+"), "a b|\xc3\xa9+");
	assert_string_equal(segments("http://h:1/x"), "x");
	assert_string_equal(segments("/..."), "...");
	assert_string_equal(segments("/a%2Fb/c"), "a/b|c");
	assert_string_equal(segments("/a%2f..b%2f..."), "a/..b/...");
	assert_string_equal(segments("/%2Fa"), "!");
	assert_string_equal(segments("/a%2F"), "!");
	assert_string_equal(segments("/%2F"), "!");
	assert_string_equal(segments("/a%2F%2Fb"), "!");
	assert_string_equal(segments("/a%2F..%2Fb"), "!");
	assert_string_equal(segments("/..%2Fb"), "!");
	assert_string_equal(segments("/a%2F%2e"), "!");
	assert_string_equal(segments("/%00"), "!");
	assert_string_equal(segments("/a%0ab"), "!");
	assert_string_equal(segments("/%7f"), "!");
	assert_string_equal(segments("/%"), "!");
	assert_string_equal(segments("/%4"), "!");
	assert_string_equal(segments("/%zz"), "!");
	assert_string_equal(segments("/%ff"), "!");
	assert_string_equal(segments("/../x"), "!");
	assert_string_equal(segments("/x/%2e%2E"), "!");
	assert_string_equal(segments("/."), "!");
	assert_string_equal(segments("x"), "!");
	assert_string_equal(segments("*"), "!");
	assert_string_equal(segments(""), "!");
	assert_string_equal(segments("http://h"), "!");
	assert_string_equal(segments("ftp://h/x"), "!");
	for (i = 0; i <= SES_REQUEST_SEGMENTS; i++)
		memcpy(many + 2 * i, "/x", 3);
	assert_string_equal(segments(many), "!");
}

static void
a_url_that_is_too_long_is_refused(void **state)
{
	char *url = malloc(SES_REQUEST_URL_MAX + 2);
	struct ses_target t = {0};

	(void)state;
	assert_non_null(url);
	memset(url, 'a', SES_REQUEST_URL_MAX + 1);
	url[0] = '/';
	url[SES_REQUEST_URL_MAX + 1] = '\0';
	FAILS(ses_target_split(&t, url, &err), SESHAT_ELIMIT);
	url[SES_REQUEST_URL_MAX] = '\0';
	OK(ses_target_split(&t, url, &err));
	ses_target_free(&t);
	free(url);
}

static void
a_query_is_read_within_its_limits(void **state)
{
	static const char *const known[] = {"a", "n", "e", NULL};
	char query[] = "a=1%202+3&n=42&&e&b%3d=%26";
	char twice[] = "a=1&a=2";
	char bad[] = "a=%0d%0a";
	char many[256] = "";
	struct ses_request r = {0};
	uint64_t n = 0;
	size_t i;

	(void)state;
	OK(ses_target_query(query, &r, &err));
	assert_int_equal(r.n_params, 4);
	assert_string_equal(ses_request_param(&r, "a"), "1 2 3");
	assert_string_equal(ses_request_param(&r, "e"), "");
	assert_string_equal(ses_request_param(&r, "b="), "&");
	assert_null(ses_request_param(&r, "x"));
	OK(ses_request_u64(&r, "n", 42, 7, &n, &err));
	assert_int_equal(n, 42);
	OK(ses_request_u64(&r, "x", 42, 7, &n, &err));
	assert_int_equal(n, 7);
	FAILS(ses_request_u64(&r, "n", 41, 7, &n, &err), SESHAT_EUSAGE);
	FAILS(ses_request_u64(&r, "a", 41, 7, &n, &err), SESHAT_EUSAGE);
	FAILS(ses_request_only(&r, known, &err), SESHAT_EUSAGE);
	memset(&r, 0, sizeof(r));
	OK(ses_target_query(twice, &r, &err));
	FAILS(ses_request_only(&r, known, &err), SESHAT_EUSAGE);
	FAILS(ses_target_query(bad, &r, &err), SESHAT_EUSAGE);
	for (i = 0; i <= SES_REQUEST_PARAMS; i++)
		memcpy(many + 4 * i, "x=1&", 5);
	memset(&r, 0, sizeof(r));
	FAILS(ses_target_query(many, &r, &err), SESHAT_EUSAGE);
}

static void
the_route_with_the_fewest_variables_is_meant(void **state)
{
	static const struct ses_route routes[] = {
	    {.pattern = "/"},
	    {.pattern = "/s/{id}"},
	    {.pattern = "/s/all"},
	    {.pattern = "/s/{id}/{what}"},
	};
	static const struct {
		const char *s[3];
		size_t n;
		int row;
	} rows[] = {
	    {{""}, 1, 0},
	    {{"s", "x"}, 2, 1},
	    {{"s", "all"}, 2, 2},
	    {{"s", "x", "y"}, 3, 3},
	    {{"s", ""}, 2, -1},
	    {{"s"}, 1, -1},
	    {{"s", "", "y"}, 3, -1},
	    {{"S", "x"}, 2, -1},
	};
	const struct ses_route *found;
	struct ses_request r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(&r, 0, sizeof(r));
		found = ses_route_find(routes, 4, rows[i].s, rows[i].n, &r);
		assert_int_equal(
		    found == NULL ? -1 : (int)(found - routes), rows[i].row);
	}
	memset(&r, 0, sizeof(r));
	(void)ses_route_find(routes, 4, rows[3].s, 3, &r);
	assert_int_equal(r.n_vars, 2);
	assert_string_equal(r.var[1], "y");
}

static int
admitted(const struct ses_admit *a, const char *host, const char *origin,
    const char *authorization)
{
	const struct ses_admit_by by = {.host = host,
	    .origin = origin,
	    .authorization = authorization,
	    .n_hosts = host != NULL};
	const char *why = NULL;

	return ses_admit_check(a, &by, NULL, 0, &why);
}

static void
only_who_names_us_is_admitted(void **state)
{
	static const char *const more[] = {"box.example"};
	const struct ses_listen l = {
	    .port = 7717, .loopback = 1, .host = "127.0.0.1"};
	const struct ses_listen any = {.port = 80, .any = 1, .host = "0.0.0.0"};
	const struct ses_admit_by two = {
	    .host = "localhost:7717", .n_hosts = 2};
	const struct ses_admit_by cross = {
	    .host = "localhost:7717", .n_hosts = 1, .fetch_site = "cross-site"};
	const char *why;
	struct ses_admit a;

	(void)state;
	ses_admit_init(&a, &l, NULL, more, 1);
	assert_int_equal(admitted(&a, "127.0.0.1:7717", NULL, NULL), 0);
	assert_int_equal(admitted(&a, "LocalHost:7717", NULL, NULL), 0);
	assert_int_equal(admitted(&a, "box.example", NULL, NULL), 0);
	assert_int_equal(admitted(&a, "box.example:99", NULL, NULL), 0);
	assert_int_equal(admitted(&a, NULL, NULL, NULL), 400);
	assert_int_equal(admitted(&a, "", NULL, NULL), 421);
	assert_int_equal(admitted(&a, "localhost", NULL, NULL), 421);
	assert_int_equal(admitted(&a, "evil.example:7717", NULL, NULL), 421);
	assert_int_equal(admitted(&a, "box.example.evil", NULL, NULL), 421);
	assert_int_equal(admitted(&a, "box.example:9x", NULL, NULL), 421);
	assert_int_equal(admitted(&a, "127.0.0.2:7717", NULL, NULL), 421);
	assert_int_equal(ses_admit_check(&a, &two, NULL, 0, &why), 400);
	assert_int_equal(ses_admit_check(&a, &cross, NULL, 0, &why), 403);
	assert_int_equal(
	    admitted(&a, "localhost:7717", "http://localhost:7717", NULL), 0);
	assert_int_equal(
	    admitted(&a, "localhost:7717", "http://127.0.0.1:7717", NULL), 403);
	assert_int_equal(admitted(&a, "localhost:7717", "null", NULL), 403);
	ses_admit_init(&a, &any, "t", NULL, 0);
	assert_int_equal(admitted(&a, "localhost", NULL, NULL), 401);
	assert_int_equal(admitted(&a, "10.0.0.1:80", NULL, "Bearer t"), 0);
	assert_int_equal(admitted(&a, "[fe80::1]:80", NULL, "bearer  t"), 0);
	assert_int_equal(admitted(&a, "10.0.0.1.x:80", NULL, "Bearer t"), 421);
}

static void
the_token_must_be_the_same(void **state)
{
	const struct ses_listen l = {
	    .port = 1, .loopback = 1, .host = "127.0.0.1"};
	const struct ses_admit_by by = {.host = "localhost:1", .n_hosts = 1};
	struct ses_admit a;
	const char *why;

	(void)state;
	ses_admit_init(&a, &l, "0123456789abcdef", NULL, 0);
	assert_int_equal(
	    admitted(&a, "localhost:1", NULL, "Bearer 0123456789abcdef"), 0);
	assert_int_equal(
	    admitted(&a, "localhost:1", NULL, "Bearer 0123456789abcdeF"), 401);
	assert_int_equal(
	    admitted(&a, "localhost:1", NULL, "Bearer 0123456789abcde"), 401);
	assert_int_equal(admitted(&a, "localhost:1", NULL, "Bearer "), 401);
	assert_int_equal(
	    admitted(&a, "localhost:1", NULL, "0123456789abcdef"), 401);
	assert_int_equal(ses_admit_check(&a, &by, NULL, 1, &why), 0);
	assert_int_equal(ses_admit_check(&a, &by, NULL, 0, &why), 401);
}

static void
a_cookie_is_found_among_those_of_others(void **state)
{
	char out[8];

	(void)state;
	assert_int_equal(ses_cookie_find("a=b", "a", out, 8), 1);
	assert_string_equal(out, "b");
	assert_int_equal(
	    ses_cookie_find("x=\"1;2\"; {}; ;a=b.c-1 ;y", "a", out, 8), 1);
	assert_string_equal(out, "b.c-1");
	assert_int_equal(ses_cookie_find("a=1234567", "a", out, 8), 1);
	assert_int_equal(ses_cookie_find("a=12345678", "a", out, 8), 0);
	assert_int_equal(ses_cookie_find("", "a", out, 8), 0);
	assert_int_equal(ses_cookie_find("a", "a", out, 8), 0);
	assert_int_equal(ses_cookie_find("a=", "a", out, 8), 0);
	assert_int_equal(ses_cookie_find("a=b c", "a", out, 8), 0);
	assert_int_equal(ses_cookie_find("a=\"b\"", "a", out, 8), 0);
	assert_int_equal(ses_cookie_find("A=b; aa=b; x a=b", "a", out, 8), 0);
	assert_int_equal(ses_cookie_find("a=b; a=b", "a", out, 8), -1);
	assert_int_equal(ses_cookie_find("a=; a=b", "a", out, 8), -1);
}

static void
a_login_is_good_for_its_token_and_time(void **state)
{
	struct ses_guard one;
	struct ses_guard again;
	struct ses_guard other;
	struct ses_guard none;
	char value[SES_LOGIN_MAX];

	(void)state;
	ses_guard_init(&one, "0123456789abcdef");
	ses_guard_init(&again, "0123456789abcdef");
	ses_guard_init(&other, "0123456789abcdeF");
	ses_guard_init(&none, NULL);
	ses_guard_login(&one, 1000, value);
	assert_int_equal(strlen(value), 4 + 1 + 64);
	assert_true(ses_guard_login_fits(&again, value, 999));
	assert_false(ses_guard_login_fits(&again, value, 1000));
	assert_false(ses_guard_login_fits(&other, value, 999));
	value[0] = '2';
	assert_false(ses_guard_login_fits(&one, value, 999));
	/* where none is demanded there are no logins, also not by no key */
	ses_guard_login(&none, 1000, value);
	assert_false(ses_guard_login_fits(&none, value, 999));
	ses_guard_free(&one);
	ses_guard_free(&again);
	ses_guard_free(&other);
	ses_guard_free(&none);
}

static void
ten_wrong_tokens_a_minute_are_heard(void **state)
{
	struct ses_guard g;
	int64_t i;

	(void)state;
	ses_guard_init(&g, "0123456789abcdef");
	for (i = 0; i < 10; i++) {
		assert_int_equal(ses_guard_wait(&g, 1000 * i), 0);
		ses_guard_failed(&g, 1000 * i);
	}
	assert_int_equal(ses_guard_wait(&g, 9000), 51);
	assert_int_equal(ses_guard_wait(&g, 59001), 1);
	/* the first is a minute old: one more */
	assert_int_equal(ses_guard_wait(&g, 60000), 0);
	ses_guard_failed(&g, 60000);
	assert_int_equal(ses_guard_wait(&g, 60000), 1);
	assert_int_equal(ses_guard_wait(&g, 61000), 0);
	ses_guard_free(&g);
}

static void
files_of_pages_are_known_by_their_content(void **state)
{
	char url[SES_ASSET_URL];

	(void)state;
	OK(ses_asset_url("seshat.css", url));
	assert_int_equal(strlen(url), strlen("/assets/seshat.css?v=") + 8);
	/* those of zips are none of pages */
	assert_int_equal(ses_asset_url("trainable.py", url), -1);
	assert_string_equal(url, "");
	assert_int_equal(ses_asset_url("no.css", url), -1);
}

static void
the_log_tells_no_token_and_keeps_its_fields(void **state)
{
	const struct ses_access_row row = {.time = TIME,
	    .remote = "::1",
	    .method = "GET",
	    .url = "/x y?a=1&token=geheim&token=&b=\"",
	    .status = 200,
	    .bytes = 7,
	    .us = 1234,
	    .cut = 1};
	struct ses_buf b = {0};

	(void)state;
	ses_access_line(&row, 0, &b);
	assert_string_equal(ses_buf_cstr(&b),
	    "1994-11-06T08:49:37.000Z ::1 GET "
	    "/x%20y?a=1&token=***&token=***&b=\" 200 7 1.234ms cut\n");
	ses_buf_clear(&b);
	ses_access_line(&row, 1, &b);
	assert_string_equal(ses_buf_cstr(&b),
	    "{\"time\":\"1994-11-06T08:49:37.000Z\",\"remote\":\"::1\","
	    "\"method\":\"GET\",\"url\":\"/x y?a=1&token=***&token=***&b=\\\"\""
	    ",\"status\":200,\"bytes\":7,\"ms\":1.234,\"cut\":true}\n");
	ses_buf_free(&b);
}

static void
errors_tell_no_place_of_the_machine(void **state)
{
	static const struct {
		int code;
		const char *msg;
		int status;
		const char *shown;
	} rows[] = {
	    {SESHAT_ENOTFOUND, "no session x", 404, "no session x"},
	    {SESHAT_ENOTFOUND, "claude-code/ab", 404, "claude-code/ab"},
	    {SESHAT_ENOTFOUND, "/home/u/vault: gone", 404, "not found (re"},
	    {SESHAT_ENOTFOUND, "open file:///v", 404, "not found (re"},
	    {SESHAT_EUSAGE, "bad '/etc'", 400, "wrong usage (re"},
	    {SESHAT_ESYS, "read x", 500, "system error (re"},
	    {SESHAT_ENET, "no route", 502, "network failure (re"},
	    {SESHAT_EAUTH, "denied", 403, "denied"},
	    {SESHAT_EUNSUPPORTED, "no", 501, "not supported here (re"},
	};
	struct ses_answer a = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)ses_fail(&err, rows[i].code, "%s", rows[i].msg);
		ses_answer_fail(&a, 7, &err);
		assert_int_equal(a.status, rows[i].status);
		if (strstr(ses_buf_cstr(&a.body), rows[i].shown) == NULL)
			fail_msg("%s", ses_buf_cstr(&a.body));
	}
	FAILS(ses_answer_header(&a, &err, "X", "a\r\nb"), SESHAT_EFORMAT);
	ses_answer_reset(&a);
}

/* A ring whose reader waits on a condition. */
struct pipe {
	struct ses_ring ring;
	pthread_cond_t awake;
	int sleeps;
	size_t n;
};

static void
fall_asleep(void *arg)
{
	struct pipe *p = arg;

	p->sleeps = 1;
}

static void
wake_up(void *arg)
{
	struct pipe *p = arg;

	p->sleeps = 0;
	(void)pthread_cond_signal(&p->awake);
}

static void
open_pipe(struct pipe *p, size_t cap)
{
	memset(p, 0, sizeof(*p));
	OK(ses_ring_init(&p->ring, cap, &err));
	(void)pthread_cond_init(&p->awake, NULL);
	p->ring.sleep = fall_asleep;
	p->ring.wake = wake_up;
	p->ring.arg = p;
}

static void
close_pipe(struct pipe *p)
{
	ses_ring_free(&p->ring);
	(void)pthread_cond_destroy(&p->awake);
}

static void *
write_all(void *arg)
{
	struct pipe *p = arg;
	struct seshat_err e = SESHAT_ERR_INIT;
	unsigned char block[997];
	size_t done = 0;
	size_t len;
	size_t i;
	int rc = 0;

	while (rc == 0 && done < p->n) {
		len = done % sizeof(block) + 1;
		if (len > p->n - done)
			len = p->n - done;
		for (i = 0; i < len; i++)
			block[i] = (unsigned char)((done + i) % 251);
		rc = ses_ring_write(&p->ring, block, len, &e);
		done += len;
	}
	ses_ring_end(&p->ring, rc < 0);
	return rc < 0 && e.code == SESHAT_ECANCELLED ? p : NULL;
}

/* As ses_ring_read, but wait. */
static ssize_t
read_some(struct pipe *p, void *out, size_t max)
{
	ssize_t got = ses_ring_read(&p->ring, out, max);

	if (got != 0)
		return got;
	(void)pthread_mutex_lock(&p->ring.lock);
	while (p->sleeps)
		(void)pthread_cond_wait(&p->awake, &p->ring.lock);
	(void)pthread_mutex_unlock(&p->ring.lock);
	return ses_ring_read(&p->ring, out, max);
}

static void
a_ring_hands_over_all_bytes_in_order(void **state)
{
	static const size_t caps[] = {1, 7, 1024, 65536};
	unsigned char out[613];
	struct pipe p;
	pthread_t t;
	ssize_t got;
	uint64_t at;
	ssize_t k;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(caps) / sizeof(caps[0]); i++) {
		open_pipe(&p, caps[i]);
		p.n = caps[i] < 100 ? 3000 : 300000;
		p.ring.enough = caps[i] / 2 + 1;
		assert_int_equal(pthread_create(&t, NULL, write_all, &p), 0);
		at = 0;
		while ((got = read_some(&p, out, sizeof(out))) > 0)
			for (k = 0; k < got; k++, at++)
				assert_int_equal(out[k], at % 251);
		assert_int_equal(got, SES_RING_END);
		assert_int_equal(at, p.n);
		assert_int_equal(pthread_join(t, NULL), 0);
		close_pipe(&p);
	}
}

static void
a_ring_that_is_cut_ends_both_sides(void **state)
{
	struct pipe p;
	pthread_t t;
	void *cancelled = NULL;
	char c;

	(void)state;
	open_pipe(&p, 64);
	p.n = 100000;
	assert_int_equal(pthread_create(&t, NULL, write_all, &p), 0);
	assert_true(read_some(&p, &c, 1) > 0);
	ses_ring_cut(&p.ring);
	assert_int_equal(pthread_join(t, &cancelled), 0);
	assert_ptr_equal(cancelled, &p);
	assert_int_equal(ses_ring_read(&p.ring, &c, 1), SES_RING_FAILED);
	close_pipe(&p);
}

static void
few_do_at_once_what_takes_long(void **state)
{
	struct ses_readers r;

	(void)state;
	ses_readers_init(&r, 2);
	assert_int_equal(ses_readers_enter(&r, 0), 1);
	assert_int_equal(ses_readers_enter(&r, 0), 1);
	assert_int_equal(ses_readers_enter(&r, 20), 0);
	ses_readers_leave(&r);
	assert_int_equal(ses_readers_enter(&r, 0), 1);
	assert_int_equal(ses_readers_enter(&r, 0), 0);
	ses_readers_leave(&r);
	ses_readers_leave(&r);
	ses_readers_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ranges_are_read_as_rfc_9110_says),
	    cmocka_unit_test(conditions_decide_in_the_order_of_rfc_9110),
	    cmocka_unit_test(times_are_written_as_they_are_read),
	    cmocka_unit_test(a_path_is_cut_before_it_is_decoded),
	    cmocka_unit_test(a_url_that_is_too_long_is_refused),
	    cmocka_unit_test(a_query_is_read_within_its_limits),
	    cmocka_unit_test(the_route_with_the_fewest_variables_is_meant),
	    cmocka_unit_test(only_who_names_us_is_admitted),
	    cmocka_unit_test(the_token_must_be_the_same),
	    cmocka_unit_test(a_cookie_is_found_among_those_of_others),
	    cmocka_unit_test(a_login_is_good_for_its_token_and_time),
	    cmocka_unit_test(ten_wrong_tokens_a_minute_are_heard),
	    cmocka_unit_test(files_of_pages_are_known_by_their_content),
	    cmocka_unit_test(the_log_tells_no_token_and_keeps_its_fields),
	    cmocka_unit_test(errors_tell_no_place_of_the_machine),
	    cmocka_unit_test(a_ring_hands_over_all_bytes_in_order),
	    cmocka_unit_test(few_do_at_once_what_takes_long),
	    cmocka_unit_test(a_ring_that_is_cut_ends_both_sides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
