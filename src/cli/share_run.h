#ifndef SES_SHARE_RUN_H
#define SES_SHARE_RUN_H

#include "cli/sharing.h"

/* The commands that share sessions, by our names and by erk's ('exec'). */
struct ses_upload_args {
	const char *session_id;
	const char *session_file;
	const char *harness;
	const char *plan; /* number or URL of the issue */
	const char *source;
	const char *repo;
	struct ses_opt_list encrypt_to;
	int is_public;
	int compress;
	int dry_run;
	int if_present;
};

struct ses_download_args {
	const char *session_id;
	const char *gist_url;
	const char *run_id;
	const char *issue;
	const char *output;
	const char *identity;
	const char *repo;
};

struct ses_discover_args {
	const char *issue; /* NULL: of the branch */
	const char *repo;
	const char *fetch; /* folder, or NULL */
	const char *identity;
};

/* Each prints what came of it, as JSON or for people, and answers as a
 * command's run does. */
int ses_run_upload(const struct ses_cli *cli, const struct ses_upload_args *a,
    int as_json, struct seshat_err *err);
int ses_run_download(const struct ses_cli *cli,
    const struct ses_download_args *a, int as_json, struct seshat_err *err);
int ses_run_discover(const struct ses_cli *cli,
    const struct ses_discover_args *a, int as_json, struct seshat_err *err);
int ses_run_plan_get(const struct ses_cli *cli, const char *issue,
    const char *field, const char *repo, int as_json, struct seshat_err *err);

#endif
