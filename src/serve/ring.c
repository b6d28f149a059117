/* MAP_ANONYMOUS */
#define _GNU_SOURCE
#include <string.h>

#include <sys/mman.h>

#include "serve/ring.h"

int
ses_ring_init(struct ses_ring *r, size_t cap, struct seshat_err *err)
{
	/* not from the heap: hundreds come and go, and nothing may remain */
	void *data = mmap(NULL, cap, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (data == MAP_FAILED)
		return ses_fail_nomem(err);
	memset(r, 0, sizeof(*r));
	r->data = data;
	r->cap = cap;
	r->enough = 1;
	(void)pthread_mutex_init(&r->lock, NULL);
	(void)pthread_cond_init(&r->room, NULL);
	return 0;
}

static void
rouse(struct ses_ring *r)
{
	if (!r->asleep)
		return;
	r->asleep = 0;
	r->wake(r->arg);
}

/* Wait for as much room as pays the change of threads. */
static void
wait_for_room(struct ses_ring *r, size_t len)
{
	size_t most = r->cap / 4 > 0 ? r->cap / 4 : 1;
	size_t want = len < most ? len : most;

	if (r->cap - r->len >= want)
		return;
	/* what is in it may be less than was thought enough */
	rouse(r);
	while (!r->cut && r->cap - r->len < want) {
		r->want = want;
		(void)pthread_cond_wait(&r->room, &r->lock);
	}
	r->want = 0;
}

int
ses_ring_write(
    struct ses_ring *r, const void *data, size_t len, struct seshat_err *err)
{
	const char *p = data;
	size_t at;
	size_t n;
	int cut;

	(void)pthread_mutex_lock(&r->lock);
	while (len > 0) {
		wait_for_room(r, len);
		if (r->cut)
			break;
		at = (r->from + r->len) % r->cap;
		n = r->cap - r->len < len ? r->cap - r->len : len;
		if (n > r->cap - at)
			n = r->cap - at;
		memcpy(r->data + at, p, n);
		r->len += n;
		p += n;
		len -= n;
		if (r->len >= r->enough)
			rouse(r);
	}
	cut = r->cut;
	(void)pthread_mutex_unlock(&r->lock);
	return cut ? ses_fail(err, SESHAT_ECANCELLED, "nobody reads it") : 0;
}

void
ses_ring_end(struct ses_ring *r, int failed)
{
	(void)pthread_mutex_lock(&r->lock);
	r->ended = failed ? -1 : 1;
	rouse(r);
	(void)pthread_mutex_unlock(&r->lock);
}

static void
take(struct ses_ring *r, char *out, size_t n)
{
	size_t first = r->cap - r->from < n ? r->cap - r->from : n;

	memcpy(out, r->data + r->from, first);
	memcpy(out + first, r->data, n - first);
	r->from = (r->from + n) % r->cap;
	r->len -= n;
	if (r->want > 0 && r->cap - r->len >= r->want)
		(void)pthread_cond_signal(&r->room);
}

ssize_t
ses_ring_read(struct ses_ring *r, void *out, size_t max)
{
	ssize_t got = 0;
	size_t n;

	(void)pthread_mutex_lock(&r->lock);
	n = r->len < max ? r->len : max;
	if (r->cut || r->ended < 0) {
		got = SES_RING_FAILED;
	} else if (n > 0) {
		take(r, out, n);
		got = (ssize_t)n;
	} else if (r->ended > 0) {
		got = SES_RING_END;
	} else {
		r->asleep = 1;
		r->sleep(r->arg);
	}
	(void)pthread_mutex_unlock(&r->lock);
	return got;
}

void
ses_ring_cut(struct ses_ring *r)
{
	(void)pthread_mutex_lock(&r->lock);
	r->cut = 1;
	(void)pthread_cond_signal(&r->room);
	rouse(r);
	(void)pthread_mutex_unlock(&r->lock);
}

int
ses_ring_is_cut(struct ses_ring *r)
{
	int cut;

	(void)pthread_mutex_lock(&r->lock);
	cut = r->cut;
	(void)pthread_mutex_unlock(&r->lock);
	return cut;
}

void
ses_ring_free(struct ses_ring *r)
{
	if (r->data == NULL)
		return;
	(void)munmap(r->data, r->cap);
	(void)pthread_mutex_destroy(&r->lock);
	(void)pthread_cond_destroy(&r->room);
	r->data = NULL;
}
