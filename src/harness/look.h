#ifndef SES_LOOK_H
#define SES_LOOK_H

#include "harness/peek.h"
#include "harness/session.h"

/*
 * Reading the transcripts that a walk has found.  The walk is quick, opening
 * and reading thousands of files is not: it is done by several threads.
 */

/* A transcript to be looked at. */
struct ses_look {
	char *path;
	char *parent; /* from the folder it lies in, or NULL */
	char *id;     /* where the path alone does not tell it, or NULL */
	int own;      /* that folder is named after the wanted cwd */
	int form;     /* free for the harness */
};

/* Start from {0}; release with ses_looks_free. */
struct ses_looks {
	struct ses_look *v;
	size_t n;
	size_t cap;
};

/** Add the file name of the folder f. */
int ses_look_add(struct ses_looks *l, const struct ses_folder *f,
    const char *name, const char *parent, int own, struct seshat_err *err);

/** Add a look whose strings are malloc'ed and belong to l from now on, also
 * after a failure; it is {0} then. */
int ses_look_take(
    struct ses_looks *l, struct ses_look *x, struct seshat_err *err);

/** Release what one holds, and start it again from {0}. */
void ses_look_free(struct ses_look *x);

/** Of looks that have ids, drop those with another one; NULL keeps all. */
void ses_looks_keep(struct ses_looks *l, const char *id);

void ses_looks_free(struct ses_looks *l);

/**
 * ses_look_all(l, read, arg, out, err):
 * Open each and let read fill in the session, of which path, size and times
 * are there already; it answers 1 if it is to be listed, 0 if not, -1.  read
 * is called by several threads at once.  What cannot be read is counted in
 * out.
 */
int ses_look_all(const struct ses_looks *l,
    int (*read)(const void *arg, struct ses_peek *p,
	const struct ses_look *what, struct ses_session *out,
	struct seshat_err *err),
    const void *arg, struct ses_session_list *out, struct seshat_err *err);

/**
 * ses_look_head(q, p, what, take, out, err):
 * For a read as above, where the look has the id: let take gather working
 * directory and title from the first lines, one after the other, until both
 * are there or it is not what q wants.
 */
int ses_look_head(const struct ses_discover *q, struct ses_peek *p,
    const struct ses_look *what,
    int (*take)(struct ses_session *out, const struct ses_json *object,
	struct seshat_err *err),
    struct ses_session *out, struct seshat_err *err);

/**
 * ses_look_path(path, id, read, arg, out, err):
 * As ses_look_all for one path, which is absolute, with the id of the look or
 * NULL.  Errors: SESHAT_ENOTFOUND, it is no regular file, or read answers 0.
 */
int ses_look_path(const char *path, const char *id,
    int (*read)(const void *arg, struct ses_peek *p,
	const struct ses_look *what, struct ses_session *out,
	struct seshat_err *err),
    const void *arg, struct ses_session *out, struct seshat_err *err);

/** As ses_look_path for a look, which is the caller's to free. */
int ses_look_one(const struct ses_look *what,
    int (*read)(const void *arg, struct ses_peek *p,
	const struct ses_look *what, struct ses_session *out,
	struct seshat_err *err),
    const void *arg, struct ses_session *out, struct seshat_err *err);

#endif
