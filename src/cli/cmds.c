#include <stddef.h>

#include "cli/cmds.h"

const struct ses_command *const ses_commands[] = {
    &ses_cmd_sessions,
    NULL,
};
