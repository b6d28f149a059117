/* Store in a bucket of Hugging Face: hf://buckets/namespace/name[/prefix].
 * hf.h names its files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "store/hf.h"

/* So long a look whether the bucket is private holds. */
#define PRIVATE_MS INT64_C(60000)

static int
hf_open(void *st, const char *url, const struct ses_store_access *access,
    struct ses_store_notes *notes, struct seshat_err *err)
{
	struct ses_hf *s = st;

	s->notes = notes;
	if (access != NULL)
		s->access = *access;
	return ses_hf_place(s, url, access, err);
}

static void
hf_close(void *st)
{
	struct ses_hf *s = st;

	ses_http_free(s->http);
	ses_hf_login_free(&s->login);
	ses_hf_cas_free(s);
	ses_far_place_free(&s->hub);
	ses_buf_free(&s->bucket);
	ses_buf_free(&s->prefix);
}

static void
hf_name(const void *st, struct ses_buf *out)
{
	const struct ses_hf *s = st;
	struct ses_buf endpoint = {0};

	ses_buf_fmt(out, "hf://buckets/%s/", s->bucket.data);
	ses_url_encode(out, s->prefix.data, s->prefix.len, 1);
	if (!s->is_usual) {
		ses_buf_fmt(&endpoint, "%s://%s%s", s->hub.scheme.data,
		    s->hub.host.data, s->hub.base.data);
		ses_buf_str(out, "?endpoint=");
		if (endpoint.len > 0)
			ses_url_encode(out, endpoint.data, endpoint.len, 1);
		out->bad |= endpoint.bad;
		ses_buf_free(&endpoint);
	}
}

static void
hf_about(const void *st, struct ses_store_about *out)
{
	const struct ses_hf *s = st;

	*out = (struct ses_store_about){.scheme = s->hub.scheme.data,
	    .host = s->hub.host.data,
	    .keys = s->token_from,
	    .is_private = s->may_write};
}

/* What the bucket is; *when is the hub's time. */
static int
info(struct ses_hf *s, uint64_t *count, int64_t *when, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_hf_call c = {
	    .method = "GET", .path = &path, .does = "read from"};
	int64_t began = ses_time_steady();
	int rc;

	c.count = count;
	ses_hf_api(s, &path, "");
	rc = ses_hf_call(s, &c, err);
	if (rc == 0) {
		s->may_write = ses_hf_is_private(&c.answer.body);
		s->looked = began;
		*when = c.answer.date;
	}
	ses_hf_done(&c);
	ses_buf_free(&path);
	return rc;
}

int
ses_hf_writable(struct ses_hf *s, struct seshat_err *err)
{
	int64_t now = ses_time_steady();
	int64_t when = 0;

	/* it may have been made public since the last one */
	if (s->cas_until <= now || now - s->looked > PRIVATE_MS)
		s->may_write = 0;
	if (s->may_write || s->access.public)
		return 0;
	if (info(s, &s->notes->counts.put, &when, err) < 0)
		return -1;
	if (s->may_write)
		return 0;
	/* what is to be done is for a person, and the same for all objects */
	s->notes->down = 1;
	return ses_fail(err, SESHAT_EUSAGE,
	    "bucket \"%s\" is public: everybody could read the sessions (make "
	    "it private in its settings, or say --public if you mean it)",
	    s->bucket.data);
}

/* Made for its owner alone: the hub's default is the whole world.  One that is
 * there is not changed by being made again, so it is looked at. */
static int
hf_make(void *st, struct seshat_err *err)
{
	static const char body[] = "{\"private\":true}";
	struct ses_hf *s = st;
	struct ses_buf path = {0};
	struct ses_hf_call c = {.method = "POST",
	    .path = &path,
	    .type = "application/json",
	    .body = body,
	    .len = strlen(body),
	    .also = 409,
	    .does = "make",
	    .count = &s->notes->counts.put};
	int rc;

	ses_hf_api(s, &path, "");
	rc = ses_hf_call(s, &c, err);
	ses_hf_done(&c);
	ses_buf_free(&path);
	s->may_write = 0;
	return rc < 0 ? -1 : ses_hf_writable(s, err);
}

