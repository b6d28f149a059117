#ifndef SES_CLI_HOOK_TEXT_H
#define SES_CLI_HOOK_TEXT_H

#include "cli/follower.h"
#include "hook/entry.h"
#include "hook/state.h"

#define SES_CLI_HOOK_AGENTS 2 /* rows of ses_hook_agents */

/* How the hooks stand, for 'hook status', 'status' and 'doctor'. */
struct ses_cli_hooks {
	struct ses_cli_follower follower;
	/* the store of hooks, where it is another one than was looked at, and
	 * who follows there */
	char elsewhere[SESHAT_ERR_MAX];
	struct ses_cli_follower there;
	int calls; /* an agent calls us, as far as we know */
	const char *state[SES_CLI_HOOK_AGENTS]; /* of this user's settings */
	struct ses_hook_trouble trouble;
	size_t waiting; /* hooks that nobody took, or that failed */
};

/** Look; nothing is made or changed. */
void ses_cli_hooks(const struct ses_context *c, struct ses_cli_hooks *out);

/* How they stand in one file of settings. */
struct ses_cli_hook_file {
	const char *state; /* installed, incomplete, broken, disabled, none,
			    * unreadable */
	int has_plugin;    /* our plugin is enabled there */
	struct ses_buf path;
	struct ses_buf command; /* or "" */
	struct seshat_err why;  /* of unreadable */
};

/** Look into the settings of a project (NULL: of this user).  Release out. */
void ses_cli_hook_look(const struct ses_hook_agent *agent, const char *project,
    struct ses_cli_hook_file *out);
void ses_cli_hook_file_free(struct ses_cli_hook_file *f);

/** Whether hooks do nothing in this state although they should. */
int ses_cli_hook_is_bad(const char *state);

/** Append a line about who follows, without its end. */
void ses_cli_hooks_follower(
    const struct ses_cli_hooks *h, int64_t now, struct ses_buf *out);

/** Append lines about where hooks store to, if that was not looked at, and
 * about hooks that cannot work, each with its end. */
void ses_cli_hooks_odd(const struct ses_cli_hooks *h, struct ses_buf *out);

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
