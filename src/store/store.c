#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/str.h"
#include "store/store.h"

#define TRIES   4
#define WAIT_MS 100 /* before the second try at most; doubled each time */
#define KEY_MAX 1024

struct ses_store {
	const struct ses_store_ops *ops;
	void *st;
	char *url;
	struct ses_store_counts counts;
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

/* Full jitter: anything between nothing and the doubled limit. */
static void
back_off(int try)
{
	uint64_t ms = ses_rand_u64() % ((uint64_t)WAIT_MS << try);
	struct timespec ts = {.tv_sec = (time_t)(ms / 1000),
	    .tv_nsec = (long)(ms % 1000) * 1000000};

	(void)nanosleep(&ts, NULL);
}

/* After a failed try: whether to make another one. */
static int
again(int *try, const char *what, const char *key, const struct seshat_err *err)
{
	if (!ses_err_retryable(err->code) || *try + 1 >= TRIES)
		return 0;
	ses_log(
	    SES_DEBUG, "store: %s %s: %s; trying again", what, key, err->msg);
	back_off((*try)++);
	return 1;
}

static int
no_store(const char *url, struct seshat_err *err)
{
	return ses_fail(err, SESHAT_EUSAGE,
	    "no store for '%.*s' (this version knows file:///path)",
	    (int)strcspn(url, "?"), url);
}

int
ses_store_name(const char *url, struct ses_buf *out, struct seshat_err *err)
{
	const struct ses_store_ops *ops = find_ops(url);

	return ops == NULL ? no_store(url, err) : ops->name(url, out, err);
}

int
ses_store_open(struct ses_store **out, const char *url, struct seshat_err *err)
{
	const struct ses_store_ops *ops = find_ops(url);
	struct ses_store *s;

	if (ops == NULL)
		return no_store(url, err);
	s = ses_calloc(1, sizeof(*s));
	if (s == NULL)
		return ses_fail_nomem(err);
	s->ops = ops;
	s->url = ses_str_dup(url);
	s->st = ses_calloc(1, ops->state_len);
	if (s->url == NULL || s->st == NULL) {
		ses_fail_nomem(err);
		goto fail;
	}
	if (ops->open(s->st, url, err) < 0)
		goto fail;
	*out = s;
	return 0;
fail:
	ses_store_free(s);
	return -1;
}

void
ses_store_free(struct ses_store *s)
{
	if (s == NULL)
		return;
	if (s->st != NULL)
		s->ops->close(s->st);
	free(s->st);
	free(s->url);
	free(s);
}

const char *
ses_store_url(const struct ses_store *s)
{
	return s->url;
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
	return s->counts;
}

int
ses_store_put(struct ses_store *s, const char *key, const void *data,
    size_t len, unsigned how, int64_t *when, struct seshat_err *err)
{
	int64_t unused;
	int try = 0;

	if (check_key(key, err) < 0)
		return -1;
	if (len > s->ops->max_object)
		return ses_fail(
		    err, SESHAT_ELIMIT, "%s: object too large", key);
	do {
		s->counts.put++;
		if (s->ops->put(s->st, key, data, len, how,
			when != NULL ? when : &unused, err) == 0) {
			ses_log(
			    SES_DEBUG, "store: put %s, %zu bytes", key, len);
			return 0;
		}
	} while (again(&try, "put", key, err));
	return ses_fail_in(err, "%s: cannot write %s", s->url, key);
}

int
ses_store_get(struct ses_store *s, const char *key, uint64_t from, uint64_t len,
    const struct ses_sink *sink, struct seshat_err *err)
{
	/* No second try: the sink may have taken some bytes.  A backend
	 * resumes a broken answer itself, with a range. */
	if (check_key(key, err) < 0)
		return -1;
	s->counts.get++;
	if (s->ops->get(s->st, key, from, len, sink, err) < 0)
		return ses_fail_in(err, "cannot read %s", key);
	ses_log(SES_DEBUG, "store: get %s", key);
	return 0;
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
	int try = 0;

	if (check_key(key, err) < 0)
		return -1;
	out->key = key;
	do {
		s->counts.head++;
		if (s->ops->head(s->st, key, out, err) == 0)
			return 0;
	} while (again(&try, "head", key, err));
	return ses_fail_in(err, "cannot read %s", key);
}

int
ses_store_list(struct ses_store *s, const struct ses_store_list *what,
    ses_store_seen *seen, void *arg, struct seshat_err *err)
{
	s->counts.list++;
	ses_log(SES_DEBUG, "store: list %s*", what->prefix);
	return s->ops->list(s->st, what, seen, arg, err);
}

int
ses_store_del(struct ses_store *s, const char *key, struct seshat_err *err)
{
	int try = 0;

	if (check_key(key, err) < 0)
		return -1;
	do {
		s->counts.del++;
		if (s->ops->del(s->st, key, err) == 0) {
			ses_log(SES_DEBUG, "store: delete %s", key);
			return 0;
		}
	} while (again(&try, "delete", key, err));
	return ses_fail_in(err, "cannot delete %s", key);
}

int
ses_store_now(struct ses_store *s, int64_t *when, struct seshat_err *err)
{
	int try = 0;

	do {
		s->counts.now++;
		if (s->ops->now(s->st, when, err) == 0)
			return 0;
	} while (again(&try, "ask", "the time", err));
	return ses_fail_in(err, "%s: cannot tell its time", s->url);
}
