#include <string.h>

#include <openssl/evp.h>

#include "store/s3.h"

int
ses_s3_del(void *st, const char *key, struct seshat_err *err)
{
	struct ses_s3 *s = st;
	struct ses_s3_call c = {
	    .method = "DELETE", .key = key, .count = &s->notes->counts.del};
	int rc = ses_s3_call(s, &c, err);

	if (rc < 0 && err->code == SESHAT_ENOTFOUND)
		rc = 0;
	ses_s3_done(&c);
	return rc;
}

static void
add_escaped(struct ses_buf *out, const char *text)
{
	size_t len;

	for (; *text != '\0'; text += len) {
		len = strcspn(text, "&<>");
		ses_buf_add(out, text, len);
		if (text[len] != '\0') {
			ses_buf_fmt(out, "&#%d;", text[len]);
			len++;
		}
	}
}

/* AWS wants the MD5 of such a body, in base64. */
static int
md5_of(const struct ses_buf *b, char out[32], struct seshat_err *err)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(b->data, b->len, md, &n, EVP_md5(), NULL) != 1)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "this system's OpenSSL offers no MD5");
	(void)EVP_EncodeBlock((unsigned char *)out, md, (int)n);
	return 0;
}

/* In its quiet form the answer names only what could not be deleted. */
static int
check(const struct ses_s3_call *c, struct seshat_err *err)
{
	struct ses_buf code = {0};
	struct ses_buf key = {0};
	int rc = 0;

	if (ses_s3_element(&c->answer.body, "Code", &code)) {
		(void)ses_s3_element(&c->answer.body, "Key", &key);
		rc = ses_fail(err,
		    strcmp(ses_buf_cstr(&code), "AccessDenied") == 0
			? SESHAT_EAUTH
			: SESHAT_ENET,
		    "%.200s was not deleted: %.60s", ses_buf_cstr(&key),
		    code.data);
	}
	ses_buf_free(&code);
	ses_buf_free(&key);
	return rc;
}

int
ses_s3_del_many(
    void *st, const char *const *keys, size_t n, struct seshat_err *err)
{
	struct ses_s3 *s = st;
	struct ses_buf body = {0};
	char md5[32];
	struct ses_s3_call c = {.method = "POST",
	    .params = {{"delete", ""}},
	    .n_params = 1,
	    .headers = {{"content-md5", md5},
		{"content-type", "application/xml"}},
	    .n_headers = 2,
	    .count = &s->notes->counts.del};
	size_t i;
	int rc = -1;

	ses_buf_str(&body, "<Delete><Quiet>true</Quiet>");
	for (i = 0; i < n; i++) {
		ses_buf_str(&body, "<Object><Key>");
		add_escaped(&body, s->prefix.data);
		add_escaped(&body, keys[i]);
		ses_buf_str(&body, "</Key></Object>");
	}
	ses_buf_str(&body, "</Delete>");
	if (ses_buf_check(&body, err) < 0)
		goto out;
	c.body = body.data;
	c.len = body.len;
	rc = md5_of(&body, md5, err);
	if (rc == 0)
		rc = ses_s3_call(s, &c, err);
	if (rc == 0)
		rc = check(&c, err);
	/* where that request is not to be had, one by one */
	if (rc < 0 && err->code == SESHAT_EUNSUPPORTED)
		for (i = 0, rc = 0; rc == 0 && i < n; i++)
			rc = ses_s3_del(s, keys[i], err);
out:
	ses_s3_done(&c);
	ses_buf_free(&body);
	return rc;
}
