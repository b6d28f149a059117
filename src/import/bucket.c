#define _XOPEN_SOURCE 700 /* realpath */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "config/url.h"
#include "harness/session.h"
#include "import/bucket.h"

#define SESSIONS     "sessions/"
#define HARNESS_MAX  64
#define SESSIONS_MAX 1000000

/* Of a URL all but its parameters. */
static size_t
path_len(const char *url)
{
	return strcspn(url, "?");
}

/* Take the bytes from at up to the parameters out of a URL. */
static void
cut(struct ses_buf *url, size_t at)
{
	size_t end = path_len(url->data);

	memmove(url->data + at, url->data + end, url->len - end + 1);
	url->len -= end - at;
}

/* The URL of what the user named, without a slash at the end of its path. */
static int
url_of(const char *where, struct ses_buf *out, struct seshat_err *err)
{
	char *real;
	size_t end;

	if (strstr(where, "://") != NULL) {
		ses_buf_str(out, where);
	} else {
		real = realpath(where, NULL);
		if (real == NULL)
			return ses_fail_errno(err, "%s", where);
		ses_url_of_path(out, real);
		free(real);
	}
	(void)ses_buf_cstr(out);
	if (ses_buf_check(out, err) < 0)
		return -1;
	end = path_len(out->data);
	while (end > 3 && out->data[end - 1] == '/' &&
	       memcmp(out->data + end - 3, "://", 3) != 0)
		end--;
	cut(out, end);
	return 0;
}

/* Cut the last component off a URL and put what it stands for into name; 0
 * when it has none to spare. */
static int
cut_last(struct ses_buf *url, struct ses_buf *name)
{
	const char *scheme = strstr(url->data, "://");
	size_t end = path_len(url->data);
	size_t top; /* where the path begins: behind "scheme://" */
	size_t at = end;

	if (scheme == NULL)
		return 0;
	top = (size_t)(scheme - url->data) + 3;
	while (at > 0 && url->data[at - 1] != '/')
		at--;
	if (at <= top || at == end)
		return 0;
	ses_buf_clear(name);
	if (ses_key_decode(name, url->data + at, end - at) < 0)
		return 0;
	cut(url, at == top + 1 ? at : at - 1); /* "file:///" keeps its slash */
	(void)ses_buf_cstr(name);
	return !name->bad;
}

/* What is right below the prefix. */
static int
list(const struct ses_bucket *b, const char *prefix, ses_store_seen *seen,
    void *arg, struct seshat_err *err)
{
	const struct ses_store_list what = {.prefix = prefix,
	    .shallow = 1,
	    .denied = b->denied,
	    .denied_arg = b->denied_arg};

	return ses_store_list(b->store, &what, seen, arg, err);
}

/* Whether anything is below "sessions/" in the folder: 1, 0 or -1. */
static int
has(const struct ses_bucket *b, const char *folder, struct seshat_err *err)
{
	struct ses_buf prefix = {0};
	int rc;

	ses_buf_fmt(&prefix, "%s" SESSIONS, folder);
	(void)ses_buf_cstr(&prefix);
	rc = ses_buf_check(&prefix, err);
	if (rc == 0)
		rc = ses_store_has_any(b->store, prefix.data, err);
	ses_buf_free(&prefix);
	/* whether it is the folder or what is in it */
	if (rc < 0 && (err->sys == EACCES || err->sys == EIO) &&
	    b->denied != NULL) {
		b->denied(b->denied_arg, folder, err);
		rc = 0;
	}
	return rc;
}

struct tops {
	const struct ses_bucket *b;
	struct ses_buf prefix;
	int (*each)(void *arg, const char *project, struct seshat_err *err);
	void *arg;
};

/* A folder at the top that holds "sessions/". */
static int
see_top(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct tops *t = arg;
	int rc;

	if (!ses_str_ends(o->key, "/") || ses_key_is_reserved(o->key))
		return 0;
	rc = has(t->b, o->key, err);
	if (rc <= 0)
		return rc;
	ses_buf_clear(&t->prefix);
	ses_buf_fmt(&t->prefix, "%s" SESSIONS, o->key);
	(void)ses_buf_cstr(&t->prefix);
	return ses_buf_check(&t->prefix, err) < 0
		   ? -1
		   : t->each(t->arg, t->prefix.data, err);
}

static int
each_top(struct tops *t, struct seshat_err *err)
{
	int rc = list(t->b, "", see_top, t, err);

	ses_buf_free(&t->prefix);
	return rc;
}

static int
stop_at_project(void *arg, const char *project, struct seshat_err *err)
{
	(void)arg;
	(void)project;
	(void)err;
	return 1;
}

