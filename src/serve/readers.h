#ifndef SES_READERS_H
#define SES_READERS_H

#include <pthread.h>
#include <stdint.h>

/*
 * How many of the workers may do at once what takes long, so that the others
 * are free for the rest.  Any number of threads.
 */
struct ses_readers {
	pthread_mutex_t lock;
	pthread_cond_t left;
	unsigned max;     /* at it at once, */
	unsigned n;       /* and that are; */
	unsigned waiting; /* of these as many at most */
};

/** Start with nobody at it, release; in between max may be at it at once. */
void ses_readers_init(struct ses_readers *r, unsigned max);
void ses_readers_free(struct ses_readers *r);

/** Begin, or wait for that at most so long: 1, or 0: too many are at it.  Who
 * got 1 ends with ses_readers_leave. */
int ses_readers_enter(struct ses_readers *r, int64_t wait_ms);
void ses_readers_leave(struct ses_readers *r);

#endif
