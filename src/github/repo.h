#ifndef SES_GITHUB_REPO_H
#define SES_GITHUB_REPO_H

#include "base/buf.h"

/* A repository: "OWNER/NAME" on a host. */
struct ses_github_repo {
	struct ses_buf host; /* "" : the default one */
	struct ses_buf owner;
	struct ses_buf name;
};

/** Release and start again from {0}. */
void ses_github_repo_free(struct ses_github_repo *r);

/**
 * ses_github_repo_parse(text, out, err):
 * Read [HOST/]OWNER/NAME, or a URL that git or a browser takes.
 * Errors: SESHAT_EUSAGE.
 */
int ses_github_repo_parse(
    const char *text, struct ses_github_repo *out, struct seshat_err *err);

/**
 * ses_github_repo_find(flag, out, err):
 * The repository that is meant, as gh finds it: the flag (NULL: none was
 * given), $GH_REPO, the remotes of the git checkout that the current folder is
 * in: what 'gh repo set-default' chose, else upstream, github, origin, others,
 * of hosts that gh knows (with $GH_HOST that one only); at last, in a workflow,
 * $GITHUB_REPOSITORY.
 * Errors: SESHAT_EUSAGE, none is found: the message says what was tried.
 */
int ses_github_repo_find(
    const char *flag, struct ses_github_repo *out, struct seshat_err *err);

#endif
