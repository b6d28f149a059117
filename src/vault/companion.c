#include <jansson.h>
#include <string.h>

#include "base/str.h"
#include "pack/gunzip.h"
#include "pack/member.h"
#include "vault/batch.h"
#include "vault/companion.h"
#include "vault/stream.h"

#define FOLDER     "beside/"
#define END        ".gz"
#define NAME_LIMIT 240 /* of a component; file systems have 255 */
#define KEY_LIMIT  700 /* below the session; a store has 1,024 for all */
#define WRITER     8   /* digits of a writer */

static int
add_component(
    const char *s, size_t len, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf part = {0};
	size_t before = out->len;
	int rc;

	ses_buf_add(&part, s, len);
	(void)ses_buf_cstr(&part);
	rc = ses_buf_check(&part, err);
	if (rc == 0 && (len == 0 || strcmp(part.data, ".") == 0 ||
			   strcmp(part.data, "..") == 0))
		rc = ses_fail(
		    err, SESHAT_EUNSUPPORTED, "its name is none of a file");
	if (rc == 0) {
		ses_key_component(out, part.data);
		if (out->len - before > NAME_LIMIT)
			rc = ses_fail(
			    err, SESHAT_ELIMIT, "its name is too long");
	}
	ses_buf_free(&part);
	return rc;
}

/* Whether a path begins with "<w>/". */
static int
has_writer(const char *path)
{
	return strspn(path, "0123456789abcdef") == WRITER &&
	       path[WRITER] == '/';
}

int
ses_companion_is_of(const struct ses_companion *c, const char *writer)
{
	return strncmp(c->path, writer, WRITER) == 0 &&
	       strlen(writer) == WRITER;
}

