#ifndef SES_SHARE_GIST_H
#define SES_SHARE_GIST_H

#include "github/gist.h"
#include "share/manifest.h"

/*
 * The gist of a session: one for each, known by a mark in its description, so
 * that it is found again from any machine of its user.
 */
#define SES_MARKER 17 /* 16 hex digits and a NUL */

/** The mark of a session, of SHA-256("harness/id"). */
void ses_share_marker(
    const char *harness, const char *id, char out[SES_MARKER]);

/** The mark in a description, or 0. */
int ses_share_marker_of(const char *description, char out[SES_MARKER]);

/* A session on its way into its gist. */
struct ses_share_gist {
	struct ses_github *github;
	const char *harness;
	const char *id;
	const char *source; /* "local" or "remote" */
	uint64_t plan;      /* 0: none */
	int is_public;      /* when it is made */
	const char *dir;    /* of our state, where its id is kept */
	char marker[SES_MARKER];
	struct ses_buf description;
};

/** Fill in marker and description, from what is set. */
int ses_share_gist_begin(struct ses_share_gist *s, struct seshat_err *err);

/**
 * ses_share_gist_find(s, out, err):
 * Look for the session's gist: by what was kept of it here, then among all the
 * user's.  1, 0 (there is none; out holds nothing) or -1.
 */
int ses_share_gist_find(const struct ses_share_gist *s, struct ses_gist *out,
    struct seshat_err *err);

/** Where no plan is given, keep the one that the gist's description names:
 * 'gists prune' goes by it. */
int ses_share_gist_keep_plan(struct ses_share_gist *s,
    const struct ses_gist *gist, struct seshat_err *err);

/**
 * ses_share_gist_put(s, b, text, gist, err):
 * Bring the bundle into gist, which has no id when there is none yet, and read
 * all of it back.  At every moment whoever reads the gist finds the old session
 * or the new one.  b's files may be numbered anew.
 * Errors: SESHAT_ECORRUPT, GitHub gives other bytes than were sent.
 */
int ses_share_gist_put(const struct ses_share_gist *s, struct ses_bundle *b,
    const struct ses_share_text *text, struct ses_gist *gist,
    struct seshat_err *err);

/** Forget what is kept here of a session's gist. */
void ses_share_gist_forget(const struct ses_share_gist *s);

/* For ses_share_gist_put. */

/** Look among all the user's gists: 1 and the id of the oldest, 0 or -1. */
int ses_share_gist_search(const struct ses_share_gist *s, char id[SES_GIST_ID],
    struct seshat_err *err);

/** Keep the id of the session's gist here. */
int ses_share_gist_keep(
    const struct ses_share_gist *s, const char *id, struct seshat_err *err);

#endif
