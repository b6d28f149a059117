#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "net/curl.h"
#include "net/http.h"
#include "net/url.h"

/* Slow is not dead: a transfer may take as long as it likes, but half a
 * minute without a byte in either direction ends it. */
#define CONNECT_MS 10000L
#define QUIET_S    30L

#define BLOCK_BYTES (256L * 1024)
#define HEADERS_MAX ((size_t)64 * 1024)
#define ERROR_MAX   ((size_t)64 * 1024)

struct ses_http {
	const struct ses_curl *curl;
	CURL *easy;
	char why[CURL_ERROR_SIZE];
};

/* One request on its way. */
struct transfer {
	struct ses_http *h;
	const struct ses_http_request *req;
	struct ses_http_answer *answer;
	size_t sent; /* bytes of the body */
	int loopback;
	int stopped; /* err says why */
	struct seshat_err *err;
};

int
ses_http_open(struct ses_http **out, struct seshat_err *err)
{
	const struct ses_curl *curl = ses_curl_load(err);
	struct ses_http *h;

	if (curl == NULL)
		return -1;
	h = ses_calloc(1, sizeof(*h));
	if (h == NULL)
		return ses_fail_nomem(err);
	h->curl = curl;
	h->easy = curl->init();
	if (h->easy == NULL) {
		free(h);
		return ses_fail_nomem(err);
	}
	*out = h;
	return 0;
}

void
ses_http_free(struct ses_http *h)
{
	if (h == NULL)
		return;
	h->curl->cleanup(h->easy);
	free(h);
}

static size_t
on_header(char *data, size_t one, size_t n, void *arg)
{
	struct transfer *t = arg;
	struct ses_http_answer *a = t->answer;

	(void)one;
	/* a status line begins the headers anew, after "100 Continue" say */
	if (n > 5 && memcmp(data, "HTTP/", 5) == 0)
		ses_buf_clear(&a->headers);
	if (a->headers.len + n > HEADERS_MAX || memchr(data, '\0', n) != NULL) {
		ses_fail(
		    t->err, SESHAT_ELIMIT, "the answer has no good headers");
		t->stopped = 1;
		return 0;
	}
	ses_buf_add(&a->headers, data, n);
	(void)ses_buf_cstr(&a->headers);
	if (ses_buf_check(&a->headers, t->err) < 0) {
		t->stopped = 1;
		return 0;
	}
	return n;
}

static int
take_body(struct transfer *t, const char *data, size_t n)
{
	struct ses_http_answer *a = t->answer;
	long status = 0;
	int good;

	(void)t->h->curl->getinfo(t->h->easy, CURLINFO_RESPONSE_CODE, &status);
	a->status = (int)status;
	good = status >= 200 && status < 300;
	if (good && t->req->sink != NULL)
		return ses_sink_write(t->req->sink, data, n, t->err);
	if (good && a->body.len + n > SES_HTTP_BODY_MAX)
		return ses_fail(
		    t->err, SESHAT_ELIMIT, "the answer is too long");
	if (!good && a->body.len + n > ERROR_MAX)
		n = ERROR_MAX - a->body.len;
	ses_buf_add(&a->body, data, n);
	return ses_buf_check(&a->body, t->err);
}

static size_t
on_body(char *data, size_t one, size_t n, void *arg)
{
	struct transfer *t = arg;

	(void)one;
	if (take_body(t, data, n) < 0) {
		t->stopped = 1;
		return 0;
	}
	t->answer->got += n;
	return n;
}

/* There is no way back: libcurl would send a body again by itself when a kept
 * connection breaks, and nobody would know that the server may have taken it
 * before. */
static size_t
on_read(char *to, size_t one, size_t n, void *arg)
{
	struct transfer *t = arg;
	size_t left = t->req->len - t->sent;

	n *= one;
	if (n > left)
		n = left;
	if (n > 0)
		memcpy(to, (const char *)t->req->body + t->sent, n);
	t->sent += n;
	return n;
}

static struct curl_slist *
make_headers(const struct ses_http *h, const struct ses_http_request *req)
{
	/* "Expect" would cost each upload a round trip */
	struct curl_slist *list = h->curl->slist_append(NULL, "Expect:");
	struct curl_slist *more;
	size_t i;

	for (i = 0; list != NULL && req->headers[i] != NULL; i++) {
		more = h->curl->slist_append(list, req->headers[i]);
		if (more == NULL)
			h->curl->slist_free(list);
		list = more;
	}
	return list;
}

#define SET(option, value) (bad |= set(e, (option), (value)) != CURLE_OK)

