/* Forms that are posted to a server, and those that are refused. */
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include <sys/socket.h>

#include "unit/serve_client.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/time.h"
#include "serve/cookie.h"
#include "serve/form.h"
#include "serve/serve.h"

#define LATIN1                                                                 \
	"Content-Type: application/x-www-form-urlencoded; charset=latin1\r\n"
#define FORM   "Content-Type: application/x-www-form-urlencoded\r\n"
#define TOKEN  "0123456789abcdef"
#define BEARER "Authorization: Bearer " TOKEN "\r\n"

static struct seshat_err err;
static struct ses_serve *server;
static int port;
static atomic_int posted;
static struct ses_buf out; /* the last answer */

/* What a page would do: a form with the field. */
static int
page(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *e)
{
	char csrf[SES_CSRF_MAX];
	char again[SES_CSRF_MAX];

	(void)worker;
	if (ses_request_csrf(r, a, csrf, e) < 0 ||
	    ses_request_csrf(r, a, again, e) < 0)
		return -1;
	assert_string_equal(csrf, again);
	a->type = SES_TYPE_HTML;
	ses_buf_fmt(&a->body, "csrf=%s.", csrf);
	return ses_buf_check(&a->body, e);
}

/* Says the fields that came. */
static int
take(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *e)
{
	size_t i;

	(void)worker;
	(void)atomic_fetch_add(&posted, 1);
	assert_true(r->post);
	a->type = "text/plain";
	for (i = 0; i < r->n_form; i++)
		if (strcmp(r->form[i].name, "csrf") != 0)
			ses_buf_fmt(&a->body, "[%s|%s]", r->form[i].name,
			    r->form[i].value);
	ses_buf_fmt(&a->body, "%zu", r->n_form);
	return ses_buf_check(&a->body, e);
}

static const struct ses_route routes[] = {
    {.pattern = "/page", .handler = page, .page = 1, .keep_ms = 60000},
    {.pattern = "/both", .handler = page, .post = take, .keep_ms = 60000},
    {.pattern = "/post", .post = take},
    {.pattern = "/quick", .post = take, .quick = 1},
    {.pattern = "/open", .post = take, .open = 1},
};

static void
start(const char *token, unsigned timeout_s)
{
	const struct ses_serve_opts o = {.listen = "127.0.0.1:0",
	    .routes = routes,
	    .n_routes = sizeof(routes) / sizeof(routes[0]),
	    .token = token,
	    .workers = 2,
	    .timeout_s = timeout_s};

	OK(ses_serve_open(&server, &o, &err));
	port = (int)strtol(strrchr(ses_serve_url(server), ':') + 1, NULL, 10);
}

static int
start_server(void **state)
{
	(void)state;
	atomic_store(&posted, 0);
	start(NULL, 1);
	return 0;
}

static int
stop_server(void **state)
{
	(void)state;
	ses_serve_free(server);
	server = NULL;
	ses_buf_free(&out);
	return 0;
}

static void
say(int fd, const char *text, size_t len)
{
	assert_int_equal(send(fd, text, len, MSG_NOSIGNAL), (ssize_t)len);
}

