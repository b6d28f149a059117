#ifndef SES_SERVE_RECENT_H
#define SES_SERVE_RECENT_H

#include "serve/answer.h"

/*
 * Answers of the last moment, by URL, so that many who ask the same cost one
 * look at the store.  Few and small ones: memory is bounded.
 */
#define SES_RECENT_SLOTS 128
#define SES_RECENT_BODY  ((size_t)64 << 10) /* longer ones are not kept */

struct ses_recent;

/** NULL when out of memory. */
struct ses_recent *ses_recent_new(void);

void ses_recent_free(struct ses_recent *c);

/** Keep a, if it is a plain 200 with a short body, for ms from now. */
void ses_recent_put(struct ses_recent *c, const char *url,
    const struct ses_answer *a, int64_t ms);

/** Fill a in with what is kept of the URL: 1, or 0. */
int ses_recent_get(struct ses_recent *c, const char *url, struct ses_answer *a);

#endif
