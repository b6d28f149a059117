#ifndef SES_GITHUB_EXPLAIN_H
#define SES_GITHUB_EXPLAIN_H

#include "github/client.h"

/** Record why GitHub refused a call, for a person: its own words, which
 * permission is missing, and what to do.  -1. */
int ses_github_explain(const struct ses_github *g,
    const struct ses_github_call *c, struct seshat_err *err);

/** Record that there is no token for a use.  -1. */
int ses_github_no_token(const struct ses_github *g, enum ses_github_use use,
    struct seshat_err *err);

#endif
