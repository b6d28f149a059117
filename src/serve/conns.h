#ifndef SES_CONNS_H
#define SES_CONNS_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/err.h"

/*
 * The connections there are, and a thread that cuts those whose request does
 * not come whole in time, however busy they look (slowloris).
 */
struct ses_conn {
	struct ses_conn *prev;
	struct ses_conn *next;
	int fd;
	/* Since when a request is waited for (ses_time_steady); 0: one is
	 * being answered. */
	_Atomic int64_t since;
};

struct ses_conns {
	pthread_mutex_t lock;
	pthread_cond_t ending;
	pthread_t thread;
	struct ses_conn *first;
	atomic_uint n;
	unsigned max;
	int64_t limit_ms;
	int running;
	int end;
	uint64_t refused; /* there were too many */
	uint64_t cut;     /* too slow */
};

/** Begin the thread that cuts those which take longer than limit_ms; max: how
 * many there may be.  Owns: ses_conns_free, also after an error. */
int ses_conns_open(struct ses_conns *all, unsigned max, int64_t limit_ms,
    struct seshat_err *err);

/** Whether there may be one more. */
int ses_conns_may(struct ses_conns *all);

/** One more, on this socket; NULL when out of memory: it is not watched. */
struct ses_conn *ses_conn_add(struct ses_conns *all, int fd);

/** It is about to be closed. */
void ses_conn_remove(struct ses_conns *all, struct ses_conn *c);

/** A request is here, or answered and the next one is waited for. */
void ses_conn_busy(struct ses_conn *c, int busy);

void ses_conns_free(struct ses_conns *all);

#endif
