#ifndef SES_CLI_RULE_FILE_H
#define SES_CLI_RULE_FILE_H

#include "cli/cli.h"

/** Tell which rules of a file in gitleaks' form can be used, and why others
 * cannot.  Answers the exit status: 1 when there are none. */
int ses_cli_check_rule_file(
    const struct ses_cli *cli, const char *path, struct seshat_err *err);

#endif
