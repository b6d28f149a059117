#include <stddef.h>

#include "cli/cmds.h"

const struct ses_command *const ses_commands[] = {
    &ses_cmd_log_append,
    &ses_cmd_log_read,
    &ses_cmd_sessions,
    &ses_cmd_mirror,
    &ses_cmd_status,
    &ses_cmd_import,
    &ses_cmd_list,
    &ses_cmd_show,
    &ses_cmd_stop,
    &ses_cmd_compact,
    &ses_cmd_verify,
    &ses_cmd_rm,
    &ses_cmd_redact,
    &ses_cmd_demo,
    &ses_cmd_trust,
    &ses_cmd_init,
    &ses_cmd_doctor,
    NULL,
};
