#ifndef SES_LIVE_H
#define SES_LIVE_H

#include "base/hash.h"
#include "base/sink.h"
#include "vault/stream.h"

/*
 * Reading a session while somebody adds to it: every byte of its lines once,
 * in order, whole parts at a time.  A look costs one request where nothing is
 * new; when to look at what, the caller decides by time or by what the store
 * tells it.
 *
 * A torn line is held back until the whole one comes or the session ends.
 * When another stream becomes the session's current one and begins with what
 * was handed out, its other lines follow; else it is handed out from its
 * first byte, and changed is called before.
 */
struct ses_live {
	struct ses_store *s;
	const struct ses_where *w;
	const char *wanted; /* this stream; NULL: the current one */
	uint64_t tail;      /* begin so many lines before the end; */
	uint64_t after;     /* UINT64_MAX: behind so many lines */
	const struct ses_sink *out;
	void (*changed)(void *arg, const char *stream);
	/* So many lines are passed over since they cannot be read, as what
	 * says; those behind them come.  A piece of a line that came is lost,
	 * and the first of them.  NULL: nothing is passed over. */
	int (*gap)(void *arg, uint64_t lines, const char *what,
	    struct seshat_err *err);
	void *arg;
	int pass; /* what cannot be read now will not be: pass over it */

	/* From here on zero at first. */
	char id[SES_STREAM_ID]; /* "" until the first look */
	char writer[9];         /* as its checkpoint says */
	int has_checkpoint;
	uint32_t next_seq; /* the part that is waited for */
	int held;          /* the one before it is a torn line */
	uint64_t at;       /* source position where it must begin */
	/* The stream's bytes from begin to given were handed out; of the part
	 * that is read next they are the first skip. */
	uint64_t begin;
	uint64_t given;
	uint64_t skip;
	struct ses_sha256 sha; /* of them */
	uint64_t skip_lines;   /* before the first to be handed out */
	int out_failed;        /* an error is that of out */
};

/* What to look at besides the part that is waited for. */
enum {
	SES_LOOK_PART = 0,
	/* did the session end, were parts merged? */
	SES_LOOK_CHECKPOINT = 1 << 0,
	/* which stream is the current one, is all still there? */
	SES_LOOK_STREAMS = 1 << 1,
	/* and does another machine go on with it?  Only after a while in which
	 * nothing came, lest two that write the same take turns. */
	SES_LOOK_OTHERS = 1 << 2,
};

enum ses_live_state {
	SES_LIVE_IDLE, /* nothing was new */
	SES_LIVE_GREW,
	SES_LIVE_ENDED, /* and all of it was handed out */
	SES_LIVE_REMOVED,
};

/**
 * ses_live_look(f, at, err):
 * Hand out what is new.  After an error a call with SES_LOOK_STREAMS goes on
 * where this one came to, unless f->out_failed.
 * Returns: enum ses_live_state, or -1.
 * Errors: SESHAT_ENOTFOUND, nothing is stored of the session (any more);
 * SESHAT_ECORRUPT, as ses_session_read, but for what is passed over: of that
 * it must be known how many lines it has.
 */
int ses_live_look(struct ses_live *f, unsigned at, struct seshat_err *err);

/** What to look at when the object name of the session came or went: SES_LOOK_
 * flags, or -1 for nothing. */
int ses_live_sign(const struct ses_live *f, const char *name);

#endif
