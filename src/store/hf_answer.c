#include <string.h>

#include <openssl/crypto.h>

#include "base/json.h"
#include "base/str.h"
#include "base/time.h"
#include "net/url.h"
#include "store/hf_answer.h"

/* "allow strings up to 64,000 chars", and a line of a request holds it. */
#define TOKEN_MAX 64000

#define REASON_MAX 200

static int
parse(const struct ses_buf *body, char type, struct ses_json *out,
    struct seshat_err *err)
{
	if (body->len == 0)
		return ses_fail(err, SESHAT_EFORMAT, "the answer is empty");
	if (ses_json_parse(body->data, body->len, out, err) < 0)
		return ses_fail_in(err, "the answer");
	return out->type == type ? 0
				 : ses_fail(err, SESHAT_EFORMAT,
				       "the answer is not what was asked for");
}

/* The text of a string member, in out; 1, 0 when there is none or it has a
 * NUL. */
static int
text_of(const struct ses_json *object, const char *name, struct ses_buf *out)
{
	struct ses_json v;

	ses_buf_clear(out);
	if (!ses_json_get(object, name, &v) || v.type != '"')
		return 0;
	ses_json_text(&v, out);
	return strlen(ses_buf_cstr(out)) == out->len && !out->bad;
}

/* One element of a listing: 1 when it is a file, 0, -1 when it is none. */
static int
object_of(const struct ses_json *v, struct ses_buf *path,
    struct ses_hf_object *o, struct ses_buf *text)
{
	struct ses_json size;

	*o = (struct ses_hf_object){0};
	if (!text_of(v, "type", text) || text->len == 0)
		return -1;
	if (strcmp(text->data, "file") != 0)
		return 0;
	if (!text_of(v, "path", path))
		return path->len > 0 ? 0 : -1; /* a NUL: none of ours */
	if (path->len == 0)
		return -1;
	o->path = path->data;
	if (ses_json_get(v, "size", &size))
		(void)ses_json_u64(&size, &o->size);
	if (text_of(v, "xetHash", text) && text->len < sizeof(o->hash))
		memcpy(o->hash, text->data, text->len + 1);
	if (text_of(v, "uploadedAt", text))
		(void)ses_time_parse(text->data, text->len, &o->uploaded);
	return 1;
}

int
ses_hf_objects(const struct ses_buf *body, ses_hf_seen *seen, void *arg,
    struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf text = {0};
	struct ses_json_walk w;
	struct ses_hf_object o;
	struct ses_json doc;
	struct ses_json v;
	int is_file;
	int rc = parse(body, '[', &doc, err);

	if (rc < 0)
		return -1;
	ses_json_walk(&w, &doc);
	while (rc == 0 && ses_json_next(&w, NULL, &v)) {
		is_file = v.type == '{' ? object_of(&v, &path, &o, &text) : -1;
		if (path.bad || text.bad)
			rc = ses_fail_nomem(err);
		else if (is_file < 0)
			rc = ses_fail(err, SESHAT_EFORMAT,
			    "the listing has an entry that is none");
		else if (is_file)
			rc = seen(arg, &o, err);
	}
	ses_buf_free(&path);
	ses_buf_free(&text);
	return rc;
}

int
ses_hf_cursor(const struct ses_http_answer *a, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_buf url = {0};
	const char *query;
	int rc;

	ses_buf_clear(out);
	rc = ses_http_link(a, "next", &url);
	if (rc > 0) {
		query = strchr(ses_buf_cstr(&url), '?');
		rc =
		    query == NULL ? 0 : ses_url_param(query + 1, "cursor", out);
		if (rc <= 0 || out->len == 0 ||
		    strlen(ses_buf_cstr(out)) != out->len)
			rc = ses_fail(err, SESHAT_EFORMAT,
			    "the listing says that there is more, but not "
			    "where");
	} else if (rc < 0) {
		ses_fail(err, SESHAT_EFORMAT,
		    "whether the listing goes on cannot be understood");
	}
	if (url.bad || out->bad)
		rc = ses_fail_nomem(err);
	ses_buf_free(&url);
	return rc;
}

int
ses_hf_is_private(const struct ses_buf *body)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_json doc;
	struct ses_json v;

	/* null, or nothing at all, is not yes */
	return parse(body, '{', &doc, &ignored) == 0 &&
	       ses_json_get(&doc, "private", &v) && v.type == 't';
}

void
ses_hf_cas_wipe(struct ses_hf_cas *c)
{
	if (c->token.data != NULL)
		OPENSSL_cleanse(c->token.data, c->token.cap);
	ses_buf_free(&c->token);
	ses_buf_free(&c->url);
	*c = (struct ses_hf_cas){0};
}

static int
is_token(const struct ses_buf *t)
{
	size_t i;

	for (i = 0; i < t->len; i++)
		if (t->data[i] <= ' ' || t->data[i] >= 0x7f)
			return 0;
	return t->len > 0 && t->len <= TOKEN_MAX;
}

int
ses_hf_cas_read(
    const struct ses_buf *body, struct ses_hf_cas *out, struct seshat_err *err)
{
	struct ses_hf_cas c = {0};
	struct ses_json doc;
	struct ses_json v;
	uint64_t exp = 0;
	int rc;

	if (parse(body, '{', &doc, err) < 0)
		return -1;
	if (!text_of(&doc, "casUrl", &c.url) ||
	    !text_of(&doc, "accessToken", &c.token) || !is_token(&c.token) ||
	    !ses_json_get(&doc, "exp", &v) || ses_json_u64(&v, &exp) < 0 ||
	    exp > UINT32_MAX * UINT64_C(16)) {
		rc = c.url.bad || c.token.bad
			 ? ses_fail_nomem(err)
			 : ses_fail(err, SESHAT_EFORMAT,
			       "the hub names no place to store to");
		ses_hf_cas_wipe(&c);
		return rc;
	}
	while (c.url.len > 0 && c.url.data[c.url.len - 1] == '/')
		c.url.data[--c.url.len] = '\0';
	c.until = (int64_t)exp * 1000;
	*out = c;
	return 0;
}

