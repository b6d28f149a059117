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
extern const struct ses_command ses_cmd_relocate;
extern const struct ses_command ses_cmd_restore;
extern const struct ses_command ses_cmd_rm;
extern const struct ses_command ses_cmd_search;
extern const struct ses_command ses_cmd_sessions;
extern const struct ses_command ses_cmd_stats;
extern const struct ses_command ses_cmd_show;
extern const struct ses_command ses_cmd_status;
extern const struct ses_command ses_cmd_stop;
extern const struct ses_command ses_cmd_verify;
extern const struct ses_command ses_cmd_audit;
extern const struct ses_command ses_cmd_log_append;
extern const struct ses_command ses_cmd_log_read;
extern const struct ses_command ses_cmd_redact;
extern const struct ses_command ses_cmd_upload;
extern const struct ses_command ses_cmd_download;
extern const struct ses_command ses_cmd_discover;
extern const struct ses_command ses_cmd_export;
extern const struct ses_command ses_cmd_publish;
extern const struct ses_command ses_cmd_workspace_add;
extern const struct ses_command ses_cmd_workspace_list;
extern const struct ses_command ses_cmd_gists_list;
extern const struct ses_command ses_cmd_gists_prune;
extern const struct ses_command ses_cmd_gists_delete;
extern const struct ses_command ses_cmd_plan_get;
extern const struct ses_command ses_cmd_plan_set;
extern const struct ses_command ses_cmd_plan_show;
extern const struct ses_command ses_cmd_exec_upload;
extern const struct ses_command ses_cmd_exec_download;
extern const struct ses_command ses_cmd_exec_learn;
extern const struct ses_command ses_cmd_exec_metadata;
extern const struct ses_command ses_cmd_hook_install;
extern const struct ses_command ses_cmd_hook_uninstall;
extern const struct ses_command ses_cmd_hook_status;
extern const struct ses_command ses_cmd_hook_run;
extern const struct ses_command ses_cmd_hook_follow;
extern const struct ses_command ses_cmd_trust;
extern const struct ses_command ses_cmd_serve;

#endif
