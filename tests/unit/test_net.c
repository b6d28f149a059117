#include "unit/test.h"

#include "base/buf.h"
#include "base/time.h"
#include "net/sigv4.h"
#include "net/url.h"

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* The example keys of AWS's own documentation, in pieces. */
static struct ses_sigv4_signer
example(void)
{
	return (struct ses_sigv4_signer){.access_key = "AKIA"
						       "IOSFODNN7EXAMPLE",
	    .secret_key = "wJalrXUtnFEMI/K7MDENG"
			  "/bPxRfiCYEXAMPLEKEY",
	    .region = "us-east-1",
	    .service = "s3"};
}

static void
signs(struct ses_sigv4_request *req, const char *names, const char *signature)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sigv4_signer s = example();
	struct ses_buf out = {0};
	struct ses_buf want = {0};

	ses_buf_fmt(&want,
	    "AWS4-HMAC-SHA256 Credential=%s/20130524/us-east-1/s3/aws4_request,"
	    "SignedHeaders=%s,Signature=%s",
	    s.access_key, names, signature);
	req->stamp = "20130524T000000Z";
	OK(ses_sigv4_sign(&s, req, &out, &err));
	assert_string_equal(ses_buf_cstr(&out), ses_buf_cstr(&want));
	/* and again, with the key of that day */
	ses_buf_clear(&out);
	OK(ses_sigv4_sign(&s, req, &out, &err));
	assert_string_equal(ses_buf_cstr(&out), want.data);
	ses_buf_free(&out);
	ses_buf_free(&want);
}

