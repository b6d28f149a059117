#ifndef SES_STREAM_H
#define SES_STREAM_H

#include "pack/member.h"
#include "store/store.h"
#include "vault/entry.h"
#include "vault/key.h"

/*
 * The streams of a session as a store shows them: each a log of parts with
 * one writer (FORMATS.md, section 2).
 */
struct ses_stream {
	char id[SES_STREAM_ID];
	json_t *doc;             /* the checkpoint, NULL if none is readable */
	char tag[SES_STORE_TAG]; /* of its object */
	struct ses_entry *parts; /* in order, without a hole */
	size_t n;
	size_t cap;
	size_t n_listed;   /* so many are in the checkpoint */
	uint32_t next_seq; /* behind the last part */
	int hole;          /* parts exist behind a missing one: */
	size_t n_behind;   /* so many follow in parts, beyond n */
	char w[9];         /* writer */
	int64_t opened;    /* ms since 1970 */
	uint64_t opened_size;
	uint64_t cursor; /* source bytes stored, torn line included */
	int64_t last_event;
	int64_t ended;  /* 0: it may go on */
	int64_t put_at; /* when its last object was put, by the store's time */
	char damage[128]; /* why it cannot be read in full, or "" */
};

struct ses_streams {
	struct ses_stream *v;
	size_t n;
	size_t cap;
};

/**
 * ses_streams_load(s, w, out, err):
 * List the session and read what tells the streams apart: the checkpoints,
 * and the header of the last part where it is not in one.  No stream at all
 * is success.  Owns: ses_streams_free.
 */
int ses_streams_load(struct ses_store *s, const struct ses_where *w,
    struct ses_streams *out, struct seshat_err *err);

void ses_streams_free(struct ses_streams *l);

/** The session's current stream (FORMATS.md, section 3); NULL if none. */
struct ses_stream *ses_streams_current(const struct ses_streams *l);

/** Whether the writer of st opened a later stream that is complete: then st
 * is never the current one again, whatever is added to it. */
int ses_streams_superseded(
    const struct ses_streams *l, const struct ses_stream *st);

/** The stream called id, or NULL. */
struct ses_stream *ses_streams_named(
    const struct ses_streams *l, const char *id);

/** Where a writer goes on: behind the last whole line (or piece). */
uint64_t ses_stream_resume(const struct ses_stream *st);

/** The parts from the one at from on will be read, in order
 * (ses_store_expect); fetched: only those that ses_stream_fetch reads whole. */
int ses_stream_expect(struct ses_store *s, const struct ses_where *w,
    const struct ses_stream *st, size_t from, int fetched,
    struct seshat_err *err);

/**
 * ses_stream_fetch(s, w, e, redactions, err):
 * Fill in an entry that is not known yet from its object's header and
 * trailer; redactions, if not NULL, gets the header's text.
 * Errors: SESHAT_ENOTFOUND, SESHAT_ECORRUPT.
 */
int ses_stream_fetch(struct ses_store *s, const struct ses_where *w,
    struct ses_entry *e, struct ses_buf *redactions, struct seshat_err *err);

/** Read what an object of this name, or key, begins with, of which the first
 * bytes suffice (ses_member_parse, ses_archive_parse). */
int ses_stream_parse_object(const char *name, const struct ses_buf *b,
    struct ses_member *m, struct seshat_err *err);

/** Read a part's header alone. */
int ses_stream_head(struct ses_store *s, const struct ses_where *w,
    const char *name, struct ses_part_head *head, uint64_t *body,
    struct seshat_err *err);

#endif
