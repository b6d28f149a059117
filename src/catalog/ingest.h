#ifndef SES_CATALOG_INGEST_H
#define SES_CATALOG_INGEST_H

#include "catalog/db.h"
#include "harness/replay.h"
#include "vault/stream.h"

/* How a session's lines come into the catalog. */

/* Where a part ended: so much text of that CRC-32 came up to it. */
struct ses_mark {
	uint32_t last; /* its number */
	uint32_t crc;
	uint64_t size;
};

/* How far a session's stream was taken in. */
struct ses_taken {
	char stream[SES_STREAM_ID]; /* "": nothing was */
	uint32_t next;              /* part that comes next */
	uint64_t at;                /* source position where it begins */
	uint64_t bytes;             /* of text up to it */
	uint64_t line;              /* lines up to it */
	struct ses_mark *marks;     /* the last one is where it stands */
	size_t n_marks;
	size_t cap_marks;
	int ragged; /* a last line without newline was taken, too */
	int64_t model;
	int64_t time;
	struct ses_usage total; /* of a running count */
};

/* Counts of a session's day that are not written yet. */
#define SES_TALLIES 64
enum ses_tally_what {
	SES_TALLY_EVENT, /* name: role * 16 + kind */
	SES_TALLY_TOOL,  /* calls; failed: results that say so */
};
struct ses_tally {
	int64_t day;
	int what;
	int64_t name;
	int64_t n;
	int64_t failed;
};

struct ses_ingest {
	struct ses_catalog *c;
	const struct ses_catalog_how *how;
	struct ses_catalog_done *done;
	int64_t next_event;
	int64_t next_block;
	uint64_t pending; /* bytes of text since the last commit */
	int64_t began;    /* ms, when that was */
	int dropped;      /* text was deleted */
	int retitled;     /* a title was */
	unsigned looks;   /* at damaged parts, that may still be made */

	/* The session at hand. */
	int64_t no;
	int64_t project;
	int64_t harness;
	const struct ses_where *w;
	struct ses_taken taken;
	struct ses_replay replay;
	struct ses_buf one;  /* an event's text */
	struct ses_buf text; /* of the block */
	int64_t first;       /* event of the block; 0: it is empty */
	uint64_t block_line; /* its line, and the latest time of the block */
	int64_t block_clock;
	struct ses_tally tally[SES_TALLIES];
	size_t n_tally;
	int failed; /* an event could not be written: err */
	struct seshat_err err;
	/* of the part at hand: */
	uint64_t skip; /* bytes that were taken in before */
	uint32_t crc;  /* of the text up to here */
	uint64_t size;
	int last_byte;
	int differs; /* what is skipped is not what was taken in */
	int cut;     /* what comes is the rest of a line that is lost */
	int sure;    /* what is missing was not merged away just now */
	int mended;  /* all over again: what was damaged has changed */
};

/** Begin with a session of which nothing, or place, was taken in. */
int ses_ingest_begin(struct ses_ingest *in, int64_t no,
    const struct ses_where *w, struct seshat_err *err);

/** Where its lines go. */
struct ses_sink ses_ingest_sink(struct ses_ingest *in);

/** Write what waits, and where it stands. */
int ses_ingest_save(struct ses_ingest *in, struct seshat_err *err);

/** The end of the session at hand; what was not saved is lost. */
void ses_ingest_end(struct ses_ingest *in);

/** The part with these numbers was taken in whole. */
int ses_ingest_mark(
    struct ses_ingest *in, const struct ses_entry *e, struct seshat_err *err);

/** Delete all that is known of a session but its row. */
int ses_ingest_drop(struct ses_ingest *in, int64_t no, struct seshat_err *err);

/** Commit, and begin anew, where enough waits or always. */
int ses_ingest_commit(
    struct ses_ingest *in, int always, struct seshat_err *err);

/** Where new events and blocks get their numbers. */
int ses_ingest_numbers(struct ses_ingest *in, struct seshat_err *err);

/** End the session at hand and release all. */
void ses_ingest_free(struct ses_ingest *in);

/** event.c: take in an event. */
int ses_ingest_event(void *arg, const struct ses_event *e);
int ses_ingest_flush_tally(struct ses_ingest *in, struct seshat_err *err);
int ses_ingest_flush_block(struct ses_ingest *in, struct seshat_err *err);

/* Of an event: role, kind, and the ids of the names of its tool and its model,
 * and of the session that it is of as an entry of a session log; 0: none. */
#define SES_INGEST_V 5

/** The words of an event for the column m. */
#define SES_INGEST_MARKS 192
void ses_ingest_marks(const struct ses_ingest *in,
    const int64_t v[SES_INGEST_V], char out[SES_INGEST_MARKS]);

/** The id of a name that an event tells; 0: none.  After an error in->failed is
 * set. */
int64_t ses_ingest_name(
    struct ses_ingest *in, int kind, const struct ses_json *v);

/** run.c: take in the entry of a session log that the event is of; *of is the
 * id of the name of its session.  What failed is in in->err. */
int ses_ingest_run(
    struct ses_ingest *in, const struct ses_event *e, int64_t *of);

/** taken.c: how far a session was taken in; owned, ses_taken_free. */
int ses_taken_get(struct ses_catalog *c, int64_t no, struct ses_taken *p,
    struct seshat_err *err);
int ses_taken_put(struct ses_catalog *c, int64_t no, const struct ses_taken *p,
    struct seshat_err *err);
void ses_taken_free(struct ses_taken *p);

/**
 * ses_taken_find(p, st, i, skip):
 * The part to go on with, of which the first *skip bytes were taken in.
 * Returns: 0 when what is stored is not what was taken in, all over again.
 */
int ses_taken_find(const struct ses_taken *p, const struct ses_stream *st,
    size_t *i, uint64_t *skip);

/** Keep only the marks that are ends of the stream's parts. */
void ses_taken_prune(struct ses_taken *p, const struct ses_stream *st);

/** session.c: take in what is new of a session. *damaged: not all of it can
 * be read. */
int ses_ingest_session(struct ses_ingest *in, int64_t no,
    const struct ses_where *w, int *damaged, struct seshat_err *err);

/** gap.c: this part of the session cannot be read. */
int ses_catalog_put_gap(struct ses_catalog *c, int64_t no,
    const struct ses_where *w, const char *part, struct seshat_err *err);

/** How many such parts there are (of many, some), or -1.  At most *looks of
 * them, which is counted down, are asked for in the store; *changed: one is not
 * what it was. */
int ses_catalog_gaps(struct ses_catalog *c, int64_t no,
    const struct ses_where *w, unsigned *looks, int *changed,
    struct seshat_err *err);

/** How many sessions are known as damaged. */
int ses_catalog_damaged_n(
    struct ses_catalog *c, uint64_t *out, struct seshat_err *err);

/** As ses_catalog_mark, of a catalog that is ready. */
int ses_catalog_mark_rows(
    struct ses_catalog *c, json_t *rows, struct seshat_err *err);

/** rows.c: the sessions' rows as the store has them. */
int ses_catalog_rows(struct ses_ingest *in, struct seshat_err *err);

/** row.c: delete the text of sessions that are gone. */
int ses_rows_purge(struct ses_ingest *in, struct seshat_err *err);

#endif
