#ifndef SES_HELP_H
#define SES_HELP_H

#include <stdio.h>

#include "cli/cli.h"

/*
 * What the tables say, for people: the help of the program, of the commands
 * behind one word, and of one command.
 */

/* The options of every command; their values are a struct ses_cli. */
extern const struct ses_opt ses_global_opts[];

/* What an exit status means; ends with NULL. */
struct ses_exit {
	int status;
	const char *meaning;
};
extern const struct ses_exit ses_exits[];

/** The commands, and where to learn more. */
void ses_help_usage(FILE *to);

/** The commands whose first word is group. */
void ses_help_group(const char *group);

/** All about one command, on stdout. */
int ses_help_command(const struct ses_command *c, struct seshat_err *err);

#endif
