#ifndef SES_GITHUB_LIMIT_H
#define SES_GITHUB_LIMIT_H

#include "net/http.h"

/*
 * GitHub's two rate limits, by its page "Rate limits for the REST API":
 * "retry-after" is waited; else, when nothing remains, until the limit is
 * reset; else a minute at least, and twice as long each time.
 */

/** Whether the body of an answer holds these words. */
int ses_github_says(const struct ses_http_answer *a, const char *words);

/** Whether an answer is that of a limit, and not of a missing permission. */
int ses_github_is_limit(const struct ses_http_answer *a);

/** How long to wait after it, in ms; tries: how often one was met already in
 * this call. */
int64_t ses_github_limit_wait(
    const struct ses_http_answer *a, unsigned tries, int64_t now);

#endif
