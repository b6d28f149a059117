#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/str.h"
#include "base/xdg.h"
#include "net/backoff.h"
#include "store/far.h"

#define PREFIX_MAX 512
#define HOPS       4
#define HOST_SHOWN 200

void
ses_far_place_free(struct ses_far_place *p)
{
	ses_buf_free(&p->scheme);
	ses_buf_free(&p->host);
	ses_buf_free(&p->base);
}

int
ses_far_endpoint(struct ses_far_place *out, const char *text,
    const struct ses_store_access *access, struct seshat_err *err)
{
	struct ses_url e = {0};
	int rc = -1;

	if (ses_url_parse(&e, text, err) < 0)
		return ses_fail_in(err, "endpoint");
	if (strcmp(e.scheme.data, "http") != 0 &&
	    strcmp(e.scheme.data, "https") != 0) {
		ses_fail(err, SESHAT_EUSAGE,
		    "endpoint '%.200s': https:// is expected", text);
		goto out;
	}
	if (e.query.len > 0) {
		ses_fail(err, SESHAT_EUSAGE, "endpoint '%.200s' has parameters",
		    text);
		goto out;
	}
	if (!ses_url_may_follow(
		text, access != NULL && access->insecure_http)) {
		ses_fail(err, SESHAT_EUSAGE,
		    "endpoint '%.200s' is not encrypted: whoever is on the way "
		    "could read the sessions (use https://, or "
		    "--insecure-http if you mean it)",
		    text);
		goto out;
	}
	ses_buf_str(&out->scheme, e.scheme.data);
	ses_buf_str(&out->host, e.host.data);
	if (e.port != 0 &&
	    e.port != (strcmp(e.scheme.data, "http") == 0 ? 80 : 443))
		ses_buf_fmt(&out->host, ":%u", e.port);
	while (e.path.len > 0 && e.path.data[e.path.len - 1] == '/')
		e.path.len--;
	ses_buf_add(&out->base, e.path.data, e.path.len);
	(void)ses_buf_cstr(&out->scheme);
	(void)ses_buf_cstr(&out->host);
	(void)ses_buf_cstr(&out->base);
	if (out->scheme.bad || out->host.bad || out->base.bad)
		ses_fail_nomem(err);
	else
		rc = 0;
out:
	ses_url_free(&e);
	return rc;
}

int
ses_far_prefix(const char *path, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf text = {0};
	const char *p;
	size_t len;
	int rc = 0;

	if (ses_url_decode(&text, path, strlen(path), 0) < 0)
		rc = ses_fail(
		    err, SESHAT_EUSAGE, "the store's URL has a bad %% escape");
	(void)ses_buf_cstr(&text);
	if (rc == 0)
		rc = ses_buf_check(&text, err);
	for (p = text.data; rc == 0 && *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			rc = ses_fail(err, SESHAT_EUSAGE,
			    "the store's URL has a control character in its "
			    "path");
	for (p = text.data; rc == 0 && *p != '\0'; p += len) {
		p += strspn(p, "/");
		len = strcspn(p, "/");
		if (len == 0)
			break;
		ses_buf_add(out, p, len);
		ses_buf_str(out, "/");
		if ((len == 1 && p[0] == '.') ||
		    (len == 2 && p[0] == '.' && p[1] == '.'))
			rc = ses_fail(err, SESHAT_EUSAGE,
			    "the store's URL has a '.' or '..' in its path");
	}
	if (rc == 0 && (strlen(text.data) != text.len || out->len > PREFIX_MAX))
		rc = ses_fail(err, SESHAT_EUSAGE,
		    "the path of the store's URL is too long, or no text");
	ses_buf_free(&text);
	(void)ses_buf_cstr(out);
	return rc < 0 ? -1 : ses_buf_check(out, err);
}

int
ses_far_code(int status)
{
	switch (status) {
	case 401:
	case 403:
		return SESHAT_EAUTH;
	case 408:
	case 425:
	case 429:
	case 500:
	case 502:
	case 503:
	case 504:
	case 509:
		return SESHAT_ENET;
	case 501:
	case 405:
		return SESHAT_EUNSUPPORTED;
	case 402: /* what is paid for is used up */
	case 413:
	case 507:
		return SESHAT_ELIMIT;
	default:
		return SESHAT_ESYS;
	}
}

int
ses_far_note(const struct ses_store_ops *ops, const void *st,
    struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf name = {0};
	struct ses_buf rest = {0};
	char hex[SES_SHA256_HEX];
	int rc = -1;

	ops->name(st, &name);
	(void)ses_buf_cstr(&name);
	if (ses_buf_check(&name, err) < 0)
		goto out;
	ses_sha256_of(name.data, name.len, hex);
	ses_buf_fmt(&rest, "stores/%.16s", hex);
	if (ses_buf_check(&rest, err) == 0)
		rc = ses_xdg_path(SES_XDG_CACHE, ses_buf_cstr(&rest), out, err);
out:
	ses_buf_free(&name);
	ses_buf_free(&rest);
	return rc;
}

struct ses_far_get
ses_far_get(const struct ses_sink *sink, uint64_t from, uint64_t len)
{
	return (struct ses_far_get){
	    .sink = sink, .from = from, .left = len == 0 ? UINT64_MAX : len};
}

int
ses_far_get_all(struct ses_far_get *g, ses_far_try *try, void *arg,
    const char *key, const struct ses_store_notes *notes,
    struct seshat_err *err)
{
	struct ses_backoff b = ses_backoff_far();
	uint64_t before;

	for (;;) {
		before = g->taken;
		if (try(arg, g, err) == 0)
			return 0;
		if (g->failed || notes->vain || !ses_err_retryable(err->code) ||
		    err->code == SESHAT_ECONFLICT)
			return -1;
		/* while bytes come it goes on */
		if (g->taken > before)
			b = ses_backoff_far();
		if (!ses_backoff_wait(&b, notes->wait_ms))
			return -1;
		ses_log(SES_DEBUG,
		    "store: get %s: %s; going on at byte %" PRIu64, key,
		    err->msg, g->from);
	}
}

/* Whether a part is the one that was asked for, as far as it tells. */
static int
is_other_part(const struct ses_far_taking *t)
{
	struct ses_buf v = {0};
	const char *p;
	uint64_t from;
	int rc = 0;

	if (ses_http_header(t->answer, "Content-Range", &v)) {
		p = ses_buf_cstr(&v) + strcspn(ses_buf_cstr(&v), "0123456789");
		rc = ses_str_u64n(p, strspn(p, "0123456789"), &from) < 0 ||
		     from != t->from;
	}
	ses_buf_free(&v);
	return rc;
}

static int
take(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	const struct ses_far_taking *t = arg;
	struct ses_far_get *g = t->g;
	int is_first = g->from == t->from;

	if (t->range[0] != '\0' && t->answer->status != 206)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "the server gives no parts of objects");
	if (t->range[0] != '\0' && is_first && is_other_part(t))
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "the server gives another part of the object than was "
		    "asked for");
	if (len > g->left)
		len = (size_t)g->left;
	if (len > 0 && ses_sink_write(g->sink, data, len, err) < 0) {
		g->failed = 1;
		return -1;
	}
	g->left -= g->left == UINT64_MAX ? 0 : len;
	g->taken += len;
	g->from += len;
	return 0;
}