struct getting {
	struct ses_hf *s;
	const char *key;
	struct ses_buf hash; /* of what was begun to be got */
	uint64_t size;
	int has_size;
	const struct ses_http_answer *answer; /* of the hub to this try */
	const struct ses_sink *to;            /* takes its bytes */
	int is_noted;                         /* what it says of the object */
};

/* What the hub says of the object before it sends us to the bytes: what goes on
 * must be the same object. */
static int
note_object(struct getting *get, const struct ses_http_answer *a,
    struct seshat_err *err)
{
	struct ses_buf v = {0};
	char *end;
	int rc = 0;

	if (ses_http_header(a, "X-Xet-Hash", &v)) {
		if (get->hash.len > 0 &&
		    strcmp(ses_buf_cstr(&v), get->hash.data) != 0)
			rc = ses_fail(err, SESHAT_ECONFLICT,
			    "changed by someone else while it was read");
		ses_buf_clear(&get->hash);
		ses_buf_str(&get->hash, ses_buf_cstr(&v));
		(void)ses_buf_cstr(&get->hash);
	}
	ses_buf_clear(&v);
	if (ses_http_header(a, "X-Linked-Size", &v)) {
		get->size = strtoull(ses_buf_cstr(&v), &end, 10);
		get->has_size = v.len > 0 && *end == '\0';
	}
	if (v.bad || get->hash.bad)
		rc = ses_fail_nomem(err);
	ses_buf_free(&v);
	return rc;
}

/* Bytes that the hub gives itself: its headers came before them. */
static int
on_bytes(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct getting *get = arg;

	if (!get->is_noted && note_object(get, get->answer, err) < 0)
		return -1;
	get->is_noted = 1;
	return ses_sink_write(get->to, data, len, err);
}

/* The host that it leads to is the hub's word, too. */
static void
hide(const struct ses_hf *s, struct seshat_err *err)
{
	struct ses_buf text = {0};

	ses_buf_str(&text, err->msg);
	ses_hf_mask(&text, ses_hf_secrets(s).list);
	(void)snprintf(err->msg, sizeof(err->msg), "%s", ses_buf_cstr(&text));
	ses_buf_free(&text);
}

/* The bytes are elsewhere, and come without our token. */
static int
follow(struct getting *get, struct ses_hf_call *c, struct seshat_err *err)
{
	struct ses_buf range = {0};
	const char *list[] = {"User-Agent: seshat/" SESHAT_VERSION, NULL, NULL};
	const struct ses_http_request req = {.method = "GET",
	    .url = c->url.data,
	    .headers = list,
	    .sink = get->to,
	    .ca_file = get->s->ca_file};
	int rc;

	if (c->range[0] != '\0') {
		ses_buf_fmt(&range, "Range: %s", c->range);
		list[1] = ses_buf_cstr(&range);
	}
	rc = ses_buf_check(&range, err);
	if (rc == 0)
		rc = ses_far_follow(get->s->http, &req,
		    get->s->access.insecure_http, &c->answer, err);
	get->s->notes->counts.got += c->answer.got;
	if (rc < 0) {
		ses_hf_heed(get->s, &c->answer);
		hide(get->s, err);
	}
	ses_buf_free(&range);
	return ses_hf_note(get->s, rc, err);
}

static int
get_once(void *arg, struct ses_far_get *g, struct seshat_err *err)
{
	struct getting *get = arg;
	struct ses_hf *s = get->s;
	const struct ses_sink sink = {on_bytes, get};
	struct ses_far_taking taking;
	struct ses_buf path = {0};
	struct ses_hf_call c = {.method = "GET",
	    .path = &path,
	    .range = taking.range,
	    .sink = &sink,
	    .is_download = 1,
	    .also = 416,
	    .does = "read from",
	    .count = &s->notes->counts.get};
	int rc;

	ses_far_take(&taking, g, &c.answer);
	get->answer = &c.answer;
	get->to = &taking.sink;
	get->is_noted = 0;
	ses_buf_fmt(&path, "/buckets/%s/resolve/", s->bucket.data);
	ses_url_encode(&path, s->prefix.data, s->prefix.len, 1);
	ses_url_encode(&path, get->key, strlen(get->key), 1);
	rc = ses_hf_call(s, &c, err);
	if (rc == 0 && !get->is_noted)
		rc = note_object(get, &c.answer, err);
	if (rc == 0 && c.answer.status >= 300 && c.answer.status < 400 &&
	    !(get->has_size && g->from >= get->size))
		rc = follow(get, &c, err);
	/* past the end there is nothing, before it there is something */
	if (rc == 0 && get->has_size && g->left > 0 && g->from < get->size)
		rc = ses_fail(err, SESHAT_ENET,
		    "it ended after %llu of %llu bytes",
		    (unsigned long long)g->from, (unsigned long long)get->size);
	ses_hf_done(&c);
	ses_buf_free(&path);
	return rc;
}

