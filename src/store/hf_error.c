#include <string.h>

#include "store/hf.h"

static int
fail_missing(
    struct ses_hf *s, const struct ses_hf_call *c, struct seshat_err *err)
{
	struct ses_buf code = {0};

	(void)ses_http_header(&c->answer, "X-Error-Code", &code);
	/* it does not say which: a private bucket is not there for others */
	if (strcmp(ses_buf_cstr(&code), "RepoNotFound") == 0)
		ses_fail(err, SESHAT_ENOSTORE,
		    "bucket \"%s\" not found (create it with 'seshat init'; a "
		    "private one is found only with a token of its owner, and "
		    "this one is from %s)",
		    s->bucket.data, s->login.from);
	else if (strcmp(code.data, "EntryNotFound") == 0)
		ses_fail(err, SESHAT_ENOTFOUND, "no such object");
	else
		/* what is not known to be gone must not be taken for gone */
		ses_fail(err, SESHAT_ENOSTORE,
		    "%s answers 404, and not as Hugging Face does (is that the "
		    "right endpoint?)",
		    s->hub.host.data);
	ses_buf_free(&code);
	return -1;
}

/* What a server says may hold the tokens that it was sent. */
struct ses_hf_secrets
ses_hf_secrets(const struct ses_hf *s)
{
	struct ses_hf_secrets v = {{0}};
	size_t n = 0;

	if (s->login.token != NULL)
		v.list[n++] = s->login.token;
	if (s->cas.token.len > 0)
		v.list[n++] = s->cas.token.data;
	return v;
}

static int
fail_other(const struct ses_hf *s, const char *host,
    const struct ses_http_answer *a, const char *does, struct seshat_err *err)
{
	const struct ses_hf_secrets secrets = ses_hf_secrets(s);
	struct ses_buf why = {0};

	ses_hf_reason(a, secrets.list, &why);
	ses_fail(err, ses_far_code(a->status), "%s answers %d%s%s%s%s", host,
	    a->status, does != NULL ? " when asked to " : "",
	    does != NULL ? does : "", why.len > 0 ? ": " : "",
	    why.len > 0 ? why.data : "");
	if (why.bad)
		ses_fail_nomem(err);
	ses_buf_free(&why);
	return -1;
}

static int
fail_limit(
    const char *host, const struct ses_http_answer *a, struct seshat_err *err)
{
	int64_t ms = ses_hf_wait(a);

	if (ms == 0)
		return ses_fail(
		    err, SESHAT_ENET, "the rate limit of %s is reached", host);
	return ses_fail(err, SESHAT_ENET,
	    "the rate limit of %s is reached, and lasts %lld s more", host,
	    (long long)((ms + 999) / 1000));
}

int
ses_hf_fail_plain(const struct ses_hf *s, const char *host,
    const struct ses_http_answer *a, struct seshat_err *err)
{
	if (a->status == 429)
		fail_limit(host, a, err);
	else
		fail_other(s, host, a, NULL, err);
	err->sys = a->status;
	return -1;
}

static int
only_reads(const char *does)
{
	return strcmp(does, "read from") == 0 || strcmp(does, "list") == 0;
}

int
ses_hf_fail(
    struct ses_hf *s, const struct ses_hf_call *c, struct seshat_err *err)
{
	const struct ses_http_answer *a = &c->answer;
	const struct ses_hf_secrets secrets = ses_hf_secrets(s);
	struct ses_buf why = {0};

	switch (a->status) {
	case 401:
		ses_fail(err, SESHAT_EAUTH,
		    "%s does not accept the token of %s (it is wrong, expired "
		    "or revoked: make a new one at " SES_HF_TOKENS ")",
		    s->hub.host.data, s->login.from);
		break;
	case 403:
		ses_hf_reason(a, secrets.list, &why);
		ses_fail(err, SESHAT_EAUTH,
		    "the token of %s is not allowed to %s bucket \"%s\"%s%s "
		    "(give it the right to %s at " SES_HF_TOKENS ")",
		    s->login.from, c->does, s->bucket.data,
		    why.len > 0 ? ": " : "", why.len > 0 ? why.data : "",
		    only_reads(c->does) ? "read" : "write");
		break;
	case 404:
		fail_missing(s, c, err);
		break;
	case 429:
		fail_limit(s->hub.host.data, a, err);
		break;
	default:
		fail_other(s, s->hub.host.data, a, c->does, err);
		break;
	}
	if (why.bad)
		ses_fail_nomem(err);
	ses_buf_free(&why);
	err->sys = a->status;
	return -1;
}
