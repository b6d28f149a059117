/* eventfd and malloc_trim are Linux' and glibc's. */
#define _GNU_SOURCE
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include <sys/eventfd.h>

#include "base/mem.h"
#include "mirror/workers.h"

enum place_state { PLACE_FREE, PLACE_GIVEN, PLACE_DONE };

/* One worker's. */
#define FAR_WORKERS 8

struct place {
	struct ses_workers *all;
	struct ses_mirror m;
	struct ses_job job;
	int state; /* enum place_state */
	pthread_t thread;
};

struct ses_workers {
	pthread_mutex_t lock; /* of the states, and of leave */
	pthread_cond_t given;
	struct place v[SES_WORKERS_MAX];
	size_t n;
	int inline_; /* no threads */
	int done_fd;
	int leave;
};

static void
tell_done(const struct ses_workers *w)
{
	const uint64_t one = 1;

	/* full, it is readable all the same */
	if (write(w->done_fd, &one, sizeof(one)) < 0)
		return;
}

static uint64_t
requests(const struct ses_store *s)
{
	struct ses_store_counts c = ses_store_counts(s);

	return c.put + c.get + c.head + c.list + c.del + c.now;
}

static void
do_job(struct place *p)
{
	uint64_t before = requests(p->m.store);

	p->job.err = (struct seshat_err)SESHAT_ERR_INIT;
	p->job.rc = ses_mirror_flush(
	    &p->m, p->job.session, &p->job.how, &p->job.result, &p->job.err);
	p->job.down = p->job.rc < 0 && ses_store_is_down(p->m.store);
	p->job.asked = requests(p->m.store) > before;
}

static void *
work(void *arg)
{
	struct place *p = arg;
	struct ses_workers *w = p->all;

	(void)pthread_mutex_lock(&w->lock);
	for (;;) {
		while (p->state != PLACE_GIVEN && !w->leave)
			(void)pthread_cond_wait(&w->given, &w->lock);
		if (p->state != PLACE_GIVEN)
			break;
		(void)pthread_mutex_unlock(&w->lock);
		do_job(p);
		(void)pthread_mutex_lock(&w->lock);
		p->state = PLACE_DONE;
		tell_done(w);
	}
	(void)pthread_mutex_unlock(&w->lock);
	return NULL;
}

unsigned
ses_workers_suit(const struct ses_mirror_opts *opts, size_t jobs)
{
	if (ses_store_caps_of(opts->store) & SES_STORE_LOCAL)
		return ses_pool_size(jobs, 1, SES_WORKERS_MAX);
	return jobs < FAR_WORKERS ? (unsigned)jobs : FAR_WORKERS;
}

/* Only the first must come about. */
static int
start_all(struct ses_workers *w, const struct ses_mirror_opts *opts, unsigned n,
    struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct place *p;

	for (; w->n < n; w->n++) {
		p = &w->v[w->n];
		p->all = w;
		if (ses_mirror_open(&p->m, opts, w->n == 0 ? err : &ignored) <
		    0)
			return w->n > 0 ? 0 : -1;
		if (w->inline_)
			continue;
		if (pthread_create(&p->thread, NULL, work, p) == 0)
			continue;
		if (w->n > 0) {
			ses_mirror_free(&p->m);
			return 0;
		}
		w->inline_ = 1; /* it works alone */
		n = 1;
	}
	return 0;
}

int
ses_workers_start(struct ses_workers **out, const struct ses_mirror_opts *opts,
    unsigned n, struct seshat_err *err)
{
	struct ses_workers *w = ses_calloc(1, sizeof(*w));

	if (w == NULL)
		return ses_fail_nomem(err);
	w->inline_ = n == 1;
	w->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->done_fd < 0) {
		ses_fail_errno(err, "eventfd");
		free(w);
		return -1;
	}
	(void)pthread_mutex_init(&w->lock, NULL);
	(void)pthread_cond_init(&w->given, NULL);
	if (start_all(w, opts, n, err) < 0) {
		ses_workers_free(w);
		return -1;
	}
	*out = w;
	return 0;
}

/* A place in this state, or NULL; with the lock held. */
static struct place *
find(struct ses_workers *w, int state)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->v[i].state == state)
			return &w->v[i];
	return NULL;
}

size_t
ses_workers_busy(struct ses_workers *w)
{
	size_t n = 0;
	size_t i;

	(void)pthread_mutex_lock(&w->lock);
	for (i = 0; i < w->n; i++)
		n += w->v[i].state != PLACE_FREE;
	(void)pthread_mutex_unlock(&w->lock);
	return n;
}

int
ses_workers_give(struct ses_workers *w, const struct ses_job *job)
{
	struct place *p;

	(void)pthread_mutex_lock(&w->lock);
	p = find(w, PLACE_FREE);
	if (p != NULL) {
		p->job = *job;
		p->state = PLACE_GIVEN;
	}
	if (p != NULL && w->inline_) {
		do_job(p);
		p->state = PLACE_DONE;
		tell_done(w);
	} else if (p != NULL) {
		(void)pthread_cond_broadcast(&w->given);
	}
	(void)pthread_mutex_unlock(&w->lock);
	return p != NULL;
}

int
ses_workers_take(struct ses_workers *w, struct ses_job *job)
{
	struct place *p;
	uint64_t n;

	(void)pthread_mutex_lock(&w->lock);
	p = find(w, PLACE_DONE);
	if (p != NULL) {
		*job = p->job;
		p->state = PLACE_FREE;
	}
	/* only when nothing is left, and while nobody can add to it */
	if (find(w, PLACE_DONE) == NULL && read(w->done_fd, &n, sizeof(n)) < 0)
		n = 0;
	(void)pthread_mutex_unlock(&w->lock);
	return p != NULL;
}

void
ses_workers_wait(struct ses_workers *w, struct ses_job *job)
{
	struct pollfd p = {.fd = w->done_fd, .events = POLLIN};

	while (!ses_workers_take(w, job))
		(void)poll(&p, 1, -1);
}

int
ses_workers_fd(const struct ses_workers *w)
{
	return w->done_fd;
}

void
ses_workers_rest(struct ses_workers *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		ses_mirror_rest(&w->v[i].m);
	(void)malloc_trim(0);
}

void
ses_workers_free(struct ses_workers *w)
{
	size_t i;

	if (w == NULL)
		return;
	(void)pthread_mutex_lock(&w->lock);
	w->leave = 1;
	(void)pthread_cond_broadcast(&w->given);
	(void)pthread_mutex_unlock(&w->lock);
	for (i = 0; i < w->n; i++) {
		if (!w->inline_)
			(void)pthread_join(w->v[i].thread, NULL);
		if (w->v[i].state == PLACE_DONE)
			ses_flush_result_free(&w->v[i].job.result);
		ses_mirror_free(&w->v[i].m);
	}
	(void)pthread_cond_destroy(&w->given);
	(void)pthread_mutex_destroy(&w->lock);
	close(w->done_fd);
	free(w);
}