/* "Examples: Signature Calculations" of the S3 API reference. */
static void
the_signatures_are_those_that_aws_publishes(void **state)
{
	struct ses_sigv4_request get = {.method = "GET",
	    .path = "/test.txt",
	    .query = "",
	    .headers = {{"x-amz-date", "20130524T000000Z"},
		{"range", "bytes=0-9"}, {"x-amz-content-sha256", EMPTY},
		{"host", "examplebucket.s3.amazonaws.com"}},
	    .n_headers = 4,
	    .payload_sha256 = EMPTY};
	struct ses_sigv4_request put = {.method = "PUT",
	    .path = "/test%24file.text",
	    .query = "",
	    .headers = {{"host", "examplebucket.s3.amazonaws.com"},
		{"date", "Fri, 24 May 2013 00:00:00 GMT"},
		{"x-amz-date", "20130524T000000Z"},
		{"x-amz-storage-class", "REDUCED_REDUNDANCY"},
		{"x-amz-content-sha256",
		    "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803"
		    "f8b072"}},
	    .n_headers = 5,
	    .payload_sha256 = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e4"
			      "2034a8b803f8b072"};
	struct ses_sigv4_request lifecycle = {.method = "GET",
	    .path = "/",
	    .query = "lifecycle=",
	    .headers = {{"host", "examplebucket.s3.amazonaws.com"},
		{"x-amz-date", "20130524T000000Z"},
		{"x-amz-content-sha256", EMPTY}},
	    .n_headers = 3,
	    .payload_sha256 = EMPTY};
	struct ses_sigv4_request list = lifecycle;

	(void)state;
	list.query = "max-keys=2&prefix=J";
	signs(&get, "host;range;x-amz-content-sha256;x-amz-date",
	    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
	signs(&put,
	    "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
	    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
	signs(&lifecycle, "host;x-amz-content-sha256;x-amz-date",
	    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
	signs(&list, "host;x-amz-content-sha256;x-amz-date",
	    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

static void
a_query_is_sorted_and_encoded(void **state)
{
	struct ses_sigv4_pair pairs[] = {{"prefix", "a b/c+d=e&f%g~"},
	    {"delete", ""}, {"delimiter", "/"}, {"A", "\xc3\xa9"}};
	struct ses_buf out = {0};

	(void)state;
	ses_sigv4_query(pairs, 4, &out);
	assert_string_equal(ses_buf_cstr(&out),
	    "A=%C3%A9&delete=&delimiter=%2F&prefix=a%20b%2Fc%2Bd%3De%26f%25g~");
	ses_buf_free(&out);
}

static void
a_stamp_is_the_time_without_ornaments(void **state)
{
	char stamp[SES_SIGV4_STAMP];

	(void)state;
	ses_sigv4_stamp(INT64_C(1369353600999), stamp);
	assert_string_equal(stamp, "20130524T000000Z");
}

static void
a_path_is_encoded_and_decoded(void **state)
{
	static const char hard[] =
	    " +=&%?#/x//y..\xf0\x9f\xa6\x89<>\t\\~-_.'()*!$@:;,[]";
	struct ses_buf wire = {0};
	struct ses_buf back = {0};

	(void)state;
	ses_url_encode(&wire, hard, strlen(hard), 1);
	assert_string_equal(ses_buf_cstr(&wire),
	    "%20%2B%3D%26%25%3F%23/x//y..%F0%9F%A6%89%3C%3E%09%5C~-_.%27%28%29"
	    "%2A%21%24%40%3A%3B%2C%5B%5D");
	assert_int_equal(ses_url_decode(&back, wire.data, wire.len, 1), 0);
	assert_string_equal(ses_buf_cstr(&back), hard);
	ses_buf_clear(&back);
	assert_int_equal(ses_url_decode(&back, "a+b", 3, 1), 0);
	assert_string_equal(ses_buf_cstr(&back), "a b");
	assert_int_equal(ses_url_decode(&back, "%4", 2, 0), -1);
	assert_int_equal(ses_url_decode(&back, "%zz", 3, 0), -1);
	ses_buf_free(&wire);
	ses_buf_free(&back);
}

static void
a_url_comes_apart(void **state)
{
	static const struct {
		const char *text, *scheme, *host, *path, *query;
		unsigned port;
	} good[] = {
	    {"HTTPS://Example.COM", "https", "example.com", "", "", 0},
	    {"http://h:8080/a/b?c=d&e", "http", "h", "/a/b", "c=d&e", 8080},
	    {"http://[::1]:9/", "http", "[::1]", "/", "", 9},
	    {"s3://bucket?x", "s3", "bucket", "", "x", 0},
	};
	static const char *const bad[] = {"", "x", "://h", "http://",
	    "http:///p", "http://u:p@h/", "http://h:0", "http://h:70000",
	    "http://h:8x", "http://h/#f", "http://h/a b", "http://h/\n",
	    "http://h\\x", "http://[::1", "http://h^/"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_url u;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		OK(ses_url_parse(&u, good[i].text, &err));
		assert_string_equal(u.scheme.data, good[i].scheme);
		assert_string_equal(u.host.data, good[i].host);
		assert_string_equal(u.path.data, good[i].path);
		assert_string_equal(u.query.data, good[i].query);
		assert_int_equal(u.port, good[i].port);
		ses_url_free(&u);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		FAILS(ses_url_parse(&u, bad[i], &err), SESHAT_EUSAGE);
}

static void
only_this_machine_is_loopback(void **state)
{
	static const struct {
		const char *url;
		int is;
	} urls[] = {{"http://localhost", 1}, {"http://b.localhost:80", 1},
	    {"http://127.0.0.1:1", 1}, {"http://127.9.9.9", 1},
	    {"http://[::1]", 1}, {"http://127.0.0.1.example.com", 0},
	    {"http://localhost.example.com", 0}, {"http://notlocalhost", 0},
	    {"http://10.0.0.1", 0}, {"http://[::2]", 0}, {"http://0.0.0.0", 0}};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_url u;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		OK(ses_url_parse(&u, urls[i].url, &err));
		if (ses_url_is_loopback(&u) != urls[i].is)
			fail_msg("%s", urls[i].url);
		ses_url_free(&u);
	}
}

static void
parameters_are_found_once(void **state)
{
	static const char *const names[] = {"a", "bb", NULL};
	struct ses_buf v = {0};
	size_t len;

	(void)state;
	assert_int_equal(ses_url_param("a=1%2f&bb=x", "a", &v), 1);
	assert_string_equal(ses_buf_cstr(&v), "1/");
	ses_buf_clear(&v);
	assert_int_equal(ses_url_param("aa=1&bb", "a", &v), 0);
	assert_int_equal(ses_url_param("aa=1&bb", "bb", &v), 1);
	assert_int_equal(v.len, 0);
	assert_int_equal(ses_url_param("a=1&a=2", "a", &v), -1);
	assert_int_equal(ses_url_param("a=%x", "a", &v), -1);
	assert_null(ses_url_odd_param("a=1&bb=2", names, &len));
	assert_string_equal(ses_url_odd_param("a=1&b=2", names, &len), "b=2");
	assert_int_equal(len, 1);
	ses_buf_free(&v);
}

static void
a_time_of_http_is_read(void **state)
{
	(void)state;
	assert_int_equal(ses_time_of_http("Sun, 06 Nov 1994 08:49:37 GMT"),
	    INT64_C(784111777000));
	assert_int_equal(ses_time_of_http("Sun, 06 Xxx 1994 08:49:37 GMT"), 0);
	assert_int_equal(ses_time_of_http("Sun, 06 ovD 1994 08:49:37 GMT"), 0);
	assert_int_equal(ses_time_of_http("06 Nov 1994 08:49:37 GMT"), 0);
	assert_int_equal(ses_time_of_http(""), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_signatures_are_those_that_aws_publishes),
	    cmocka_unit_test(a_query_is_sorted_and_encoded),
	    cmocka_unit_test(a_stamp_is_the_time_without_ornaments),
	    cmocka_unit_test(a_path_is_encoded_and_decoded),
	    cmocka_unit_test(a_url_comes_apart),
	    cmocka_unit_test(only_this_machine_is_loopback),
	    cmocka_unit_test(parameters_are_found_once),
	    cmocka_unit_test(a_time_of_http_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