/* One request on a connection of its own; body may be NULL. */
static int
ask(const char *line, const char *headers, const char *body)
{
	struct ses_buf b = {0};
	int fd = client_dial(port);

	ses_buf_fmt(&b,
	    "%s HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n%s",
	    line, port, headers);
	if (body != NULL)
		ses_buf_fmt(
		    &b, "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
	else
		ses_buf_str(&b, "\r\n");
	say(fd, b.data, b.len);
	ses_buf_free(&b);
	return client_hear(fd, &out);
}

static const char *
body(void)
{
	const char *p = strstr(out.data, "\r\n\r\n");

	assert_non_null(p);
	return p + 4;
}

struct browser {
	char cookie[SES_CSRF_COOKIE];
	char csrf[SES_CSRF_MAX];
};

/* Something, and the name of our cookie with its "=". */
static const char *
cookie_begin(const char *before)
{
	static char text[80];

	(void)snprintf(
	    text, sizeof(text), "%s" SES_COOKIE_CSRF "_%d=", before, port);
	return text;
}

/* One that has just been given the page. */
static void
browse(struct browser *b)
{
	const char *p;

	assert_int_equal(ask("GET /page", "", NULL), 200);
	p = strstr(out.data, cookie_begin("Set-Cookie: "));
	assert_non_null(p);
	assert_non_null(strstr(p, "; Path=/; HttpOnly; SameSite=Strict\r\n"));
	(void)snprintf(b->cookie, sizeof(b->cookie), "%s", strchr(p, '=') + 1);
	(void)snprintf(b->csrf, sizeof(b->csrf), "%s", body() + 5);
}

/* A form as that browser posts it: with its cookie, and field as csrf. */
static int
post(const char *path, const char *cookie, const char *field, const char *more)
{
	struct ses_buf headers = {0};
	struct ses_buf line = {0};
	struct ses_buf text = {0};
	int status;

	ses_buf_fmt(&line, "POST %s", path);
	ses_buf_fmt(&headers,
	    FORM "Origin: http://localhost:%d\r\n"
		 "%s%s; z\r\n",
	    port, cookie_begin("Cookie: other=\"x y\"; "), cookie);
	ses_buf_fmt(&text, "csrf=%s%s", field, more);
	status = ask(
	    ses_buf_cstr(&line), ses_buf_cstr(&headers), ses_buf_cstr(&text));
	ses_buf_free(&headers);
	ses_buf_free(&line);
	ses_buf_free(&text);
	return status;
}

static void
a_form_comes_with_its_fields(void **state)
{
	static const char *const paths[] = {"/post", "/quick", "/both"};
	struct browser b = {0};
	size_t i;

	(void)state;
	browse(&b);
	for (i = 0; i < 3; i++) {
		assert_int_equal(post(paths[i], b.cookie, b.csrf,
				     "&a=1%202+3&text=x%0D%0Ay%0Az&%C3%A4"
				     "&a=%26%3d"),
		    200);
		assert_string_equal(
		    body(), "[a|1 2 3][text|x\ny\nz][ä|][a|&=]5");
	}
	assert_int_equal(atomic_load(&posted), 3);
}

static void
a_page_is_each_browsers_own(void **state)
{
	struct browser b = {0};
	struct browser other = {0};
	struct ses_buf h = {0};

	(void)state;
	browse(&b);
	browse(&other);
	assert_string_not_equal(b.cookie, other.cookie);
	assert_string_not_equal(b.csrf, other.csrf);
	/* who has the cookie keeps it, and gets the same page */
	ses_buf_fmt(&h, "%s%s\r\n", cookie_begin("Cookie: "), b.cookie);
	assert_int_equal(ask("GET /page", ses_buf_cstr(&h), NULL), 200);
	assert_null(strstr(out.data, "Set-Cookie"));
	assert_non_null(strstr(body(), b.csrf));
	assert_non_null(strstr(out.data, "ETag: \""));
	assert_non_null(
	    strstr(out.data, "Cache-Control: private, no-cache\r\n"));
	assert_non_null(strstr(out.data, "form-action 'self'"));
	assert_non_null(strstr(out.data, "Referrer-Policy: same-origin\r\n"));
	/* what cannot be one of ours is replaced */
	ses_buf_clear(&h);
	ses_buf_fmt(&h, "%sABC\r\n", cookie_begin("Cookie: "));
	assert_int_equal(ask("GET /page", ses_buf_cstr(&h), NULL), 200);
	assert_non_null(strstr(out.data, "Set-Cookie"));
	/* and that of a server on another port is left alone */
	ses_buf_clear(&h);
	ses_buf_fmt(&h, "Cookie: seshat_csrf_1=%s\r\n", b.cookie);
	assert_int_equal(ask("GET /page", ses_buf_cstr(&h), NULL), 200);
	assert_non_null(strstr(out.data, cookie_begin("Set-Cookie: ")));
	ses_buf_free(&h);
}

static void
a_form_without_its_proof_is_refused(void **state)
{
	struct ses_buf twice = {0};
	struct browser other = {0};
	struct browser b = {0};
	char wrong[SES_CSRF_MAX];

	(void)state;
	browse(&b);
	browse(&other);
	(void)snprintf(wrong, sizeof(wrong), "%s", b.csrf);
	wrong[63] = wrong[63] == '0' ? '1' : '0';
	assert_int_equal(post("/post", b.cookie, "", ""), 403);
	assert_int_equal(post("/post", b.cookie, wrong, ""), 403);
	assert_int_equal(post("/post", b.cookie, other.csrf, ""), 403);
	assert_int_equal(post("/post", other.cookie, b.csrf, ""), 403);
	assert_int_equal(post("/post", "", b.csrf, ""), 403);
	ses_buf_fmt(&twice, "&csrf=%s", b.csrf);
	assert_int_equal(
	    post("/post", b.cookie, b.csrf, ses_buf_cstr(&twice)), 403);
	ses_buf_clear(&twice);
	ses_buf_fmt(&twice, "%s%s%s", b.cookie, cookie_begin("; "), b.cookie);
	assert_int_equal(post("/post", ses_buf_cstr(&twice), b.csrf, ""), 400);
	assert_int_equal(atomic_load(&posted), 0);
	assert_int_equal(post("/post", b.cookie, b.csrf, ""), 200);
	ses_buf_free(&twice);
}

/* POST /post with cookie and field, and these headers. */
static int
post_with(const struct browser *b, const char *more)
{
	struct ses_buf headers = {0};
	struct ses_buf text = {0};
	int status;

	ses_buf_fmt(&headers, FORM "%s%s\r\n%s", cookie_begin("Cookie: "),
	    b->cookie, more);
	ses_buf_fmt(&text, "csrf=%s", b->csrf);
	status = ask("POST /post", ses_buf_cstr(&headers), ses_buf_cstr(&text));
	ses_buf_free(&headers);
	ses_buf_free(&text);
	return status;
}

static void
only_our_own_pages_may_post(void **state)
{
	struct browser b = {0};
	char other[80];

	(void)state;
	browse(&b);
	(void)snprintf(
	    other, sizeof(other), "Origin: http://127.0.0.1:%d\r\n", port);
	assert_int_equal(post_with(&b, ""), 403);
	assert_int_equal(post_with(&b, "Origin: null\r\n"), 403);
	assert_int_equal(post_with(&b, "Origin: http://evil\r\n"), 403);
	assert_int_equal(post_with(&b, other), 403);
	assert_int_equal(post_with(&b, "Sec-Fetch-Site: same-site\r\n"), 403);
	assert_int_equal(post_with(&b, "Sec-Fetch-Site: cross-site\r\n"), 403);
	assert_int_equal(post_with(&b, "Sec-Fetch-Site: none\r\n"), 403);
	/* with a cookie it is no program */
	assert_int_equal(post_with(&b, BEARER), 403);
	assert_int_equal(post_with(&b, "Cookie: a=b\r\n"), 400);
	assert_int_equal(atomic_load(&posted), 0);
	assert_int_equal(post_with(&b, "Sec-Fetch-Site: same-origin\r\n"), 200);
}

static void
a_program_shows_the_token_instead(void **state)
{
	(void)state;
	ses_serve_free(server);
	start(TOKEN, 1);
	assert_int_equal(ask("POST /post", BEARER FORM, "a=b"), 200);
	assert_string_equal(body(), "[a|b]1");
	assert_int_equal(ask("POST /post", BEARER, NULL), 200);
	assert_int_equal(ask("POST /post", FORM, "a=b"), 401);
	assert_int_equal(
	    ask("POST /post", BEARER "Origin: http://evil\r\n" FORM, "a=b"),
	    403);
	assert_int_equal(
	    ask("POST /post", BEARER "Sec-Fetch-Site: same-site\r\n" FORM, "a"),
	    403);
	assert_int_equal(ask("POST /open", FORM, "a=b"), 403);
}

static void
what_is_no_form_is_refused(void **state)
{
	static const char *const bad[] = {"a=%", "a=%0", "a=%zz", "a=%00",
	    "a=\x01", "a=%0D", "a=x%0Dy", "a%0A=x", "a=%7f", "a=%ff", "=a", "&",
	    "a&&b", "a=b&", "a=%09"};
	static const char *const types[] = {"", "Content-Type: text/plain\r\n",
	    "Content-Type: multipart/form-data; boundary=x\r\n",
	    "Content-Type: application/x-www-form-urlencodedx\r\n", LATIN1};
	struct ses_buf h = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ask("POST /post", BEARER FORM, bad[i]), 400);
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		ses_buf_clear(&h);
		ses_buf_fmt(&h, BEARER "%s", types[i]);
		assert_int_equal(
		    ask("POST /post", ses_buf_cstr(&h), "a=b"), 415);
	}
	assert_int_equal(
	    ask("POST /post",
		BEARER "Content-Type: Application/X-WWW-Form-URLencoded; "
		       "Charset=UTF-8\r\n",
		"a=b"),
	    200);
	assert_int_equal(ask("POST /post", BEARER FORM, ""), 200);
	ses_buf_free(&h);
}

