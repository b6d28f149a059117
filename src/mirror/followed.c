/* tdestroy is GNU's. */
#define _GNU_SOURCE
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "harness/twin.h"
#include "mirror/followed.h"

int
ses_followed_key(
    const struct ses_session *s, struct ses_buf *out, struct seshat_err *err)
{
	ses_buf_add(out, s->path, ses_twin_plain_len(s->path));
	if (s->rows != NULL)
		ses_buf_fmt(out, "#%s", s->key);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

static int
compare(const void *a, const void *b)
{
	const struct ses_followed *x = a;
	const struct ses_followed *y = b;

	return strcmp(x->key, y->key);
}

struct ses_followed *
ses_followed_find(const struct ses_followed_table *t, const char *key)
{
	const struct ses_followed probe = {.key = (char *)(uintptr_t)key};
	struct ses_followed *const *e = tfind(&probe, &t->by_key, compare);

	return e == NULL ? NULL : *e;
}

struct ses_followed *
ses_followed_with_id(const struct ses_followed_table *t,
    const struct ses_harness_ops *harness, const char *id)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (!t->v[i]->stranger && !t->v[i]->gone &&
		    t->v[i]->session.harness == harness &&
		    strcmp(t->v[i]->session.id, id) == 0)
			return t->v[i];
	return NULL;
}

static void
free_one(struct ses_followed *e)
{
	ses_session_free(&e->session);
	free(e->key);
	free(e);
}

/* Room for one more in the list and in the queue. */
static int
grow(struct ses_followed_table *t)
{
	size_t cap = t->cap == 0 ? 64 : t->cap * 2;
	struct ses_followed **v;

	if (t->n < t->cap)
		return 0;
	v = ses_realloc(t->v, cap * sizeof(*v));
	if (v == NULL)
		return -1;
	t->v = v;
	v = ses_realloc(t->queue, cap * sizeof(*v));
	if (v == NULL)
		return -1;
	t->queue = v;
	t->cap = cap;
	return 0;
}

struct ses_followed *
ses_followed_add(
    struct ses_followed_table *t, struct ses_session *s, struct seshat_err *err)
{
	struct ses_followed *e = ses_calloc(1, sizeof(*e));
	struct ses_buf key = {0};
	int rc = -1;

	if (e == NULL) {
		ses_session_free(s);
		ses_fail_nomem(err);
		return NULL;
	}
	e->session = *s;
	*s = (struct ses_session){0};
	if (ses_followed_key(&e->session, &key, err) == 0) {
		e->key = ses_str_dup(key.data);
		if (e->key == NULL || grow(t) < 0 ||
		    tsearch(e, &t->by_key, compare) == NULL)
			ses_fail_nomem(err);
		else
			rc = 0;
	}
	ses_buf_free(&key);
	if (rc < 0) {
		free_one(e);
		return NULL;
	}
	t->v[t->n++] = e;
	return e;
}

static void
set(struct ses_followed_table *t, size_t i, struct ses_followed *e)
{
	t->queue[i] = e;
	e->place = i + 1;
}

/* Bring the one at i to where it belongs. */
static void
sift(struct ses_followed_table *t, size_t i)
{
	struct ses_followed *e = t->queue[i];
	size_t child;

	while (i > 0 && t->queue[(i - 1) / 2]->due > e->due) {
		set(t, i, t->queue[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	while ((child = 2 * i + 1) < t->n_queue) {
		if (child + 1 < t->n_queue &&
		    t->queue[child + 1]->due < t->queue[child]->due)
			child++;
		if (t->queue[child]->due >= e->due)
			break;
		set(t, i, t->queue[child]);
		i = child;
	}
	set(t, i, e);
}

void
ses_followed_queue(
    struct ses_followed_table *t, struct ses_followed *e, int64_t due)
{
	e->due = due;
	if (e->place == 0)
		set(t, t->n_queue++, e);
	sift(t, e->place - 1);
}

void
ses_followed_unqueue(struct ses_followed_table *t, struct ses_followed *e)
{
	size_t i;

	if (e->place == 0)
		return;
	i = e->place - 1;
	e->place = 0;
	t->n_queue--;
	if (i == t->n_queue)
		return;
	set(t, i, t->queue[t->n_queue]);
	sift(t, i);
}

static void
free_nothing(void *node)
{
	(void)node;
}

void
ses_followed_free(struct ses_followed_table *t)
{
	size_t i;

	tdestroy(t->by_key, free_nothing);
	for (i = 0; i < t->n; i++)
		free_one(t->v[i]);
	free(t->v);
	free(t->queue);
	*t = (struct ses_followed_table){0};
}
