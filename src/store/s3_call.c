#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "store/far.h"
#include "store/s3.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

static int
prepare(struct ses_s3 *s, struct seshat_err *err)
{
	if (s->login.access_key == NULL) {
		if (ses_s3_login_find(&s->login, ses_buf_cstr(&s->profile),
			&s->access, err) < 0)
			return -1;
		s->keys_from = s->login.from;
		s->signer =
		    (struct ses_sigv4_signer){.access_key = s->login.access_key,
			.secret_key = s->login.secret_key,
			.region = s->region.data,
			.service = "s3"};
	}
	return s->http != NULL ? 0 : ses_http_open(&s->http, err);
}

/* The parts of one attempt. */
struct attempt {
	struct ses_buf host;
	struct ses_buf path;
	struct ses_buf query;
	struct ses_buf url;
	struct ses_buf authorization;
	struct ses_buf lines; /* "name: value" NUL ... */
	char stamp[SES_SIGV4_STAMP];
	char sha256[SES_SHA256_HEX];
	const char *list[SES_SIGV4_PAIRS + 2];
};

static void
attempt_free(struct attempt *a)
{
	ses_buf_free(&a->host);
	ses_buf_free(&a->path);
	ses_buf_free(&a->query);
	ses_buf_free(&a->url);
	ses_buf_free(&a->authorization);
	ses_buf_free(&a->lines);
}

static int
address(struct ses_s3 *s, struct ses_s3_call *c, struct attempt *a,
    struct seshat_err *err)
{
	struct ses_sigv4_pair params[SES_SIGV4_PAIRS];

	if (s->is_virtual)
		ses_buf_fmt(&a->host, "%s.", s->bucket.data);
	ses_buf_str(&a->host, s->host.data);
	ses_buf_str(&a->path, s->base.data);
	if (!s->is_virtual)
		ses_buf_fmt(&a->path, "/%s", s->bucket.data);
	if (c->key != NULL || s->is_virtual)
		ses_buf_str(&a->path, "/");
	if (c->key != NULL) {
		ses_url_encode(&a->path, s->prefix.data, s->prefix.len, 1);
		ses_url_encode(&a->path, c->key, strlen(c->key), 1);
	}
	memcpy(params, c->params, c->n_params * sizeof(params[0]));
	ses_sigv4_query(params, c->n_params, &a->query);
	ses_buf_fmt(&a->url, "%s://%s%s", s->scheme.data,
	    ses_buf_cstr(&a->host), ses_buf_cstr(&a->path));
	if (a->query.len > 0)
		ses_buf_fmt(&a->url, "?%s", ses_buf_cstr(&a->query));
	(void)ses_buf_cstr(&a->query);
	(void)ses_buf_cstr(&a->url);
	if (a->host.bad || a->path.bad || a->query.bad)
		return ses_fail_nomem(err);
	return ses_buf_check(&a->url, err);
}

/* Header lines for libcurl, which sends "Host" by itself. */
static int
write_headers(const struct ses_sigv4_request *req, struct attempt *a,
    struct seshat_err *err)
{
	const char *p;
	size_t i;

	for (i = 0; i < req->n_headers; i++) {
		if (strcmp(req->headers[i].name, "host") == 0)
			continue;
		ses_buf_fmt(&a->lines, "%s: %s", req->headers[i].name,
		    req->headers[i].value);
		ses_buf_add(&a->lines, "", 1);
	}
	ses_buf_fmt(
	    &a->lines, "authorization: %s", ses_buf_cstr(&a->authorization));
	ses_buf_add(&a->lines, "", 1);
	if (ses_buf_check(&a->lines, err) < 0)
		return -1;
	p = a->lines.data;
	for (i = 0; p < a->lines.data + a->lines.len; p += strlen(p) + 1)
		a->list[i++] = p;
	a->list[i] = NULL;
	return 0;
}

static int
sign(struct ses_s3 *s, const struct ses_s3_call *c, struct attempt *a,
    struct seshat_err *err)
{
	struct ses_sigv4_request req = {.method = c->method,
	    .path = ses_buf_cstr(&a->path),
	    .query = a->query.data,
	    .payload_sha256 = a->sha256,
	    .stamp = a->stamp};
	size_t n = 0;

