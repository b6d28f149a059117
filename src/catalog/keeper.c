#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "catalog/keeper.h"

#define QUEUE_BYTES (16U << 20) /* text that waits; then it is dropped */
#define AGAIN_MS    1000        /* another process is at it: ask again */

/* A part that waits to be taken in. */
struct waiting {
	struct waiting *next;
	char *project;
	char *harness;
	char *id;
	char stream[SES_STREAM_ID];
	struct ses_entry entry;
	struct ses_buf text;
};

struct ses_keeper {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;  /* the thread */
	pthread_cond_t fresh; /* who waits for an update */
	struct waiting *first;
	struct waiting *last;
	size_t bytes;
	uint64_t asked; /* updates that were asked for */
	uint64_t began; /* asked as it was when the last update began; */
	uint64_t done;  /* the last that is over */
	/* The same of rows alone, which are there before the text is. */
	uint64_t lists_asked;
	uint64_t lists_began;
	uint64_t lists_over; /* well or not */
	uint64_t lists_done; /* well */
	int stop;
	volatile int halt; /* for the update */
	struct ses_store *store;
	struct ses_catalog *catalog;
};

static void
waiting_free(struct waiting *w)
{
	if (w == NULL)
		return;
	free(w->project);
	free(w->harness);
	free(w->id);
	ses_buf_free(&w->text);
	free(w);
}

/* With the lock held. */
static struct waiting *
take_first(struct ses_keeper *k)
{
	struct waiting *w = k->first;

	if (w != NULL) {
		k->first = w->next;
		k->bytes -= w->text.len;
		if (k->first == NULL)
			k->last = NULL;
	}
	return w;
}

/* What fails here is made good by an update, which tells of it. */
static void
add(struct ses_keeper *k, struct waiting *w)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_where where = {w->project, w->harness, w->id};

	if (ses_catalog_add(k->catalog, &where, w->stream, &w->entry,
		w->text.data != NULL ? w->text.data : "", w->text.len,
		&err) < 0)
		ses_log(SES_DEBUG, "%s", err.msg);
	waiting_free(w);
}

/* With the lock held: rows are made from now on. */
static void
begin_list(struct ses_keeper *k)
{
	k->lists_began = k->lists_asked;
}

static void
on_listed(void *arg)
{
	struct ses_keeper *k = arg;

	(void)pthread_mutex_lock(&k->lock);
	k->lists_done = k->lists_began;
	k->lists_over = k->lists_began;
	(void)pthread_cond_broadcast(&k->fresh);
	(void)pthread_mutex_unlock(&k->lock);
}

/* Whether somebody waits for rows that were not begun with. */
static int
wants_list(void *arg)
{
	struct ses_keeper *k = arg;
	int wants;

	(void)pthread_mutex_lock(&k->lock);
	wants = k->lists_began < k->lists_asked;
	begin_list(k);
	(void)pthread_mutex_unlock(&k->lock);
	return wants;
}

/* With the lock held, which is given up meanwhile. */
static void
update(struct ses_keeper *k, int sessions_only)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_catalog_done done;
	const struct ses_catalog_how how = {.sessions_only = sessions_only,
	    .listed = on_listed,
	    .wants_list = wants_list,
	    .arg = k,
	    .stop = &k->halt,
	    .wait_ms = AGAIN_MS};
	uint64_t asked = k->asked;
	int rc;

	if (!sessions_only)
		k->began = asked;
	begin_list(k);
	(void)pthread_mutex_unlock(&k->lock);
	rc = ses_catalog_update(k->catalog, &how, &done, &err);
	if (rc < 0)
		ses_log(SES_WARN, "catalog: %s", err.msg);
	(void)pthread_mutex_lock(&k->lock);
	/* a failure is no reason to wait for ever, nor to try all the time */
	if (rc < 0 || !done.busy) {
		if (!sessions_only)
			k->done = asked;
		k->lists_over = k->lists_began;
		(void)pthread_cond_broadcast(&k->fresh);
	}
}

static void *
run(void *arg)
{
	struct ses_keeper *k = arg;
	struct waiting *w;

	(void)pthread_mutex_lock(&k->lock);
	while (!k->stop) {
		w = take_first(k);
		if (w != NULL) {
			(void)pthread_mutex_unlock(&k->lock);
			add(k, w);
			(void)pthread_mutex_lock(&k->lock);
		} else if (k->done < k->asked) {
			update(k, 0);
		} else if (k->lists_over < k->lists_asked) {
			update(k, 1);
		} else {
			(void)pthread_cond_wait(&k->wake, &k->lock);
		}
	}
	(void)pthread_mutex_unlock(&k->lock);
	return NULL;
}

static void
drop(struct ses_keeper *k)
{
	struct waiting *w;

	while ((w = take_first(k)) != NULL)
		waiting_free(w);
	ses_catalog_free(k->catalog);
	ses_store_free(k->store);
	(void)pthread_cond_destroy(&k->wake);
	(void)pthread_cond_destroy(&k->fresh);
	(void)pthread_mutex_destroy(&k->lock);
	free(k);
}

