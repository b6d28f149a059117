#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "serve/feed.h"

#define RING  ((size_t)256 << 10)
#define BLOCK ((size_t)64 << 10)
/* A connection that slept is woken for no less, after the first time. */
#define ENOUGH ((size_t)32 << 10)
/* Address space; what is not used takes no memory. */
#define STACK ((size_t)1 << 20)

void
ses_feeds_init(struct ses_feeds *all, const struct ses_mhd *mhd, unsigned max,
    unsigned live)
{
	memset(all, 0, sizeof(*all));
	all->mhd = mhd;
	all->max = max;
	all->live = live;
	(void)pthread_mutex_init(&all->lock, NULL);
	(void)pthread_cond_init(&all->none, NULL);
}

static void
fall_asleep(void *arg)
{
	struct ses_feed *f = arg;

	if (!f->stream.eager && atomic_load(&f->sent) > 0)
		f->ring.enough = ENOUGH;
	f->all->mhd->suspend(f->conn);
}

static void
wake_up(void *arg)
{
	struct ses_feed *f = arg;

	f->all->mhd->resume(f->conn);
}

static int
put(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct ses_feed *f = arg;

	if (len > f->stream.len - f->made)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "more bytes than the %llu that were announced",
		    (unsigned long long)f->stream.len);
	f->made += len;
	return ses_ring_write(&f->ring, data, len, err);
}

static void *
produce(void *arg)
{
	struct ses_feed *f = arg;
	const struct ses_sink sink = {put, f};
	struct seshat_err err = SESHAT_ERR_INIT;
	int rc = f->stream.produce(f->stream.arg, &sink, &err);

	if (rc == 0 && f->stream.len != SES_LENGTH_UNKNOWN &&
	    f->made != f->stream.len)
		rc = ses_fail(&err, SESHAT_ECORRUPT,
		    "%llu bytes, %llu were announced",
		    (unsigned long long)f->made,
		    (unsigned long long)f->stream.len);
	if (rc < 0 && !ses_ring_is_cut(&f->ring)) {
		atomic_store(&f->failed, 1);
		ses_log(SES_ERROR, "request %llu: %s",
		    (unsigned long long)f->id, err.msg);
	}
	/* what it holds goes before the client sees the end: whoever asks next
	 * finds it free */
	if (f->stream.release != NULL)
		f->stream.release(f->stream.arg);
	ses_ring_end(&f->ring, rc < 0);
	ses_feed_unref(f);
	return NULL;
}

