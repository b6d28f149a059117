#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "net/backoff.h"
#include "store/ahead.h"
#include "store/backends.h"

#define KEY_MAX 1024
#define FEW     4

struct ses_store {
	const struct ses_store_ops *ops;
	void *st;
	char *url;
	struct ses_buf name;
	const struct ses_store_access *access;
	struct ses_ahead *ahead; /* what is expected; or NULL */
	struct ses_store_notes notes;
};

static const struct ses_store_ops *
find_ops(const char *url)
{
	size_t len;
	size_t i;

	for (i = 0; ses_stores[i] != NULL; i++) {
		len = strlen(ses_stores[i]->scheme);
		if (strncmp(url, ses_stores[i]->scheme, len) == 0 &&
		    strncmp(url + len, "://", 3) == 0)
			return ses_stores[i];
	}
	return NULL;
}

/* A component: not empty, not "." or "..", of the characters that keys are
 * made of, not a name the file store uses for itself. */
static int
check_component(const char *p, size_t len)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789-_.=@+%";

	if (len == 0 || strspn(p, ok) < len || (len == 1 && p[0] == '.') ||
	    (len == 2 && p[0] == '.' && p[1] == '.') ||
	    (len >= 5 && memcmp(p, ".tmp-", 5) == 0))
		return -1;
	return 0;
}

static int
check_key(const char *key, struct seshat_err *err)
{
	const char *p = key;
	size_t len;

	/* nobody asks for "": it is what a buffer holds that found no room */
	if (*key == '\0')
		return ses_fail_nomem(err);
	for (;;) {
		len = strcspn(p, "/");
		if (check_component(p, len) < 0 || strlen(key) > KEY_MAX)
			return ses_fail(
			    err, SESHAT_EUSAGE, "'%.100s' is no key", key);
		if (p[len] == '\0')
			return 0;
		p += len + 1;
	}
}

static struct ses_backoff
patience(const struct ses_store *s)
{
	return s->ops->caps & SES_STORE_LOCAL ? ses_backoff_near()
					      : ses_backoff_far();
}

int
ses_store_is_key(const char *key)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;

	return key[0] != '\0' && check_key(key, &ignored) == 0;
}

/* After a failed try: whether to make another one, after a wait. */
static int
again(struct ses_store *s, struct ses_backoff *b, const char *what,
    const char *key, const struct seshat_err *err)
{
	int vain = s->notes.vain;

	s->notes.vain = 0;
	if (vain || !ses_err_retryable(err->code) ||
	    !ses_backoff_wait(b, s->notes.wait_ms))
		return 0;
	ses_log(
	    SES_DEBUG, "store: %s %s: %s; tried again", what, key, err->msg);
	return 1;
}

static int
no_store(const char *url, struct seshat_err *err)
{
	return ses_fail(err, SESHAT_EUSAGE,
	    "no store for '%.*s' (this version knows file:///path, "
	    "s3://bucket and hf://buckets/NAMESPACE/NAME)",
	    (int)strcspn(url, "?"), url);
}

int
ses_store_open(struct ses_store **out, const char *url,
    const struct ses_store_access *access, struct seshat_err *err)
{
	const struct ses_store_ops *ops = find_ops(url);
	struct ses_store *s;

	if (ops == NULL)
		return no_store(url, err);
	s = ses_calloc(1, sizeof(*s));
	if (s == NULL)
		return ses_fail_nomem(err);
	s->ops = ops;
	s->access = access;
	s->url = ses_str_dup(url);
	s->st = ses_calloc(1, ops->state_len);
	if (s->url == NULL || s->st == NULL) {
		ses_fail_nomem(err);
		goto fail;
	}
	if (ops->open(s->st, url, access, &s->notes, err) < 0)
		goto fail;
	ops->name(s->st, &s->name);
	(void)ses_buf_cstr(&s->name);
	if (ses_buf_check(&s->name, err) < 0)
		goto fail;
	*out = s;
	return 0;
fail:
	ses_store_free(s);
	return -1;
}

static void
add_to(struct ses_store_tally *t, const struct ses_store_counts *c)
{
	(void)pthread_mutex_lock(&t->lock);
	t->sum.put += c->put;
	t->sum.get += c->get;
	t->sum.head += c->head;
	t->sum.list += c->list;
	t->sum.del += c->del;
	t->sum.now += c->now;
	t->sum.sent += c->sent;
	t->sum.got += c->got;
	(void)pthread_mutex_unlock(&t->lock);
}

void
ses_store_free(struct ses_store *s)
{
	if (s == NULL)
		return;
	if (s->st != NULL)
		s->ops->close(s->st);
	ses_ahead_free(s->ahead);
	if (s->access != NULL && s->access->tally != NULL)
		add_to(s->access->tally, &s->notes.counts);
	free(s->st);
	free(s->url);
	ses_buf_free(&s->name);
	free(s);
}

