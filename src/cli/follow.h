#ifndef SES_CLI_FOLLOW_H
#define SES_CLI_FOLLOW_H

#include "cli/cli.h"
#include "cli/workspace.h"
#include "mirror/follow.h"

/**
 * ses_cli_interval(text, ms, err):
 * Parse seconds, fractions allowed, above 0 and up to a day.
 * Errors: SESHAT_EUSAGE.
 */
int ses_cli_interval(const char *text, int64_t *ms, struct seshat_err *err);

/**
 * ses_cli_follow(cli, f, found, since, workspace, err):
 * Follow until Ctrl-C or SIGTERM, telling on stderr (with --json as lines on
 * stdout) what happens; of f what stops and tells is filled in here.  found and
 * since are as for ses_follow_run.  workspace, unless NULL, learns when the
 * session grew.  A second signal ends the program at once, with status 130.
 * Answers 0, an exit status or -1.
 */
int ses_cli_follow(const struct ses_cli *cli, const struct ses_follow *f,
    struct ses_session_list *found, int64_t since,
    struct ses_cli_workspace *workspace, struct seshat_err *err);

#endif
