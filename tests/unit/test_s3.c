/* Where a bucket is and with whose keys, and what answers mean; what goes over
 * the wire is tested against servers. */
#include "unit/temp.h"

#include <sys/stat.h>

#include <unistd.h>

#include "base/fs.h"
#include "store/s3.h"

static char home[64];

static int
set_up(void **state)
{
	static const char *const unset[] = {"AWS_ACCESS_KEY_ID",
	    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE",
	    "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL",
	    "AWS_ENDPOINT_URL_S3", "AWS_CONFIG_FILE",
	    "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE"};
	char path[96];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(unset) / sizeof(unset[0]); i++)
		unsetenv(unset[i]);
	strcpy(home, "/tmp/seshat-s3-XXXXXX");
	if (mkdtemp(home) == NULL)
		return -1;
	setenv("HOME", home, 1);
	(void)snprintf(path, sizeof(path), "%s/.aws", home);
	return mkdir(path, 0700);
}

static int
tear_down(void **state)
{
	(void)state;
	return temp_remove(home);
}

static void
put(const char *name, const char *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char path[160];

	(void)snprintf(path, sizeof(path), "%s/.aws/%s", home, name);
	OK(ses_fs_replace(path, text, strlen(text), 0600, 0, &err));
}

static void
opens(struct ses_store **s, const char *url,
    const struct ses_store_access *access, const char *name)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	OK(ses_store_open(s, url, access, &err));
	assert_string_equal(ses_store_name(*s), name);
	ses_store_free(*s);
}

static void
a_store_has_one_name(void **state)
{
	static const struct ses_store_access of_config = {
	    .endpoint = "https://config:9000/"};
	struct ses_store *s;

	(void)state;
	opens(&s, "s3://bucket", NULL, "s3://bucket/");
	opens(&s, "s3://bucket//a/b//?region=eu-west-1", NULL,
	    "s3://bucket/a/b/");
	opens(&s, "s3://bucket?endpoint=https%3A%2F%2FH.example%3A443%2F", NULL,
	    "s3://bucket/?endpoint=https%3A//h.example");
	opens(&s, "s3://bucket/x?endpoint=http://127.0.0.1:9/base/", NULL,
	    "s3://bucket/x/?endpoint=http%3A//127.0.0.1%3A9/base");
	/* another server has another bucket of that name */
	opens(&s, "s3://bucket", &of_config,
	    "s3://bucket/?endpoint=https%3A//config%3A9000");
	put("config", "[default]\nendpoint_url = https://files\n");
	opens(&s, "s3://bucket", NULL, "s3://bucket/?endpoint=https%3A//files");
	put("config",
	    "[default]\nendpoint_url = https://files\nservices = mine\n"
	    "[services mine]\ndynamodb =\n  endpoint_url = https://no\n"
	    "s3 =\n  endpoint_url = https://yes\n");
	opens(&s, "s3://bucket", NULL, "s3://bucket/?endpoint=https%3A//yes");
	opens(&s, "s3://bucket", &of_config,
	    "s3://bucket/?endpoint=https%3A//config%3A9000");
	setenv("AWS_ENDPOINT_URL", "https://env", 1);
	opens(&s, "s3://bucket", &of_config,
	    "s3://bucket/?endpoint=https%3A//env");
	setenv("AWS_ENDPOINT_URL_S3", "https://env-s3", 1);
	opens(&s, "s3://bucket", &of_config,
	    "s3://bucket/?endpoint=https%3A//env-s3");
	opens(&s, "s3://bucket?endpoint=https://url", &of_config,
	    "s3://bucket/?endpoint=https%3A//url");
}

static void
what_is_no_bucket_is_refused(void **state)
{
	static const char *const bad[] = {"s3://", "s3:///x", "s3://ab",
	    "s3://Bucket", "s3://b_-_b:80", "s3://user@bucket",
	    "s3://bucket?endpoint=ftp://h", "s3://bucket?endpoint=https://h?x",
	    "s3://bucket?endpoint=nonsense", "s3://bucket?secret_key=x",
	    "s3://bucket?region=a/b", "s3://bucket?style=odd",
	    "s3://bucket/a/../b", "s3://bucket/%zz",
	    "s3://bucket?region=a&region=b",
	    "s3://bucket?endpoint=http://example.com",
	    "s3://bucket?endpoint=http://127.0.0.1.example.com"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_store *s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		FAILS(ses_store_open(&s, bad[i], NULL, &err), SESHAT_EUSAGE);
}

static void
what_is_not_encrypted_must_be_meant(void **state)
{
	static const struct ses_store_access meant = {.insecure_http = 1};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_store *s;

	(void)state;
	FAILS(ses_store_open(
		  &s, "s3://bucket?endpoint=http://example.com", NULL, &err),
	    SESHAT_EUSAGE);
	assert_non_null(strstr(err.msg, "--insecure-http"));
	opens(&s, "s3://bucket?endpoint=http://example.com", &meant,
	    "s3://bucket/?endpoint=http%3A//example.com");
	opens(&s, "s3://bucket?endpoint=http://b.localhost:80", NULL,
	    "s3://bucket/?endpoint=http%3A//b.localhost");
}

static void
finds(const char *profile, const struct ses_store_access *access,
    const char *key, const char *token)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_s3_login l;

	OK(ses_s3_login_find(&l, profile, access, &err));
	assert_string_equal(l.access_key, key);
	same_text(l.session_token, token);
	ses_s3_login_free(&l);
}

