#include <string.h>

#include "pack/archive.h"
#include "vault/read.h"
#include "vault/slices.h"

/* More would drive out what others read: the cache has room for some thirty
 * MiB, and parts that are not archived take up to eight. */
#define SLICE  ((size_t)256 << 10)
#define WINDOW 8 /* slices that are kept of an object once it is unpacked */
#define MOST   (SES_ENTRY_CONTENT_MAX / SLICE)
#define NONE   SIZE_MAX

struct slices {
	struct ses_reading *r;
	const struct ses_entry *e;
	struct ses_part_head head;
	size_t n;
	uint32_t lines[MOST];  /* that end in each slice */
	struct ses_buf object; /* as it is stored, once it was checked */
	struct ses_buf window; /* slices of it, */
	size_t first;          /* from this one on */
	struct ses_buf one;    /* a slice that was kept */
};

/* The text as it is unpacked: all of it is counted, and the window with the
 * slice that is wanted stays. */
struct cutting {
	struct slices *s;
	uint64_t at;
	size_t want; /* NONE: the one that is behind so many lines: */
	uint64_t left;
};

static size_t
window_of(size_t i)
{
	return i - i % WINDOW;
}

/* Whether the line behind so many is not in a slice of n: where n are just as
 * many, it may begin there. */
static int
is_passed(uint64_t n, uint64_t left)
{
	return n < left;
}

