#ifndef SES_REWORK_H
#define SES_REWORK_H

#include "mirror/flush.h"

/*
 * Changing what is stored of a session, from the store alone: what compacting
 * and auditing share.  First the new objects, then the checkpoint that lists
 * them, and only then what they replace goes.
 */

/* An object of the session. */
struct ses_rework_object {
	char name[SES_PART_NAME];
	char stream[SES_STREAM_ID];
	int merged;
	uint32_t first;
	uint32_t last;
	int64_t mtime;
};

struct ses_rework {
	struct ses_flush f;
	int take_over; /* also what another machine wrote that is silent */
	struct ses_rework_object *v; /* in the order of their names */
	size_t n;
	size_t cap;
	size_t prefix; /* length of the session's prefix, while listing */
	int64_t now;   /* the store's time, once asked for */
	int64_t when;  /* when what holds less than before was put, or 0 */
	char **old;    /* names to be deleted behind the checkpoint */
	size_t n_old;
	int written; /* a checkpoint was */
};

/* What is to be done with the streams; l is borrowed. */
typedef int ses_rework_fn(void *arg, struct ses_rework *k,
    const struct ses_streams *l, struct seshat_err *err);

/**
 * ses_rework(k, m, w, work, arg, err):
 * Under the session's lock load its state, its streams and its objects, and let
 * work do with them what it will; where it wrote a checkpoint, the summary and
 * the index are written anew.  k has take_over alone set; it is released.
 */
int ses_rework(struct ses_rework *k, struct ses_mirror *m,
    const struct ses_where *w, ses_rework_fn *work, void *arg,
    struct seshat_err *err);

/** The same without the lock and the state, to look alone. */
int ses_rework_look(struct ses_rework *k, struct ses_mirror *m,
    const struct ses_where *w, ses_rework_fn *work, void *arg,
    struct seshat_err *err);

/** Ask the store for its time, once. */
int ses_rework_time(struct ses_rework *k, struct seshat_err *err);

/** Whether we may write the stream: 1; 0, it is another machine's; -1.  One
 * without a checkpoint is nobody's yet.  Errors: SESHAT_ECONFLICT, it was to be
 * taken over and is not silent. */
int ses_rework_may_write(
    struct ses_rework *k, const struct ses_stream *st, struct seshat_err *err);

/** The object of that name, or NULL. */
const struct ses_rework_object *ses_rework_object(
    const struct ses_rework *k, const char *name);

/** Make the checkpoint list all parts: 1; 0, not, since one of those it does
 * not list is damaged; -1. */
int ses_rework_list_all(
    struct ses_rework *k, const struct ses_stream *st, struct seshat_err *err);

/** The object is to be deleted behind the next checkpoint. */
int ses_rework_drop(
    struct ses_rework *k, const char *name, struct seshat_err *err);

/** What this machine's state says of the stream, NULL: nothing that counts. */
struct ses_state_source *ses_rework_state(
    struct ses_rework *k, const struct ses_stream *st);

/** Save the state; one that holds nothing is none. */
int ses_rework_save(struct ses_rework *k, struct seshat_err *err);

/** Make us the owner of the stream; whether we were not. */
int ses_rework_own(struct ses_rework *k, const struct ses_stream *st);

/** Write st->doc in place of the checkpoint that was loaded, then delete what
 * is to be deleted; *deleted counts it. */
int ses_rework_commit(struct ses_rework *k, const struct ses_stream *st,
    uint64_t *deleted, struct seshat_err *err);

#endif
