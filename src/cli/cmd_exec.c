/* The commands of erk that share sessions, by its names and options; they print
 * JSON always. */
#include "cli/cmds.h"
#include "cli/share_run.h"

#define UP(member)   offsetof(struct ses_upload_args, member)
#define DOWN(member) offsetof(struct ses_download_args, member)

static const struct ses_opt upload_opts[] = {
    {"session-file", 0, SES_OPT_STRING, UP(session_file), "FILE",
	"the transcript"},
    {"session-id", 0, SES_OPT_STRING, UP(session_id), "ID",
	"what it is called"},
    {"source", 0, SES_OPT_STRING, UP(source), "local|remote", "where it ran"},
    {"issue-number", 0, SES_OPT_STRING, UP(plan), "N", "the plan's issue"},
    {"repo", 'R', SES_OPT_STRING, UP(repo), "[HOST/]OWNER/REPO",
	"the issue's repository (default: as gh finds it)"},
    {0},
};

static const struct ses_opt download_opts[] = {
    {"gist-url", 0, SES_OPT_STRING, DOWN(gist_url), "URL",
	"the gist, by any URL of it"},
    {"session-id", 0, SES_OPT_STRING, DOWN(session_id), "ID", "the session"},
    {0},
};

struct repo_value {
	const char *repo;
};

static const struct ses_opt repo_opts[] = {
    {"repo", 'R', SES_OPT_STRING, offsetof(struct repo_value, repo),
	"[HOST/]OWNER/REPO",
	"the issue's repository (default: as gh finds it)"},
    {0},
};

static int
upload(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	struct ses_upload_args *a = values;

	(void)args;
	(void)n_args;
	if (a->session_file == NULL || a->session_id == NULL) {
		ses_fail(err, SESHAT_EUSAGE,
		    "--session-file and --session-id are needed");
		return ses_sharing_failed(1, err);
	}
	a->harness = "claude-code"; /* whose sessions erk knows */
	return ses_run_upload(cli, a, 1, err);
}

static int
download(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	(void)args;
	(void)n_args;
	return ses_run_download(cli, values, 1, err);
}

static int
learn(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct repo_value *v = values;
	const struct ses_discover_args a = {
	    .issue = n_args > 0 ? args[0] : NULL, .repo = v->repo};

	return ses_run_discover(cli, &a, 1, err);
}

static int
metadata(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct repo_value *v = values;

	if (n_args != 2) {
		ses_fail(err, SESHAT_EUSAGE, "an issue and a field are needed");
		return ses_sharing_failed(1, err);
	}
	return ses_run_plan_get(cli, args[0], args[1], v->repo, 1, err);
}

static void
defaults(void *values)
{
	((struct ses_upload_args *)values)->source = "local";
}

const struct ses_command ses_cmd_exec_upload = {
    .name = "exec upload-session",
    .summary = "as 'upload', by erk's name",
    .args = "",
    .about =
	"Uploads a transcript as 'seshat upload' does, with the options of\n"
	"'erk exec upload-session', and prints JSON.",
    .examples = "  seshat exec upload-session --session-file s.jsonl \\\n"
		"    --session-id ID --source remote --issue-number 42",
    .opts = upload_opts,
    .values_len = sizeof(struct ses_upload_args),
    .defaults = defaults,
    .run = upload,
};

const struct ses_command ses_cmd_exec_download = {
    .name = "exec download-remote-session",
    .summary = "as 'download', by erk's name",
    .args = "",
    .about =
	"Downloads a session as 'seshat download' does, with the options of\n"
	"'erk exec download-remote-session', and prints JSON.",
    .examples = "  seshat exec download-remote-session \\\n"
		"    --gist-url https://gist.github.com/octo/0123abcd \\\n"
		"    --session-id ID",
    .opts = download_opts,
    .values_len = sizeof(struct ses_download_args),
    .run = download,
};

const struct ses_command ses_cmd_exec_learn = {
    .name = "exec get-learn-sessions",
    .summary = "as 'discover --json', by erk's name",
    .args = "[ISSUE|URL]",
    .about = "Lists the sessions of a plan as 'seshat discover --json' does.",
    .examples = "  seshat exec get-learn-sessions 42",
    .opts = repo_opts,
    .values_len = sizeof(struct repo_value),
    .max_args = 1,
    .run = learn,
};

const struct ses_command ses_cmd_exec_metadata = {
    .name = "exec get-plan-metadata",
    .summary = "as 'plan get --json', by erk's name",
    .args = "ISSUE FIELD",
    .about =
	"Prints a field of a plan header as 'seshat plan get --json' does.",
    .examples = "  seshat exec get-plan-metadata 42 last_session_id",
    .opts = repo_opts,
    .values_len = sizeof(struct repo_value),
    .max_args = 2,
    .run = metadata,
};
