#include <stdatomic.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "net/backoff.h"
#include "store/hf.h"

#define RENAMES 3 /* of a bucket, one after the other */

/* The hub counts requests in five minutes. */
#define LIMIT_MOST_MS INT64_C(310000)
#define LIMIT_TRIES   3
#define SAME_MS       2000 /* two ends of a limit that are one */

void
ses_hf_api(const struct ses_hf *s, struct ses_buf *path, const char *what)
{
	ses_buf_clear(path);
	ses_buf_fmt(path, "/api/buckets/%s%s", s->bucket.data, what);
}

static int
prepare(struct ses_hf *s, struct seshat_err *err)
{
	if (s->login.token == NULL) {
		if (ses_hf_login_find(&s->login, &s->access, err) < 0)
			return -1;
		s->token_from = s->login.from;
	}
	return s->http != NULL ? 0 : ses_http_open(&s->http, err);
}

static void
set_url(const struct ses_hf *s, struct ses_hf_call *c)
{
	ses_buf_clear(&c->url);
	ses_buf_fmt(&c->url, "%s://%s%s", s->hub.scheme.data, s->hub.host.data,
	    s->hub.base.data);
	if (c->path->len > 0)
		ses_buf_add(&c->url, c->path->data, c->path->len);
	c->url.bad |= c->path->bad;
	(void)ses_buf_cstr(&c->url);
}

static int
attempt(struct ses_hf *s, struct ses_hf_call *c, struct seshat_err *err)
{
	struct ses_store_counts *counts = &s->notes->counts;
	struct ses_buf login = {0};
	struct ses_buf type = {0};
	struct ses_buf range = {0};
	const char *list[5] = {"User-Agent: seshat/" SESHAT_VERSION};
	struct ses_http_request req = {.method = c->method,
	    .url = c->url.data,
	    .headers = list,
	    .body = c->body,
	    .len = c->len,
	    .sink = c->sink,
	    .ca_file = s->ca_file};
	size_t n = 1;
	int rc = -1;

	ses_buf_fmt(&login, "Authorization: Bearer %s", s->login.token);
	list[n++] = ses_buf_cstr(&login);
	if (c->type != NULL) {
		ses_buf_fmt(&type, "Content-Type: %s", c->type);
		list[n++] = ses_buf_cstr(&type);
	}
	if (c->range != NULL && c->range[0] != '\0') {
		ses_buf_fmt(&range, "Range: %s", c->range);
		list[n++] = ses_buf_cstr(&range);
	}
	if (login.bad || type.bad || range.bad) {
		ses_fail_nomem(err);
	} else {
		if (c->count != NULL)
			(*c->count)++;
		rc = ses_http_do(s->http, &req, &c->answer, err);
		if (c->answer.date != 0)
			s->notes->date = c->answer.date;
		counts->sent += c->len;
		counts->got += c->answer.got;
		ses_log(SES_DEBUG, "hf: %s %s: %d", c->method, c->url.data,
		    c->answer.status);
	}
	if (login.data != NULL)
		OPENSSL_cleanse(login.data, login.cap);
	ses_buf_free(&login);
	ses_buf_free(&type);
	ses_buf_free(&range);
	return rc;
}

/* The bucket has another name by now: 1, and the URL is that of the same
 * request there.  To another host nothing of ours goes. */
static int
is_renamed(const struct ses_hf *s, struct ses_hf_call *c)
{
	struct ses_buf to = {0};
	struct ses_buf ours = {0};
	int rc = 0;

	if (c->answer.status != 307 && c->answer.status != 308)
		return 0;
	ses_buf_fmt(&ours, "%s://%s/", s->hub.scheme.data, s->hub.host.data);
	if (ses_http_location(&c->answer, c->url.data, &to) &&
	    ses_str_starts(to.data, ses_buf_cstr(&ours)) && !ours.bad) {
		ses_buf_clear(&c->url);
		ses_buf_add(&c->url, to.data, to.len);
		(void)ses_buf_cstr(&c->url);
		rc = 1;
	}
	ses_buf_free(&to);
	ses_buf_free(&ours);
	return rc;
}

int64_t
ses_hf_wait(const struct ses_http_answer *a)
{
	int64_t ms = ses_http_wait(a);
	struct ses_buf v = {0};
	int64_t limit;

	if (a->status == 429 && ses_http_header(a, "RateLimit", &v)) {
		limit = ses_hf_limit(ses_buf_cstr(&v));
		ms = limit > ms ? limit : ms;
	}
	ses_buf_free(&v);
	return ms;
}

void
ses_hf_heed(struct ses_hf *s, const struct ses_http_answer *a)
{
	s->notes->wait_ms = ses_hf_wait(a);
	/* before a limit is over there is nothing to be had */
	s->notes->vain =
	    a->status == 429 && s->notes->wait_ms > SES_BACKOFF_ASKED_MS;
}

/* Some sessions, and the calls of a free account are used up: who mirrors a
 * thousand rather waits than begins again. */
/* Each of many threads, and each request, comes to it: it is told once. */
static void
tell_limit(const struct ses_hf *s, int64_t ms)
{
	static _Atomic int64_t told; /* until when, by the steady clock */
	int64_t until = ses_time_steady() + ms;
	int is_news = until - atomic_exchange(&told, until) > SAME_MS;

	ses_log(is_news ? SES_INFO : SES_DEBUG,
	    "the rate limit of %s is reached: waiting %lld s", s->hub.host.data,
	    (long long)((ms + 999) / 1000));
}

static int
wait_limit(const struct ses_hf *s, const struct ses_hf_call *c, int tries)
{
	int64_t ms = ses_hf_wait(&c->answer);

	if (c->answer.status != 429 || !s->access.waits || ms <= 0 ||
	    ms > LIMIT_MOST_MS || tries >= LIMIT_TRIES)
		return 0;
	tell_limit(s, ms);
	ses_time_pause(ms);
	return 1;
}

static int
call(struct ses_hf *s, struct ses_hf_call *c, struct seshat_err *err)
{
	int renames = 0;
	int limits = 0;
	int status;

	if (prepare(s, err) < 0)
		return -1;
	set_url(s, c);
	do {
		if (ses_buf_check(&c->url, err) < 0 ||
		    (c->before != NULL && c->before(c->arg, err) < 0) ||
		    attempt(s, c, err) < 0)
			return -1;
	} while (wait_limit(s, c, limits++) ||
		 (renames++ < RENAMES && is_renamed(s, c)));
	status = c->answer.status;
	if ((status >= 200 && status < 300) || status == c->also ||
	    (c->is_download && status >= 300 && status < 400))
		return 0;
	ses_hf_heed(s, &c->answer);
	ses_hf_fail(s, c, err);
	/* whoever put a new one into a file did so for those that run, too */
	if (err->code == SESHAT_EAUTH)
		ses_hf_login_free(&s->login);
	return -1;
}

int
ses_hf_note(struct ses_hf *s, int rc, const struct seshat_err *err)
{
	s->notes->down = rc < 0 && (err->code == SESHAT_ENOSTORE ||
				       err->code == SESHAT_EAUTH ||
				       err->code == SESHAT_ENET);
	return rc;
}

int
ses_hf_call(struct ses_hf *s, struct ses_hf_call *c, struct seshat_err *err)
{
	s->notes->wait_ms = 0;
	s->notes->vain = 0;
	return ses_hf_note(s, call(s, c, err), err);
}

void
ses_hf_done(struct ses_hf_call *c)
{
	ses_http_answer_free(&c->answer);
	ses_buf_free(&c->url);
}
