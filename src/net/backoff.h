#ifndef SES_BACKOFF_H
#define SES_BACKOFF_H

#include <stdint.h>

/*
 * When to try again what has failed for a reason that may pass: after a
 * random wait between nothing and a limit that doubles ("full jitter"), so
 * that many clients do not come back together; later if the server says so.
 */
struct ses_backoff {
	unsigned tries; /* again, so far */
	unsigned max_tries;
	int64_t limit_ms; /* of the next wait */
	int64_t failed;   /* first, by the steady clock */
};

/* Of a longer time that a server asks for only so much is waited. */
#define SES_BACKOFF_ASKED_MS 20000

/** For what costs next to nothing: tried 4 times in half a second. */
struct ses_backoff ses_backoff_near(void);

/** For what goes over a network: tried 6 times in about 3 seconds, in 6 at
 * most; less often where a try takes long. */
struct ses_backoff ses_backoff_far(void);

/**
 * ses_backoff_wait(b, asked_ms):
 * Wait before the next try, at least asked_ms (0: the server asked for
 * nothing; of a long time, 20 seconds are waited).  0, and no wait, when there
 * were enough tries, or two and the first failed over 15 seconds ago: nobody
 * shall wait for minutes to hear that a server is out of reach.
 */
int ses_backoff_wait(struct ses_backoff *b, int64_t asked_ms);

#endif
