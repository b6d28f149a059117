#ifndef SES_IMPORT_H
#define SES_IMPORT_H

#include "import/neighbour.h"
#include "mirror/mirror.h"

/*
 * Bringing the sessions of a neighbour into a store, by the rules of
 * FORMATS.md, section 7.  What is there already is not stored again; a crash
 * anywhere leaves what a mirror's would.
 */
struct ses_import_totals {
	size_t done;     /* sessions looked at */
	size_t imported; /* that had something new */
	size_t here;     /* that had not */
	size_t failed;
	size_t removed; /* left alone: their users removed them */
	size_t notes;   /* objects that the caller was told of */
	size_t damaged; /* of them: that cannot be used, or are missing */
	uint64_t new_bytes;
	uint64_t stored_bytes;
	uint64_t redactions;
};

struct ses_import {
	struct ses_neighbour *from;
	const struct ses_bucket_list *sessions;
	/* Its project counts when it is the flag's, its agent never. */
	const struct ses_mirror_opts *opts;
	int repair; /* read what is here, too, and mend it from there */
	/* Told of every session that failed, of every object that could not
	 * be used (name may be ""), and every 1/5 s; NULL: nobody is. */
	void (*failed)(void *arg, const struct ses_bucket_session *s,
	    const struct seshat_err *why);
	void (*note)(void *arg, const struct ses_bucket_session *s,
	    const char *name, const char *what);
	void (*progress)(void *arg, const struct ses_import_totals *t);
	void *arg;
};

/**
 * ses_import_run(i, t, err):
 * Import all sessions, one after another.  A session that fails does not stop
 * the others.
 * Errors: what stops all of them (no store, no memory); the index could not
 * be written, then everything is stored all the same.
 */
int ses_import_run(const struct ses_import *i, struct ses_import_totals *t,
    struct seshat_err *err);

#endif
