#ifndef SES_CLI_HOOK_FOLLOW_H
#define SES_CLI_HOOK_FOLLOW_H

#include "cli/context.h"

/** What 'seshat hook follow' does: mirror every session of this machine while
 * it is written, telling only the hooks' log, until SIGTERM or until for
 * SES_CLI_IDLE_S nothing was written.  At once back where another one follows
 * already.  When the configuration changes it goes on as that says now; while
 * it cannot be read, as it said before.  It ends when the store refuses its
 * keys, and when ses_hook_choice is another one than choice (NULL: it does not
 * count). */
#define SES_CLI_IDLE_S (24 * 3600L)
int ses_cli_hook_follow(
    const struct ses_cli *cli, const char *choice, struct seshat_err *err);

/** The worker behind the hooks: see hook/run.h. */
void ses_cli_hook_work(void *arg);

#endif
