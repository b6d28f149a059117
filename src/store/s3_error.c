#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "store/far.h"
#include "store/s3.h"

static const char skewed[] = "this machine's clock is too far off the server's";

/* Error codes, as "Error responses" of AWS's S3 API reference lists them and
 * as other servers answer.  What to do is for people; %s is the bucket. */
static const struct meaning {
	const char *code;
	int is;
	const char *text;
} meanings[] = {
    {"NoSuchKey", SESHAT_ENOTFOUND, "no such object"},
    {"NoSuchBucket", SESHAT_ENOSTORE,
	"bucket \"%s\" not found (create it with 'seshat init')"},
    {"InvalidAccessKeyId", SESHAT_EAUTH,
	"the server does not know the access key (is it that of another "
	"account or endpoint, or revoked?)"},
    {"SignatureDoesNotMatch", SESHAT_EAUTH,
	"the secret key does not fit the access key"},
    {"InvalidToken", SESHAT_EAUTH, "the session token is not valid"},
    {"InvalidClientTokenId", SESHAT_EAUTH, "the session token is not valid"},
    {"ExpiredToken", SESHAT_EAUTH,
	"the session token has expired: get new keys"},
    {"TokenRefreshRequired", SESHAT_EAUTH,
	"the session token has expired: get new keys"},
    {"RequestTimeTooSkewed", SESHAT_EAUTH, skewed},
    {"RequestExpired", SESHAT_EAUTH, skewed},
    {"AccountProblem", SESHAT_EAUTH, "the account has a problem"},
    {"AllAccessDisabled", SESHAT_EAUTH, "all access to it is disabled"},
    {"QuotaExceeded", SESHAT_ELIMIT, "the quota is used up"},
    {"InsufficientStorage", SESHAT_ELIMIT, "the server has no room left"},
    {"EntityTooLarge", SESHAT_ELIMIT, "too large for the server"},
    {"RequestTimeout", SESHAT_ENET, "the server waited too long for us"},
    {"XAmzContentSHA256Mismatch", SESHAT_ENET, "altered on its way"},
    {"BadDigest", SESHAT_ENET, "altered on its way"},
    {"IncompleteBody", SESHAT_ENET, "cut off on its way"},
    {"ConditionalRequestConflict", SESHAT_ENET, "two writers at once"},
    {"OperationAborted", SESHAT_ENET, "two requests at once"},
    {"SlowDown", SESHAT_ENET, "the server asks to slow down"},
    {"NotImplemented", SESHAT_EUNSUPPORTED, "the server cannot do that"},
    {"MethodNotAllowed", SESHAT_EUNSUPPORTED, "the server does not do that"},
    {"BucketAlreadyExists", SESHAT_EEXISTS,
	"bucket \"%s\" is somebody else's: choose another name"},
    {"InvalidBucketName", SESHAT_EUSAGE, "\"%s\" is no name for a bucket"},
};

static const struct meaning *
meaning_of(const char *code)
{
	size_t i;

	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (strcmp(meanings[i].code, code) == 0)
			return &meanings[i];
	return NULL;
}

static int
fail_condition(const struct ses_s3_call *c, struct seshat_err *err)
{
	size_t i;

	for (i = 0; i < c->n_headers; i++)
		if (strcmp(c->headers[i].name, "if-match") == 0)
			return ses_fail(
			    err, SESHAT_ECONFLICT, "changed by someone else");
	return ses_fail(err, SESHAT_EEXISTS, "exists already");
}

/* Access denied: to what, by what we tried. */
static int
fail_denied(
    struct ses_s3 *s, const struct ses_s3_call *c, struct seshat_err *err)
{
	const char *what = "read from";

	if (strcmp(c->method, "PUT") == 0 || strcmp(c->method, "POST") == 0)
		what = "write to";
	else if (strcmp(c->method, "DELETE") == 0)
		what = "delete from";
	else if (c->key == NULL)
		what = "list";
	return ses_fail(err, SESHAT_EAUTH,
	    "the keys of %s are not allowed to %s bucket \"%s\" ('seshat "
	    "doctor' shows what they may do)",
	    s->login.from, what, s->bucket.data);
}

static int
set(struct ses_s3 *s, int is, int status, const char *text,
    struct seshat_err *err)
{
	const char *gap = strstr(text, "%s");

	if (gap == NULL)
		ses_fail(err, is, "%s", text);
	else
		ses_fail(err, is, "%.*s%s%s", (int)(gap - text), text,
		    s->bucket.data, gap + 2);
	err->sys = status;
	return -1;
}

int
ses_s3_fail(
    struct ses_s3 *s, const struct ses_s3_call *c, struct seshat_err *err)
{
	const struct ses_http_answer *a = &c->answer;
	struct ses_buf code = {0};
	struct ses_buf text = {0};
	struct ses_buf safe = {0};
	const struct meaning *m;
	int is = ses_far_code(a->status);

	(void)ses_s3_element(&a->body, "Code", &code);
	(void)ses_s3_element(&a->body, "Message", &text);
	m = meaning_of(ses_buf_cstr(&code));
	if (a->status == 412) {
		fail_condition(c, err);
	} else if (m != NULL) {
		set(s, m->is, a->status, m->text, err);
	} else if (strcmp(code.data, "AccessDenied") == 0 ||
		   (a->status == 403 && code.len == 0)) {
		fail_denied(s, c, err);
	} else if (a->status == 404 || (a->status >= 300 && a->status < 400)) {
		/* a server that means objects says so: what is not known to
		 * be gone must not be taken for gone */
		ses_fail(err, SESHAT_ENOSTORE,
		    "%s answers %d, and not as S3 does (is that the right "
		    "endpoint?)",
		    s->host.data, a->status);
	} else {
		ses_buf_fmt(&safe, "%.80s%s%.200s", code.data,
		    code.len > 0 && text.len > 0 ? ": " : "",
		    ses_buf_cstr(&text));
		ses_buf_clear(&text);
		ses_str_safe(ses_buf_cstr(&safe), safe.len, &text);
		ses_fail(err, is, "%s answers %d%s%s", s->host.data, a->status,
		    text.len > 0 ? " " : "", ses_buf_cstr(&text));
	}
	if (code.bad || text.bad || safe.bad)
		ses_fail_nomem(err);
	err->sys = a->status;
	/* no matter of keys, although the server says so */
	if (m != NULL && m->text == skewed)
		err->sys = ETIME;
	ses_buf_free(&code);
	ses_buf_free(&text);
	ses_buf_free(&safe);
	return -1;
}