static uint32_t
count(const char *p, size_t len)
{
	const char *end = p + len;
	uint32_t n = 0;

	for (; p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		n++;
	return n;
}

/* Slice i begins: whether the one before it was the one that is wanted. */
static void
begin_slice(struct cutting *c, size_t i)
{
	struct slices *s = c->s;

	if (i > 0 && c->want == NONE) {
		if (is_passed(s->lines[i - 1], c->left))
			c->left -= s->lines[i - 1];
		else
			c->want = i - 1;
	}
	if (i % WINDOW == 0 && (c->want == NONE || window_of(c->want) == i)) {
		ses_buf_clear(&s->window);
		s->first = i;
	}
}

static int
cut(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct cutting *c = arg;
	struct slices *s = c->s;
	const char *p = data;
	size_t i;
	size_t k;

	while (len > 0) {
		i = (size_t)(c->at / SLICE);
		if (i >= s->n)
			return ses_fail(err, SESHAT_ECORRUPT,
			    "more data than its checkpoint says");
		if (c->at % SLICE == 0)
			begin_slice(c, i);
		k = SLICE - (size_t)(c->at % SLICE);
		k = len < k ? len : k;
		s->lines[i] += count(p, k);
		if (window_of(i) == s->first)
			ses_buf_add(&s->window, p, k);
		c->at += k;
		p += k;
		len -= k;
	}
	return ses_buf_check(&s->window, err);
}

/* The key of a slice, or with NONE of the number of lines in each. */
static int
key_of(const struct slices *s, size_t i, struct ses_buf *key,
    struct seshat_err *err)
{
	ses_buf_clear(key);
	ses_key_session(key, s->r->w);
	ses_buf_fmt(key, "%s %s ", s->e->name, s->e->h);
	if (i == NONE)
		ses_buf_str(key, "lines");
	else
		ses_buf_fmt(key, "%zu", i);
	(void)ses_buf_cstr(key);
	return ses_buf_check(key, err);
}

static size_t
size_of(const struct slices *s, size_t i)
{
	return i + 1 < s->n ? SLICE : (size_t)(s->e->size - i * SLICE);
}

/* Keep one slice, if there is a cache. */
static int
keep_slice(struct slices *s, size_t i, const struct ses_buf *text,
    struct seshat_err *err)
{
	struct ses_buf key = {0};
	int rc = key_of(s, i, &key, err);

	if (rc == 0)
		ses_part_cache_put(s->r->cache, key.data, text, &s->head);
	ses_buf_free(&key);
	return rc;
}

static int
keep(struct slices *s, struct seshat_err *err)
{
	struct ses_buf lines = {0};
	struct ses_buf key = {0};
	struct ses_buf text;
	size_t done;
	size_t i;
	int rc = -1;

	for (done = 0, i = s->first; done < s->window.len; i++) {
		text = (struct ses_buf){
		    .data = s->window.data + done, .len = size_of(s, i)};
		if (keep_slice(s, i, &text, err) < 0)
			return -1;
		done += text.len;
	}
	ses_buf_add(&lines, s->lines, s->n * sizeof(s->lines[0]));
	if (key_of(s, NONE, &key, err) < 0 || ses_buf_check(&lines, err) < 0)
		goto out;
	ses_part_cache_put(s->r->cache, key.data, &lines, &s->head);
	rc = 0;
out:
	ses_buf_free(&lines);
	ses_buf_free(&key);
	return rc;
}

static int
check_entry(const struct slices *s, struct seshat_err *err)
{
	const char *wrong = ses_entry_misfit(s->e, &s->head, &s->r->at);

	return wrong == NULL ? 0
			     : ses_fail(err, SESHAT_ECORRUPT, "%s: %s",
				   s->e->name, wrong);
}

/* Unpack the object, check it, and keep what is near to the slice i; NONE: to
 * the line that is wished for. */
static int
unpack(struct slices *s, size_t i, struct seshat_err *err)
{
	struct cutting c = {.s = s, .want = i, .left = s->r->wish};
	struct ses_sink sink = {cut, &c};
	const struct ses_reading *r = s->r;

	memset(s->lines, 0, sizeof(s->lines));
	ses_buf_clear(&s->window);
	s->first = NONE;
	if (ses_part_get(r->s, r->w, s->e, &s->object, &sink, &s->head, err) <
		0 ||
	    check_entry(s, err) < 0) {
		ses_buf_clear(&s->window);
		ses_buf_clear(&s->object);
		return -1;
	}
	return keep(s, err);
}

/* How many lines each slice has. */
static int
learn(struct slices *s, struct seshat_err *err)
{
	struct ses_buf key = {0};
	size_t len = s->n * sizeof(s->lines[0]);
	int rc = key_of(s, NONE, &key, err);

	ses_buf_clear(&s->one);
	if (rc == 0 &&
	    ses_part_cache_get(s->r->cache, key.data, &s->one, &s->head)) {
		rc = ses_buf_check(&s->one, err);
		if (rc == 0)
			rc = check_entry(s, err);
		if (rc == 0 && s->one.len == len)
			memcpy(s->lines, s->one.data, len);
	} else if (rc == 0) {
		rc = unpack(s, NONE, err);
	}
	ses_buf_free(&key);
	return rc;
}

/* The text of slice i, valid until the next call; 1, or 0: it is not here. */
static int
find(struct slices *s, size_t i, const char **text, struct seshat_err *err)
{
	struct ses_buf key = {0};
	int rc;

	if (s->window.len > 0 && window_of(i) == s->first) {
		*text = s->window.data + (i - s->first) * SLICE;
		return 1;
	}
	rc = key_of(s, i, &key, err);
	ses_buf_clear(&s->one);
	if (rc == 0)
		rc = ses_part_cache_get(
		    s->r->cache, key.data, &s->one, &s->head);
	ses_buf_free(&key);
	if (rc <= 0)
		return rc;
	*text = s->one.data;
	if (ses_buf_check(&s->one, err) < 0)
		return -1;
	return s->one.len == size_of(s, i);
}

/* Lets all but the first bytes pass, a slice at a time. */
struct rest {
	struct slices *s;
	uint64_t skip;
	size_t i; /* the slice that comes */
};

static int
push_on(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct rest *t = arg;
	struct slices *s = t->s;
	size_t n = t->skip < len ? (size_t)t->skip : len;
	const char *p = (const char *)data + n;

	t->skip -= n;
	for (len -= n; len > 0; len -= n, p += n) {
		n = size_of(s, t->i) - s->one.len;
		n = len < n ? len : n;
		ses_buf_add(&s->one, p, n);
		if (ses_buf_check(&s->one, err) < 0)
			return -1;
		if (s->one.len < size_of(s, t->i))
			continue;
		/* who comes back will want it, too */
		if (keep_slice(s, t->i++, &s->one, err) < 0 ||
		    ses_sink_write(s->r->sink, s->one.data, s->one.len, err) <
			0)
			return -1;
		ses_buf_clear(&s->one);
	}
	return 0;
}

/* The rest, from slice i on, of what was checked already. */
static int
push_rest(struct slices *s, size_t i, struct seshat_err *err)
{
	struct rest t = {.s = s, .skip = i * SLICE, .i = i};
	struct ses_sink sink = {push_on, &t};

	ses_buf_clear(&s->one);
	return ses_archive_unpack(
	    s->object.data, s->object.len, s->e->size, &sink, err);
}

static int
push_from(struct slices *s, size_t i, uint64_t passed, struct seshat_err *err)
{
	const char *text = NULL;
	int rc = 0;

	for (; i < s->n; i++) {
		rc = find(s, i, &text, err);
		/* who reads beyond what was unpacked for him reads all */
		if (rc == 0 && s->object.len > 0)
			break;
		if (rc == 0 && unpack(s, i, err) == 0)
			rc = find(s, i, &text, err);
		if (rc <= 0)
			return -1;
		/* not before there is something to go on with */
		if (passed > 0)
			s->r->passed(s->r->arg, passed);
		passed = 0;
		if (ses_sink_write(s->r->sink, text, size_of(s, i), err) < 0)
			return -1;
	}
	if (passed > 0)
		s->r->passed(s->r->arg, passed);
	return i < s->n ? push_rest(s, i, err) : 0;
}

/* Nothing is kept: unpacked once to check it, and once to hand it out. */
static int
push_twice(struct slices *s, struct seshat_err *err)
{
	struct ses_sink none = ses_sink_none();
	const struct ses_reading *r = s->r;

	if (ses_part_get(r->s, r->w, s->e, &s->object, &none, &s->head, err) <
		0 ||
	    check_entry(s, err) < 0)
		return -1;
	return push_rest(s, 0, err);
}

static int
push_slices(struct slices *s, struct seshat_err *err)
{
	uint64_t left = s->r->passed != NULL ? s->r->wish : 0;
	uint64_t passed = 0;
	size_t i;

	if (learn(s, err) < 0)
		return -1;
	for (i = 0; i < s->n && is_passed(s->lines[i], left); i++) {
		left -= s->lines[i];
		passed += s->lines[i];
	}
	return push_from(s, i, passed, err);
}

int
ses_slices_push(
    struct ses_reading *r, const struct ses_entry *e, struct seshat_err *err)
{
	struct slices s = {.r = r, .e = e, .first = NONE};
	int rc;

	if (e->size > SES_ENTRY_CONTENT_MAX)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "%s: says that it holds more than a part can", e->name);
	s.n = (size_t)((e->size + SLICE - 1) / SLICE);
	rc = r->cache != NULL ? push_slices(&s, err) : push_twice(&s, err);
	if (rc == 0)
		r->at = e->to;
	ses_buf_free(&s.object);
	ses_buf_free(&s.window);
	ses_buf_free(&s.one);
	return rc;
}