static void
methods_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(ask("GET /post", "", NULL), 405);
	assert_non_null(strstr(out.data, "Allow: POST\r\n"));
	assert_int_equal(ask("HEAD /post", "", NULL), 405);
	assert_int_equal(ask("POST /page", FORM, "a=b"), 405);
	assert_non_null(strstr(out.data, "Allow: GET, HEAD\r\n"));
	assert_int_equal(ask("PUT /both", FORM, "a=b"), 405);
	assert_non_null(strstr(out.data, "Allow: GET, HEAD, POST\r\n"));
	assert_int_equal(ask("POST /nowhere", BEARER FORM, "a=b"), 404);
	assert_int_equal(ask("GET /page", FORM, "a=b"), 400);
	/* what is kept of GET is no answer to POST */
	assert_int_equal(ask("POST /both", BEARER FORM, "a=b"), 200);
	assert_int_equal(ask("POST /both", BEARER FORM, "a=c"), 200);
	assert_string_equal(body(), "[a|c]1");
}

/* A form of so many bytes, in chunks of 1000. */
static int
post_chunks(size_t len)
{
	struct ses_buf b = {0};
	int fd = client_dial(port);
	size_t i;

	ses_buf_fmt(&b,
	    "POST /post HTTP/1.1\r\nHost: localhost:%d\r\n"
	    "Connection: close\r\nTransfer-Encoding: chunked\r\n" BEARER FORM
	    "\r\n",
	    port);
	for (i = 0; i < len; i += 1000) {
		ses_buf_fmt(
		    &b, "%x\r\n", len - i < 1000 ? (unsigned)(len - i) : 1000);
		for (size_t n = i; n < len && n < i + 1000; n++)
			ses_buf_add(&b, "a", 1);
		ses_buf_str(&b, "\r\n");
	}
	ses_buf_str(&b, "0\r\n\r\n");
	/* it may be cut before all is sent */
	(void)send(fd, b.data, b.len, MSG_NOSIGNAL);
	ses_buf_free(&b);
	return client_hear(fd, &out);
}

