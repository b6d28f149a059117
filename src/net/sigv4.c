#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/hash.h"
#include "base/time.h"
#include "net/sigv4.h"
#include "net/url.h"

#define ALGORITHM "AWS4-HMAC-SHA256"

void
ses_sigv4_stamp(int64_t t, char out[SES_SIGV4_STAMP])
{
	char text[SES_TIME_MAX]; /* 2013-05-24T00:00:00.000Z */

	ses_time_format(t, text);
	(void)snprintf(out, SES_SIGV4_STAMP, "%.4s%.2s%.2sT%.2s%.2s%.2sZ", text,
	    text + 5, text + 8, text + 11, text + 14, text + 17);
}

static int
by_name(const void *a, const void *b)
{
	const struct ses_sigv4_pair *x = a;
	const struct ses_sigv4_pair *y = b;
	int c = strcmp(x->name, y->name);

	return c != 0 ? c : strcmp(x->value, y->value);
}

void
ses_sigv4_query(struct ses_sigv4_pair *pairs, size_t n, struct ses_buf *out)
{
	size_t i;

	/* sorted by what the names are when encoded: of the characters that
	 * stay, all but "~" order as themselves, and no name has it */
	qsort(pairs, n, sizeof(*pairs), by_name);
	for (i = 0; i < n; i++) {
		if (i > 0)
			ses_buf_str(out, "&");
		ses_url_encode(out, pairs[i].name, strlen(pairs[i].name), 0);
		ses_buf_str(out, "=");
		ses_url_encode(out, pairs[i].value, strlen(pairs[i].value), 0);
	}
}

/* A value without spaces at its ends, and one where there were several. */
static void
add_trimmed(struct ses_buf *out, const char *v)
{
	size_t len;

	v += strspn(v, " \t");
	while (*v != '\0') {
		len = strcspn(v, " \t");
		ses_buf_add(out, v, len);
		v += len;
		v += strspn(v, " \t");
		if (*v != '\0')
			ses_buf_str(out, " ");
	}
}

static void
add_signed_names(const struct ses_sigv4_request *req, struct ses_buf *out)
{
	size_t i;

	for (i = 0; i < req->n_headers; i++)
		ses_buf_fmt(
		    out, "%s%s", i > 0 ? ";" : "", req->headers[i].name);
}

static void
canonical(const struct ses_sigv4_request *req, struct ses_buf *out)
{
	size_t i;

	ses_buf_fmt(out, "%s\n%s\n%s\n", req->method, req->path, req->query);
	for (i = 0; i < req->n_headers; i++) {
		ses_buf_fmt(out, "%s:", req->headers[i].name);
		add_trimmed(out, req->headers[i].value);
		ses_buf_str(out, "\n");
	}
	ses_buf_str(out, "\n");
	add_signed_names(req, out);
	ses_buf_fmt(out, "\n%s", req->payload_sha256);
}

static int
hmac(const void *key, size_t key_len, const char *text, unsigned char out[32],
    struct seshat_err *err)
{
	unsigned n = 32;

	if (HMAC(EVP_sha256(), key, (int)key_len, (const unsigned char *)text,
		strlen(text), out, &n) == NULL ||
	    n != 32)
		return ses_fail_nomem(err);
	return 0;
}

/* The key of a day and region, from the last one where it is the same. */
static int
signing_key(
    struct ses_sigv4_signer *s, const char *stamp, struct seshat_err *err)
{
	struct ses_buf secret = {0};
	int rc = -1;

	if (strncmp(s->day, stamp, 8) == 0 &&
	    strcmp(s->day_region, s->region) == 0)
		return 0;
	if (strlen(s->region) >= sizeof(s->day_region))
		return ses_fail(
		    err, SESHAT_EUSAGE, "'%.80s' is no region", s->region);
	s->day[0] = '\0';
	ses_buf_fmt(&secret, "AWS4%s", s->secret_key);
	if (ses_buf_check(&secret, err) < 0)
		goto out;
	(void)snprintf(s->day, sizeof(s->day), "%.8s", stamp);
	if (hmac(secret.data, secret.len, s->day, s->key, err) < 0 ||
	    hmac(s->key, 32, s->region, s->key, err) < 0 ||
	    hmac(s->key, 32, s->service, s->key, err) < 0 ||
	    hmac(s->key, 32, "aws4_request", s->key, err) < 0) {
		s->day[0] = '\0';
		goto out;
	}
	memcpy(s->day_region, s->region, strlen(s->region) + 1);
	rc = 0;
out:
	ses_buf_free(&secret);
	return rc;
}

int
ses_sigv4_sign(struct ses_sigv4_signer *s, struct ses_sigv4_request *req,
    struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf text = {0};
	struct ses_buf scope = {0};
	char hex[SES_SHA256_HEX];
	unsigned char mac[32];
	int rc = -1;

	qsort(req->headers, req->n_headers, sizeof(req->headers[0]), by_name);
	if (signing_key(s, req->stamp, err) < 0)
		return -1;
	canonical(req, &text);
	if (ses_buf_check(&text, err) < 0)
		goto out;
	ses_sha256_of(text.data, text.len, hex);
	ses_buf_fmt(&scope, "%.8s/%s/%s/aws4_request", req->stamp, s->region,
	    s->service);
	ses_buf_clear(&text);
	ses_buf_fmt(&text, ALGORITHM "\n%s\n%s\n%s", req->stamp,
	    ses_buf_cstr(&scope), hex);
	(void)ses_buf_cstr(&text);
	if (ses_buf_check(&text, err) < 0 || ses_buf_check(&scope, err) < 0 ||
	    hmac(s->key, sizeof(s->key), text.data, mac, err) < 0)
		goto out;
	ses_hex(mac, sizeof(mac), hex);
	ses_buf_fmt(out,
	    ALGORITHM " Credential=%s/%s,SignedHeaders=", s->access_key,
	    scope.data);
	add_signed_names(req, out);
	ses_buf_fmt(out, ",Signature=%s", hex);
	rc = ses_buf_check(out, err);
out:
	ses_buf_free(&text);
	ses_buf_free(&scope);
	return rc;
}
