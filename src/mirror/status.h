#ifndef SES_STATUS_H
#define SES_STATUS_H

#include "mirror/mirror.h"
#include "store/store.h"
#include "vault/key.h"

/*
 * How far sessions of this machine are in a store: what a mirror would find if
 * it ran now.  Nothing is written and nothing is locked, so that it may be
 * asked while mirrors run.  Of a transcript not more than SES_TAIL_LEN bytes
 * and what proves the cursor are read; one that is compressed is unpacked in
 * memory, unless nothing has changed since the last mirror.  A document is not
 * read: its size and time tell whether it is the one that was stored.
 */
enum ses_status_state {
	SES_STATUS_PROTECTED,   /* stored up to its last whole line */
	SES_STATUS_BEHIND,      /* what came lately is missing */
	SES_STATUS_UNPROTECTED, /* what is missing nobody is about to store */
	SES_STATUS_REMOVED,     /* by its user */
	SES_STATUS_GONE,        /* the source is not there any more */
};

struct ses_status {
	int state;         /* enum ses_status_state */
	char reason[512];  /* for people; "": none is needed */
	char *project;     /* in the store, NULL: in none */
	uint64_t source;   /* bytes of the source; of rows unknown: 0 */
	uint64_t mirrored; /* of them stored; of rows: to this one */
	uint64_t pending;  /* not stored yet, in whole lines; or rows */
	uint64_t torn;     /* behind the last whole line, and not stored */
	uint64_t stored;   /* what all of it takes in the store */
	int64_t since;     /* when what is pending began to be written, or 0 */
	int64_t verified;  /* when it was last found whole, or 0 */
	uint64_t beside;   /* files beside the transcript that are missing */
	char stream[SES_STREAM_ID]; /* that it is stored in, or "" */
	uint64_t rev;               /* of that stream's checkpoint */
};

/**
 * ses_status_all(s, opts, l, out, err):
 * Fill in out[i] for each session l->v[i], with several threads, which open the
 * store of opts for themselves; s is that store.  What goes
 * wrong with one session is its reason.  Errors: what keeps all from being
 * looked at.  Owns: release each with ses_status_free.
 */
int ses_status_all(struct ses_store *s, const struct ses_mirror_opts *opts,
    const struct ses_session_list *l, struct ses_status *out,
    struct seshat_err *err);

/** Release what one holds. */
void ses_status_free(struct ses_status *s);

#endif