	ses_sha256_of(c->body == NULL ? "" : c->body, c->len, a->sha256);
	ses_sigv4_stamp(ses_time_now() + s->skew_ms, a->stamp);
	memcpy(req.headers, c->headers, c->n_headers * sizeof(c->headers[0]));
	n = c->n_headers;
	req.headers[n++] = (struct ses_sigv4_pair){"host", a->host.data};
	req.headers[n++] =
	    (struct ses_sigv4_pair){"x-amz-content-sha256", a->sha256};
	req.headers[n++] = (struct ses_sigv4_pair){"x-amz-date", a->stamp};
	if (s->login.session_token != NULL)
		req.headers[n++] = (struct ses_sigv4_pair){
		    "x-amz-security-token", s->login.session_token};
	req.n_headers = n;
	s->signer.region = s->region.data;
	if (ses_sigv4_sign(&s->signer, &req, &a->authorization, err) < 0)
		return -1;
	return write_headers(&req, a, err);
}

/* Decisions are taken by the server's time: one that is a day off ours, as we
 * know the difference, is a mistake of somebody's on the way. */
static int
is_plausible(const struct ses_s3 *s, int64_t date)
{
	return llabs(date - (ses_time_now() + s->skew_ms)) < DAY_MS;
}

/* Some gateways send readers elsewhere for the bytes.  A redirect of AWS's own
 * names the region instead, and is signed anew. */
static int
leads_elsewhere(const struct ses_s3_call *c, const char *url)
{
	struct ses_buf v = {0};
	int rc;

	if (strcmp(c->method, "GET") != 0 || c->key == NULL ||
	    c->answer.status < 302 ||
	    ses_http_header(&c->answer, "x-amz-bucket-region", &v)) {
		ses_buf_free(&v);
		return 0;
	}
	rc = ses_http_location(&c->answer, url, &v);
	ses_buf_free(&v);
	return rc;
}

/* Without a signature, and with nothing that is signed but what says which
 * bytes are wanted. */
static int
follow(struct ses_s3 *s, struct ses_s3_call *c, const char *url,
    struct seshat_err *err)
{
	const char *list[SES_S3_HEADERS + 1] = {NULL};
	struct ses_http_request req = {.method = "GET",
	    .url = url,
	    .headers = list,
	    .sink = c->sink,
	    .ca_file = s->ca_file};
	struct ses_buf lines[SES_S3_HEADERS] = {{0}};
	size_t n = 0;
	size_t i;
	int rc = 0;

	for (i = 0; i < c->n_headers; i++) {
		if (strcmp(c->headers[i].name, "range") != 0 &&
		    strcmp(c->headers[i].name, "if-match") != 0)
			continue;
		ses_buf_fmt(&lines[n], "%s: %s", c->headers[i].name,
		    c->headers[i].value);
		list[n] = ses_buf_cstr(&lines[n]);
		rc |= ses_buf_check(&lines[n++], err);
	}
	if (rc == 0)
		rc = ses_far_follow(
		    s->http, &req, s->access.insecure_http, &c->answer, err);
	if (rc < 0)
		s->notes->wait_ms = ses_http_wait(&c->answer);
	while (n > 0)
		ses_buf_free(&lines[--n]);
	return rc;
}

static int
attempt(struct ses_s3 *s, struct ses_s3_call *c, struct seshat_err *err)
{
	struct attempt a = {0};
	struct ses_http_request req = {.method = c->method,
	    .headers = a.list,
	    .body = c->body,
	    .len = c->len,
	    .sink = c->sink,
	    .ca_file = s->ca_file};
	struct ses_store_counts *counts = &s->notes->counts;
	int rc = -1;

	if (address(s, c, &a, err) == 0 && sign(s, c, &a, err) == 0) {
		req.url = a.url.data;
		(*c->count)++;
		rc = ses_http_do(s->http, &req, &c->answer, err);
		if (is_plausible(s, c->answer.date))
			s->notes->date = c->answer.date;
		counts->sent += c->len;
		ses_log(SES_DEBUG, "s3: %s %s%s%s: %d", c->method, a.path.data,
		    a.query.len > 0 ? "?" : "", a.query.data, c->answer.status);
		if (rc == 0 && leads_elsewhere(c, a.url.data))
			rc = follow(s, c, a.url.data, err);
		counts->got += c->answer.got;
	}
	attempt_free(&a);
	return rc;
}