static void
init_fresh(struct ses_keeper *k)
{
	pthread_condattr_t how;

	(void)pthread_condattr_init(&how);
	(void)pthread_condattr_setclock(&how, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&k->fresh, &how);
	(void)pthread_condattr_destroy(&how);
}

int
ses_keeper_start(struct ses_keeper **out, const char *url,
    const struct ses_store_access *access, struct seshat_err *err)
{
	struct ses_keeper *k = ses_calloc(1, sizeof(*k));
	int rc;

	if (k == NULL)
		return ses_fail_nomem(err);
	(void)pthread_mutex_init(&k->lock, NULL);
	(void)pthread_cond_init(&k->wake, NULL);
	init_fresh(k);
	k->asked = 1; /* begin with what is there */
	rc = ses_store_open(&k->store, url, access, err);
	if (rc == 0)
		rc = ses_catalog_open(&k->catalog, k->store, err);
	if (rc == 0 && pthread_create(&k->thread, NULL, run, k) != 0)
		rc = ses_fail(err, SESHAT_ESYS, "no thread to be had");
	if (rc < 0) {
		drop(k);
		return -1;
	}
	*out = k;
	return 0;
}

void
ses_keeper_stop(struct ses_keeper *k)
{
	if (k == NULL)
		return;
	(void)pthread_mutex_lock(&k->lock);
	k->stop = 1;
	k->halt = 1;
	(void)pthread_cond_signal(&k->wake);
	(void)pthread_mutex_unlock(&k->lock);
	(void)pthread_join(k->thread, NULL);
	drop(k);
}

static struct timespec
in_ms(int64_t ms)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += ms % 1000 * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

int
ses_keeper_catalog(const struct ses_keeper *k, struct ses_catalog **out,
    struct ses_store *s, struct seshat_err *err)
{
	return ses_catalog_open_beside(out, s, k->catalog, err);
}

int
ses_keeper_fresh(struct ses_keeper *k, int64_t wait_ms)
{
	struct timespec until = in_ms(wait_ms);
	uint64_t mine;
	int rc = 0;

	(void)pthread_mutex_lock(&k->lock);
	/* one that is waiting to begin will do for all who ask meanwhile */
	if (k->asked == k->began || k->asked == k->done)
		k->asked++;
	mine = k->asked;
	(void)pthread_cond_signal(&k->wake);
	while (k->done < mine && rc == 0 && !k->stop)
		rc = pthread_cond_timedwait(&k->fresh, &k->lock, &until);
	rc = k->done >= mine;
	(void)pthread_mutex_unlock(&k->lock);
	return rc;
}

int
ses_keeper_listed(struct ses_keeper *k, int64_t wait_ms)
{
	struct timespec until = in_ms(wait_ms);
	uint64_t mine;
	int rc = 0;

	(void)pthread_mutex_lock(&k->lock);
	if (k->lists_asked == k->lists_began || k->lists_asked == k->lists_over)
		k->lists_asked++;
	mine = k->lists_asked;
	(void)pthread_cond_signal(&k->wake);
	while (k->lists_over < mine && rc == 0 && !k->stop)
		rc = pthread_cond_timedwait(&k->fresh, &k->lock, &until);
	rc = k->lists_done >= mine;
	(void)pthread_mutex_unlock(&k->lock);
	return rc;
}

static struct waiting *
copy_of(const struct ses_where *w, const char *stream,
    const struct ses_entry *e, const char *text, size_t len)
{
	struct waiting *n = ses_calloc(1, sizeof(*n));

	if (n == NULL)
		return NULL;
	n->project = ses_str_dup(w->project);
	n->harness = ses_str_dup(w->harness);
	n->id = ses_str_dup(w->id);
	(void)strncpy(n->stream, stream, sizeof(n->stream) - 1);
	n->entry = *e;
	ses_buf_add(&n->text, text, len);
	if (n->project == NULL || n->harness == NULL || n->id == NULL ||
	    n->text.bad) {
		waiting_free(n);
		return NULL;
	}
	return n;
}

void
ses_keeper_part(struct ses_keeper *k, const struct ses_where *w,
    const char *stream, const struct ses_entry *e, const char *text, size_t len)
{
	struct waiting *n;

	(void)pthread_mutex_lock(&k->lock);
	n = len > QUEUE_BYTES || k->bytes > QUEUE_BYTES - len
		? NULL
		: copy_of(w, stream, e, text, len);
	if (n != NULL) {
		if (k->last != NULL)
			k->last->next = n;
		else
			k->first = n;
		k->last = n;
		k->bytes += n->text.len;
		(void)pthread_cond_signal(&k->wake);
	}
	(void)pthread_mutex_unlock(&k->lock);
}
