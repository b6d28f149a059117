#ifndef SES_CLI_SERVE_FOLLOW_H
#define SES_CLI_SERVE_FOLLOW_H

#include "cli/context.h"

/*
 * Mirroring beside the server: all sessions of this machine, until the first
 * signal that ends the program.
 */
struct ses_serve_follow;

/** Begin, on a thread of its own; c is opened for redacting; it
 * and told (NULL: nobody) are borrowed. */
int ses_serve_follow_start(struct ses_serve_follow **out,
    const struct ses_cli *cli, const struct ses_context *c,
    const struct ses_mirror_told *told, struct seshat_err *err);

/** Wait for its end, after the signal.  NULL is allowed.  Answers 0, an exit
 * status, or -1 with what ended it. */
int ses_serve_follow_wait(struct ses_serve_follow *f, struct seshat_err *err);

#endif
