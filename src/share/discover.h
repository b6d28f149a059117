#ifndef SES_SHARE_DISCOVER_H
#define SES_SHARE_DISCOVER_H

#include "harness/harness.h"
#include "share/plan.h"

/* Where a session of a plan can be had. */
enum ses_place_kind {
	SES_PLACE_LOCAL,    /* on this machine */
	SES_PLACE_GIST,     /* in a gist */
	SES_PLACE_ARTIFACT, /* in an artifact of a workflow run, as erk had it
			     * before; it calls that "remote" */
};

struct ses_plan_place {
	enum ses_place_kind kind;
	char *session_id;
	char *run_id;   /* NULL but for artifacts */
	char *path;     /* NULL but here */
	char *gist_url; /* NULL but for gists */
};

/* What erk's get-learn-sessions tells of a plan, and where all its sessions
 * are, not only the last. */
struct ses_plan_sessions {
	struct ses_id_list implementation;
	struct ses_id_list learn;
	struct ses_id_list readable; /* of those and the planning one, here */
	struct ses_id_list paths;    /* of readable, else of local */
	struct ses_id_list local;    /* when none is readable: the newest of
				      * this project */
	struct ses_plan_place *places;
	size_t n_places;
};

/**
 * ses_share_discover(p, where, cwd, out, err):
 * Put together what a plan, read with its comments, tells, and what is on this
 * machine: where limits the search to nothing but the user's folders, cwd is
 * the project whose newest sessions may stand in.
 */
int ses_share_discover(const struct ses_share_plan *p,
    const struct ses_discover *where, const char *cwd,
    struct ses_plan_sessions *out, struct seshat_err *err);

void ses_plan_sessions_free(struct ses_plan_sessions *s);

/** The number of an issue in the name of a branch, "P123-…" or "123-…"; 0. */
uint64_t ses_share_issue_of_branch(const char *branch);

#endif
