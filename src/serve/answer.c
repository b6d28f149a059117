#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/str.h"
#include "serve/server.h"

int
ses_answer_header(struct ses_answer *a, struct seshat_err *err,
    const char *name, const char *fmt, ...)
{
	struct ses_buf b = {0};
	char text[512];
	const char *p;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(text) ||
	    a->n_headers == SES_ANSWER_HEADERS)
		return ses_fail(err, SESHAT_ELIMIT, "%s: no room for it", name);
	for (p = text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return ses_fail(err, SESHAT_EFORMAT,
			    "%s: it has a control character", name);
	ses_buf_str(&b, text);
	(void)ses_buf_cstr(&b);
	if (ses_buf_check(&b, err) < 0) {
		ses_buf_free(&b);
		return -1;
	}
	a->header[a->n_headers].name = name;
	a->header[a->n_headers++].value = b.data;
	return 0;
}

void
ses_answer_json_take(struct ses_answer *a, struct ses_buf *b)
{
	ses_buf_free(&a->body);
	a->body = *b;
	memset(b, 0, sizeof(*b));
	a->type = SES_TYPE_JSON;
}

int
ses_answer_span(struct ses_answer *a, const struct ses_request *r,
    const struct ses_resource *what, struct ses_span *span,
    struct seshat_err *err)
{
	const struct ses_cond c = {r->if_match, r->if_none_match,
	    r->if_modified_since, r->range, r->if_range};
	unsigned long long len = what->len;
	char date[SES_HTTP_DATE];

	a->status = ses_cond_decide(&c, what, span);
	a->no_etag = 1;
	if (what->etag != NULL &&
	    ses_answer_header(a, err, "ETag", "%s", what->etag) < 0)
		return -1;
	if (what->mtime > 0) {
		ses_cond_date(what->mtime, date);
		if (ses_answer_header(a, err, "Last-Modified", "%s", date) < 0)
			return -1;
	}
	if (what->len != UINT64_MAX &&
	    ses_answer_header(a, err, "Accept-Ranges", "bytes") < 0)
		return -1;
	if (a->status == 206 &&
	    ses_answer_header(a, err, "Content-Range", "bytes %llu-%llu/%llu",
		(unsigned long long)span->from,
		(unsigned long long)(span->from + span->len - 1), len) < 0)
		return -1;
	if (a->status == 416 &&
	    ses_answer_header(a, err, "Content-Range", "bytes */%llu", len) < 0)
		return -1;
	if (a->status == 412)
		ses_answer_refuse(a, 412, "it has changed");
	if (a->status == 416)
		ses_answer_refuse(a, 416, "there are no such bytes of it");
	return a->status == 200 || a->status == 206;
}

void
ses_answer_refuse(struct ses_answer *a, int status, const char *detail)
{
	ses_buf_clear(&a->body);
	ses_buf_str(&a->body, "{\"detail\": ");
	ses_json_quote(&a->body, detail, strlen(detail));
	ses_buf_str(&a->body, "}\n");
	a->type = SES_TYPE_JSON;
	a->status = status;
	a->no_etag = 1;
	a->refusal = 1;
}

static int
status_of(int code)
{
#define HTTP(name, text, status, http, again) [SESHAT_E##name] = (http),
	static const int table[] = {SESHAT_ERRORS(HTTP)};
#undef HTTP

	/* it is we who may not read the store: nothing the client could show
	 * would help, as 401 says */
	if (code == SESHAT_EAUTH)
		return 403;
	if (code <= 0 || (size_t)code >= sizeof(table) / sizeof(table[0]))
		return 500;
	return table[code];
}

/* Whether a message may name a place of this machine or of the store. */
static int
names_place(const char *msg)
{
	const char *p;

	if (strstr(msg, "://") != NULL)
		return 1;
	for (p = strchr(msg, '/'); p != NULL; p = strchr(p + 1, '/'))
		if (p == msg || strchr(" '\"(:=~.", p[-1]) != NULL)
			return 1;
	return 0;
}

void
ses_answer_fail(struct ses_answer *a, uint64_t id, const struct seshat_err *err)
{
	int status = status_of(err->code);
	const char *what = seshat_strcode(err->code);
	char text[128];

	ses_answer_reset(a);
	if (status < 500 && err->msg[0] != '\0' && !names_place(err->msg)) {
		ses_answer_refuse(a, status, err->msg);
		return;
	}
	ses_log(status < 500 ? SES_INFO : SES_ERROR, "request %llu: %s",
	    (unsigned long long)id, err->msg[0] != '\0' ? err->msg : what);
	(void)snprintf(text, sizeof(text), "%s (request %llu)", what,
	    (unsigned long long)id);
	ses_answer_refuse(a, status, text);
}

/* The cookie that this answer sets already, for another form of the page. */
static const char *
cookie_set(const struct ses_answer *a, const char *cookie)
{
	size_t len = strlen(cookie);
	size_t i;

	for (i = 0; i < a->n_headers; i++)
		if (strcmp(a->header[i].name, "Set-Cookie") == 0 &&
		    ses_str_starts(a->header[i].value, cookie) &&
		    a->header[i].value[len] == '=')
			return a->header[i].value + len + 1;
	return NULL;
}

int
ses_request_csrf(const struct ses_request *r, struct ses_answer *a,
    char out[SES_CSRF_MAX], struct seshat_err *err)
{
	const char *name = r->server->admit.csrf_cookie;
	const char *set = cookie_set(a, name);
	char cookie[SES_CSRF_COOKIE];

	if (r->csrf != NULL || set != NULL) {
		(void)snprintf(cookie, sizeof(cookie), "%s",
		    r->csrf != NULL ? r->csrf : set);
	} else {
		ses_guard_new_cookie(cookie);
		if (ses_answer_header(a, err, "Set-Cookie",
			"%s=%s; Path=/; HttpOnly; SameSite=Strict", name,
			cookie) < 0)
			return -1;
	}
	a->personal = 1;
	ses_guard_csrf(&r->server->guard, cookie, out);
	return 0;
}

int
ses_answer_see(struct ses_answer *a, const char *path, struct seshat_err *err)
{
	a->status = 303;
	return ses_answer_header(a, err, "Location", "%s", path);
}

void
ses_answer_reset(struct ses_answer *a)
{
	size_t i;

	for (i = 0; i < a->n_headers; i++)
		free(a->header[i].value);
	ses_buf_free(&a->body);
	if (a->stream.release != NULL)
		a->stream.release(a->stream.arg);
	memset(a, 0, sizeof(*a));
	a->status = 200;
}