int
ses_companion_path(const char *writer, const char *name, struct ses_buf *out,
    struct seshat_err *err)
{
	ses_buf_fmt(out, "%s/%s", writer, name);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

int
ses_companion_key(const char *path, struct ses_buf *out, struct seshat_err *err)
{
	size_t before = out->len;
	size_t len;

	if (!has_writer(path))
		return ses_fail(
		    err, SESHAT_EUNSUPPORTED, "its name begins with no writer");
	ses_buf_str(out, FOLDER);
	for (;; path += len + 1) {
		len = strcspn(path, "/");
		if (add_component(path, len, out, err) < 0)
			return -1;
		if (path[len] == '\0')
			break;
		ses_buf_str(out, "/");
	}
	ses_buf_str(out, END);
	(void)ses_buf_cstr(out);
	if (ses_buf_check(out, err) < 0)
		return -1;
	return out->len - before > KEY_LIMIT
		   ? ses_fail(err, SESHAT_ELIMIT, "its name is too long")
		   : 0;
}

/* The whole key. */
static int
key_of(const struct ses_where *w, const char *path, struct ses_buf *out,
    struct seshat_err *err)
{
	ses_key_session(out, w);
	return ses_companion_key(path, out, err);
}

struct listing {
	size_t session; /* length of the session's key */
	int (*each)(
	    void *arg, const struct ses_companion *c, struct seshat_err *err);
	void *arg;
};

/* The path that a key below the session stands for: 1; 0, it is none that we
 * would make; -1. */
static int
path_of(const char *key, struct ses_buf *path, struct seshat_err *err)
{
	struct seshat_err none = SESHAT_ERR_INIT;
	struct ses_buf again = {0};
	size_t len = strlen(key);
	int rc = 0;

	if (!ses_str_starts(key, FOLDER) || !ses_str_ends(key, END) ||
	    len <= strlen(FOLDER END))
		return 0;
	if (ses_key_decode(
		path, key + strlen(FOLDER), len - strlen(FOLDER END)) == 0) {
		(void)ses_buf_cstr(path);
		if (ses_buf_check(path, err) < 0)
			return -1;
		rc = ses_companion_key(path->data, &again, &none) == 0 &&
		     strcmp(again.data, key) == 0;
		if (none.code == SESHAT_ENOMEM)
			rc = ses_fail_nomem(err);
	}
	ses_buf_free(&again);
	return rc;
}

static int
see(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	const struct listing *l = arg;
	struct ses_companion c = {.stored = o->size, .mtime = o->mtime};
	struct ses_buf path = {0};
	int rc = path_of(o->key + l->session, &path, err);

	if (rc > 0) {
		c.path = path.data;
		c.name = path.data + WRITER + 1;
		rc = l->each(l->arg, &c, err);
	}
	ses_buf_free(&path);
	return rc;
}

int
ses_companions(struct ses_store *s, const struct ses_where *w,
    int (*each)(
	void *arg, const struct ses_companion *c, struct seshat_err *err),
    void *arg, struct seshat_err *err)
{
	struct listing l = {.each = each, .arg = arg};
	struct ses_store_list what = {0};
	struct ses_buf prefix = {0};
	int rc;

	ses_key_session(&prefix, w);
	l.session = prefix.len;
	ses_buf_str(&prefix, FOLDER);
	what.prefix = ses_buf_cstr(&prefix);
	rc = ses_buf_check(&prefix, err);
	if (rc == 0)
		rc = ses_store_list(s, &what, see, &l, err);
	ses_buf_free(&prefix);
	return rc;
}

/* Of each name one. */
struct choosing {
	const char *writer;
	json_t *by_name; /* name: [path, bytes, time] */
};

static int
choose(void *arg, const struct ses_companion *c, struct seshat_err *err)
{
	struct choosing *o = arg;
	const json_t *was = json_object_get(o->by_name, c->name);
	const struct ses_companion other = {
	    .path = json_string_value(json_array_get(was, 0)),
	    .mtime = json_integer_value(json_array_get(was, 2))};

	/* no agent's */
	if (!ses_str_is_utf8(c->name, strlen(c->name)))
		return 0;
	if (was != NULL && !ses_companion_is_of(c, o->writer) &&
	    (ses_companion_is_of(&other, o->writer) || other.mtime >= c->mtime))
		return 0;
	return json_object_set_new(o->by_name, c->name,
		   json_pack("[s,I,I]", c->path, (json_int_t)c->stored,
		       (json_int_t)c->mtime)) < 0
		   ? ses_fail_nomem(err)
		   : 0;
}

int
ses_companions_of(struct ses_store *s, const struct ses_where *w,
    const char *writer,
    int (*each)(
	void *arg, const struct ses_companion *c, struct seshat_err *err),
    void *arg, struct seshat_err *err)
{
	struct choosing o = {writer, json_object()};
	struct ses_companion c;
	const char *name;
	json_t *row;
	int rc;

	if (o.by_name == NULL)
		return ses_fail_nomem(err);
	rc = ses_companions(s, w, choose, &o, err);
	json_object_foreach(o.by_name, name, row)
	{
		if (rc != 0)
			break;
		c = (struct ses_companion){
		    .path = json_string_value(json_array_get(row, 0)),
		    .name = name,
		    .stored =
			(uint64_t)json_integer_value(json_array_get(row, 1)),
		    .mtime = json_integer_value(json_array_get(row, 2))};
		rc = each(arg, &c, err);
	}
	json_decref(o.by_name);
	return rc;
}

/* One on its way out, a piece at a time. */
struct reading {
	const char *path;
	struct ses_part_head *head;
	struct ses_buf first; /* its bytes, until the header is whole */
	int begun;
	struct ses_gunzip gunzip;
	struct ses_sink in;
	struct ses_sink out;
	struct ses_sha256 sha;
	const struct ses_sink *next;
	int passed_on; /* the next sink failed: no damage */
};

static int
pass_on(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct reading *r = arg;

	ses_sha256_add(&r->sha, data, len);
	if (ses_sink_write(r->next, data, len, err) == 0)
		return 0;
	r->passed_on = 1;
	return -1;
}

/* How many bytes a gzip header has, as far as its first ones tell. */
static size_t
head_len(const struct ses_buf *b)
{
	const unsigned char *p = (const unsigned char *)b->data;

	if (b->len < 12)
		return 12;
	return p[3] == 4 ? 12 + (size_t)p[10] + (size_t)p[11] * 256 : 12;
}

/* The header is whole, or will never be. */
static int
begin(struct reading *r, struct seshat_err *err)
{
	uint64_t max = SES_COMPANION_MAX;
	struct ses_member m;

	if (ses_member_parse(r->first.data != NULL ? r->first.data : "",
		r->first.len, &m, err) < 0)
		return -1;
	if (m.extra_len > 0) {
		if (ses_part_head_parse(m.extra, m.extra_len, r->head, err) < 0)
			return -1;
		max = r->head->size;
		if (max > SES_COMPANION_TEXT_MAX)
			return ses_fail(
			    err, SESHAT_ECORRUPT, "says that it is too large");
	}
	r->begun = 1;
	r->out = (struct ses_sink){pass_on, r};
	if (ses_gunzip_open(&r->gunzip, max, &r->out, err) < 0)
		return -1;
	r->in = ses_gunzip_sink(&r->gunzip);
	return ses_sink_write(&r->in, r->first.data, r->first.len, err);
}

static int
take(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct reading *r = arg;

	if (r->begun)
		return ses_sink_write(&r->in, data, len, err);
	ses_buf_add(&r->first, data, len);
	if (ses_buf_check(&r->first, err) < 0)
		return -1;
	return r->first.len < head_len(&r->first) ? 0 : begin(r, err);
}

/* All came: whether it is what its header says. */
static int
check(struct reading *r, struct seshat_err *err)
{
	char hex[SES_SHA256_HEX];

	if (!r->begun && begin(r, err) < 0)
		return -1;
	if (ses_gunzip_close(&r->gunzip, err) < 0)
		return -1;
	if (r->head->w[0] == '\0')
		return 0;
	if (memcmp(r->head->w, r->path, WRITER) != 0)
		return ses_fail(err, SESHAT_ECORRUPT, "is another writer's");
	ses_sha256_hex(&r->sha, hex);
	if (r->gunzip.out != r->head->size || strcmp(hex, r->head->h) != 0)
		return ses_fail(
		    err, SESHAT_ECORRUPT, "is not what its header says");
	return 0;
}

int
ses_companion_get(struct ses_store *s, const struct ses_where *w,
    const char *path, struct ses_part_head *head, const struct ses_sink *sink,
    struct seshat_err *err)
{
	struct reading r = {.path = path, .head = head, .next = sink};
	struct ses_sink in = {take, &r};
	struct ses_buf key = {0};
	int rc = key_of(w, path, &key, err);

