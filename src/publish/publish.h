#ifndef SES_PUBLISH_H
#define SES_PUBLISH_H

#include <jansson.h>

#include "publish/format.h"
#include "redact/custom.h"
#include "store/store.h"

/*
 * From the vault to where another program reads sessions: the text of each,
 * with the rules of now applied once more, in that program's names (format.h).
 * What stands there and is not ours is never changed.  Killed anywhere, the
 * next run makes of it what this one would have.
 */
struct ses_publish_totals {
	size_t done;      /* sessions looked at */
	size_t published; /* of which something was written */
	size_t unchanged;
	size_t skipped; /* the format has no place for their agent, or they are
			 * empty */
	size_t foreign; /* where somebody else's objects stand in the way */
	size_t damaged; /* not all of them can be read: left out */
	size_t failed;  /* for another reason */
	size_t put;     /* new objects */
	size_t replaced;
	size_t deleted;
	uint64_t bytes;      /* that were put */
	uint64_t redactions; /* made on the way out */
};

struct ses_publish {
	const struct ses_pub_format *format;
	struct ses_store *from;
	struct ses_store *to;
	const struct ses_custom *custom; /* the user's rules, or NULL */
	const char *machine; /* what the user calls it; NULL: by itself */
	const char *tmp;     /* folder for nameless files */
	json_t *rows;        /* of the sessions, as ses_vault_list has them */
	int dry_run;         /* change nothing, count what would be */
	int again;           /* look at what is there, trust no memory */
	/* Told of every session that could not be published, and every 1/5 s;
	 * NULL: nobody is. */
	void (*failed)(void *arg, const char *harness, const char *id,
	    const struct seshat_err *why);
	void (*progress)(void *arg, const struct ses_publish_totals *t);
	void *arg;
};

/**
 * ses_publish_select(from, ids, n, project, rows, err):
 * Set *rows to the sessions that are meant: those of the ids (what begins with
 * one, as ses_vault_find) and their subagents, or all of a project (NULL: of
 * any).  In the order of project, harness and id.  Owns: the caller
 * json_decref's it.  Errors: those of ses_vault_find.
 */
int ses_publish_select(struct ses_store *from, const char *const *ids, size_t n,
    const char *project, json_t **rows, struct seshat_err *err);

/**
 * ses_publish_run(p, t, err):
 * Publish them, one after another.  One that fails does not stop the others.
 * Errors: SESHAT_EUSAGE, p->to is a vault; what stops all of them (no memory,
 * no store).
 */
int ses_publish_run(const struct ses_publish *p, struct ses_publish_totals *t,
    struct seshat_err *err);

#endif