static int
prepare(struct transfer *t, struct curl_slist *headers)
{
	CURLcode (*set)(CURL *, CURLoption, ...) = t->h->curl->setopt;
	const struct ses_http_request *req = t->req;
	CURL *e = t->h->easy;
	int bad = 0;

	t->h->curl->reset(e); /* connections stay */
	t->h->why[0] = '\0';
	SET(CURLOPT_URL, req->url);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_PATH_AS_IS, 1L);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_ERRORBUFFER, t->h->why);
	SET(CURLOPT_HTTPHEADER, headers);
	SET(CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
	SET(CURLOPT_LOW_SPEED_TIME, req->quiet_s > 0 ? req->quiet_s : QUIET_S);
	SET(CURLOPT_TCP_KEEPALIVE, 1L);
	/* a wish: libcurl 7.88 refuses it after a name was not found */
	(void)set(e, CURLOPT_BUFFERSIZE, BLOCK_BYTES);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, t);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, t);
	/* what is for this machine does not go through another one */
	if (t->loopback)
		SET(CURLOPT_PROXY, "");
	if (req->ca_file != NULL)
		SET(CURLOPT_CAINFO, req->ca_file);
	if (strcmp(req->method, "HEAD") == 0)
		SET(CURLOPT_NOBODY, 1L);
	if (req->body != NULL) {
		SET(CURLOPT_UPLOAD, 1L);
		SET(CURLOPT_UPLOAD_BUFFERSIZE, BLOCK_BYTES);
		SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)req->len);
		SET(CURLOPT_READFUNCTION, on_read);
		SET(CURLOPT_READDATA, t);
	}
	if (strcmp(req->method, "HEAD") != 0)
		SET(CURLOPT_CUSTOMREQUEST, req->method);
	return bad ? -1 : 0;
}

/* What libcurl could not do, for a person. */
static int
fail_transfer(struct transfer *t, CURLcode code, struct seshat_err *err)
{
	const char *why =
	    t->h->why[0] != '\0' ? t->h->why : t->h->curl->strerror(code);
	struct ses_url u = {0};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	int rc;

	if (ses_url_parse(&u, t->req->url, &ignored) < 0)
		u = (struct ses_url){0};
	if (code == CURLE_PEER_FAILED_VERIFICATION ||
	    code == CURLE_SSL_CACERT_BADFILE)
		rc = ses_fail(err, SESHAT_EAUTH,
		    "%s cannot be trusted: %s (AWS_CA_BUNDLE names a file of "
		    "certificates to trust, for GitHub and "
		    "Hugging Face SSL_CERT_FILE)",
		    ses_buf_cstr(&u.host), why);
	else if (code == CURLE_OUT_OF_MEMORY)
		rc = ses_fail(
		    err, SESHAT_ENOMEM, "%s: %s", ses_buf_cstr(&u.host), why);
	else if (code == CURLE_SSL_CONNECT_ERROR)
		rc = ses_fail(err, SESHAT_ENET,
		    "%s: %s (is the endpoint meant to be http://, or at "
		    "another port?)",
		    ses_buf_cstr(&u.host), why);
	else if (code == CURLE_SEND_FAIL_REWIND)
		rc = ses_fail(err, SESHAT_ENET, "%s: the connection broke off",
		    ses_buf_cstr(&u.host));
	else if (code == CURLE_OPERATION_TIMEDOUT)
		rc = ses_fail(err, SESHAT_ENET, "%s does not answer: %s",
		    ses_buf_cstr(&u.host), why);
	else
		rc = ses_fail(
		    err, SESHAT_ENET, "%s: %s", ses_buf_cstr(&u.host), why);
	ses_url_free(&u);
	return rc;
}

int
ses_http_do(struct ses_http *h, const struct ses_http_request *req,
    struct ses_http_answer *answer, struct seshat_err *err)
{
	struct transfer t = {.h = h, .req = req, .answer = answer, .err = err};
	struct curl_slist *headers = make_headers(h, req);
	struct ses_buf date = {0};
	struct ses_url u;
	CURLcode code;
	curl_off_t begun = 0;
	long status = 0;
	int rc = -1;

	ses_http_answer_free(answer);
	if (ses_url_parse(&u, req->url, err) < 0)
		goto out;
	t.loopback = ses_url_is_loopback(&u);
	ses_url_free(&u);
	if (headers == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	if (prepare(&t, headers) < 0) {
		ses_fail(err, SESHAT_EUNSUPPORTED,
		    "libcurl cannot be set up (7.85 or later is needed)");
		goto out;
	}
	code = h->curl->perform(h->easy);
	(void)h->curl->getinfo(h->easy, CURLINFO_RESPONSE_CODE, &status);
	answer->status = (int)status;
	(void)h->curl->getinfo(h->easy, CURLINFO_PRETRANSFER_TIME_T, &begun);
	answer->begun = begun > 0 || status != 0 || t.sent > 0;
	if (ses_http_header(answer, "Date", &date))
		answer->date = ses_time_of_http(ses_buf_cstr(&date));
	if (t.stopped)
		goto out;
	rc = code == CURLE_OK ? 0 : fail_transfer(&t, code, err);
out:
	h->curl->slist_free(headers);
	ses_buf_free(&date);
	return rc;
}