void
ses_hf_mask(struct ses_buf *text, const char *const *secrets)
{
	struct ses_buf out = {0};
	const char *p;
	const char *hit;

	for (; secrets != NULL && *secrets != NULL; secrets++) {
		p = ses_buf_cstr(text);
		if (**secrets == '\0' || strstr(p, *secrets) == NULL)
			continue;
		for (; (hit = strstr(p, *secrets)) != NULL;
		     p = hit + strlen(*secrets)) {
			ses_buf_add(&out, p, (size_t)(hit - p));
			ses_buf_str(&out, "***");
		}
		ses_buf_str(&out, p);
		ses_buf_clear(text);
		ses_buf_str(text, ses_buf_cstr(&out));
		text->bad |= out.bad;
		ses_buf_free(&out);
	}
}

/* A server's text for a terminal: no token of ours, and not much of it. */
static void
add_reason(
    struct ses_buf *text, const char *const *secrets, struct ses_buf *out)
{
	ses_hf_mask(text, secrets);
	(void)ses_buf_cstr(text);
	out->bad |= text->bad;
	if (!text->bad)
		ses_str_safe(text->data,
		    text->len < REASON_MAX ? text->len : REASON_MAX, out);
}

/* No answer to a batch; it may say why. */
static int
not_said(const struct ses_json *doc, const char *const *secrets,
    struct seshat_err *err)
{
	struct ses_buf why = {0};
	struct ses_buf safe = {0};

	if (text_of(doc, "error", &why))
		add_reason(&why, secrets, &safe);
	ses_fail(err, SESHAT_EFORMAT,
	    "the answer does not say what was done%s%s",
	    safe.len > 0 ? ": " : "", ses_buf_cstr(&safe));
	ses_buf_free(&why);
	ses_buf_free(&safe);
	return -1;
}

size_t
ses_hf_batch_left(const struct ses_hf_batch *b, size_t sent,
    const unsigned char *named, unsigned char *left, size_t n)
{
	size_t n_named = 0;
	size_t n_left = 0;
	size_t i;

	for (i = 0; i < n; i++)
		n_named += named[i];
	if (b->is_success && b->succeeded == sent && b->n_failed == 0)
		memset(left, 0, n);
	else if (n_named > 0 && n_named == b->n_failed &&
		 b->succeeded <= sent && sent - b->succeeded == n_named)
		memcpy(left, named, n);
	for (i = 0; i < n; i++)
		n_left += left[i];
	return n_left;
}

int
ses_hf_batch_read(const struct ses_buf *body, const char *const *secrets,
    struct ses_hf_batch *out,
    void (*failed)(void *arg, const char *path, const char *why), void *arg,
    struct seshat_err *err)
{
	struct ses_hf_batch b = {0};
	struct ses_buf path = {0};
	struct ses_buf why = {0};
	struct ses_buf safe = {0};
	struct ses_json_walk w;
	struct ses_json doc;
	struct ses_json list;
	struct ses_json v;
	int rc = -1;

	if (parse(body, '{', &doc, err) < 0)
		return -1;
	if (!ses_json_get(&doc, "success", &v) ||
	    (v.type != 't' && v.type != 'f'))
		return not_said(&doc, secrets, err);
	b.is_success = v.type == 't';
	if (!ses_json_get(&doc, "succeeded", &v) ||
	    ses_json_u64(&v, &b.succeeded) < 0)
		b.succeeded = 0;
	/* a list that is none may say anything */
	if (ses_json_get(&doc, "failed", &list))
		b.n_failed = list.type != '[' && list.type != 'n';
	ses_json_walk(&w, &list);
	while (list.type == '[' && ses_json_next(&w, NULL, &v)) {
		b.n_failed++;
		if (!text_of(&v, "path", &path))
			ses_buf_clear(&path); /* any of them */
		(void)text_of(&v, "error", &why);
		ses_buf_clear(&safe);
		add_reason(&why, secrets, &safe);
		failed(arg, ses_buf_cstr(&path), ses_buf_cstr(&safe));
	}
	if (path.bad || why.bad || safe.bad) {
		ses_fail_nomem(err);
	} else {
		*out = b;
		rc = 0;
	}
	ses_buf_free(&path);
	ses_buf_free(&why);
	ses_buf_free(&safe);
	return rc;
}

int64_t
ses_hf_limit(const char *header)
{
	uint64_t seconds;
	size_t len;

	for (; *header != '\0'; header += len + (header[len] != '\0')) {
		header += strspn(header, " \t");
		len = strcspn(header, ";,");
		if (len > 2 && header[0] == 't' && header[1] == '=' &&
		    ses_str_u64n(header + 2, strspn(header + 2, "0123456789"),
			&seconds) == 0)
			return (int64_t)(seconds < 86400 ? seconds : 86400) *
			       1000;
	}
	return 0;
}

void
ses_hf_reason(const struct ses_http_answer *a, const char *const *secrets,
    struct ses_buf *out)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf text = {0};
	struct ses_json doc;

	if (!ses_http_header(a, "X-Error-Message", &text) &&
	    parse(&a->body, '{', &doc, &ignored) == 0)
		(void)text_of(&doc, "error", &text);
	add_reason(&text, secrets, out);
	(void)ses_buf_cstr(out);
	ses_buf_free(&text);
}
