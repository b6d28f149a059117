#ifndef SES_GITHUB_EDITS_H
#define SES_GITHUB_EDITS_H

#include "github/issue.h"

/**
 * ses_issue_overwritten(g, i, base, out, err):
 * What somebody wrote between base, which we read, and i->body, which we wrote,
 * by the history that GitHub keeps (GraphQL, userContentEdits: whole texts, to
 * be seen by who may write): ours, right before it theirs, before that base.
 * Appended to out: 1; 0, there is nothing, or the history does not tell; or -1.
 */
int ses_issue_overwritten(struct ses_github *g, const struct ses_issue *i,
    const struct ses_buf *base, struct ses_buf *out, struct seshat_err *err);

/** Whether two bodies are the same but for what line ends are. */
int ses_issue_same_body(const struct ses_buf *a, const struct ses_buf *b);

#endif
