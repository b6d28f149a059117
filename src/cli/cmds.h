#ifndef SES_CMDS_H
#define SES_CMDS_H

#include "cli/cli.h"

extern const struct ses_command ses_cmd_compact;
extern const struct ses_command ses_cmd_demo;
extern const struct ses_command ses_cmd_doctor;
extern const struct ses_command ses_cmd_import;
extern const struct ses_command ses_cmd_init;
extern const struct ses_command ses_cmd_list;
extern const struct ses_command ses_cmd_mirror;
extern const struct ses_command ses_cmd_rm;
extern const struct ses_command ses_cmd_sessions;
extern const struct ses_command ses_cmd_show;
extern const struct ses_command ses_cmd_status;
extern const struct ses_command ses_cmd_stop;
extern const struct ses_command ses_cmd_verify;
extern const struct ses_command ses_cmd_log_append;
extern const struct ses_command ses_cmd_log_read;
extern const struct ses_command ses_cmd_redact;
extern const struct ses_command ses_cmd_trust;

#endif
