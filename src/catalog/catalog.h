#ifndef SES_CATALOG_H
#define SES_CATALOG_H

#include <jansson.h>

#include "catalog/hit.h"
#include "catalog/list.h"
#include "vault/entry.h"

/*
 * What a store holds, in a SQLite database in the cache: sessions, projects,
 * events, and the text of all of it, to be searched.  It can be deleted and
 * comes back by itself; one that is damaged or of another version is made
 * anew.  Any number of processes may use one; one at a time writes.
 */

/**
 * ses_catalog_open(out, s, err):
 * The catalog of a store; made where there is none.  Nothing is asked of the
 * store.  Where the cache cannot be written it is made in a folder of its own
 * for temporary files, with a warning, and deleted by ses_catalog_free.
 * Threads: one handle per thread.
 */
int ses_catalog_open(
    struct ses_catalog **out, struct ses_store *s, struct seshat_err *err);

/** The database that another handle has, which is freed later than this one. */
int ses_catalog_open_beside(struct ses_catalog **out, struct ses_store *s,
    const struct ses_catalog *other, struct seshat_err *err);
/** Whether the store has one; it is neither made nor looked into. */
int ses_catalog_is_there(struct ses_store *s);
/** NULL is allowed. */
void ses_catalog_free(struct ses_catalog *c);

struct ses_catalog_how {
	int sessions_only; /* not their text */
	int64_t wait_ms;   /* for another process that is at it */
	/* lines and bytes of transcripts that were read so far; or NULL */
	void (*progress)(void *arg, uint64_t sessions, uint64_t bytes);
	/* from here on lists tell what the store held when it began; or NULL */
	void (*listed)(void *arg);
	/* whether to look for new sessions again, between two sessions' text:
	 * then listed is called once more; or NULL */
	int (*wants_list)(void *arg);
	void *arg;
	const volatile int *stop; /* end soon, without an error, when set */
};

/* How much of what is stored has come into a catalog since it was made. */
struct ses_catalog_extent {
	int is_whole;      /* all of it, once; then nothing else is told */
	uint64_t taken;    /* sessions whose text is there */
	uint64_t sessions; /* that are listed; 0: not even that was done */
};

/** Errors: SESHAT_ECORRUPT. */
int ses_catalog_extent(struct ses_catalog *c, struct ses_catalog_extent *out,
    struct seshat_err *err);

struct ses_catalog_done {
	uint64_t sessions; /* that were looked into */
	uint64_t bytes;    /* of transcripts that were read */
	uint64_t damaged;  /* sessions that could not be read whole */
	int busy;          /* another process is at it: nothing was done */
};

/**
 * ses_catalog_update(c, how, done, err):
 * Make it tell what the store holds now; costs one listing where nothing is
 * new.  What was done stays done after an error.
 */
int ses_catalog_update(struct ses_catalog *c, const struct ses_catalog_how *how,
    struct ses_catalog_done *done, struct seshat_err *err);

/**
 * ses_catalog_is_fresh(c, err):
 * Whether lists tell what the store holds now: 1; 0, nobody knows without an
 * update: what is stored in folders of this machine is told by when they were
 * changed, other stores do not tell.  Neither waits nor lists.
 */
int ses_catalog_is_fresh(struct ses_catalog *c, struct seshat_err *err);

/** Whether an update has listed the store at all: 1, 0 or -1. */
int ses_catalog_is_listed(struct ses_catalog *c, struct seshat_err *err);

/**
 * ses_catalog_begin(c, err):
 * From here on, up to ses_catalog_end, every answer is of one state of the
 * catalog, whatever is written meanwhile.  After an error of one of them it is
 * over.
 */
int ses_catalog_begin(struct ses_catalog *c, struct seshat_err *err);
void ses_catalog_end(struct ses_catalog *c);

/** A number that is another one after each change: of this handle alone. */
int ses_catalog_version(
    struct ses_catalog *c, int64_t *version, struct seshat_err *err);

/**
 * ses_catalog_add(c, w, stream, e, text, len, err):
 * Add what one part holds that was just stored: 1, or 0 where it does not go
 * on where the catalog ends (the next update sees to it).
 */
int ses_catalog_add(struct ses_catalog *c, const struct ses_where *w,
    const char *stream, const struct ses_entry *e, const char *text, size_t len,
    struct seshat_err *err);

/**
 * ses_catalog_mark(c, rows, err):
 * Give those of the rows, as ses_library_list or ses_vault_list has them, a
 * "damage" whose sessions are known to be damaged and have not changed since.
 * Reads no transcript.
 */
int ses_catalog_mark(
    struct ses_catalog *c, json_t *rows, struct seshat_err *err);

/**
 * ses_catalog_note(c, w, part, err):
 * Somebody found that this part of a session cannot be read: it is known as
 * damaged until the part changes.  NULL: all of it was found whole.  Where
 * another process is writing, nothing is noted.
 */
int ses_catalog_note(struct ses_catalog *c, const struct ses_where *w,
    const char *part, struct seshat_err *err);

struct ses_catalog_query {
	/* Words, all of which must stand there, "phrases", word* for
	 * beginnings, -word and -"phrase" for what must not, and project:P
	 * harness:H role:R kind:K tool:T model:M since:DATE|7d until:DATE
	 * session:ID.  No syntax of SQLite's gets through. */
	const char *text;
	uint64_t limit;
	uint64_t offset;
	int by_relevance;         /* not the latest first */
	int64_t limit_ms;         /* that it may take; 0: any time */
	const volatile int *stop; /* end with SESHAT_ECANCELLED when set */
};

/** When a date (its beginning), a time as RFC 3339 has it, or "12h", "7d",
 * "2w" before now is: ms since 1970; -1, it is none of these. */
int64_t ses_catalog_time(const char *text);

struct ses_catalog_found {
	uint64_t hits;     /* in all; */
	int is_more;       /* at least so many: counting was ended */
	uint64_t sessions; /* that those are in */
	uint64_t damaged;  /* sessions of all, which may hold more */
	/* Nothing was found, but the query is how the ids of so many sessions
	 * begin: ids are not searched. */
	uint64_t named;
	struct ses_catalog_extent extent;
};

/** As queries and answers call them: "assistant", "call"; "" is none. */
const char *ses_catalog_role(int role);
const char *ses_catalog_kind(int kind);

/**
 * ses_catalog_search(c, q, hit, arg, found, err):
 * Hand out hits until hit answers non-zero, which is returned.
 * Errors: SESHAT_EUSAGE, the query means nothing: the message says why;
 * SESHAT_ECORRUPT, the database was damaged, and is empty now: update it and
 * search again; SESHAT_ELIMIT with ETIMEDOUT, it took longer than it may.
 */
int ses_catalog_search(struct ses_catalog *c, const struct ses_catalog_query *q,
    int (*hit)(void *arg, const struct ses_catalog_hit *h), void *arg,
    struct ses_catalog_found *found, struct seshat_err *err);

/**
 * ses_catalog_stats(c, f, out, err):
 * What the sessions that fit amount to (FORMATS.md, section 11, /api/stats).
 * Owns: the caller json_decref's *out.
 */
int ses_catalog_stats(struct ses_catalog *c, const struct ses_catalog_filter *f,
    json_t **out, struct seshat_err *err);

#endif
