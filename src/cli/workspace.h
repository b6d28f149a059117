#ifndef SES_CLI_WORKSPACE_H
#define SES_CLI_WORKSPACE_H

#include "cli/context.h"
#include "mirror/workspace.h"

/**
 * ses_cli_workspace_add(cli, mo, w, dir, err):
 * Add the files of dir to the session w of the vault (project NULL: the one
 * that is pinned), and tell what came of it.  Answers 0, an exit status, or -1.
 */
int ses_cli_workspace_add(const struct ses_cli *cli,
    const struct ses_mirror_opts *mo, const struct ses_where *w,
    const char *dir, struct seshat_err *err);

/*
 * The same beside a follow, on a thread of its own: when the session has grown,
 * at most every half minute, and at the end.
 */
struct ses_cli_workspace;

/** Begin the thread.  Owns: *out goes by ses_cli_workspace_stop, and till then
 * cli, mo and dir are borrowed. */
int ses_cli_workspace_start(struct ses_cli_workspace **out,
    const struct ses_cli *cli, const struct ses_mirror_opts *mo,
    const char *dir, struct seshat_err *err);

/** Something was stored of the session; NULL is allowed. */
void ses_cli_workspace_grew(
    struct ses_cli_workspace *ws, const char *harness, const char *id);

/** Once more, and the end.  Answers as ses_cli_workspace_add. */
int ses_cli_workspace_stop(
    struct ses_cli_workspace *ws, struct seshat_err *err);

#endif
