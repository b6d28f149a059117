#ifndef SES_STATE_H
#define SES_STATE_H

#include <jansson.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/owner.h"
#include "store/store.h"
#include "vault/key.h"

/*
 * What this machine remembers of a session it mirrors (FORMATS.md, section
 * 5): per source path, the stream and how far it has come.  Losing it is
 * harmless, the store is asked then.
 */
struct ses_state_source {
	char *path;
	char w[9];
	char stream[SES_STREAM_ID];
	uint64_t rev;   /* of the checkpoint; 0: none written yet */
	int64_t opened; /* ms since 1970, store's time where known */
	uint64_t opened_size;
	uint64_t cursor;
	char k[SES_SHA256_HEX]; /* proves the cursor */
	int in_line;            /* the cursor stands inside a long line */
	int rows;               /* the cursor counts rows, not bytes */
	uint32_t next_seq;
	char last[SES_PART_NAME]; /* the merged object that the stream ends
				   * with; "": a part, next_seq - 1 */
	uint64_t torn_to;      /* an unterminated line is stored up to here */
	int has_sha;           /* the running hash is known */
	struct ses_sha256 sha; /* of the transcript so far */
	char torn_sha[SES_SHA256_HEX]; /* with the torn line, or "" */
	uint32_t trying;  /* next_seq of a put that may arrive yet, plus one;
			   * only of a store without create-only */
	char run[17];     /* the process that last saw its end there */
	int64_t ack;      /* last acknowledgement, the store's time */
	int64_t looked;   /* last look at what is stored, our time */
	int64_t compared; /* last comparison of all rows, our time */
	char stamp[128];  /* of a costly source when nothing new was in it */
	int64_t shrunk;   /* seen shorter than the cursor since, or 0 */
	int64_t started;  /* first and last event, ms since 1970 */
	int64_t last_event;
	uint32_t checkpoint_seq; /* next_seq of the last checkpoint */
	int64_t checkpoint_at;
	int64_t verified; /* last found whole, our time, or 0 */
	int no_redact;    /* some of it was stored as it stood */
	int64_t known;    /* at least so many secrets are kept of what stands
			   * before the cursor; -1: not all of them */
	uint64_t size;    /* sums over the stream's parts */
	uint64_t stored;
	uint64_t lines;
	json_t *redactions; /* rule: count, over all parts */
	json_t *pending;    /* entries since the last checkpoint */
	json_t *beside;     /* the files beside it that are stored: name: [size,
			     * mtime in ns, inode, 16 digits of the SHA-256];
			     * NULL: the store is to be asked */
};

struct ses_state {
	json_t *merging; /* names of merged objects that no checkpoint may
			  * list yet; NULL: none */
	char owner[SES_OWNER_ID]; /* whose it is: a copy on another machine is
				   * none */
	char *project;
	struct ses_state_source *v;
	size_t n;
	size_t cap;
};

/**
 * ses_state_path(state_dir, harness, id, out, err):
 * Append "<state_dir>/<harness>/<id>.json", where state_dir is that of one
 * store; a long id is hashed.
 */
int ses_state_path(const char *state_dir, const char *harness, const char *id,
    struct ses_buf *out, struct seshat_err *err);

/** Load; one that is absent, unreadable or another owner's is empty. */
int ses_state_load(struct ses_state *s, const char *path, const char *owner,
    struct seshat_err *err);

/** Write a file of local state in one step, not synced; its folder is made
 * where there is none. */
int ses_state_write(
    const char *path, const char *data, size_t len, struct seshat_err *err);

/** Save in one step, not synced: an old state is as good as none. */
int ses_state_save(
    const struct ses_state *s, const char *path, struct seshat_err *err);

void ses_state_free(struct ses_state *s);

/** The source with this path, or NULL. */
struct ses_state_source *ses_state_find(
    const struct ses_state *s, const char *path);

/** A new source of this path; NULL when out of memory.  Earlier pointers to
 * sources of s are no longer valid. */
struct ses_state_source *ses_state_add(struct ses_state *s, const char *path);

/** Whether the store has the object that ends the stream, as the entry says:
 * 1, 0 or -1. */
int ses_state_held(struct ses_store *store, const struct ses_where *w,
    const struct ses_state_source *src, struct seshat_err *err);

/**
 * ses_state_verified(state_dir, w, owner, err):
 * Remember that the session was found whole just now, where anything is
 * remembered of it.
 */
int ses_state_verified(const char *state_dir, const struct ses_where *w,
    const char *owner, struct seshat_err *err);

/**
 * Remember that the store itself was not there just now: what comes in its
 * place may be empty.  ses_state_missed tells when that was, ms since 1970, or
 * 0; state_dir is that of the store.
 */
void ses_state_miss(const char *state_dir);

/** See ses_state_miss. */
int64_t ses_state_missed(const char *state_dir);

/** Count an entry, in JSON form, into the sums. */
void ses_state_count(struct ses_state_source *src, const json_t *entry);

/** Count all entries of a checkpoint, and nothing else. */
void ses_state_recount(struct ses_state_source *src, const json_t *parts);

/** What is known of its secrets where nothing was kept: src->known is 0 when
 * there were none to be kept, else -1. */
void ses_state_mind_known(struct ses_state_source *src);

/** Forget all but the path: the next byte opens a new stream. */
void ses_state_reset(struct ses_state_source *src);

#endif