const char *
ses_store_url(const struct ses_store *s)
{
	return s->url;
}

const char *
ses_store_name(const struct ses_store *s)
{
	return s->name.data;
}

void
ses_store_forget(struct ses_store *s)
{
	if (s->ops->forget != NULL)
		s->ops->forget(s->st);
}

struct ses_store_about
ses_store_about(const struct ses_store *s)
{
	struct ses_store_about a = {0};

	if (s->ops->about != NULL)
		s->ops->about(s->st, &a);
	return a;
}

unsigned
ses_store_caps(const struct ses_store *s)
{
	return s->ops->caps;
}

int
ses_store_path(struct ses_store *s, const char *key, struct ses_buf *out,
    struct seshat_err *err)
{
	if (s->ops->path == NULL)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "%s is not on this machine", s->url);
	s->ops->path(s->st, key, out);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

struct ses_store_counts
ses_store_counts(const struct ses_store *s)
{
	return s->notes.counts;
}

unsigned
ses_store_caps_of(const char *url)
{
	const struct ses_store_ops *ops = find_ops(url);

	return ops == NULL ? 0 : ops->caps;
}

int
ses_store_is_uncertain(const struct ses_store *s)
{
	return s->notes.uncertain;
}

int
ses_store_is_down(const struct ses_store *s)
{
	return s->notes.down;
}

const char *
ses_store_tag(const struct ses_store *s)
{
	return s->notes.tag;
}

int
ses_store_learn(struct ses_store *s, unsigned *caps, struct seshat_err *err)
{
	struct ses_backoff b = patience(s);

	*caps = s->ops->caps;
	if (s->ops->learn == NULL)
		return 0;
	do {
		if (s->ops->learn(s->st, caps, err) == 0)
			return 0;
	} while (again(s, &b, "ask", "what it heeds", err));
	return ses_fail_in(err, "%s", s->url);
}

int
ses_store_make(struct ses_store *s, struct seshat_err *err)
{
	struct ses_backoff b = patience(s);

	do {
		if (s->ops->make(s->st, err) == 0)
			return 0;
	} while (again(s, &b, "make", "the store", err));
	return ses_fail_in(err, "cannot make %s", s->url);
}

struct capped {
	struct ses_buf *out;
	size_t left;
};

static int
to_capped(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct capped *c = arg;

	if (len > c->left)
		return ses_fail(err, SESHAT_ELIMIT, "object too large");
	c->left -= len;
	ses_buf_add(c->out, data, len);
	return ses_buf_check(c->out, err);
}

/* Whether the object under key is what was to be put there. */
static int
holds(struct ses_store *s, const char *key, const struct ses_put *what,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	int same = what->data != NULL && /* a file is not worth it */
		   ses_store_read(s, key, what->len, &b, err) == 0 &&
		   b.len == what->len &&
		   (b.len == 0 || memcmp(b.data, what->data, b.len) == 0);

	ses_buf_free(&b);
	return same;
}

static int
put(struct ses_store *s, const char *key, const struct ses_put *what,
    int64_t *when, struct seshat_err *err)
{
	struct ses_backoff b = patience(s);
	struct seshat_err why;
	int64_t unused;

	s->notes.uncertain = 0;
	do {
		if (s->ops->put(s->st, key, what, when != NULL ? when : &unused,
			err) == 0)
			return 0;
		/* that another was faster does not change by waiting; but the
		 * answer to a try of ours may have been lost */
		if (err->code == SESHAT_ECONFLICT ||
		    err->code == SESHAT_EEXISTS) {
			why = *err;
			if (b.tries == 0 || !holds(s, key, what, err)) {
				*err = why;
				return -1;
			}
			if (when != NULL)
				*when = s->notes.date;
			return 0;
		}
	} while (again(s, &b, "put", key, err));
	return -1;
}

int
ses_store_put(struct ses_store *s, const char *key, const struct ses_put *what,
    int64_t *when, struct seshat_err *err)
{
	if (check_key(key, err) < 0)
		return -1;
	if (what->len > s->ops->max_object)
		return ses_fail(
		    err, SESHAT_ELIMIT, "%s: object too large", key);
	if (put(s, key, what, when, err) < 0)
		return ses_fail_in(err, "%s: cannot write %s", s->url, key);
	ses_log(SES_DEBUG, "store: put %s, %zu bytes", key, what->len);
	return 0;
}

void
ses_store_expect(struct ses_store *s, const char *const *keys, size_t n)
{
	struct seshat_err why = SESHAT_ERR_INIT;

	ses_ahead_free(s->ahead);
	s->ahead = NULL;
	/* a few come as soon without more connections */
	if (n >= FEW && !(s->ops->caps & SES_STORE_LOCAL) &&
	    ses_ahead_start(&s->ahead, s->url, s->access, keys, n, &why) < 0)
		ses_log(SES_DEBUG, "nothing is fetched ahead: %s", why.msg);
}