/* How many levels below the top of a bucket the store is: 0, 1 (a project's
 * folder), 2 (its sessions) or -1. */
static int
level_of(const struct ses_bucket *b, struct seshat_err *err)
{
	static const char last[] = "/sessions";
	struct tops t = {.b = b, .each = stop_at_project};
	const char *url = b->url;
	int rc = has(b, "", err);
	size_t len;

	if (rc > 0) /* or a project that is called so */
		rc = has(b, SESSIONS, err) == 0 ? 1 : 0;
	if (rc != 0)
		return rc;
	rc = each_top(&t, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	len = path_len(url);
	return len > strlen(last) &&
		       memcmp(url + len - strlen(last), last, strlen(last)) == 0
		   ? 2
		   : 0;
}

static int
go_up(struct ses_bucket *b, struct ses_buf *url, int levels,
    struct seshat_err *err)
{
	struct ses_buf name = {0};
	int rc = 0;

	while (levels-- > 0 && rc == 0)
		if (!cut_last(url, &name))
			rc = ses_fail(err, SESHAT_EUSAGE,
			    "%s: this folder of sessions has no project: name "
			    "the folder above it",
			    b->url);
	if (rc == 0) {
		b->project = ses_str_dup(name.data);
		free(b->url);
		b->url = ses_str_dup(url->data);
		ses_store_free(b->store);
		b->store = NULL;
		rc = b->project == NULL || b->url == NULL
			 ? ses_fail_nomem(err)
			 : ses_store_open(&b->store, b->url, b->access, err);
	}
	ses_buf_free(&name);
	return rc;
}

int
ses_bucket_open(struct ses_bucket *b, const char *where,
    const struct ses_store_access *access, struct seshat_err *err)
{
	struct ses_buf url = {0};
	int rc = -1;

	*b = (struct ses_bucket){.access = access};
	if (url_of(where, &url, err) < 0)
		goto out;
	b->url = ses_str_dup(url.data);
	if (b->url == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	rc = ses_store_open(&b->store, b->url, access, err);
out:
	ses_buf_free(&url);
	if (rc < 0)
		ses_bucket_close(b);
	return rc;
}

int
ses_bucket_rise(struct ses_bucket *b, struct seshat_err *err)
{
	struct ses_buf url = {0};
	int level = level_of(b, err);
	int rc = -1;

	if (level <= 0)
		return level;
	ses_buf_str(&url, b->url);
	(void)ses_buf_cstr(&url);
	if (ses_buf_check(&url, err) == 0)
		rc = go_up(b, &url, level, err);
	ses_buf_free(&url);
	return rc;
}

struct find {
	struct ses_bucket *b;
	const char *const *only;
	size_t n_only;
	struct ses_bucket_list *out;
	struct ses_buf project;
	struct ses_buf harness; /* prefix of the harness at hand */
	struct ses_buf name;
};

static void
session_free(struct ses_bucket_session *s)
{
	free(s->project);
	free(s->harness);
	free(s->id);
	free(s->prefix);
	free(s->url);
}

int
ses_bucket_list_add(struct ses_bucket_list *l, struct ses_bucket_session *s,
    struct seshat_err *err)
{
	struct ses_bucket_session *v;

	if (s->harness == NULL || s->id == NULL || s->prefix == NULL)
		goto fail;
	if (l->n == SESSIONS_MAX) {
		session_free(s);
		return ses_fail(
		    err, SESHAT_ELIMIT, "more than %d sessions", SESSIONS_MAX);
	}
	v = ses_grow(l->v, l->n, &l->cap, sizeof(*v));
	if (v == NULL)
		goto fail;
	l->v = v;
	l->v[l->n++] = *s;
	return 0;
fail:
	session_free(s);
	return ses_fail_nomem(err);
}

/* What a component of a key stands for; as it is, if it is no escape. */
static char *
decoded(struct find *f, const char *p, size_t len)
{
	ses_buf_clear(&f->name);
	if (ses_key_decode(&f->name, p, len) < 0) {
		ses_buf_clear(&f->name);
		ses_buf_add(&f->name, p, len);
	}
	(void)ses_buf_cstr(&f->name);
	return f->name.bad ? NULL : ses_str_dup(f->name.data);
}

/* A name that is ours to use: for a session in the store, and the harness's
 * for a folder of the state, too. */
const char *
ses_bucket_judge(const struct ses_bucket_session *s)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

	if (s->harness == NULL || s->id == NULL)
		return NULL;
	if (s->harness[0] == '\0' || strlen(s->harness) > HARNESS_MAX ||
	    strspn(s->harness, ok) != strlen(s->harness))
		return "the name of its harness is none";
	if (!ses_session_id_ok(s->id, strlen(s->id)))
		return "its id is none that a session can have";
	if (s->project != NULL &&
	    !ses_session_id_ok(s->project, strlen(s->project)))
		return "the name of its project is none";
	return NULL;
}

static const char *
judge(struct find *f, const struct ses_bucket_session *s)
{
	const struct ses_where w = {s->project, s->harness, s->id};
	const char *bad = ses_bucket_judge(s);

	if (bad != NULL || s->harness == NULL || s->id == NULL ||
	    s->project == NULL)
		return bad;
	ses_buf_clear(&f->name);
	ses_key_session(&f->name, &w);
	if (strcmp(ses_buf_cstr(&f->name), s->prefix) != 0)
		return "its name holds characters that no key of a store has";
	return NULL;
}

static int
see_session(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct find *f = arg;
	struct ses_bucket_session s = {0};
	const char *h = f->harness.data + f->project.len;
	size_t len = strlen(o->key);

	if (len <= f->harness.len || o->key[len - 1] != '/')
		return 0;
	s.project =
	    decoded(f, f->project.data, f->project.len - strlen("/" SESSIONS));
	s.harness = decoded(f, h, f->harness.len - f->project.len - 1);
	s.id = decoded(f, o->key + f->harness.len, len - f->harness.len - 1);
	s.prefix = ses_str_dup(o->key);
	if (s.prefix != NULL)
		s.bad = judge(f, &s);
	if (s.project == NULL) {
		session_free(&s);
		return ses_fail_nomem(err);
	}
	return ses_bucket_list_add(f->out, &s, err);
}

static int
see_harness(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct find *f = arg;

	if (strlen(o->key) <= f->project.len || !ses_str_ends(o->key, "/"))
		return 0;
	ses_buf_clear(&f->harness);
	ses_buf_str(&f->harness, o->key);
	(void)ses_buf_cstr(&f->harness);
	return ses_buf_check(&f->harness, err) < 0
		   ? -1
		   : list(f->b, f->harness.data, see_session, f, err);
}

static int
is_wanted(struct find *f, const char *prefix)
{
	size_t len = strlen(prefix) - strlen("/" SESSIONS);
	const char *folder = f->b->project;
	char *name = decoded(f, prefix, len);
	int wanted = name != NULL && f->n_only == 0;
	size_t i;

	for (i = 0; name != NULL && i < f->n_only; i++)
		wanted |= strcmp(f->only[i], name) == 0;
	free(name);
	return wanted &&
	       (folder == NULL ||
		   (strlen(folder) == len && memcmp(folder, prefix, len) == 0));
}

static int
see_project(void *arg, const char *prefix, struct seshat_err *err)
{
	struct find *f = arg;

	if (!is_wanted(f, prefix))
		return ses_buf_check(&f->name, err);
	ses_buf_clear(&f->project);
	ses_buf_str(&f->project, prefix);
	(void)ses_buf_cstr(&f->project);
	return ses_buf_check(&f->project, err) < 0
		   ? -1
		   : list(f->b, f->project.data, see_harness, f, err);
}

int
ses_bucket_find(struct ses_bucket *b, const char *const *only, size_t n,
    struct ses_bucket_list *out, struct seshat_err *err)
{
	struct find f = {.b = b, .only = only, .n_only = n, .out = out};
	struct tops t = {.b = b, .each = see_project, .arg = &f};
	int rc = each_top(&t, err);

	ses_buf_free(&f.project);
	ses_buf_free(&f.harness);
	ses_buf_free(&f.name);
	return rc;
}

int
ses_bucket_name(const struct ses_bucket *b, const char *prefix,
    struct ses_buf *out, struct seshat_err *err)
{
	/* however the user spelt it, and with whose keys he reads it; the same
	 * bucket at another endpoint is another one */
	const char *url = ses_store_name(b->store);
	size_t path = path_len(url);
	size_t len = strlen(prefix);

	ses_buf_add(out, url, path);
	if (path > 0 && url[path - 1] != '/')
		ses_buf_str(out, "/");
	while (len > 0 && prefix[len - 1] == '/')
		len--;
	ses_buf_add(out, prefix, len);
	ses_buf_str(out, url + path);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

void
ses_bucket_list_free(struct ses_bucket_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		session_free(&l->v[i]);
	free(l->v);
	*l = (struct ses_bucket_list){0};
}

void
ses_bucket_close(struct ses_bucket *b)
{
	ses_store_free(b->store);
	free(b->url);
	free(b->project);
	*b = (struct ses_bucket){0};
}
