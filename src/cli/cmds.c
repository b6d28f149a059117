#include <stddef.h>

#include "cli/cmds.h"

const struct ses_command *const ses_commands[] = {
    NULL,
};