static void
a_form_that_is_too_long_is_refused(void **state)
{
	struct ses_buf h = {0};
	struct ses_buf b = {0};
	int fd;

	(void)state;
	assert_int_equal(post_chunks(SES_FORM_BODY), 200);
	assert_int_equal(post_chunks(SES_FORM_BODY + 1), 413);
	assert_int_equal(post_chunks(3 << 20), 0);
	/* announced: it need not come */
	fd = client_dial(port);
	ses_buf_fmt(&h,
	    "POST /post HTTP/1.1\r\nHost: localhost:%d\r\n" BEARER FORM
	    "Content-Length: %zu\r\n\r\n",
	    port, SES_FORM_BODY + 1);
	say(fd, h.data, h.len);
	assert_int_equal(client_hear(fd, &out), 413);
	assert_non_null(strstr(out.data, "Connection: close\r\n"));
	for (size_t i = 0; i < SES_FORM_FIELDS; i++)
		ses_buf_str(&b, "a&");
	ses_buf_str(&b, "a");
	assert_int_equal(ask("POST /post", BEARER FORM, ses_buf_cstr(&b)), 400);
	b.len -= 2;
	assert_int_equal(ask("POST /post", BEARER FORM, ses_buf_cstr(&b)), 200);
	ses_buf_free(&h);
	ses_buf_free(&b);
}

/* The statuses that answer these bytes, one digit of each: "2", "4". */
static void
says(const char *text, const char *statuses)
{
	const char *p;
	int fd = client_dial(port);

	say(fd, text, strlen(text));
	(void)client_hear(fd, &out);
	for (p = out.data; (p = strstr(p, "HTTP/1.1 ")) != NULL; p += 9)
		assert_int_equal(p[9], *statuses++);
	assert_int_equal(*statuses, '\0');
}

