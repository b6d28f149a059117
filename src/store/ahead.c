#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/ahead.h"

#define THREADS  8
#define WINDOW   16          /* objects fetched or under way */
#define HELD_MAX (16U << 20) /* bytes: then nothing more is begun */
#define ITEM_MAX (24U << 20)

enum { WAITING, UNDER_WAY, HERE, MISSING };

struct item {
	char *key;
	int state;
	struct ses_buf data;
};

struct ses_ahead {
	char *url;
	const struct ses_store_access *access;
	struct item *v;
	size_t n;
	size_t head; /* the first that is not taken */
	size_t next; /* to be fetched */
	size_t held; /* bytes that are here */
	int leave;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	pthread_t threads[THREADS];
	unsigned n_threads;
};

/* The next one to fetch, NULL: leave.  With the lock held. */
static struct item *
next_item(struct ses_ahead *a)
{
	while (!a->leave && a->next < a->n &&
	       (a->next >= a->head + WINDOW || a->held > HELD_MAX))
		(void)pthread_cond_wait(&a->moved, &a->lock);
	if (a->leave || a->next >= a->n)
		return NULL;
	a->v[a->next].state = UNDER_WAY;
	return &a->v[a->next++];
}

static void *
work(void *arg)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_ahead *a = arg;
	struct ses_store *s = NULL;
	struct item *item;
	int rc = ses_store_open(&s, a->url, a->access, &why);

	(void)pthread_mutex_lock(&a->lock);
	while ((item = next_item(a)) != NULL) {
		(void)pthread_mutex_unlock(&a->lock);
		if (rc == 0)
			rc = ses_store_read(
			    s, item->key, ITEM_MAX, &item->data, &why);
		(void)pthread_mutex_lock(&a->lock);
		item->state = rc == 0 ? HERE : MISSING;
		a->held += item->data.len;
		if (rc < 0)
			ses_log(SES_DEBUG, "not fetched ahead: %s", why.msg);
		/* one object that is gone says nothing of the others */
		if (rc < 0 && s != NULL && !ses_store_is_down(s))
			rc = 0;
		(void)pthread_cond_broadcast(&a->moved);
	}
	(void)pthread_mutex_unlock(&a->lock);
	ses_store_free(s);
	return NULL;
}

int
ses_ahead_start(struct ses_ahead **out, const char *url,
    const struct ses_store_access *access, const char *const *keys, size_t n,
    struct seshat_err *err)
{
	struct ses_ahead *a = ses_calloc(1, sizeof(*a));
	size_t i;

	if (a == NULL)
		return ses_fail_nomem(err);
	(void)pthread_mutex_init(&a->lock, NULL);
	(void)pthread_cond_init(&a->moved, NULL);
	a->access = access;
	a->url = ses_str_dup(url);
	a->v = ses_calloc(n + 1, sizeof(*a->v));
	if (a->url == NULL || a->v == NULL)
		goto fail;
	for (i = 0; i < n; i++, a->n++) {
		a->v[i].key = ses_str_dup(keys[i]);
		if (a->v[i].key == NULL)
			goto fail;
	}
	while (a->n_threads < THREADS && a->n_threads < n &&
	       pthread_create(&a->threads[a->n_threads], NULL, work, a) == 0)
		a->n_threads++;
	*out = a;
	return 0;
fail:
	ses_ahead_free(a);
	return ses_fail_nomem(err);
}

/* With the lock held. */
static void
drop(struct ses_ahead *a, struct item *item)
{
	a->held -= item->data.len;
	ses_buf_free(&item->data);
}

int
ses_ahead_take(struct ses_ahead *a, const char *key, struct ses_buf *out)
{
	struct item *item = NULL;
	size_t i;
	int rc = 0;

	(void)pthread_mutex_lock(&a->lock);
	for (i = a->head; i < a->n && strcmp(a->v[i].key, key) != 0; i++)
		;
	/* without threads nothing is ever fetched */
	if (i == a->n || a->n_threads == 0)
		goto out;
	item = &a->v[i];
	for (;;) {
		for (; a->head < i && a->v[a->head].state >= HERE; a->head++)
			drop(a, &a->v[a->head]);
		if (item->state >= HERE)
			break;
		(void)pthread_cond_broadcast(&a->moved);
		(void)pthread_cond_wait(&a->moved, &a->lock);
	}
	rc = item->state == HERE;
	if (rc)
		ses_buf_add(out, item->data.data, item->data.len);
	for (; a->head <= i; a->head++)
		drop(a, &a->v[a->head]);
	(void)pthread_cond_broadcast(&a->moved);
out:
	(void)pthread_mutex_unlock(&a->lock);
	return rc;
}

void
ses_ahead_free(struct ses_ahead *a)
{
	size_t i;

	if (a == NULL)
		return;
	(void)pthread_mutex_lock(&a->lock);
	a->leave = 1;
	(void)pthread_cond_broadcast(&a->moved);
	(void)pthread_mutex_unlock(&a->lock);
	while (a->n_threads > 0)
		(void)pthread_join(a->threads[--a->n_threads], NULL);
	for (i = 0; a->v != NULL && i < a->n; i++) {
		free(a->v[i].key);
		ses_buf_free(&a->v[i].data);
	}
	(void)pthread_mutex_destroy(&a->lock);
	(void)pthread_cond_destroy(&a->moved);
	free(a->v);
	free(a->url);
	free(a);
}
