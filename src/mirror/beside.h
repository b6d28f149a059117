#ifndef SES_BESIDE_H
#define SES_BESIDE_H

#include <sys/stat.h>

#include "base/spool.h"
#include "mirror/flush.h"

/*
 * The files beside a transcript (vault/companion.h) on their way into the
 * store: beside.c finds what is new of them, beside_take.c stores one.
 */
#define SES_BESIDE_MAX 4096 /* files of one session */

/* What storing needs; start from {.f, .dir = -1}. */
struct ses_beside {
	struct ses_flush *f;
	int dir;                   /* the transcript's folder, */
	size_t dir_len;            /* and how long its path is, with its "/" */
	int is_ready;              /* what follows is set */
	struct ses_spool raw;      /* the file as it stands */
	struct ses_spool bodies;   /* redacted and packed, */
	struct ses_spool object;   /* with its header */
	struct ses_redact *redact; /* NULL: nothing is redacted */
};

/* A file that was copied aside. */
struct ses_beside_file {
	const char *name;
	struct stat st; /* as it was before and after that */
	uint32_t crc;
	char sha256[SES_SHA256_HEX];
};

/**
 * Copy the file at path aside.  0; 1, it cannot be read, or changes while it is
 * read: why says so; -1.
 */
int ses_beside_copy(struct ses_beside *b, const char *path,
    struct ses_beside_file *file, struct seshat_err *why,
    struct seshat_err *err);

/** Whether the name itself holds a secret: 1, 0 or -1. */
int ses_beside_is_secret(
    struct ses_beside *b, const char *name, struct seshat_err *err);

/** Redact and store what was copied last. */
int ses_beside_put(struct ses_beside *b, const struct ses_beside_file *file,
    struct seshat_err *err);

/** Remember the secrets in what was copied last, which is stored already. */
int ses_beside_learn(struct ses_beside *b, struct seshat_err *err);

/** Make it ready: 0, or SES_FLUSH_RESTART, the transcript is being rewritten.
 */
int ses_beside_ready(struct ses_beside *b, struct seshat_err *err);

void ses_beside_free(struct ses_beside *b);

/**
 * ses_flush_beside(f, err):
 * Store the files beside the transcript that are new or have changed.
 * SES_FLUSH_OK, _REMOVED, or _RESTART: not now, the transcript is being
 * rewritten.  What could not be read is in f->r.
 */
int ses_flush_beside(struct ses_flush *f, struct seshat_err *err);

/**
 * ses_beside_pending(s, known, each, arg, err):
 * Call each for the files beside a session's transcript that are not as known,
 * which is a state's "beside", says.
 */
int ses_beside_pending(const struct ses_session *s, const json_t *known,
    int (*each)(void *arg, const char *name, const struct stat *st,
	struct seshat_err *err),
    void *arg, struct seshat_err *err);

/* How to look whether all of them are stored as they are now. */
struct ses_beside_compare {
	struct ses_store *store;
	const struct ses_where *where;
	const char *w; /* the writer of the transcript's stream */
	/* told of each that is not; written is when it was, ms since 1970, or
	 * -1: what says why it cannot be stored */
	void (*differs)(
	    void *arg, const char *name, const char *what, int64_t written);
	void *arg;
};

/** Read the files beside a session's transcript, and compare them with the
 * headers of what is stored. */
int ses_beside_compare(const struct ses_beside_compare *how,
    const struct ses_session *s, struct seshat_err *err);

struct ses_status;

/* What is missing of the files beside a transcript. */
struct ses_beside_missing {
	uint64_t n;
	uint64_t n_left; /* of which so many cannot be stored as they are: */
	char left[256];  /* one of these, and why */
	int64_t newest;  /* when the last of n was written, ms since 1970 */
};

/**
 * ses_status_beside(store, s, w, known, out, missing, err):
 * Find the files beside the session's transcript, whose stream's writer is w,
 * that are not stored, as known (a state's "beside"; NULL: the store) says.
 * Their number is in out->beside, too.
 */
int ses_status_beside(struct ses_store *store, const struct ses_session *s,
    const char *w, const json_t *known, struct ses_status *out,
    struct ses_beside_missing *missing, struct seshat_err *err);

/** Say what is missing, for people; when is said of what can be stored. */
void ses_beside_missing_tell(const struct ses_beside_missing *m,
    const char *when, char *out, size_t size);

#endif
