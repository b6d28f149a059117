#ifndef SES_CLI_HOOK_TEXT_H
#define SES_CLI_HOOK_TEXT_H

#include "cli/follower.h"
#include "hook/entry.h"
#include "hook/state.h"

/* How the hooks stand, for 'hook status', 'status' and 'doctor'. */
struct ses_cli_hooks {
	struct ses_cli_follower follower;
	struct ses_hook_trouble trouble;
	size_t waiting; /* hooks that nobody took, or that failed */
};

/** Look; nothing is made or changed. */
void ses_cli_hooks(const struct ses_context *c, struct ses_cli_hooks *out);

/** Append a line about who follows, without its end. */
void ses_cli_hooks_follower(
    const struct ses_cli_hooks *h, int64_t now, struct ses_buf *out);

/** Append a line about what went wrong and what to do, or nothing. */
void ses_cli_hooks_trouble(
    const struct ses_cli_hooks *h, int64_t now, struct ses_buf *out);

/** Append ,"environment":[…], the variables that are remembered of when hooks
 * were installed. */
int ses_cli_hook_environment(struct ses_buf *json, struct seshat_err *err);

/** Whether what a command of ours runs is there; its path is appended. */
int ses_cli_hook_works(const struct ses_hook_agent *agent, const char *command,
    struct ses_buf *program);

#endif
