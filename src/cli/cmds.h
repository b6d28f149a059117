#ifndef SES_CMDS_H
#define SES_CMDS_H

#include "cli/cli.h"

extern const struct ses_command ses_cmd_sessions;

#endif
