#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/socket.h>

#include "base/mem.h"
#include "base/time.h"
#include "serve/conns.h"

/* Cut those that have had their time. */
static void
cut_slow(struct ses_conns *all)
{
	int64_t now = ses_time_steady();
	struct ses_conn *c;
	int64_t since;

	for (c = all->first; c != NULL; c = c->next) {
		since = atomic_load(&c->since);
		if (since == 0 || now - since < all->limit_ms)
			continue;
		/* the event thread sees the end and closes it */
		(void)shutdown(c->fd, SHUT_RDWR);
		atomic_store(&c->since, 0);
		all->cut++;
	}
}

static void *
watch(void *arg)
{
	struct ses_conns *all = arg;
	int64_t pause = all->limit_ms / 8 + 1;
	struct timespec until;

	(void)pthread_mutex_lock(&all->lock);
	while (!all->end) {
		if (all->first == NULL) {
			/* nobody there: sleep until somebody comes */
			(void)pthread_cond_wait(&all->ending, &all->lock);
			continue;
		}
		(void)clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += (time_t)(pause / 1000);
		until.tv_nsec += (long)(pause % 1000) * 1000000;
		if (until.tv_nsec >= 1000000000) {
			until.tv_sec++;
			until.tv_nsec -= 1000000000;
		}
		if (pthread_cond_timedwait(&all->ending, &all->lock, &until) ==
		    ETIMEDOUT)
			cut_slow(all);
	}
	(void)pthread_mutex_unlock(&all->lock);
	return NULL;
}

int
ses_conns_open(struct ses_conns *all, unsigned max, int64_t limit_ms,
    struct seshat_err *err)
{
	memset(all, 0, sizeof(*all));
	all->max = max;
	all->limit_ms = limit_ms;
	(void)pthread_mutex_init(&all->lock, NULL);
	(void)pthread_cond_init(&all->ending, NULL);
	if (pthread_create(&all->thread, NULL, watch, all) != 0)
		return ses_fail(err, SESHAT_ESYS, "no thread can be started");
	all->running = 1;
	return 0;
}

int
ses_conns_may(struct ses_conns *all)
{
	if (atomic_load(&all->n) < all->max)
		return 1;
	(void)pthread_mutex_lock(&all->lock);
	all->refused++;
	(void)pthread_mutex_unlock(&all->lock);
	return 0;
}

struct ses_conn *
ses_conn_add(struct ses_conns *all, int fd)
{
	struct ses_conn *c = ses_calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->fd = fd;
	ses_conn_busy(c, 0);
	(void)atomic_fetch_add(&all->n, 1);
	(void)pthread_mutex_lock(&all->lock);
	c->next = all->first;
	if (c->next != NULL)
		c->next->prev = c;
	else
		(void)pthread_cond_signal(&all->ending);
	all->first = c;
	(void)pthread_mutex_unlock(&all->lock);
	return c;
}

void
ses_conn_remove(struct ses_conns *all, struct ses_conn *c)
{
	if (c == NULL)
		return;
	(void)pthread_mutex_lock(&all->lock);
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		all->first = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	(void)pthread_mutex_unlock(&all->lock);
	(void)atomic_fetch_sub(&all->n, 1);
	free(c);
}

void
ses_conn_busy(struct ses_conn *c, int busy)
{
	if (c != NULL)
		atomic_store(&c->since, busy ? 0 : ses_time_steady());
}

void
ses_conns_free(struct ses_conns *all)
{
	if (all->running) {
		(void)pthread_mutex_lock(&all->lock);
		all->end = 1;
		(void)pthread_cond_signal(&all->ending);
		(void)pthread_mutex_unlock(&all->lock);
		(void)pthread_join(all->thread, NULL);
	}
	(void)pthread_mutex_destroy(&all->lock);
	(void)pthread_cond_destroy(&all->ending);
}