/* 1 when it was there, 0, or -1 as the sink says. */
static int
from_ahead(struct ses_store *s, const char *key, uint64_t len,
    const struct ses_sink *sink, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = ses_ahead_take(s->ahead, key, &b);

	if (len > 0 && b.len > len)
		b.len = (size_t)len;
	if (rc > 0 && (ses_buf_check(&b, err) < 0 ||
			  ses_sink_write(sink, b.data, b.len, err) < 0))
		rc = -1;
	ses_buf_free(&b);
	return rc;
}

int
ses_store_get(struct ses_store *s, const char *key, uint64_t from, uint64_t len,
    const struct ses_sink *sink, struct seshat_err *err)
{
	int rc;

	/* No second try: the sink may have taken some bytes.  A backend
	 * resumes a broken answer itself, with a range. */
	if (check_key(key, err) < 0)
		return -1;
	s->notes.tag[0] = '\0';
	if (s->ahead != NULL && from == 0 &&
	    (rc = from_ahead(s, key, len, sink, err)) != 0)
		return rc < 0 ? ses_fail_in(err, "cannot read %s", key) : 0;
	if (s->ops->get(s->st, key, from, len, sink, err) < 0)
		return ses_fail_in(err, "cannot read %s", key);
	ses_log(SES_DEBUG, "store: get %s", key);
	return 0;
}

int
ses_store_read(struct ses_store *s, const char *key, size_t max,
    struct ses_buf *out, struct seshat_err *err)
{
	struct capped c = {out, max};
	struct ses_sink sink = {to_capped, &c};

	return ses_store_get(s, key, 0, 0, &sink, err);
}

int
ses_store_head(struct ses_store *s, const char *key,
    struct ses_store_object *out, struct seshat_err *err)
{
	struct ses_backoff b = patience(s);

	if (check_key(key, err) < 0)
		return -1;
	out->key = key;
	do {
		if (s->ops->head(s->st, key, out, err) == 0)
			return 0;
	} while (again(s, &b, "head", key, err));
	return ses_fail_in(err, "cannot read %s", key);
}

int
ses_store_list(struct ses_store *s, const struct ses_store_list *what,
    ses_store_seen *seen, void *arg, struct seshat_err *err)
{
	ses_log(SES_DEBUG, "store: list %s*", what->prefix);
	return s->ops->list(s->st, what, seen, arg, err);
}

static int
stop_at_one(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	(void)arg;
	(void)o;
	(void)err;
	return 1;
}

int
ses_store_has_any(
    struct ses_store *s, const char *prefix, struct seshat_err *err)
{
	const struct ses_store_list what = {.prefix = prefix, .shallow = 1};

	return ses_store_list(s, &what, stop_at_one, NULL, err);
}

int
ses_store_del(struct ses_store *s, const char *key, struct seshat_err *err)
{
	struct ses_backoff b = patience(s);

	if (check_key(key, err) < 0)
		return -1;
	do {
		if (s->ops->del(s->st, key, err) == 0) {
			ses_log(SES_DEBUG, "store: delete %s", key);
			return 0;
		}
	} while (again(s, &b, "delete", key, err));
	return ses_fail_in(err, "cannot delete %s", key);
}

static int
del_batch(struct ses_store *s, const char *const *keys, size_t n,
    struct seshat_err *err)
{
	struct ses_backoff b = patience(s);

	do {
		if (s->ops->del_many(s->st, keys, n, err) == 0) {
			ses_log(SES_DEBUG, "store: delete %zu objects", n);
			return 0;
		}
	} while (again(s, &b, "delete", keys[0], err));
	return ses_fail_in(err, "cannot delete %s and others", keys[0]);
}

int
ses_store_del_many(struct ses_store *s, const char *const *keys, size_t n,
    struct seshat_err *err)
{
	size_t i;
	size_t step;

	for (i = 0; i < n; i++)
		if (check_key(keys[i], err) < 0)
			return -1;
	for (i = 0; i < n; i += step) {
		step = n - i < SES_STORE_BATCH ? n - i : SES_STORE_BATCH;
		if (s->ops->del_many == NULL || step == 1)
			step = 1;
		if ((step == 1 ? ses_store_del(s, keys[i], err)
			       : del_batch(s, keys + i, step, err)) < 0)
			return -1;
	}
	return 0;
}

int
ses_store_now(struct ses_store *s, int64_t *when, struct seshat_err *err)
{
	struct ses_backoff b = patience(s);

	do {
		if (s->ops->now(s->st, when, err) == 0)
			return 0;
	} while (again(s, &b, "ask", "the time", err));
	return ses_fail_in(err, "%s: cannot tell its time", s->url);
}
