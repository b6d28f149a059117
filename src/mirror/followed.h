#ifndef SES_FOLLOWED_H
#define SES_FOLLOWED_H

#include "harness/harness.h"

/*
 * The sessions that are being followed: found by the name of their source,
 * and in the order in which their flushes are due.  Times are those of
 * ses_time_steady.
 */
struct ses_followed {
	char *key; /* path of its file; of rows also their name in there */
	struct ses_session session;
	int64_t due;               /* of its flush */
	int64_t wanted;            /* since then something waits, or 0 */
	int64_t began;             /* its last flush */
	size_t place;              /* in the queue, from 1 on; 0: not in it */
	unsigned fails;            /* flushes that failed one after another */
	int64_t failed;            /* the last of them */
	int running;               /* a worker has it */
	int again;                 /* it changed meanwhile */
	int grew;                  /* something was stored of it */
	int gone;                  /* its source is not there any more */
	int stranger;              /* it is none of those that are wanted */
	int told;                  /* enum ses_follow_state */
	struct ses_followed *same; /* the one whose file this is, too */
	int caught_up;             /* its first flush is over, or held back */
	int is_new;                /* it came after the start, or was empty */
	int64_t read; /* when its title and folder were last looked for */
};

struct ses_followed_table {
	struct ses_followed **v; /* all, in the order they were found */
	size_t n;
	size_t cap;
	void *by_key;                /* tsearch(3) tree */
	struct ses_followed **queue; /* a heap, the first due at [0] */
	size_t n_queue;
};

/** Append the key of a session. */
int ses_followed_key(
    const struct ses_session *s, struct ses_buf *out, struct seshat_err *err);

/** The one with this key, or NULL. */
struct ses_followed *ses_followed_find(
    const struct ses_followed_table *t, const char *key);

/** One with this id whose source is there, or NULL. */
struct ses_followed *ses_followed_with_id(const struct ses_followed_table *t,
    const struct ses_harness_ops *harness, const char *id);

/** Add a session, which is moved into the table: s is {0} after, also on
 * failure.  NULL and err when out of memory. */
struct ses_followed *ses_followed_add(struct ses_followed_table *t,
    struct ses_session *s, struct seshat_err *err);

/** Put it into the queue, or where it belongs there now. */
void ses_followed_queue(
    struct ses_followed_table *t, struct ses_followed *e, int64_t due);

/** Take it out of the queue, if it is there. */
void ses_followed_unqueue(struct ses_followed_table *t, struct ses_followed *e);

void ses_followed_free(struct ses_followed_table *t);

#endif
