#ifndef SES_WORKERS_H
#define SES_WORKERS_H

#include "base/pool.h"
#include "mirror/mirror.h"

/*
 * Threads that flush sessions, each with a store, a redactor and buffers of
 * its own.  One thread, the owner's, gives jobs and takes them back.
 */
#define SES_WORKERS_MAX SES_POOL_MAX

struct ses_job {
	const struct ses_session *session; /* must stay until it is taken */
	struct ses_flush_how how;
	void *tag;
	/* what came of it */
	int rc;
	int down;  /* it failed since the store does: so would others */
	int asked; /* the store was asked something */
	struct ses_flush_result result; /* whoever takes the job frees it */
	struct seshat_err err;
};

struct ses_workers;

/**
 * ses_workers_start(out, opts, n, err):
 * Start n workers, at most SES_WORKERS_MAX; where threads or memory are short
 * fewer, at least one.  With n = 1 there is no thread: a job is done while it
 * is given.  opts is borrowed.  Owns: ses_workers_free.
 * Errors: what stops the first of them (no store, no memory).
 */
int ses_workers_start(struct ses_workers **out,
    const struct ses_mirror_opts *opts, unsigned n, struct seshat_err *err);

/** How many suit so many jobs for this store: of a far one the answers are
 * waited for, of a near one the processors. */
unsigned ses_workers_suit(const struct ses_mirror_opts *opts, size_t jobs);

/** How many jobs were given and not yet taken back. */
size_t ses_workers_busy(struct ses_workers *w);

/** Give a job: 1, or 0 when all are at work. */
int ses_workers_give(struct ses_workers *w, const struct ses_job *job);

/** Take back a job that is done: 1, or 0 when none is. */
int ses_workers_take(struct ses_workers *w, struct ses_job *job);

/** Wait until a job that was given is done, and take it back. */
void ses_workers_wait(struct ses_workers *w, struct ses_job *job);

/** Becomes readable when a job is done; ses_workers_take makes it silent. */
int ses_workers_fd(const struct ses_workers *w);

/** Give memory back until the next job; none may be at work. */
void ses_workers_rest(struct ses_workers *w);

/** Wait for what is at work, then release.  NULL is allowed. */
void ses_workers_free(struct ses_workers *w);

#endif
