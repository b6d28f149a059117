#include <string.h>

#include <openssl/crypto.h>

#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "store/hf.h"

/* A token is renewed so long before its end. */
#define EARLY_MS INT64_C(60000)

/* The storage looks at all it was given before it answers. */
#define QUIET_S 600L

void
ses_hf_cas_free(struct ses_hf *s)
{
	ses_hf_cas_wipe(&s->cas);
	s->cas_until = 0;
}

/* How long the token lasts, by the hub's own clock. */
static int64_t
lasts(const struct ses_hf_cas *cas, const struct ses_http_answer *a)
{
	int64_t ms = cas->until - (a->date != 0 ? a->date : ses_time_now());

	if (ms <= 0)
		return 0;
	return ms > 2 * EARLY_MS ? ms - EARLY_MS : ms / 2;
}

static int
get_token(struct ses_hf *s, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_hf_call c = {.method = "GET",
	    .path = &path,
	    .does = "write to",
	    .count = &s->notes->counts.put};
	struct ses_buf shown = {0};
	int rc;

	ses_hf_cas_free(s);
	ses_hf_api(s, &path, "/xet-write-token");
	rc = ses_hf_call(s, &c, err);
	if (rc == 0)
		rc = ses_hf_cas_read(&c.answer.body, &s->cas, err);
	if (c.answer.body.data != NULL)
		OPENSSL_cleanse(c.answer.body.data, c.answer.body.cap);
	if (rc == 0 &&
	    !ses_url_may_follow(s->cas.url.data, s->access.insecure_http)) {
		ses_hf_mask(&s->cas.url, ses_hf_secrets(s).list);
		ses_str_safe(
		    s->cas.url.data, strcspn(s->cas.url.data, "?#"), &shown);
		rc = ses_fail(err, SESHAT_EAUTH,
		    "%s names no place to store to that is encrypted: "
		    "'%.200s'",
		    s->hub.host.data, ses_buf_cstr(&shown));
		ses_hf_cas_free(s);
	}
	if (rc == 0)
		s->cas_until = ses_time_steady() + lasts(&s->cas, &c.answer);
	ses_hf_done(&c);
	ses_buf_free(&path);
	ses_buf_free(&shown);
	return rc;
}

static int
post_once(struct ses_hf *s, const char *what, const void *body, size_t len,
    struct ses_http_answer *answer, struct seshat_err *err)
{
	struct ses_buf url = {0};
	struct ses_buf login = {0};
	const char *list[] = {"User-Agent: seshat/" SESHAT_VERSION,
	    "Content-Type: application/octet-stream", NULL, NULL};
	struct ses_http_request req = {.method = "POST",
	    .headers = list,
	    .body = body,
	    .len = len,
	    .ca_file = s->ca_file,
	    .quiet_s = QUIET_S};
	int rc = -1;

	ses_buf_fmt(&url, "%s%s", s->cas.url.data, what);
	ses_buf_fmt(&login, "Authorization: Bearer %s", s->cas.token.data);
	req.url = ses_buf_cstr(&url);
	list[2] = ses_buf_cstr(&login);
	if (ses_buf_check(&url, err) == 0 && ses_buf_check(&login, err) == 0) {
		s->notes->counts.put++;
		rc = ses_http_do(s->http, &req, answer, err);
		s->notes->counts.sent += len;
		s->notes->counts.got += answer->got;
		ses_log(SES_DEBUG, "hf: POST %s: %d", url.data, answer->status);
	}
	if (login.data != NULL)
		OPENSSL_cleanse(login.data, login.cap);
	ses_buf_free(&login);
	ses_buf_free(&url);
	return rc;
}

static int
post(struct ses_hf *s, const char *what, const void *body, size_t len,
    struct ses_http_answer *answer, struct seshat_err *err)
{
	int again = 1; /* with a new token */

	for (;;) {
		if (s->cas_until <= ses_time_steady() && get_token(s, err) < 0)
			return -1;
		if (post_once(s, what, body, len, answer, err) < 0)
			return -1;
		if (answer->status >= 200 && answer->status < 300)
			return 0;
		if (answer->status != 401 || again-- == 0)
			break;
		ses_hf_cas_free(s);
	}
	ses_hf_heed(s, answer);
	ses_hf_fail_plain(s, "the storage of Hugging Face", answer, err);
	if (err->code == SESHAT_EAUTH)
		ses_hf_cas_free(s);
	return -1;
}

int
ses_hf_cas_post(struct ses_hf *s, const char *what, const void *body,
    size_t len, struct seshat_err *err)
{
	struct ses_http_answer answer = {0};
	int rc;

	s->notes->wait_ms = 0;
	s->notes->vain = 0;
	rc = ses_hf_note(s, post(s, what, body, len, &answer, err), err);
	ses_http_answer_free(&answer);
	return rc;
}
