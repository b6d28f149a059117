/* What a server answers, and what the files of the AWS tools hold. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "net/url.h"
#include "store/s3.h"

static int
see(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	char *last = arg;

	(void)err;
	MUST(o->key[0] != '\0');
	/* in order, so far as it can be kept */
	MUST(strncmp(last, o->key, 63) <= 0);
	(void)strncpy(last, o->key, 63);
	return 0;
}

static void
listing(const struct ses_buf *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_s3 s = {0};
	char last[64] = "";

	ses_buf_str(&s.prefix, "p/");
	if (ses_s3_list_page(&s, text, see, last, &err) < 0)
		MUST(err.code == SESHAT_EFORMAT || err.code == SESHAT_ENOMEM);
	ses_buf_free(&s.prefix);
}

/* As an answer: its first bytes are the status, the headers come before an
 * empty line. */
static void
answer(const struct ses_buf *text)
{
	static const char *const names[] = {"Date", "ETag", "Retry-After",
	    "Content-Range", "x-amz-bucket-region"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_store_notes notes = {0};
	struct ses_s3 s = {.notes = &notes, .login.from = "a test"};
	struct ses_s3_call c = {.method = "GET", .key = "k"};
	struct ses_buf v = {0};
	const char *gap = strstr(text->data, "\n\n");
	size_t i;

	ses_buf_str(&s.bucket, "bucket");
	ses_buf_str(&s.host, "host");
	(void)ses_buf_cstr(&s.bucket);
	(void)ses_buf_cstr(&s.host);
	c.answer.status = (int)(strtol(text->data, NULL, 10) % 600);
	if (gap != NULL) {
		ses_buf_add(
		    &c.answer.headers, text->data, (size_t)(gap - text->data));
		(void)ses_buf_cstr(&c.answer.headers);
		ses_buf_str(&c.answer.body, gap + 2);
	}
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ses_buf_clear(&v);
		if (ses_http_header(&c.answer, names[i], &v))
			MUST(strpbrk(ses_buf_cstr(&v), "\r\n") == NULL);
	}
	MUST(ses_s3_fail(&s, &c, &err) == -1);
	MUST(err.code != SESHAT_OK && strpbrk(err.msg, "\n\x1b") == NULL);
	ses_s3_done(&c);
	ses_buf_free(&v);
	ses_buf_free(&s.bucket);
	ses_buf_free(&s.host);
}

static void
one_setting(
    const char *text, const char *section, const char *block, const char *name)
{
	struct ses_buf v = {0};

	if (ses_aws_search(text, section, block, name, &v)) {
		MUST(v.len > 0);
		MUST(memchr(v.data, '\n', v.len) == NULL);
	}
	ses_buf_free(&v);
}

static void
aws_file(const char *text)
{
	one_setting(text, "default", "", "region");
	one_setting(text, "profile work", "", "region");
	one_setting(text, "services mine", "s3", "endpoint_url");
}

static void
url(const char *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf v = {0};
	struct ses_url u;

	if (ses_url_parse(&u, text, &err) == 0) {
		MUST(u.host.len > 0 && u.port < 65536);
		MUST(strpbrk(u.host.data, "/?#@ ") == NULL);
		(void)ses_url_param(u.query.data, "region", &v);
		ses_url_free(&u);
	}
	ses_buf_free(&v);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ses_buf text = {0};

	ses_buf_add(&text, data, len);
	(void)ses_buf_cstr(&text);
	if (!text.bad) {
		listing(&text);
		answer(&text);
		aws_file(text.data);
		url(text.data);
	}
	ses_buf_free(&text);
	return 0;
}
