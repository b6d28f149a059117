#ifndef SES_CLI_FOLLOWER_H
#define SES_CLI_FOLLOWER_H

#include "cli/context.h"

/*
 * Who follows every session of this machine into a store: at most one says so,
 * by a lock.  More of them would do no harm, and help nothing.
 */
struct ses_cli_follower {
	int runs;
	int is_ours; /* a hook began it, in the background */
	long pid;
	int64_t since; /* ms since 1970 */
};

/** Look; on any error nobody is seen. */
void ses_cli_follower(
    const struct ses_context *c, struct ses_cli_follower *out);

/** Append the path of the lock of a context's store: there is one for each
 * place that sessions go to.  Nothing is made. */
int ses_cli_follower_path(
    const struct ses_context *c, struct ses_buf *out, struct seshat_err *err);

/** Say that this process does, for as long as *fd is open: 1; or 0 when
 * another one does. */
int ses_cli_follower_claim(
    const struct ses_context *c, int is_ours, int *fd, struct seshat_err *err);

/** See to it that somebody does: the user's systemd where the unit is enabled,
 * else a process in the background. */
int ses_cli_follower_start(const struct ses_context *c, struct seshat_err *err);

/** End all that hooks began, whatever store they are for: it may have been
 * another one, then.  Waits for their last flushes; how many ended, or -1.  One
 * of another machine or container is told on stderr, and goes on until it sees
 * that the choice is another one. */
int ses_cli_followers_stop(struct seshat_err *err);

#endif
