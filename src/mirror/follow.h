#ifndef SES_FOLLOW_H
#define SES_FOLLOW_H

#include <signal.h>

#include "mirror/run.h"
#include "mirror/watch.h"

/*
 * Mirroring sessions while they are written, and those that begin meanwhile,
 * until somebody asks for the end.
 */

/* How a session stands; told when it changes. */
enum ses_follow_state {
	SES_FOLLOW_WELL,
	SES_FOLLOW_FAILS, /* and is tried again, ever more seldom */
	SES_FOLLOW_LAGS,  /* it grows faster than it is stored */
};

/* What a follow tells; any may be NULL.  All calls come from one thread. */
struct ses_follow_told {
	/* the first look at all is over, and the indexes know of it */
	void (*ready)(void *arg, size_t n, const struct ses_watch_counts *c,
	    const char *why_poll);
	/* a flush that stored something */
	void (*stored)(void *arg, const struct ses_session *s,
	    const struct ses_flush_result *r);
	/* s NULL: the store as a whole; why says what of it */
	void (*state)(void *arg, const struct ses_session *s,
	    enum ses_follow_state now, const struct seshat_err *why);
	/* every 1/5 s until ready; n sessions are known */
	void (*progress)(void *arg, const struct ses_run_totals *t, size_t n);
	/* asked whenever it wakes, once a minute at least: whether to end */
	int (*over)(void *arg);
	/* the end was asked for: the last flushes begin */
	void (*ending)(void *arg);
	/* all is over, n sessions were followed */
	void (*ended)(void *arg, const struct ses_run_totals *t, size_t n);
};

struct ses_follow {
	const struct ses_mirror_opts *opts;
	const struct ses_discover *q; /* which sessions; its id counts not */
	const char *id;     /* only this one and its subagents, or NULL */
	int first;          /* only the first that comes, and its subagents */
	int everything;     /* no end is stamped on what did not grow */
	uint64_t min_bytes; /* the last flush passes over it */
	int64_t interval;   /* ms between two flushes of a session */
	const volatile sig_atomic_t *stop; /* then all is flushed */
	int stop_fd;                       /* readable then */
	const struct ses_follow_told *told;
	void *arg;
};

/** Watch the roots of all harnesses that q wants; tags are places in
 * ses_harnesses. */
int ses_follow_watch(
    struct ses_watch *w, const struct ses_discover *q, struct seshat_err *err);

/**
 * ses_follow_run(f, found, since, err):
 * Follow what is in found, which is emptied into it, and what comes after
 * since (ms since 1970), when found was looked for, until *f->stop.
 * Errors: what stops all of them (no store, no memory).
 */
int ses_follow_run(const struct ses_follow *f, struct ses_session_list *found,
    int64_t since, struct seshat_err *err);

#endif