static int
hf_get(void *st, const char *key, uint64_t from, uint64_t len,
    const struct ses_sink *sink, struct seshat_err *err)
{
	struct getting get = {.s = st, .key = key};
	struct ses_far_get g = ses_far_get(sink, from, len);
	int rc;

	if (!ses_hf_is_path(key))
		return ses_fail(err, SESHAT_ENOTFOUND, "no such object");
	rc = ses_far_get_all(&g, get_once, &get, key, get.s->notes, err);
	ses_buf_free(&get.hash);
	return rc;
}

struct looking {
	const char *name;
	struct ses_store_object *out;
	int found;
};

static int
on_seen(void *arg, const struct ses_hf_object *o, struct seshat_err *err)
{
	struct looking *l = arg;

	(void)err;
	if (strcmp(o->path, l->name) == 0) {
		l->out->size = o->size;
		l->out->mtime = o->uploaded;
		l->found = 1;
	}
	return 0;
}

static int
hf_head(void *st, const char *key, struct ses_store_object *out,
    struct seshat_err *err)
{
	struct ses_hf *s = st;
	struct ses_buf name = {0};
	struct looking l = {.out = out};
	int rc = 0;

	ses_buf_fmt(&name, "%s%s", s->prefix.data, key);
	l.name = ses_buf_cstr(&name);
	if (ses_buf_check(&name, err) < 0)
		rc = -1;
	else if (ses_hf_is_path(key))
		rc = ses_hf_look(
		    s, &key, 1, &s->notes->counts.head, on_seen, &l, err);
	if (rc == 0 && !l.found)
		rc = ses_fail(err, SESHAT_ENOTFOUND, "no such object");
	ses_buf_free(&name);
	return rc;
}

static int
hf_del_many(void *st, const char *const *keys, size_t n, struct seshat_err *err)
{
	struct ses_hf *s = st;
	struct ses_hf_change *v = ses_calloc(n + 1, sizeof(*v));
	size_t left = 0;
	size_t i;
	int rc = 0;

	if (v == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < n; i++)
		if (ses_hf_is_path(keys[i]))
			v[left++].key = keys[i];
	if (left > 0)
		rc = ses_hf_change(s, v, left, &s->notes->counts.del, err);
	free(v);
	return rc;
}

static int
hf_del(void *st, const char *key, struct seshat_err *err)
{
	return hf_del_many(st, &key, 1, err);
}

static int
hf_now(void *st, int64_t *when, struct seshat_err *err)
{
	struct ses_hf *s = st;
	int64_t date = 0;

	if (info(s, &s->notes->counts.now, &date, err) < 0)
		return -1;
	if (date == 0)
		return ses_fail(
		    err, SESHAT_EUNSUPPORTED, "the hub's answers have no date");
	*when = date;
	return 0;
}

const struct ses_store_ops ses_store_hf = {
    .scheme = "hf",
    .summary = "a bucket of Hugging Face: hf://buckets/NAMESPACE/NAME[/prefix]",
    .caps = SES_STORE_RANGE,
    .max_object = UINT64_C(10) << 30,
    .state_len = sizeof(struct ses_hf),
    .open = hf_open,
    .name = hf_name,
    .make = hf_make,
    .put = ses_hf_put,
    .get = hf_get,
    .head = hf_head,
    .list = ses_hf_list,
    .del = hf_del,
    .del_many = hf_del_many,
    .now = hf_now,
    .about = hf_about,
    .close = hf_close,
};
