#ifndef SES_SHARE_MINE_H
#define SES_SHARE_MINE_H

#include "share/gist.h"
#include "share/plan.h"

/* The user's own gists that hold sessions, by what their descriptions say. */
struct ses_own_gist {
	char id[SES_GIST_ID];
	char *url;
	char *session_id;
	char *agent;     /* as people call it */
	char source[8];  /* "local" or "remote" */
	uint64_t plan;   /* number of an issue, of some repository; 0: none */
	int64_t created; /* ms since 1970 */
	int64_t updated;
	int is_public;
};

struct ses_own_gists {
	struct ses_own_gist *v; /* changed last first */
	size_t n;
};

/** Read what a description says: 1, or 0 when it is none of ours.  out's texts
 * are to be released. */
int ses_own_gist_parse(const char *description, struct ses_own_gist *out);

/** All of them.  Release with ses_own_gists_free, also after an error. */
int ses_own_gists(
    struct ses_github *g, struct ses_own_gists *out, struct seshat_err *err);
void ses_own_gists_free(struct ses_own_gists *l);

/** Whether the plan of its number in a repository points to the gist, in its
 * header or in a comment: 1, 0 (it does not, or there is no such plan), -1. */
int ses_own_gist_is_pointed_to(const struct ses_own_gist *o,
    struct ses_github *g, const struct ses_github_repo *repo,
    struct seshat_err *err);

#endif