	head->w[0] = '\0';
	head->redactions[0] = '\0';
	head->rules = 0;
	ses_sha256_init(&r.sha);
	if (rc == 0)
		rc = ses_store_get(s, key.data, 0, 0, &in, err);
	if (rc == 0)
		rc = check(&r, err);
	if (rc < 0 && !r.passed_on &&
	    (err->code == SESHAT_ELIMIT || err->code == SESHAT_EFORMAT))
		err->code = SESHAT_ECORRUPT;
	if (r.begun)
		ses_gunzip_free(&r.gunzip);
	ses_buf_free(&r.first);
	ses_buf_free(&key);
	return rc < 0 && !r.passed_on ? ses_fail_in(err, FOLDER "%s", path)
				      : rc;
}

int
ses_companion_read(struct ses_store *s, const struct ses_where *w,
    const char *path, struct ses_buf *redactions, const struct ses_sink *sink,
    struct seshat_err *err)
{
	struct ses_part_head head = {0};

	if (ses_companion_get(s, w, path, &head, sink, err) < 0)
		return -1;
	if (redactions == NULL)
		return 0;
	ses_buf_str(redactions, head.redactions);
	return ses_buf_check(redactions, err);
}

int
ses_companion_head(struct ses_store *s, const struct ses_where *w,
    const char *path, struct ses_part_head *head, struct seshat_err *err)
{
	struct ses_buf key = {0};
	uint64_t body;
	int rc = ses_companion_key(path, &key, err);

	if (rc == 0)
		rc = ses_stream_head(s, w, key.data, head, &body, err);
	ses_buf_free(&key);
	return rc;
}

int
ses_companion_put(struct ses_store *s, const struct ses_where *w,
    const char *path, const struct ses_put *what, struct seshat_err *err)
{
	struct ses_buf key = {0};
	int rc = key_of(w, path, &key, err);

	if (rc == 0)
		rc = ses_store_put(s, key.data, what, NULL, err);
	ses_buf_free(&key);
	return rc;
}

struct removal {
	struct ses_batch batch;
	const struct ses_where *w;
};

static int
add_to_batch(void *arg, const struct ses_companion *c, struct seshat_err *err)
{
	struct removal *r = arg;
	struct ses_buf key = {0};
	int rc = key_of(r->w, c->path, &key, err);

	if (rc == 0)
		rc = ses_batch_add(&r->batch, key.data, err);
	ses_buf_free(&key);
	return rc;
}

int
ses_companions_remove(
    struct ses_store *s, const struct ses_where *w, struct seshat_err *err)
{
	struct removal r = {.batch = {.s = s}, .w = w};
	int rc = ses_companions(s, w, add_to_batch, &r, err);

	if (rc == 0)
		rc = ses_batch_flush(&r.batch, err);
	ses_batch_free(&r.batch);
	return rc;
}

struct verifying {
	struct ses_store *s;
	const struct ses_where *w;
	void (*problem)(void *arg, const char *path, const char *what);
	void *arg;
	struct ses_companion_sums *sums;
	struct ses_buf paths; /* each followed by NUL */
};

static int
add_path(void *arg, const struct ses_companion *c, struct seshat_err *err)
{
	struct verifying *v = arg;

	ses_buf_add(&v->paths, c->path, strlen(c->path) + 1);
	return ses_buf_check(&v->paths, err);
}

static int
verify_one(struct verifying *v, const char *path, struct seshat_err *err)
{
	struct ses_sink none = ses_sink_none();
	struct ses_part_head head = {0};

	v->sums->files++;
	if (ses_companion_get(v->s, v->w, path, &head, &none, err) == 0) {
		v->sums->bytes += head.size;
		return 0;
	}
	/* a mirror may just put another in its place */
	if (err->code != SESHAT_ECORRUPT && err->code != SESHAT_ENOTFOUND)
		return -1;
	v->sums->problems++;
	v->problem(v->arg, path, err->msg);
	return 0;
}

int
ses_companions_verify(struct ses_store *s, const struct ses_where *w,
    void (*problem)(void *arg, const char *path, const char *what), void *arg,
    struct ses_companion_sums *sums, struct seshat_err *err)
{
	struct verifying v = {
	    .s = s, .w = w, .problem = problem, .arg = arg, .sums = sums};
	const char *path;
	int rc;

	*sums = (struct ses_companion_sums){0};
	rc = ses_companions(s, w, add_path, &v, err);
	for (path = v.paths.data;
	     rc == 0 && path != NULL && path < v.paths.data + v.paths.len;
	     path += strlen(path) + 1)
		rc = verify_one(&v, path, err);
	ses_buf_free(&v.paths);
	return rc;
}
