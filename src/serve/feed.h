#ifndef SES_FEED_H
#define SES_FEED_H

#include <pthread.h>
#include <stdatomic.h>

#include "serve/answer.h"
#include "serve/mhd.h"
#include "serve/ring.h"

/*
 * Streams that are being sent: a thread that produces, a ring, and the
 * connection that reads from it and is suspended while there is nothing.
 */
struct ses_feeds {
	const struct ses_mhd *mhd;
	unsigned max;  /* at once, of those that end, */
	unsigned live; /* and of eager ones, which stay */
	pthread_mutex_t lock;
	pthread_cond_t none;
	struct ses_feed *first;
	unsigned n;
	unsigned n_live; /* of them: eager ones */
	int closing;
	uint64_t finished; /* sent whole */
	uint64_t failed;   /* not made whole */
	uint64_t aborted;  /* the client left, or the server stopped */
};

struct ses_feed {
	struct ses_feeds *all;
	struct ses_feed *prev;
	struct ses_feed *next;
	struct ses_producer stream;
	struct ses_ring ring;
	struct MHD_Connection *conn;
	uint64_t id; /* of the request */
	uint64_t made;
	_Atomic uint64_t sent;
	atomic_int whole;
	atomic_int failed;
	atomic_uint refs;
};

/** Start with none: at most max that end and live that stay, at once, on the
 * connections of mhd, which outlives them. */
void ses_feeds_init(struct ses_feeds *all, const struct ses_mhd *mhd,
    unsigned max, unsigned live);

/**
 * ses_feed_open(all, stream, conn, id, err):
 * Begin to produce.  The stream is taken over on success; the feed has two
 * owners then, the caller and the response that is made of it.
 * Errors: SESHAT_ELIMIT, as many streams as there may be.
 */
struct ses_feed *ses_feed_open(struct ses_feeds *all,
    const struct ses_producer *stream, struct MHD_Connection *conn, uint64_t id,
    struct seshat_err *err);

/** The response of the feed, whose share it takes over; NULL when out of
 * memory (the share is given up). */
struct MHD_Response *ses_feed_response(struct ses_feed *f);

/** Give up one share. */
void ses_feed_unref(struct ses_feed *f);

/** Let those fail that wait for what may never come (eager ones). */
void ses_feeds_cut_eager(struct ses_feeds *all);

/** Let all that run fail, and begin no more. */
void ses_feeds_cut(struct ses_feeds *all);

/** Wait until no thread produces any more. */
void ses_feeds_free(struct ses_feeds *all);

#endif
