#ifndef SES_MIRROR_H
#define SES_MIRROR_H

#include <jansson.h>

#include "base/owner.h"
#include "config/config.h"
#include "harness/harness.h"
#include "mirror/source.h"
#include "pack/member.h"
#include "redact/redact.h"
#include "store/store.h"
#include "vault/key.h"

struct ses_entry;

/* Who is told of each part that was stored: of its text, which is redacted and
 * borrowed.  On the thread that stores; it must not wait. */
struct ses_mirror_told {
	void (*stored)(void *arg, const struct ses_where *w, const char *stream,
	    const struct ses_entry *e, const char *text, size_t len);
	void *arg;
};

/*
 * Copying what is new of one session into a store: one flush, under a local
 * lock, in the order of FORMATS.md, section 4.  A crash anywhere leaves no
 * part or a whole part, and the next flush goes on.
 */
struct ses_mirror_opts {
	const char *store;                     /* URL */
	const struct ses_store_access *access; /* to it; or NULL */
	const char *store_file; /* that names it, for messages; or NULL */
	const char *project;    /* NULL: from the session's folder */
	int project_is_flag;    /* then it must equal what is pinned */
	const char *agent;      /* name for agent_id, NULL: the session's */
	const struct ses_config_here
	    *here; /* goes before both; NULL: nothing */
	int no_redact;
	const struct ses_custom *custom; /* the user's rules, or NULL */
	int again;    /* mirror a session although it was removed */
	char run[17]; /* 16 hex digits, of this process alone; or "" */
	const struct ses_mirror_told *told; /* NULL: nobody */
	unsigned merge_fan; /* parts that are merged at once; 0: SES_PLAN_FAN */
};

/* One per thread at a time. */
struct ses_mirror {
	struct ses_mirror_opts opts;
	struct ses_store *store;
	struct ses_redact *redact; /* loaded when first needed */
	struct ses_owner owner;
	char *state_dir; /* of this store */
	char *spool_dir; /* the same; NULL: the store is near */
	int swept;       /* litter in it was looked for */
	int lock;
	struct ses_source source;
	struct ses_packer packer;
	struct ses_buf clean;
	struct ses_buf packed;
};

/** Open what a mirror needs.  opts and its strings are borrowed. */
int ses_mirror_open(struct ses_mirror *m, const struct ses_mirror_opts *opts,
    struct seshat_err *err);

void ses_mirror_free(struct ses_mirror *m);

/** Give back the memory that only a flush needs. */
void ses_mirror_rest(struct ses_mirror *m);

/** The folder of local state for a store, appended to out. */
int ses_mirror_state_dir(
    const struct ses_store *s, struct ses_buf *out, struct seshat_err *err);

/*
 * Where a session that is imported comes from.  Its path is then that of a
 * copy made for this flush; the store alone says where its stream stands.
 */
struct ses_flush_origin {
	const char *name;        /* names its writer, as a path does ours */
	const char *source_path; /* where the agent had it; NULL: not known */
	const char *stream;      /* to go on with; NULL: open a new one */
	int64_t started;         /* for a text that tells no times, or 0 */
	int64_t ended;           /* or 0: now, if how->end says so */
};

struct ses_flush_how {
	uint64_t min_bytes; /* leave fewer pending bytes for later */
	const char *end;    /* the session ends, and why; NULL: it goes on */
	int fresh;          /* open a new stream, from the first byte */
	int final;          /* take an unterminated last line in any case */
	int anew;           /* store again what stands beside the transcript,
			     * also what is stored; fresh says so, too */
	const struct ses_flush_origin *origin; /* NULL: it is ours */
};

#define SES_LEFT_TOLD                                                          \
	6 /* files that were left out, of which it is told why;                \
	   * of more the last one says how many there are */

struct ses_flush_result {
	uint64_t new_bytes;    /* of the source */
	uint64_t stored_bytes; /* in the store for them */
	uint64_t redactions;
	uint64_t parts;
	uint64_t companions; /* files beside the transcript that were stored */
	uint64_t left_out;   /* of these so many were not, */
	struct seshat_err left_why[SES_LEFT_TOLD]; /* and why */
	int opened;                                /* a stream was opened */
	int rewritten; /* because the source was rewritten */
	int lost;      /* stored anew what the store no longer had */
	int removed;   /* left alone: its user removed it */
	int emptied;   /* nothing is in the source: what is stored stays */
	int shrunk;    /* shorter than stored, on a network: look again later */
	int held;      /* some rows are not finished: look again later */
	json_t *meta;  /* the new summary, NULL if nothing changed */
	char *project; /* where it lives, NULL if nowhere yet */
};

/**
 * ses_mirror_flush(m, session, how, r, err):
 * Copy the new whole lines of the session.  r is valid after an error too
 * (what was stored is stored) and is released with ses_flush_result_free.
 */
int ses_mirror_flush(struct ses_mirror *m, const struct ses_session *session,
    const struct ses_flush_how *how, struct ses_flush_result *r,
    struct seshat_err *err);

/**
 * ses_mirror_end(m, w, why, err):
 * Stamp the end on what this machine stored of a session whose source is
 * gone, and forget the local state.  Errors: SESHAT_ENOTFOUND, this machine
 * did not store it.
 */
int ses_mirror_end(struct ses_mirror *m, const struct ses_where *w,
    const char *why, struct seshat_err *err);

struct ses_compact_how {
	uint64_t keep_tail; /* leave so many objects at the end as they are */
	int take_over;      /* also what another machine wrote that is silent */
	int archive;        /* into archived objects, what has ended */
	int pass_over;      /* a session that cannot be worked on now, since it
			     * goes on or is another machine's, is no error */
};

struct ses_compact_result {
	uint64_t merged;  /* objects that were put together */
	uint64_t made;    /* into so many */
	uint64_t moved;   /* bytes written for that */
	uint64_t deleted; /* objects that merged ones have replaced */
	uint64_t waiting; /* too young to be deleted */
	uint64_t taken;   /* streams that were another machine's */
	uint64_t others;  /* streams that are, and were left as they are */
	uint64_t damaged; /* objects, and streams, left since they are */
	uint64_t live;    /* streams that were to be archived, and go on */
	uint64_t text;   /* bytes in the objects that were made by archiving, */
	uint64_t before; /* and of the objects that they replace */
};

/**
 * ses_mirror_compact(m, w, how, r, err):
 * Put together the objects of what this machine stored of a session, as far
 * as they fit, and delete what is replaced.  Works from the store alone.
 * Killed at any moment it leaves what can be read as it was, and the next one
 * goes on.  r is valid after an error too.
 * Errors: SESHAT_ECONFLICT, all of it is another machine's, who may be at
 * work; or it is to be archived and has not ended, or goes on meanwhile: what
 * r says was archived before.
 */
int ses_mirror_compact(struct ses_mirror *m, const struct ses_where *w,
    const struct ses_compact_how *how, struct ses_compact_result *r,
    struct seshat_err *err);

void ses_flush_result_free(struct ses_flush_result *r);

#endif
