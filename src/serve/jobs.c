#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "serve/jobs.h"

struct ses_jobs {
	struct ses_jobs_how how;
	pthread_mutex_t lock;
	pthread_cond_t some;
	void **item; /* a ring of how.max */
	unsigned from;
	unsigned n;
	unsigned threads;
	int closing;
	pthread_t thread[];
};

static void *
take(struct ses_jobs *j)
{
	void *item = NULL;

	(void)pthread_mutex_lock(&j->lock);
	while (j->n == 0 && !j->closing)
		(void)pthread_cond_wait(&j->some, &j->lock);
	if (j->n > 0) {
		item = j->item[j->from];
		j->from = (j->from + 1) % j->how.max;
		j->n--;
	}
	(void)pthread_mutex_unlock(&j->lock);
	return item;
}

static void *
run(void *arg)
{
	struct ses_jobs *j = arg;
	void *worker = NULL;
	void *item;

	while ((item = take(j)) != NULL)
		j->how.work(item, &worker);
	if (worker != NULL && j->how.close != NULL)
		j->how.close(worker);
	return NULL;
}

int
ses_jobs_open(struct ses_jobs **out, const struct ses_jobs_how *how,
    struct seshat_err *err)
{
	struct ses_jobs *j =
	    ses_calloc(1, sizeof(*j) + how->threads * sizeof(j->thread[0]));

	if (j == NULL)
		return ses_fail_nomem(err);
	j->how = *how;
	(void)pthread_mutex_init(&j->lock, NULL);
	(void)pthread_cond_init(&j->some, NULL);
	j->item = ses_calloc(how->max, sizeof(j->item[0]));
	if (j->item == NULL) {
		ses_jobs_free(j);
		return ses_fail_nomem(err);
	}
	while (j->threads < how->threads &&
	       pthread_create(&j->thread[j->threads], NULL, run, j) == 0)
		j->threads++;
	if (j->threads == 0) {
		ses_jobs_free(j);
		return ses_fail(err, SESHAT_ESYS, "no thread can be started");
	}
	*out = j;
	return 0;
}

int
ses_jobs_put(struct ses_jobs *j, void *item)
{
	int full;

	(void)pthread_mutex_lock(&j->lock);
	full = j->n == j->how.max || j->closing;
	if (!full) {
		j->item[(j->from + j->n++) % j->how.max] = item;
		(void)pthread_cond_signal(&j->some);
	}
	(void)pthread_mutex_unlock(&j->lock);
	return full ? -1 : 0;
}

void
ses_jobs_end(struct ses_jobs *j)
{
	(void)pthread_mutex_lock(&j->lock);
	j->closing = 1;
	(void)pthread_cond_broadcast(&j->some);
	(void)pthread_mutex_unlock(&j->lock);
	for (; j->threads > 0; j->threads--)
		(void)pthread_join(j->thread[j->threads - 1], NULL);
}

void
ses_jobs_free(struct ses_jobs *j)
{
	if (j == NULL)
		return;
	ses_jobs_end(j);
	(void)pthread_mutex_destroy(&j->lock);
	(void)pthread_cond_destroy(&j->some);
	free(j->item);
	free(j);
}
