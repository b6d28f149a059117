/* Store in a bucket: s3://bucket[/prefix].  s3.h names its files. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "store/far.h"
#include "store/s3.h"

static int
s3_open(void *st, const char *url, const struct ses_store_access *access,
    struct ses_store_notes *notes, struct seshat_err *err)
{
	struct ses_s3 *s = st;

	s->notes = notes;
	if (access != NULL)
		s->access = *access;
	return ses_s3_place(s, url, access, err);
}

static void
s3_close(void *st)
{
	struct ses_s3 *s = st;

	ses_http_free(s->http);
	ses_s3_login_free(&s->login);
	ses_buf_free(&s->scheme);
	ses_buf_free(&s->host);
	ses_buf_free(&s->base);
	ses_buf_free(&s->bucket);
	ses_buf_free(&s->prefix);
	ses_buf_free(&s->region);
	ses_buf_free(&s->profile);
	free(s->ca_file);
}

/* AWS's buckets have one name the world over; of other servers the endpoint
 * says which is meant.  Keys, region and style do not make another store. */
static void
s3_name(const void *st, struct ses_buf *out)
{
	const struct ses_s3 *s = st;
	struct ses_buf endpoint = {0};

	ses_buf_fmt(out, "s3://%s/", s->bucket.data);
	ses_url_encode(out, s->prefix.data, s->prefix.len, 1);
	if (!s->is_aws) {
		ses_buf_fmt(&endpoint, "%s://%s%s", s->scheme.data,
		    s->host.data, s->base.data);
		ses_buf_str(out, "?endpoint=");
		ses_url_encode(out, endpoint.data, endpoint.len, 1);
		out->bad |= endpoint.bad;
		ses_buf_free(&endpoint);
	}
}

static void
s3_about(const void *st, struct ses_store_about *out)
{
	const struct ses_s3 *s = st;

	*out = (struct ses_store_about){.scheme = s->scheme.data,
	    .host = s->host.data,
	    .region = s->region.data,
	    .keys = s->keys_from};
}

/* The bucket, for its owner alone, which is what servers make by default. */
static int
s3_make(void *st, struct seshat_err *err)
{
	struct ses_s3 *s = st;
	struct ses_s3_call c = {
	    .method = "PUT", .body = "", .count = &s->notes->counts.put};
	struct ses_buf body = {0};
	struct ses_buf code = {0};
	int rc;

	if (s->is_aws && strcmp(s->region.data, "us-east-1") != 0) {
		ses_buf_fmt(&body,
		    "<CreateBucketConfiguration><LocationConstraint>%s"
		    "</LocationConstraint></CreateBucketConfiguration>",
		    s->region.data);
		c.body = body.data;
		c.len = body.len;
	}
	rc = ses_buf_check(&body, err) < 0 ? -1 : ses_s3_call(s, &c, err);
	(void)ses_s3_element(&c.answer.body, "Code", &code);
	if (rc < 0 &&
	    strcmp(ses_buf_cstr(&code), "BucketAlreadyOwnedByYou") == 0)
		rc = 0;
	ses_s3_done(&c);
	ses_buf_free(&body);
	ses_buf_free(&code);
	return rc;
}

int
ses_s3_put(struct ses_s3 *s, const char *key, const struct ses_put *what,
    const struct ses_sigv4_pair *condition, int64_t *when,
    struct seshat_err *err)
{
	struct ses_s3_call c = {.method = "PUT",
	    .key = key,
	    .body = what->len > 0 ? what->data : "",
	    .len = what->len,
	    .count = &s->notes->counts.put};
	int rc;

	if (what->data == NULL && what->len > 0)
		return ses_s3_put_file(s, key, what, condition, when, err);
	if (condition != NULL)
		c.headers[c.n_headers++] = *condition;
	rc = ses_s3_call(s, &c, err);
	if (rc == 0)
		*when = s->notes->date;
	else if (c.answer.begun &&
		 (c.answer.status < 300 || c.answer.status >= 500))
		s->notes->uncertain = 1;
	ses_s3_done(&c);
	return rc;
}

static int s3_head(void *st, const char *key, struct ses_store_object *out,
    struct seshat_err *err);

/* A server that heeds no create-only is asked first: two writers at once are
 * not told apart then. */
static int
create_unheeded(struct ses_s3 *s, const char *key, const struct ses_put *what,
    int64_t *when, struct seshat_err *err)
{
	struct ses_store_object o;

	if (s3_head(s, key, &o, err) == 0)
		return ses_fail(err, SESHAT_EEXISTS, "exists already");
	if (err->code != SESHAT_ENOTFOUND)
		return -1;
	return ses_s3_put(s, key, what, NULL, when, err);
}

/* The tag as the server wants it: "abc" or abc. */
static int
put_match(struct ses_s3 *s, const char *key, const struct ses_put *what,
    int64_t *when, struct seshat_err *err)
{
	struct ses_sigv4_pair match = {"if-match", what->tag};
	char bare[SES_STORE_TAG];
	size_t len = strlen(what->tag);

	if (s->bare_tags && len > 2 && len < sizeof(bare) &&
	    what->tag[0] == '"') {
		memcpy(bare, what->tag + 1, len - 2);
		bare[len - 2] = '\0';
		match.value = bare;
	}
	return ses_s3_put(s, key, what, &match, when, err);
}

static int
s3_put(void *st, const char *key, const struct ses_put *what, int64_t *when,
    struct seshat_err *err)
{
	static const struct ses_sigv4_pair none = {"if-none-match", "*"};
	int match = what->tag != NULL && what->tag[0] != '\0';
	struct ses_s3 *s = st;
	unsigned heeds = 0;
	int rc;