int
ses_s3_element(const struct ses_buf *xml, const char *name, struct ses_buf *out)
{
	const char *p = xml->len == 0 ? "" : xml->data;
	const char *end = p + xml->len;
	size_t len = strlen(name);
	const char *stop;

	for (; (p = memchr(p, '<', (size_t)(end - p))) != NULL; p++) {
		if ((size_t)(end - p) < len + 2 ||
		    memcmp(p + 1, name, len) != 0 || p[len + 1] != '>')
			continue;
		p += len + 2;
		stop = memchr(p, '<', (size_t)(end - p));
		if (stop == NULL)
			return 0;
		ses_buf_add(out, p, (size_t)(stop - p));
		return 1;
	}
	return 0;
}

/* The server says that the bucket is in another region: 1 when that is news.
 * Only the region is believed, never an address. */
static int
learn_region(struct ses_s3 *s, const struct ses_s3_call *c)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf region = {0};
	int status = c->answer.status;
	int rc = 0;

	if (status != 301 && status != 307 && status != 400 && status != 403)
		return 0;
	if (!ses_http_header(&c->answer, "x-amz-bucket-region", &region) &&
	    !ses_s3_element(&c->answer.body, "Region", &region))
		goto out;
	if (ses_s3_is_region(ses_buf_cstr(&region)) &&
	    strcmp(region.data, s->region.data) != 0) {
		ses_log(
		    SES_DEBUG, "s3: the bucket is in region %s", region.data);
		ses_buf_free(&s->region);
		s->region = region;
		region = (struct ses_buf){0};
		rc = !s->is_aws || ses_s3_aws_host(s, &ignored) == 0;
	}
out:
	ses_buf_free(&region);
	return rc;
}

/* The server says that our clock is wrong: 1 when it can be put right. */
static int
learn_clock(struct ses_s3 *s, const struct ses_s3_call *c)
{
	static atomic_int told; /* each store of a process learns it anew */
	struct ses_buf code = {0};
	int64_t skew;
	int wrong;

	if ((c->answer.status != 403 && c->answer.status != 400) ||
	    c->answer.date == 0)
		return 0;
	(void)ses_s3_element(&c->answer.body, "Code", &code);
	wrong = strcmp(ses_buf_cstr(&code), "RequestTimeTooSkewed") == 0 ||
		strcmp(code.data, "RequestExpired") == 0;
	ses_buf_free(&code);
	skew = c->answer.date - ses_time_now();
	/* the same again would not help */
	if (!wrong || llabs(skew - s->skew_ms) < 60000)
		return 0;
	ses_log(atomic_exchange(&told, 1) ? SES_DEBUG : SES_INFO,
	    "this machine's clock is %lld s off the server's: going by the "
	    "server's",
	    (long long)(-skew / 1000));
	s->skew_ms = skew;
	return 1;
}

static int
call(struct ses_s3 *s, struct ses_s3_call *c, struct seshat_err *err)
{
	int again = 2; /* once each for region and clock */

	if (prepare(s, err) < 0)
		return -1;
	for (;;) {
		if (attempt(s, c, err) < 0)
			return -1;
		if (c->answer.status >= 200 && c->answer.status < 300)
			return 0;
		if (again-- == 0 || (!learn_region(s, c) && !learn_clock(s, c)))
			break;
	}
	s->notes->wait_ms = ses_http_wait(&c->answer);
	ses_s3_fail(s, c, err);
	/* whoever put new ones into a file did so for those that run, too */
	if (err->code == SESHAT_EAUTH)
		ses_s3_login_free(&s->login);
	return -1;
}

int
ses_s3_call(struct ses_s3 *s, struct ses_s3_call *c, struct seshat_err *err)
{
	int rc;

	s->notes->wait_ms = 0;
	rc = call(s, c, err);
	s->notes->down = rc < 0 && (err->code == SESHAT_ENOSTORE ||
				       err->code == SESHAT_EAUTH ||
				       err->code == SESHAT_ENET);
	return rc;
}

void
ses_s3_done(struct ses_s3_call *c)
{
	ses_http_answer_free(&c->answer);
}
