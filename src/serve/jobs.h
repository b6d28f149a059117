#ifndef SES_JOBS_H
#define SES_JOBS_H

#include "base/err.h"

/* Threads that do what may wait, in the order it came. */
struct ses_jobs;

struct ses_jobs_how {
	unsigned threads;
	unsigned max; /* that wait */
	/* Do one; *worker is this thread's own, NULL at first. */
	void (*work)(void *item, void **worker);
	void (*close)(void *worker); /* of a thread that ends; may be NULL */
};

/** Begin the threads, of which there may be fewer than asked for.  Owns: *out
 * goes by ses_jobs_free. */
int ses_jobs_open(struct ses_jobs **out, const struct ses_jobs_how *how,
    struct seshat_err *err);

/** 0, or -1 when too many wait or the end has begun. */
int ses_jobs_put(struct ses_jobs *j, void *item);

/** Do what waits, take no more, and wait for the threads' end; ses_jobs_put
 * may still be called. */
void ses_jobs_end(struct ses_jobs *j);

/** End and release. */
void ses_jobs_free(struct ses_jobs *j);

#endif
