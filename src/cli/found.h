#ifndef SES_FOUND_H
#define SES_FOUND_H

#include "cli/cli.h"
#include "harness/harness.h"

/* What the commands that look for sessions of this machine share. */

/** The harness called name (NULL: all, *out is NULL).  Errors: SESHAT_EUSAGE
 * names those there are. */
int ses_cli_harness(const char *name, const struct ses_harness_ops **out,
    struct seshat_err *err);

/**
 * ses_cli_cwd(path, out, err):
 * Append the real path of a folder, the current one if path is NULL.  One
 * that is gone is made absolute only: its sessions may be there still.
 */
int ses_cli_cwd(const char *path, struct ses_buf *out, struct seshat_err *err);

/**
 * ses_cli_none_found(cli, q, err):
 * Say on stderr that there is no session that fits q, and in which folders
 * was looked, one a line.  Answers the exit status for that, or -1.
 */
int ses_cli_none_found(const struct ses_cli *cli, const struct ses_discover *q,
    struct seshat_err *err);

/** Tell on stderr of what could not be read, if anything. */
void ses_cli_unreadable(
    const struct ses_cli *cli, const struct ses_session_list *l);

#endif
