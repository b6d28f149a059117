#ifndef SES_GITHUB_ARTIFACT_H
#define SES_GITHUB_ARTIFACT_H

#include "base/spool.h"
#include "github/client.h"
#include "github/repo.h"

/* What a workflow run uploaded: a zip file, kept for some days. */
struct ses_artifact {
	uint64_t id;
	uint64_t size;   /* bytes of the zip file */
	char digest[80]; /* "sha256:…", "" where GitHub knows none */
	char created[40];
	char expires[40];
	int is_expired;
};

/**
 * ses_artifact_find(g, repo, run, name, out, err):
 * The newest artifact of a run that has this name and is not expired.
 * Errors: SESHAT_ENOTFOUND, the run has none, or it is expired since when.
 */
int ses_artifact_find(struct ses_github *g, const struct ses_github_repo *repo,
    const char *run, const char *name, struct ses_artifact *out,
    struct seshat_err *err);

/** Append its zip file to out, checked against its size and digest.  GitHub
 * sends us to another host for it, which gets no token. */
int ses_artifact_get(struct ses_github *g, const struct ses_github_repo *repo,
    const struct ses_artifact *a, struct ses_spool *out,
    struct seshat_err *err);

#endif