static void
where_a_form_ends_is_no_question(void **state)
{
	static const char *const bad[] = {
	    "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n",
	    "Content-Length: 3\r\nContent-Length: 3\r\n\r\na=b",
	    "Transfer-Encoding: gzip\r\n\r\na=b",
	};
	struct ses_buf b = {0};
	char head[256];
	size_t i;

	(void)state;
	(void)snprintf(head, sizeof(head),
	    "POST /post HTTP/1.1\r\nHost: localhost:%d\r\n" BEARER FORM, port);
	/* one behind the other on one connection, by length and in chunks */
	ses_buf_fmt(&b,
	    "%sContent-Length: 3\r\n\r\na=b"
	    "%sTransfer-Encoding: chunked\r\n\r\n"
	    "1\r\na\r\n2\r\n=b\r\n0\r\n\r\n"
	    "GET /page HTTP/1.1\r\nHost: localhost:%d\r\n"
	    "Connection: close\r\n\r\n",
	    head, head, port);
	says(ses_buf_cstr(&b), "222");
	assert_int_equal(atomic_load(&posted), 2);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ses_buf_clear(&b);
		ses_buf_fmt(&b, "%s%s", head, bad[i]);
		says(ses_buf_cstr(&b), "4");
	}
	assert_int_equal(atomic_load(&posted), 2);
	ses_buf_free(&b);
}

/* POST /open and the beginning of its body, from a page of ours. */
static int
begin_form(void)
{
	struct ses_buf h = {0};
	int fd = client_dial(port);

	ses_buf_fmt(&h,
	    "POST /open HTTP/1.1\r\nHost: localhost:%d\r\n"
	    "Origin: http://localhost:%d\r\n" FORM
	    "Content-Length: 100\r\n\r\na=",
	    port, port);
	say(fd, h.data, h.len);
	ses_buf_free(&h);
	return fd;
}

static void
a_form_that_drips_is_cut(void **state)
{
	int64_t began = ses_time_steady();
	int fd = begin_form();
	int64_t took;

	(void)state;
	/* a byte now and then does not help */
	while (send(fd, "x", 1, MSG_NOSIGNAL) == 1 &&
	       recv(fd, (char[1]){0}, 1, MSG_DONTWAIT) != 0 &&
	       ses_time_steady() - began < (int64_t)CLIENT_PATIENCE * 1000)
		(void)poll(NULL, 0, 20);
	took = ses_time_steady() - began;
	(void)close(fd);
	assert_true(took >= 900 && took < (int64_t)CLIENT_PATIENCE * 1000);
	assert_int_equal(atomic_load(&posted), 0);
}

static void
forms_at_once_are_bounded(void **state)
{
	struct pollfd p[65];
	int64_t began;
	int refused = 0;
	int status;
	size_t i;

	(void)state;
	ses_serve_free(server);
	start(NULL, CLIENT_PATIENCE);
	for (i = 0; i < 65; i++)
		p[i] = (struct pollfd){begin_form(), POLLIN, 0};
	/* one of them is told so at once, the others are waited for */
	assert_int_equal(poll(p, 65, CLIENT_PATIENCE * 1000), 1);
	for (i = 0; i < 65; i++)
		if (p[i].revents != 0)
			refused += client_hear(p[i].fd, &out) == 503;
		else
			(void)close(p[i].fd);
	assert_int_equal(refused, 1);
	/* once it has noticed that they are gone */
	began = ses_time_steady();
	do
		status = ask("POST /open", BEARER FORM, "a=b");
	while (status == 503 &&
	       ses_time_steady() - began < (int64_t)CLIENT_PATIENCE * 1000);
	assert_int_equal(status, 200);
}

#define LIVE(f) cmocka_unit_test_setup_teardown(f, start_server, stop_server)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    LIVE(a_form_comes_with_its_fields),
	    LIVE(a_page_is_each_browsers_own),
	    LIVE(a_form_without_its_proof_is_refused),
	    LIVE(only_our_own_pages_may_post),
	    LIVE(a_program_shows_the_token_instead),
	    LIVE(what_is_no_form_is_refused),
	    LIVE(methods_are_told_apart),
	    LIVE(a_form_that_is_too_long_is_refused),
	    LIVE(where_a_form_ends_is_no_question),
	    LIVE(a_form_that_drips_is_cut),
	    LIVE(forms_at_once_are_bounded),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
