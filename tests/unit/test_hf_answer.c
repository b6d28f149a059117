/* Whether a hub's answer says that there is more, or that all was done: what is
 * not said in so many words is not believed. */
#include "unit/temp.h"

#include "store/hf.h"

static void
leads(const char *link, const char *cursor)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_http_answer a = {.status = 200};
	struct ses_buf b = {0};

	ses_buf_fmt(&a.headers, "HTTP/1.1 200 OK\r\nLink: %s\r\n\r\n", link);
	(void)ses_buf_cstr(&a.headers);
	assert_int_equal(ses_hf_cursor(&a, &b, &err), 1);
	assert_string_equal(ses_buf_cstr(&b), cursor);
	ses_buf_free(&b);
	ses_http_answer_free(&a);
}

static int
cursor_of(const char *headers, int *code)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_http_answer a = {.status = 200};
	struct ses_buf b = {0};
	int rc;

	ses_buf_str(&a.headers, headers);
	(void)ses_buf_cstr(&a.headers);
	rc = ses_hf_cursor(&a, &b, &err);
	*code = rc < 0 ? err.code : SESHAT_OK;
	ses_buf_free(&b);
	ses_http_answer_free(&a);
	return rc;
}

static void
only_the_cursor_of_a_link_is_taken(void **state)
{
	(void)state;
	leads("<https://h/x?limit=2&cursor=ab%3D>; rel=\"next\"", "ab=");
	leads("<https://evil/?cursor=c>; rel=next", "c");
	leads("<https://h/?cursor=p>; rel=\"prev\", "
	      "<https://h/?cursor=n>; title=\"x\"; rel=\"last next\"",
	    "n");
}

static void
a_link_is_found_however_it_is_written(void **state)
{
	(void)state;
	leads("<https://h/?cursor=n>; rel = \"next\"", "n");
	leads("<https://h/?cursor=n> ;REL=\t\"Next\"", "n");
	leads("<https://h/?cursor=n>; rel=NEXT; title=\"a\"", "n");
	leads("<https://h/?cursor=n>;;rel=next;crossorigin", "n");
	leads("<https://h/?cursor=n>; title=\"rel=prev, <x>; \\\" \"; "
	      "rel=next",
	    "n");
	leads(", <https://h/?cursor=p>; xrel=next; rel=prev,,"
	      "<https://h/?cursor=n,m>; rel=\"last  next\"",
	    "n,m");
	leads("<https://h/?cursor=n>; rel=\"next\"\r\n"
	      "Link: </style.css>; rel=\"preload\"",
	    "n");
	leads("</style.css>; rel=preload\r\nlink:<https://h/?cursor=n>;"
	      "rel=next",
	    "n");
	leads("nonsense\r\nLink: <https://h/?cursor=n>; rel=next", "n");
}

static void
a_link_that_is_none_does_not_end_a_listing(void **state)
{
	static const char *const ends[] = {"", "Link: \r\n", "Link:\r\n",
	    "Link: <https://h/?cursor=a>; rel=\"prev\"\r\n",
	    "Link: <https://h/?cursor=a>\r\n",
	    "Link: <https://h/?cursor=a>; rel=nextish; rel=next\r\n",
	    "Link: <https://h/?cursor=a>; xrel=\"next\"\r\n"};
	static const char *const bad[] = {"Link: nonsense\r\n",
	    "Link: <https://h/?cursor=a\r\n",
	    "Link: https://h/?cursor=a; rel=next\r\n",
	    "Link: <https://h/?cursor=a> rel=next\r\n",
	    "Link: <https://h/?cursor=a>; rel=\"next\r\n",
	    "Link: <https://h/?cursor=a>; rel=\"next\\\r\n",
	    "Link: <https://h/?cursor=a>; rel=x\"next\"\r\n",
	    "Link: nonsense\r\nLink: </a>; rel=preload\r\n",
	    "Link: <https://h/?x=1>; rel=\"next\"\r\n"};
	size_t i;
	int code;

	(void)state;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (cursor_of(ends[i], &code) != 0)
			fail_msg("it goes on: %s", ends[i]);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (cursor_of(bad[i], &code) != -1 || code != SESHAT_EFORMAT)
			fail_msg("it is taken: %s", bad[i]);
}