static int
run_thread(struct ses_feed *f)
{
	pthread_attr_t attr;
	pthread_t thread;
	int rc;

	if (pthread_attr_init(&attr) != 0)
		return -1;
	(void)pthread_attr_setstacksize(&attr, STACK);
	(void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	rc = pthread_create(&thread, &attr, produce, f);
	(void)pthread_attr_destroy(&attr);
	return rc == 0 ? 0 : -1;
}

/* Take a place among those that run; 0 when there is none. */
static int
enter(struct ses_feed *f)
{
	struct ses_feeds *all = f->all;
	int free;

	(void)pthread_mutex_lock(&all->lock);
	free = !all->closing &&
	       (f->stream.eager ? all->n_live < all->live
				: all->n - all->n_live < all->max);
	if (free) {
		all->n++;
		all->n_live += f->stream.eager != 0;
		f->next = all->first;
		if (f->next != NULL)
			f->next->prev = f;
		all->first = f;
	}
	(void)pthread_mutex_unlock(&all->lock);
	return free;
}

static void
leave(struct ses_feed *f)
{
	struct ses_feeds *all = f->all;

	(void)pthread_mutex_lock(&all->lock);
	if (f->prev != NULL)
		f->prev->next = f->next;
	else
		all->first = f->next;
	if (f->next != NULL)
		f->next->prev = f->prev;
	if (atomic_load(&f->failed))
		all->failed++;
	else if (atomic_load(&f->whole))
		all->finished++;
	else
		all->aborted++;
	all->n_live -= f->stream.eager != 0;
	ses_ring_free(&f->ring);
	free(f);
	if (--all->n == 0)
		(void)pthread_cond_broadcast(&all->none);
	(void)pthread_mutex_unlock(&all->lock);
}

struct ses_feed *
ses_feed_open(struct ses_feeds *all, const struct ses_producer *stream,
    struct MHD_Connection *conn, uint64_t id, struct seshat_err *err)
{
	struct ses_feed *f = ses_calloc(1, sizeof(*f));

	if (f == NULL || ses_ring_init(&f->ring, RING, err) < 0) {
		free(f);
		ses_fail_nomem(err);
		return NULL;
	}
	f->all = all;
	f->stream = *stream;
	f->conn = conn;
	f->id = id;
	f->ring.sleep = fall_asleep;
	f->ring.wake = wake_up;
	f->ring.arg = f;
	atomic_store(&f->refs, 3);
	if (!enter(f)) {
		ses_ring_free(&f->ring);
		free(f);
		ses_fail(err, SESHAT_ELIMIT, "too many %s at once",
		    stream->eager ? "live pages" : "downloads");
		return NULL;
	}
	if (run_thread(f) < 0) {
		atomic_store(&f->failed, 1);
		leave(f);
		ses_fail(err, SESHAT_ELIMIT, "no thread for the download");
		return NULL;
	}
	return f;
}

static ssize_t
read_feed(void *arg, uint64_t pos, char *out, size_t max)
{
	struct ses_feed *f = arg;
	ssize_t got = ses_ring_read(&f->ring, out, max);

	(void)pos;
	if (got == SES_RING_FAILED)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (got == SES_RING_END) {
		atomic_store(&f->whole, 1);
		return MHD_CONTENT_READER_END_OF_STREAM;
	}
	/* of a known length nobody asks for the end */
	if (atomic_fetch_add(&f->sent, (uint64_t)got) + (uint64_t)got ==
	    f->stream.len)
		atomic_store(&f->whole, 1);
	return got;
}

static void
release_feed(void *arg)
{
	struct ses_feed *f = arg;

	ses_ring_cut(&f->ring);
	ses_feed_unref(f);
}

struct MHD_Response *
ses_feed_response(struct ses_feed *f)
{
	struct MHD_Response *r;

	r = f->all->mhd->callback(f->stream.len == SES_LENGTH_UNKNOWN
				      ? MHD_SIZE_UNKNOWN
				      : f->stream.len,
	    BLOCK, read_feed, f, release_feed);
	if (r == NULL)
		release_feed(f);
	return r;
}

void
ses_feed_unref(struct ses_feed *f)
{
	if (atomic_fetch_sub(&f->refs, 1) == 1)
		leave(f);
}

void
ses_feeds_cut_eager(struct ses_feeds *all)
{
	struct ses_feed *f;

	(void)pthread_mutex_lock(&all->lock);
	for (f = all->first; f != NULL; f = f->next)
		if (f->stream.eager)
			ses_ring_cut(&f->ring);
	(void)pthread_mutex_unlock(&all->lock);
}

void
ses_feeds_cut(struct ses_feeds *all)
{
	struct ses_feed *f;

	(void)pthread_mutex_lock(&all->lock);
	all->closing = 1;
	for (f = all->first; f != NULL; f = f->next)
		ses_ring_cut(&f->ring);
	(void)pthread_mutex_unlock(&all->lock);
}

void
ses_feeds_free(struct ses_feeds *all)
{
	(void)pthread_mutex_lock(&all->lock);
	while (all->n > 0)
		(void)pthread_cond_wait(&all->none, &all->lock);
	(void)pthread_mutex_unlock(&all->lock);
	(void)pthread_mutex_destroy(&all->lock);
	(void)pthread_cond_destroy(&all->none);
}