static void
keys_are_taken_in_order_and_never_mixed(void **state)
{
	static const struct ses_store_access of_config = {
	    .access_key = "config", .secret_key = "s"};
	static const struct ses_store_access half = {.access_key = "config"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_s3_login l;

	(void)state;
	FAILS(ses_s3_login_find(&l, "", NULL, &err), SESHAT_EAUTH);
	put("credentials",
	    "# a comment\n[default]\naws_access_key_id = file\n"
	    "aws_secret_access_key=s # not of it\naws_session_token =\n\n"
	    "[other]\r\naws_access_key_id=other\r\n"
	    "aws_secret_access_key=s\r\naws_session_token=t\r\n"
	    "[half]\naws_access_key_id=half\n");
	finds("", NULL, "file", NULL);
	finds("other", NULL, "other", "t");
	FAILS(ses_s3_login_find(&l, "half", NULL, &err), SESHAT_EAUTH);
	FAILS(ses_s3_login_find(&l, "none", NULL, &err), SESHAT_EAUTH);
	/* what an older tool left in the other file is not of these keys */
	put("config", "[default]\naws_session_token = stale\n"
		      "[profile c]\naws_access_key_id = conf\n"
		      "aws_secret_access_key = s\naws_session_token = ct\n");
	finds("", NULL, "file", NULL);
	finds("c", NULL, "conf", "ct");
	setenv("AWS_PROFILE", "other", 1);
	finds("", NULL, "other", "t");
	finds("", &of_config, "config", NULL);
	FAILS(ses_s3_login_find(&l, "", &half, &err), SESHAT_EAUTH);
	setenv("AWS_ACCESS_KEY_ID", "env", 1);
	FAILS(ses_s3_login_find(&l, "", &of_config, &err), SESHAT_EAUTH);
	setenv("AWS_SECRET_ACCESS_KEY", "s", 1);
	finds("", &of_config, "env", NULL);
	setenv("AWS_SESSION_TOKEN", "et", 1);
	finds("", &of_config, "env", "et");
	finds("other", &of_config, "other", "t");
}

static void
a_profile_that_we_cannot_follow_is_told(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_s3_login l;

	(void)state;
	put("config", "[profile work]\nsso_session = corp\nregion = eu-west-1\n"
		      "[default]\nregion=x\n");
	FAILS(ses_s3_login_find(&l, "work", NULL, &err), SESHAT_EAUTH);
	assert_non_null(strstr(err.msg, "sso_session"));
	assert_non_null(strstr(err.msg, "export-credentials"));
}

/* A server's answer to a GET of an object. */
static int
meaning(int status, const char *body, struct seshat_err *err)
{
	struct ses_store_notes notes = {0};
	struct ses_s3 s = {.notes = &notes, .login.from = "the environment"};
	struct ses_s3_call c = {.method = "GET", .key = "k"};

	ses_buf_str(&s.bucket, "bucket");
	ses_buf_str(&s.host, "host");
	(void)ses_buf_cstr(&s.bucket);
	(void)ses_buf_cstr(&s.host);
	c.answer.status = status;
	ses_buf_str(&c.answer.body, body);
	assert_int_equal(ses_s3_fail(&s, &c, err), -1);
	ses_s3_done(&c);
	ses_buf_free(&s.bucket);
	ses_buf_free(&s.host);
	return err->code;
}

#define SAYS(code) "<?xml version=\"1.0\"?><Error><Code>" code "</Code></Error>"

/* Who takes a server's mistake for an object that is gone begins anew. */
static void
only_a_server_that_says_so_has_no_such_object(void **state)
{
	static const struct {
		int status;
		const char *body;
		int code;
	} rows[] = {
	    {404, SAYS("NoSuchKey"), SESHAT_ENOTFOUND},
	    {404, SAYS("NoSuchBucket"), SESHAT_ENOSTORE},
	    {404, "<html>Not Found</html>", SESHAT_ENOSTORE},
	    {404, "", SESHAT_ENOSTORE},
	    {302, "", SESHAT_ENOSTORE},
	    {403, "", SESHAT_EAUTH},
	    {403, SAYS("AccessDenied"), SESHAT_EAUTH},
	    {403, SAYS("SignatureDoesNotMatch"), SESHAT_EAUTH},
	    {403, SAYS("QuotaExceeded"), SESHAT_ELIMIT},
	    {400, SAYS("ExpiredToken"), SESHAT_EAUTH},
	    {400, SAYS("XAmzContentSHA256Mismatch"), SESHAT_ENET},
	    {400, "", SESHAT_ESYS},
	    {409, SAYS("ConditionalRequestConflict"), SESHAT_ENET},
	    {412, "", SESHAT_EEXISTS},
	    {429, "", SESHAT_ENET},
	    {500, "<html>", SESHAT_ENET},
	    {501, "", SESHAT_EUNSUPPORTED},
	    {503, SAYS("SlowDown"), SESHAT_ENET},
	    {507, "", SESHAT_ELIMIT},
	};
	struct seshat_err err = SESHAT_ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (meaning(rows[i].status, rows[i].body, &err) != rows[i].code)
			fail_msg("%d %s: %d", rows[i].status, rows[i].body,
			    err.code);
}

static void
a_message_of_the_server_cannot_touch_the_terminal(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	(void)state;
	(void)meaning(418,
	    "<Error><Code>Tea</Code><Message>pot\x1b[31m\n</Message></Error>",
	    &err);
	assert_null(strchr(err.msg, '\x1b'));
	assert_non_null(strstr(err.msg, "Tea: pot"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		a_store_has_one_name, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		what_is_no_bucket_is_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		what_is_not_encrypted_must_be_meant, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		keys_are_taken_in_order_and_never_mixed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		a_profile_that_we_cannot_follow_is_told, set_up, tear_down),
	    cmocka_unit_test(only_a_server_that_says_so_has_no_such_object),
	    cmocka_unit_test(a_message_of_the_server_cannot_touch_the_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