static void
on_failed(void *arg, const char *path, const char *why)
{
	ses_buf_fmt(arg, "%s:%s", path, why);
}

/* Also where it stands at the end of what is shown. */
static void
no_answer_shows_a_token(void **state)
{
	static const char *const secrets[] = {"hf_a", "xet_b", NULL};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hf_batch b;
	struct ses_buf body = {0};
	struct ses_buf got = {0};

	(void)state;
	ses_buf_fmt(&body,
	    "{\"success\":false,\"failed\":[{\"path\":\"a\","
	    "\"error\":\"%0198dxet_b hf_a\"}]}",
	    0);
	(void)ses_buf_cstr(&body);
	OK(ses_hf_batch_read(&body, secrets, &b, on_failed, &got, &err));
	assert_non_null(strstr(ses_buf_cstr(&got), "0**"));
	assert_null(strstr(got.data, "x"));
	ses_buf_clear(&body);
	ses_buf_str(&body, "{\"error\":\"of hf_a: no\"}");
	(void)ses_buf_cstr(&body);
	FAILS(ses_hf_batch_read(&body, secrets, &b, on_failed, &got, &err),
	    SESHAT_EFORMAT);
	assert_non_null(strstr(err.msg, "of ***: no"));
	ses_buf_free(&body);
	ses_buf_free(&got);
}

static void
on_line(void *arg, const char *path, const char *why)
{
	unsigned char *named = arg;

	(void)why;
	if (path[0] == 'a' || path[0] == 'b')
		named[path[0] - 'a'] = 1;
}

/* Two lines, of "a" and of "b": which are left. */
static void
leaves(const char *answer, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	unsigned char named[2] = {0};
	unsigned char left[2] = {1, 1};
	struct ses_buf body = {0};
	struct ses_hf_batch b;
	char got[3] = "";

	ses_buf_str(&body, answer);
	(void)ses_buf_cstr(&body);
	OK(ses_hf_batch_read(&body, NULL, &b, on_line, named, &err));
	(void)ses_hf_batch_left(&b, 2, named, left, 2);
	(void)snprintf(
	    got, sizeof(got), "%s%s", left[0] ? "a" : "", left[1] ? "b" : "");
	assert_string_equal(got, want);
	ses_buf_free(&body);
}

static void
a_batch_is_done_when_all_of_the_answer_says_so(void **state)
{
	(void)state;
	leaves("{\"success\":true,\"succeeded\":2,\"failed\":[]}", "");
	leaves("{\"success\":true,\"succeeded\":2}", "");
	leaves("{\"success\":true,\"succeeded\":2,\"failed\":null}", "");
	leaves("{\"success\":false,\"succeeded\":2,\"failed\":[]}", "ab");
	leaves("{\"success\":true,\"failed\":[]}", "ab");
	leaves("{\"success\":true,\"succeeded\":1,\"failed\":[]}", "ab");
	leaves("{\"success\":true,\"succeeded\":2,\"failed\":{}}", "ab");
	leaves("{\"success\":true,\"succeeded\":2,"
	       "\"failed\":[{\"path\":\"b\"}]}",
	    "ab");
	leaves("{\"success\":false,\"succeeded\":2,"
	       "\"failed\":[{\"error\":\"disk full\"}]}",
	    "ab");
	leaves("{\"success\":false,\"succeeded\":1,"
	       "\"failed\":[{\"error\":\"disk full\"}]}",
	    "ab");
	leaves("{\"success\":false,\"succeeded\":1,"
	       "\"failed\":[{\"path\":\"b\"},{\"error\":\"x\"}]}",
	    "ab");
	leaves("{\"success\":false,\"succeeded\":1,"
	       "\"failed\":[{\"path\":\"b\"}]}",
	    "b");
	leaves("{\"success\":false,\"succeeded\":18446744073709551615,"
	       "\"failed\":[{\"path\":\"b\"}]}",
	    "ab");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_answer_shows_a_token),
	    cmocka_unit_test(only_the_cursor_of_a_link_is_taken),
	    cmocka_unit_test(a_link_is_found_however_it_is_written),
	    cmocka_unit_test(a_link_that_is_none_does_not_end_a_listing),
	    cmocka_unit_test(a_batch_is_done_when_all_of_the_answer_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
