#ifndef SES_NAMES_H
#define SES_NAMES_H

#include "cli/cli.h"

/*
 * From words to commands.  Some commands have two words, and those of a
 * session have a second name that users of tracecraft know: "session show" is
 * "show".
 */

/** The command whose words begin argv; *words is how many it has.  NULL:
 * there is none. */
const struct ses_command *ses_command_find(int argc, char **argv, int *words);

/**
 * ses_group_next(group, at, second):
 * The next command whose first word is group, and its second word; *at is 0
 * before the first.  NULL: there are no more.
 */
const struct ses_command *ses_group_next(
    const char *group, size_t *at, const char **second);

#endif
