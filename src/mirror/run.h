#ifndef SES_RUN_H
#define SES_RUN_H

#include "mirror/mirror.h"

/*
 * Mirroring many sessions: workers take them one by one, each with a store,
 * a redactor and buffers of its own; at the end the indexes learn of it.
 */
struct ses_run_totals {
	size_t done;         /* sessions looked at */
	uint64_t done_bytes; /* of their sources, as the search found them */
	size_t mirrored;     /* that had something new */
	size_t failed;
	size_t untried;   /* since the store failed with those before */
	size_t removed;   /* left alone: their users removed them */
	size_t rewritten; /* stored anew beside what was stored before */
	size_t lost;      /* stored anew since the store had lost them */
	size_t emptied;   /* nothing is in their sources any more */
	/* the first of each, of run->sessions */
	const struct ses_session *a_removed;
	const struct ses_session *a_rewritten;
	const struct ses_session *a_lost;
	const struct ses_session *an_emptied;
	uint64_t companions; /* files beside transcripts that were stored, */
	uint64_t left_out;   /* and that were not */
	uint64_t new_bytes;
	uint64_t stored_bytes;
	uint64_t redactions;
};

struct ses_run {
	const struct ses_mirror_opts *opts;
	const struct ses_flush_how *how;
	const struct ses_session_list *sessions;
	unsigned workers; /* 0: one per processor */
	/* Told of every session that failed, or of which a file beside its
	 * transcript was left out, and every 1/5 s; NULL: nobody is. */
	void (*failed)(void *arg, const struct ses_session *s,
	    const struct seshat_err *why);
	void (*progress)(void *arg, const struct ses_run_totals *t);
	void *arg;
};

/**
 * ses_run_mirror(run, t, err):
 * Mirror all sessions once.  A session that fails does not stop the others.
 * What fails
 * since the store does (ses_store_is_down) is the last that is tried.
 * Errors: what stops all of them (no store, no memory); the index could not
 * be written, then everything is stored all the same.
 */
int ses_run_mirror(const struct ses_run *run, struct ses_run_totals *t,
    struct seshat_err *err);

/** Count what came of one flush; done and failed are the caller's. */
void ses_run_count(struct ses_run_totals *t, const struct ses_session *s,
    const struct ses_flush_result *r);

/** Put rows, an object of summaries by project and by "harness/id", into the
 * indexes that this owner keeps in the store. */
int ses_run_index(
    const struct ses_mirror_opts *opts, json_t *rows, struct seshat_err *err);

/** Add the summary of a session to such an object, in place of an earlier
 * one; -1 when out of memory. */
int ses_run_add_row(json_t *rows, const char *project, json_t *meta);

/** The same with the summary of a flush, if it made one. */
int ses_run_add_result(json_t *rows, const struct ses_flush_result *r);

#endif
