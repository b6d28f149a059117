#ifndef SES_SHARE_DOWNLOAD_H
#define SES_SHARE_DOWNLOAD_H

#include "share/fetch.h"
#include "share/plan.h"

/* Where a session comes from: one of gist, run and plan is set. */
struct ses_download {
	struct ses_github *github;
	const struct ses_github_repo *repo; /* of run and plan */
	const char *gist;                   /* id or URL */
	const char *run;                    /* of a workflow */
	uint64_t plan;                      /* number of an issue */
	const char *session_id;             /* NULL: the one that is there */
	const char *dir; /* NULL: where ses_share_place says */
	int is_of_many;  /* it goes into a folder of its own in dir */
	const struct ses_age_keys *keys;
};

struct ses_downloaded {
	char *session_id;
	char *path;
	const char *source; /* "gist" or "artifact" */
	uint64_t bytes;
};

/**
 * ses_download(d, out, err):
 * Fetch a session, check it, and put it in its place in one step: what was
 * there before stays when anything fails.
 * Errors: SESHAT_ENOTFOUND, SESHAT_ECORRUPT, and others of ses_share_fetch,
 * ses_share_plan_get and ses_artifact_find.
 */
int ses_download(const struct ses_download *d, struct ses_downloaded *out,
    struct seshat_err *err);

void ses_downloaded_free(struct ses_downloaded *d);

/**
 * ses_download_fetch(d, plan, dir, out, source, err):
 * Fetch a session of a plan that is read already, with its comments, but put it
 * nowhere: into a nameless file in dir.  d->session_id, or the plan's last.
 * Release out with ses_fetched_free, also after an error; *source is as in
 * struct ses_downloaded.
 */
int ses_download_fetch(const struct ses_download *d,
    const struct ses_share_plan *plan, const char *dir, struct ses_fetched *out,
    const char **source, struct seshat_err *err);

#endif
