#ifndef SES_GITHUB_ISSUE_H
#define SES_GITHUB_ISSUE_H

#include "github/client.h"
#include "github/repo.h"

/* An issue's body and its comments. */
struct ses_issue {
	const struct ses_github_repo *repo; /* borrowed */
	uint64_t number;
	struct ses_buf body; /* "" when there is none; NUL-terminated */
	struct ses_buf etag;
};

/** "7", "#7", "P7", or the URL of an issue, whose repository goes to repo,
 * which else stays as it is.  Errors: SESHAT_EUSAGE "Invalid issue
 * identifier: X". */
int ses_issue_parse(const char *text, uint64_t *number,
    struct ses_github_repo *repo, struct seshat_err *err);

/** Whether the repository can be read with our token, so that an issue that is
 * not found there is not there.  Errors: SESHAT_EAUTH, SESHAT_ENOTFOUND. */
int ses_github_repo_check(struct ses_github *g,
    const struct ses_github_repo *repo, struct seshat_err *err);

/** Get it.  Errors as ses_github_do: SESHAT_ENOTFOUND names it. */
int ses_issue_get(struct ses_github *g, const struct ses_github_repo *repo,
    uint64_t number, struct ses_issue *out, struct seshat_err *err);

/** Get it again if it has changed since: 1 when it has, 0, or -1. */
int ses_issue_again(
    struct ses_github *g, struct ses_issue *i, struct seshat_err *err);

/** Make body its body; what GitHub then answers goes to i->body. */
int ses_issue_set_body(struct ses_github *g, struct ses_issue *i,
    const struct ses_buf *body, struct seshat_err *err);

/** Add a comment.  On error *uncertain: it may be there all the same. */
int ses_issue_comment(struct ses_github *g, const struct ses_github_repo *repo,
    uint64_t number, const struct ses_buf *body, int *uncertain,
    struct seshat_err *err);

/* A comment.  Anybody may write one where the repository is public: is_insider
 * says whether its author may also write to the repository (GitHub's
 * author_association), or is an app that was installed there. */
struct ses_comment {
	struct ses_buf body; /* NUL-terminated */
	int is_insider;
};

/** Tell of every comment, oldest first, of all pages. */
int ses_issue_each_comment(struct ses_github *g,
    const struct ses_github_repo *repo, uint64_t number,
    int (*each)(void *arg, const struct ses_comment *c, struct seshat_err *err),
    void *arg, struct seshat_err *err);

/** Release and start again from {0}. */
void ses_issue_free(struct ses_issue *i);

#endif