	if ((what->how & SES_PUT_CREATE || match) &&
	    ses_s3_learn(s, &heeds, err) < 0)
		return -1;
	if (what->how & SES_PUT_CREATE && heeds & SES_STORE_CREATE_ONLY)
		rc = ses_s3_put(s, key, what, &none, when, err);
	else if (what->how & SES_PUT_CREATE)
		return create_unheeded(s, key, what, when, err);
	else if (match && heeds & SES_STORE_MATCH)
		rc = put_match(s, key, what, when, err);
	else
		return ses_s3_put(s, key, what, NULL, when, err);
	if (rc < 0 && err->code == SESHAT_EUNSUPPORTED) {
		ses_s3_forget(s);
		err->code = SESHAT_ENET; /* tried again, as it is now */
	}
	return rc;
}

static void
note_tag(struct ses_s3 *s, const struct ses_http_answer *a)
{
	struct ses_buf tag = {0};

	s->notes->tag[0] = '\0';
	if (ses_http_header(a, "ETag", &tag) && !tag.bad &&
	    tag.len < sizeof(s->notes->tag))
		memcpy(s->notes->tag, ses_buf_cstr(&tag), tag.len + 1);
	ses_buf_free(&tag);
}

struct getting {
	struct ses_s3 *s;
	const char *key;
};

static int
get_once(void *arg, struct ses_far_get *g, struct seshat_err *err)
{
	const struct getting *get = arg;
	struct ses_s3 *s = get->s;
	struct ses_far_taking taking;
	char tag[SES_STORE_TAG];
	struct ses_s3_call c = {.method = "GET",
	    .key = get->key,
	    .sink = &taking.sink,
	    .count = &s->notes->counts.get};
	int rc;

	ses_far_take(&taking, g, &c.answer);
	if (taking.range[0] != '\0')
		c.headers[c.n_headers++] =
		    (struct ses_sigv4_pair){"range", taking.range};
	/* what goes on must be the same object */
	if (g->taken > 0 && s->notes->tag[0] != '\0') {
		memcpy(tag, s->notes->tag, sizeof(tag));
		c.headers[c.n_headers++] =
		    (struct ses_sigv4_pair){"if-match", tag};
	}
	rc = ses_s3_call(s, &c, err);
	if (c.answer.status == 416)
		rc = 0; /* past the end there is nothing */
	if (c.answer.status >= 200 && c.answer.status < 300)
		note_tag(s, &c.answer);
	ses_s3_done(&c);
	return rc;
}

static int
s3_get(void *st, const char *key, uint64_t from, uint64_t len,
    const struct ses_sink *sink, struct seshat_err *err)
{
	struct getting get = {st, key};
	struct ses_far_get g = ses_far_get(sink, from, len);

	return ses_far_get_all(&g, get_once, &get, key, get.s->notes, err);
}

/*
 * HEAD has no body, so its 404 does not tell a missing object from a missing
 * bucket: and who takes all objects for gone begins anew.  The first byte costs
 * the same and tells.
 */
static int
s3_head(void *st, const char *key, struct ses_store_object *out,
    struct seshat_err *err)
{
	struct ses_s3 *s = st;
	struct ses_s3_call c = {.method = "GET",
	    .key = key,
	    .headers = {{"range", "bytes=0-0"}},
	    .n_headers = 1,
	    .count = &s->notes->counts.head};
	struct ses_sink none = ses_sink_none();
	struct ses_buf v = {0};
	int rc;

	c.sink = &none;
	rc = ses_s3_call(s, &c, err);
	if (c.answer.status == 416)
		rc = 0; /* it is empty */
	if (rc == 0) {
		out->size =
		    c.answer.status == 416 ? 0 : ses_far_size(&c.answer);
		out->mtime = 0;
		if (ses_http_header(&c.answer, "Last-Modified", &v))
			out->mtime = ses_time_of_http(ses_buf_cstr(&v));
	}
	ses_buf_free(&v);
	ses_s3_done(&c);
	return rc;
}

/* The Date of any answer; a listing of one key changes nothing. */
static int
s3_now(void *st, int64_t *when, struct seshat_err *err)
{
	struct ses_s3 *s = st;
	struct ses_s3_call c = {.method = "GET",
	    .params = {{"list-type", "2"}, {"max-keys", "1"},
		{"prefix", ses_buf_cstr(&s->prefix)}},
	    .n_params = 3,
	    .count = &s->notes->counts.now};
	int rc = ses_s3_call(s, &c, err);

	if (rc == 0 && c.answer.date == 0)
		rc = ses_fail(err, SESHAT_EUNSUPPORTED,
		    "the server's answers have no date");
	if (rc == 0)
		*when = c.answer.date;
	ses_s3_done(&c);
	return rc;
}

const struct ses_store_ops ses_store_s3 = {
    .scheme = "s3",
    .summary = "a bucket: s3://bucket[/prefix][?endpoint=URL&region=R]",
    .caps = SES_STORE_CREATE_ONLY | SES_STORE_RANGE | SES_STORE_MATCH,
    .max_object = UINT64_C(5) << 30, /* of one PUT, by AWS */
    .state_len = sizeof(struct ses_s3),
    .open = s3_open,
    .name = s3_name,
    .make = s3_make,
    .put = s3_put,
    .get = s3_get,
    .head = s3_head,
    .list = ses_s3_list,
    .del = ses_s3_del,
    .del_many = ses_s3_del_many,
    .learn = ses_s3_learn,
    .forget = ses_s3_forget,
    .now = s3_now,
    .about = s3_about,
    .close = s3_close,
};
