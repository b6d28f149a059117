#include <time.h>

#include "serve/readers.h"

void
ses_readers_init(struct ses_readers *r, unsigned max)
{
	pthread_condattr_t how;

	*r = (struct ses_readers){.max = max};
	(void)pthread_mutex_init(&r->lock, NULL);
	(void)pthread_condattr_init(&how);
	(void)pthread_condattr_setclock(&how, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&r->left, &how);
	(void)pthread_condattr_destroy(&how);
}

void
ses_readers_free(struct ses_readers *r)
{
	(void)pthread_cond_destroy(&r->left);
	(void)pthread_mutex_destroy(&r->lock);
}

int
ses_readers_enter(struct ses_readers *r, int64_t wait_ms)
{
	struct timespec until;
	int rc = 0;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_ms / 1000;
	until.tv_nsec += wait_ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	(void)pthread_mutex_lock(&r->lock);
	if (r->n >= r->max && r->waiting < r->max) {
		r->waiting++;
		while (r->n >= r->max && rc == 0)
			rc = pthread_cond_timedwait(&r->left, &r->lock, &until);
		r->waiting--;
	}
	rc = r->n < r->max;
	r->n += (unsigned)rc;
	(void)pthread_mutex_unlock(&r->lock);
	return rc;
}

void
ses_readers_leave(struct ses_readers *r)
{
	(void)pthread_mutex_lock(&r->lock);
	r->n--;
	(void)pthread_cond_signal(&r->left);
	(void)pthread_mutex_unlock(&r->lock);
}