void
ses_far_take(struct ses_far_taking *t, struct ses_far_get *g,
    const struct ses_http_answer *answer)
{
	*t = (struct ses_far_taking){
	    .g = g, .answer = answer, .from = g->from, .sink = {take, t}};
	if (g->left != UINT64_MAX)
		(void)snprintf(t->range, sizeof(t->range),
		    "bytes=%" PRIu64 "-%" PRIu64, g->from,
		    g->from + g->left - 1);
	else if (g->from > 0)
		(void)snprintf(
		    t->range, sizeof(t->range), "bytes=%" PRIu64 "-", g->from);
}

/* "bytes 0-0/1234" */
uint64_t
ses_far_size(const struct ses_http_answer *a)
{
	struct ses_buf v = {0};
	const char *slash;
	uint64_t size = 0;

	if (ses_http_header(a, "Content-Range", &v)) {
		slash = strchr(ses_buf_cstr(&v), '/');
		size = slash == NULL ? 0 : strtoull(slash + 1, NULL, 10);
	} else if (a->status == 200 &&
		   ses_http_header(a, "Content-Length", &v)) {
		size = strtoull(ses_buf_cstr(&v), NULL, 10);
	}
	ses_buf_free(&v);
	return size;
}

/* Only the host: what is around it may hold a signature, or a password. */
static int
fail_at(const char *url, const char *why, int status, int code,
    struct seshat_err *err)
{
	const char *host = strstr(url, "://");
	struct ses_buf safe = {0};
	const char *end;
	const char *p;

	host = host == NULL ? "" : host + 3;
	end = host + strcspn(host, "/?#");
	for (p = host; p < end; p++)
		if (*p == '@')
			host = p + 1;
	ses_str_safe(host,
	    end - host < HOST_SHOWN ? (size_t)(end - host) : HOST_SHOWN, &safe);
	if (safe.len == 0)
		ses_buf_str(&safe, "what is no URL");
	ses_fail(err, code, "the download leads to %s, which %s %d",
	    ses_buf_cstr(&safe), why, status);
	ses_buf_free(&safe);
	err->sys = status;
	return -1;
}

/* Of the others a stranger would say the same again. */
static int
code_of_stranger(int status)
{
	return status == 408 || status == 429 || status >= 500 ? SESHAT_ENET
							       : SESHAT_ESYS;
}

int
ses_far_follow(struct ses_http *http, const struct ses_http_request *req,
    int insecure_http, struct ses_http_answer *answer, struct seshat_err *err)
{
	struct ses_http_request next = *req;
	struct ses_buf at = {0};
	struct ses_buf to = {0};
	int hops = 0;
	int rc = -1;

	ses_buf_str(&at, req->url);
	while (ses_http_location(answer, ses_buf_cstr(&at), &to)) {
		if (++hops > HOPS ||
		    !ses_url_may_follow(to.data, insecure_http)) {
			fail_at(to.data,
			    hops > HOPS ? "leads on and on:"
					: "is not followed, not encrypted:",
			    answer->status, SESHAT_ESYS, err);
			goto out;
		}
		ses_buf_clear(&at);
		ses_buf_add(&at, to.data, to.len);
		next.url = ses_buf_cstr(&at);
		if (ses_buf_check(&at, err) < 0 ||
		    ses_http_do(http, &next, answer, err) < 0)
			goto out;
	}
	if (to.bad || at.bad)
		ses_fail_nomem(err);
	else if ((answer->status >= 200 && answer->status < 300) ||
		 answer->status == 416)
		rc = 0;
	else
		fail_at(at.data, "answers", answer->status,
		    code_of_stranger(answer->status), err);
out:
	ses_buf_free(&at);
	ses_buf_free(&to);
	return rc;
}
