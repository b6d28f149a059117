#ifndef SES_RING_H
#define SES_RING_H

#include <pthread.h>
#include <sys/types.h>

#include "base/sink.h"

/*
 * A bounded pipe between a thread that makes bytes and an event thread that
 * sends them and must not wait: where it would, sleep is called, and wake once
 * there is something; each under the ring's lock, so that they come in turn.
 */
struct ses_ring {
	pthread_mutex_t lock;
	pthread_cond_t room;
	char *data;
	size_t cap;
	size_t from; /* where the first byte is */
	size_t len;
	size_t want;   /* room the writer waits for; 0: it does not */
	size_t enough; /* the reader sleeps until there is so much */
	int ended;     /* the writer is done: 1 well, -1 not */
	int cut;       /* nobody reads any more */
	int asleep;
	void (*sleep)(void *arg);
	void (*wake)(void *arg);
	void *arg;
};

enum { SES_RING_END = -1, SES_RING_FAILED = -2 };

/** A ring of cap bytes; sleep, wake, arg and enough are the caller's to set
 * before it is used. */
int ses_ring_init(struct ses_ring *r, size_t cap, struct seshat_err *err);

/** Put all bytes in, waiting for room.  Errors: SESHAT_ECANCELLED, the ring
 * was cut. */
int ses_ring_write(
    struct ses_ring *r, const void *data, size_t len, struct seshat_err *err);

/** No more will come, since all is there or something failed. */
void ses_ring_end(struct ses_ring *r, int failed);

/** Take up to max bytes: how many, 0 after sleep was called, SES_RING_END, or
 * SES_RING_FAILED, at once, whatever is in it, when the writer failed or the
 * ring was cut. */
ssize_t ses_ring_read(struct ses_ring *r, void *out, size_t max);

/** Nobody reads any more, or is to: both sides fail from now on. */
void ses_ring_cut(struct ses_ring *r);

/** Whether it was cut. */
int ses_ring_is_cut(struct ses_ring *r);

void ses_ring_free(struct ses_ring *r);

#endif
