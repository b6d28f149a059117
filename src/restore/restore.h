#ifndef SES_RESTORE_H
#define SES_RESTORE_H

#include <jansson.h>

#include "vault/sessions.h"

/* No count of what was redacted is larger: what says so in a store is wrong. */
#define SES_RESTORE_COUNT_MAX ((json_int_t)1 << 53)

/*
 * From a vault back to where an agent looks: the transcript of a session, its
 * subagents, and what the agent keeps beside them.  Nothing that stands there
 * is lost: what is longer or different stays, or is set aside.
 */

struct ses_restore_how {
	struct ses_store *store;
	const struct ses_buf *roots; /* as of struct ses_discover */
	const char *cwd;    /* where to go on, absolute; NULL: as recorded */
	const char *stream; /* NULL: the current one */
	const char *tmp;    /* a folder for files without names */
	int force;   /* set aside what stands there; restore what is left of
		      * what is damaged; do not mind an agent at work */
	int dry_run; /* write nothing */
};

/* What became of a file, or in a dry run would. */
enum ses_restored_act {
	SES_RESTORED_NEW,
	SES_RESTORED_EXTENDED, /* what stood there was its beginning */
	SES_RESTORED_REPLACED, /* what stood there is set aside */
	SES_RESTORED_SAME,     /* it stood there already */
	SES_RESTORED_KEPT,     /* what stands there is longer or different */
	SES_RESTORED_ORIGINAL, /* what stands there is the same, unredacted */
	SES_RESTORED_IN_USE,   /* what stands there a program is writing */
};

struct ses_restored {
	char *id;      /* the session */
	char *name;    /* of a companion, or NULL: a transcript */
	char *path;    /* absolute */
	char *aside;   /* what stood there, or NULL */
	int act;       /* enum ses_restored_act */
	int is_folder; /* of what stood beside a transcript, set aside */
	uint64_t size; /* bytes of what was to be restored */
};

/* Start from {0}; release with ses_restore_free. */
struct ses_restore {
	struct ses_buf cwd; /* where it goes on, "": nowhere in particular */
	struct ses_buf recorded; /* where it was, "": unknown */
	struct ses_buf resume; /* the command for a shell, "": there is none */
	struct ses_buf damage; /* what is damaged, or can have no place, and is
				* left out, or "" */
	int as_it_was; /* it names r->recorded still, and resume tells r->cwd */
	char stream[9];
	uint64_t changed; /* working directories that were rewritten */
	json_t *streams;  /* the others: {"stream", "host", "last_event_at"} */
	json_t *redactions; /* rule: count, over all that was restored */
	uint64_t marks;     /* [REDACTED:...] in it of which no count tells */
	struct ses_restored *v; /* in the order in which they were written */
	size_t n;
	size_t cap;
};

/**
 * ses_restore(how, f, out, err):
 * Put the session back.  Its transcript becomes visible last and whole; a
 * restore that was killed is finished by the next.
 * Errors: SESHAT_EEXISTS, what stands there is longer or different;
 * SESHAT_ECONFLICT, an agent is at work on it; SESHAT_ECORRUPT, it is damaged;
 * SESHAT_EUNSUPPORTED, its agent keeps no such files; SESHAT_ENOTFOUND, no
 * such stream or folder.  After an error files beside the transcript may have
 * been written already.
 */
int ses_restore(const struct ses_restore_how *how, const struct ses_found *f,
    struct ses_restore *out, struct seshat_err *err);

/** How many values r->redactions has in all, at most SES_RESTORE_COUNT_MAX. */
uint64_t ses_restore_redacted(const struct ses_restore *r);

void ses_restore_free(struct ses_restore *r);

#endif
