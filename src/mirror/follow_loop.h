#ifndef SES_FOLLOW_LOOP_H
#define SES_FOLLOW_LOOP_H

#include "mirror/follow.h"
#include "mirror/followed.h"
#include "mirror/workers.h"

/* What the files of a follow share: follow.c is the loop, follow_find.c tells
 * which sessions the files are, follow_flush.c what becomes of flushes,
 * follow_store.c what is done while the store is down. */

/* When a harness is to be searched anew: what its files are, only a search
 * tells.  Times are those of ses_time_steady. */
struct ses_follow_search {
	int64_t due;   /* 0: it is not */
	int64_t after; /* not before */
};

/* How the store as a whole is. */
struct ses_follow_store {
	int down;       /* and that was told */
	int missing;    /* not even a bucket was there */
	int given_up;   /* the last flushes end */
	unsigned fails; /* times that it was asked in vain */
	int64_t ask_at;
	int64_t failed_at;
	int64_t well_at; /* when it answered last, or 0 */
};

struct ses_follow_loop {
	const struct ses_follow *f;
	struct ses_run_totals totals;
	struct ses_followed_table table;
	struct ses_watch *watch;
	struct ses_workers *workers;
	struct ses_store *store; /* for what the workers do not do */
	struct ses_follow_store store_is;
	struct ses_follow_search search[SES_HARNESSES_MAX];
	char *id;           /* the only session that is followed, or NULL */
	int first;          /* the next that comes is that */
	json_t *rows;       /* for the indexes */
	size_t n_followed;  /* without the strangers of the table */
	size_t to_catch_up; /* sessions whose first flush is not over */
	int is_ready;
	int ending; /* the last flushes */
	int index_fails;
	int64_t index_at;
	int64_t progress_at;
	int64_t rest_at; /* or 0 */
};

/** A file was written or is gone: a ses_watch_seen, arg is the loop. */
int ses_follow_seen(
    void *arg, int tag, const char *path, int gone, struct seshat_err *err);

/** Search the harnesses that are due; *next is when the next one is, or 0. */
int ses_follow_search_due(struct ses_follow_loop *l, int64_t now, int64_t *next,
    struct seshat_err *err);

/** Add a session; s is {0} after. */
int ses_follow_add(
    struct ses_follow_loop *l, struct ses_session *s, struct seshat_err *err);

/** Its source is not where it was. */
int ses_follow_gone(
    struct ses_follow_loop *l, struct ses_followed *e, struct seshat_err *err);

/** Before its flush: look for its title and folder again, which its first
 * lines may not have told.  1, or 0 when the flush had better wait a little:
 * the project of a session is chosen once. */
int ses_follow_refresh(struct ses_follow_loop *l, struct ses_followed *e);

/** One of the queue that was not wanted so far: see whether it is now. */
int ses_follow_consider_again(
    struct ses_follow_loop *l, struct ses_followed *e, struct seshat_err *err);

/** It has something to store. */
void ses_follow_want(struct ses_follow_loop *l, struct ses_followed *e);

/** Its first flush is over, or nobody waits for it. */
void ses_follow_caught_up(struct ses_follow_loop *l, struct ses_followed *e);

/** Give the workers what is due. */
int ses_follow_give(
    struct ses_follow_loop *l, int64_t now, struct seshat_err *err);

/** Take back what they did. */
void ses_follow_take(struct ses_follow_loop *l, int64_t now);

/** Tell of sessions that have waited too long. */
void ses_follow_tell_lags(struct ses_follow_loop *l, int64_t now);

/** How long to wait after so many failures, most ms at most: twice as long each
 * time, and never all at the same moment. */
int64_t ses_follow_retry_after(unsigned fails, int64_t most);

/** Tell how a session stands; s NULL: the store as a whole. */
void ses_follow_tell(struct ses_follow_loop *l, const struct ses_session *s,
    enum ses_follow_state now, const struct seshat_err *why);

/** Whether a flush may begin: while the store is down one at a time does, to
 * ask. */
int ses_follow_store_may(struct ses_follow_loop *l, int64_t now);

/** The store itself failed: told once. */
void ses_follow_store_failed(
    struct ses_follow_loop *l, const struct seshat_err *why, int64_t now);

/** The store answered what was asked from began on: if it was down that is
 * told, and all goes on. */
void ses_follow_store_well(
    struct ses_follow_loop *l, int64_t began, int64_t now);

/** Bring the indexes up to date. */
void ses_follow_index(struct ses_follow_loop *l, int64_t now);

/** The last flushes, and the ends. */
int ses_follow_end(struct ses_follow_loop *l, struct seshat_err *err);

#endif
