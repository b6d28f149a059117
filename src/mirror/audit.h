#ifndef SES_AUDIT_H
#define SES_AUDIT_H

#include "mirror/mirror.h"

/*
 * Looking for secrets in what is stored of a session, by the rules of today,
 * and replacing the objects that hold them.  The values that were met are those
 * that the mirror kept here, and what it meets itself, in memory alone.
 */

/* A secret, for people: never the value. */
struct ses_audit_hit {
	const char *stream; /* NULL: in none */
	const char *part;   /* the object */
	uint64_t line;      /* in the transcript; 0: not known */
	const char *field;  /* of a document; NULL: it is in the text */
	const char *rule;
	const char *head; /* how it begins, a quarter of it at most */
	size_t len;       /* in bytes, as it stands there */
};

struct ses_audit_how {
	int fix;             /* replace what holds secrets */
	const char *not_fix; /* but not here, and why; or NULL */
	int take_over; /* also what another machine wrote that is silent */
	const json_t *index; /* of ses_audit_index; NULL: not looked at */
	json_t *seen; /* gets the streams as members; NULL: nothing does */
	void (*hit)(void *arg, const struct ses_audit_hit *h);
	/* what cannot be read, or cannot be fixed, and why */
	void (*problem)(
	    void *arg, const char *stream, const char *part, const char *what);
	void (*progress)(void *arg, uint64_t bytes); /* that were read */
	void *arg;
};

struct ses_audit_result {
	struct ses_redact_counts found; /* by rule */
	uint64_t hits;                  /* of all rules */
	uint64_t left;                  /* of them, not fixed */
	uint64_t streams;
	uint64_t objects;
	uint64_t bytes;     /* of text */
	uint64_t unread;    /* objects, and streams, that cannot be read */
	uint64_t rewritten; /* objects */
	uint64_t deleted;   /* objects that held secrets */
	int raw;            /* some was stored with --no-redact */
};

/**
 * ses_mirror_audit(m, w, how, r, err):
 * Scan all objects of all streams of the session, and what its documents say of
 * it.  With how->fix a stream of this machine gets new objects in the place of
 * those that hold secrets, then a checkpoint that lists them, and the old ones
 * are deleted at once.  Killed at any moment it leaves all that can be read,
 * and the next one finishes.  r is valid after an error too.
 */
int ses_mirror_audit(struct ses_mirror *m, const struct ses_where *w,
    const struct ses_audit_how *how, struct ses_audit_result *r,
    struct seshat_err *err);

/** After all sessions of the store were audited, and fixed: forget what is kept
 * here of streams that it does not have, which seen does not name. */
void ses_audit_finish(struct ses_mirror *m, const json_t *seen);

/** All rows of the indexes of a store, also those that others have followed, as
 * an object "harness/id": array of [owner, row].  Owns: the caller
 * json_decref's it. */
int ses_audit_index(struct ses_store *s, json_t **out, struct seshat_err *err);

#endif
