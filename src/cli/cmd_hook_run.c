#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/cmds.h"
#include "cli/hook_follow.h"
#include "cli/hook_text.h"
#include "cli/jsonl.h"
#include "hook/chosen.h"
#include "hook/run.h"
#include "hook/settings.h"

static const struct ses_opt opts[] = {{0}};

/* Whatever is asked for, an agent gets no answer and no error. */
static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const char *note = NULL;

	(void)values;
	(void)err;
	if (cli->store != NULL || cli->config != NULL || cli->project != NULL)
		note = "hook run: --store, --config and --project do not count "
		       "there: 'seshat hook install --store URL' says where "
		       "hooks store to";
	if (n_args < 1 || ses_harness_named(args[0]) == NULL)
		ses_hook_tell(SES_HOOK_FAILED,
		    "hook run: no agent is called '%s'",
		    n_args < 1 ? "" : args[0]);
	else
		ses_hook_run(args[0], note, ses_cli_hook_work, NULL);
	return 0;
}

static void
refused(const struct seshat_err *why)
{
	ses_hook_tell(SES_HOOK_FAILED, "%s", why->msg);
}

const struct ses_command ses_cmd_hook_run = {
    .name = "hook run",
    .summary = "what an agent calls as a hook",
    .args = "AGENT",
    .about =
	"Reads what the agent says on standard input, remembers it, and is\n"
	"back, within 20 ms, with exit status 0 and without a word. A process\n"
	"behind it stores what is new of that session, all hooks at once being\n"
	"one; with SessionEnd it marks the session as ended. While the store\n"
	"cannot be reached it tries for ten minutes; then the next hook does.\n"
	"What went wrong stands in 'seshat status'. --store, --config and\n"
	"--project do not count: 'seshat hook install' says where hooks store.",
    .examples = "  echo '{\"session_id\":\"3fa9c2d1\"}' |\n"
		"      seshat hook run claude-code",
    .opts = opts,
    .values_len = 0,
    .max_args = 8,
    .refused = refused,
    .run = run,
};

static int
follow(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const char *given = getenv(SES_HOOK_CHOICE);
	struct ses_buf choice = {0};
	int rc = 0;

	(void)values;
	(void)args;
	(void)n_args;
	/* no project's configuration, and no folder that is in use */
	if (chdir("/") < 0)
		return ses_fail_errno(err, "/");
	if (cli->store != NULL)
		return ses_cli_hook_follow(cli, NULL, err);
	if (given != NULL)
		ses_buf_str(&choice, given);
	else
		rc = ses_hook_choice(&choice, err);
	if (rc == 0)
		rc = ses_hook_choose_store(err);
	if (rc == 0)
		rc = ses_cli_hook_follow(cli, ses_buf_cstr(&choice), err);
	ses_buf_free(&choice);
	return rc;
}

const struct ses_command ses_cmd_hook_follow = {
    .name = "hook follow",
    .summary = "the follow that a hook begins in the background",
    .args = "",
    .about =
	"Mirrors every session of this machine while it is written, as the\n"
	"systemd unit seshat-mirror does, but silent: what goes wrong is told\n"
	"by 'seshat status'. It is back at once where one is at work already,\n"
	"and ends after a day in which no agent wrote a line. Hooks begin it\n"
	"where that unit is not enabled, and again when it has ended.",
    .examples = "  seshat hook follow",
    .opts = opts,
    .values_len = 0,
    .max_args = 0,
    .run = follow,
};

/* One agent's settings, as text or as JSON; whether its hooks should work and
 * do not.  Of a project, which may be NULL, only what is there. */
static int
show_agent(const struct ses_cli *cli, const struct ses_hook_agent *a,
    const char *project, struct ses_buf *json)
{
	struct ses_cli_hook_file f;
	int is_bad;

	ses_cli_hook_look(a, project, &f);
	is_bad = ses_cli_hook_is_bad(f.state);
	if (project != NULL && strcmp(f.state, "none") == 0) {
		ses_cli_hook_file_free(&f);
		return 0;
	}
	if (cli->json) {
		ses_cli_add_object(json);
		ses_cli_add_member(json, "agent", a->name);
		ses_cli_add_member(json, "file", f.path.data);
		ses_cli_add_member(json, "state", f.state);
		ses_cli_add_member(
		    json, "command", f.command.len > 0 ? f.command.data : NULL);
		ses_buf_fmt(
		    json, ",\"plugin\":%s}", f.has_plugin ? "true" : "false");
	} else {
		(void)printf("%-11s  %-10s  %s%s\n", a->name, f.state,
		    strcmp(f.state, "unreadable") == 0 ? f.why.msg
						       : f.path.data,
		    f.has_plugin ? " (and the plugin is enabled)" : "");
	}
	ses_cli_hook_file_free(&f);
	return is_bad;
}

/* This user's, and those of the project in this folder; NULL: it is gone. */
static int
show_agents(const struct ses_cli *cli, const char *cwd, struct ses_buf *json)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	const struct ses_hook_agent *a;
	struct ses_buf own = {0};
	struct ses_buf project = {0};
	int bad = 0;

	for (a = ses_hook_agents; a->name != NULL; a++) {
		bad |= show_agent(cli, a, NULL, json);
		ses_buf_clear(&own);
		ses_buf_clear(&project);
		if (cwd != NULL &&
		    ses_hook_settings_path(a, NULL, &own, &ignored) == 0 &&
		    ses_hook_settings_path(a, cwd, &project, &ignored) == 0 &&
		    strcmp(own.data, project.data) != 0)
			bad |= show_agent(cli, a, cwd, json);
	}
	ses_buf_free(&own);
	ses_buf_free(&project);
	return bad;
}

static void
show_json(
    const struct ses_cli_hooks *h, const char *store, struct ses_buf *agents)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf b = {0};

	ses_buf_fmt(&b, "{\"agents\":[%s]", ses_buf_cstr(agents));
	ses_jsonl_text(&b, "store", store);
	(void)ses_cli_hook_environment(&b, &ignored);
	ses_buf_fmt(&b, ",\"follows\":%s", h->follower.runs ? "true" : "false");
	ses_jsonl_u64(
	    &b, "follow_pid", h->follower.runs, (uint64_t)h->follower.pid);
	ses_jsonl_time(&b, "follow_since", h->follower.since);
	ses_buf_fmt(&b, ",\"follow_by_hook\":%s",
	    h->follower.is_ours ? "true" : "false");
	ses_jsonl_u64(&b, "waiting", 1, h->waiting);
	ses_jsonl_u64(&b, "errors", 1, h->trouble.n);
	ses_jsonl_text(
	    &b, "last_error", h->trouble.n > 0 ? h->trouble.text : NULL);
	ses_jsonl_time(&b, "last_error_at", h->trouble.last);
	(void)printf("%s}\n", ses_buf_cstr(&b));
	ses_buf_free(&b);
}

static void
show_text(const struct ses_cli_hooks *h, const char *store)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	struct ses_buf with = {0};

	ses_cli_hooks_follower(h, ses_time_now(), &b);
	(void)printf("%s\n", ses_buf_cstr(&b));
	ses_buf_clear(&b);
	ses_str_safe(store, strlen(store), &b);
	if (ses_hook_remembered(&with, &ignored) == 0 && with.len > 0)
		ses_buf_fmt(&b, ", with %s as when they were installed",
		    ses_buf_cstr(&with));
	(void)printf("hooks store to %s\n", ses_buf_cstr(&b));
	ses_buf_clear(&b);
	ses_cli_hooks_trouble(h, ses_time_now(), &b);
	if (b.len > 0)
		(void)printf("%s\n", ses_buf_cstr(&b));
	ses_buf_free(&b);
	ses_buf_free(&with);
}

static int
status(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	struct ses_context c = {0};
	struct ses_cli_hooks h;
	struct ses_buf agents = {0};
	char cwd[PATH_MAX];
	const char *project = NULL;
	int bad;

	(void)values;
	(void)args;
	(void)n_args;
	/* one that is out of reach has no path, but words in its place */
	if (getcwd(cwd, sizeof(cwd)) != NULL && cwd[0] == '/')
		project = cwd;
	/* as hooks see it */
	if (chdir("/") < 0)
		return ses_fail_errno(err, "/");
	if (cli->store == NULL && ses_hook_choose_store(err) < 0)
		return -1;
	if (ses_context_open(&c, cli, err) < 0)
		return -1;
	ses_cli_hooks(&c, &h);
	bad = show_agents(cli, project, &agents);
	if (cli->json)
		show_json(&h, c.config.store, &agents);
	else
		show_text(&h, c.config.store);
	ses_buf_free(&agents);
	ses_context_free(&c);
	return bad || h.trouble.n > 0;
}

const struct ses_command ses_cmd_hook_status = {
    .name = "hook status",
    .summary = "are the hooks installed, and did they work?",
    .args = "",
    .about =
	"Tells for each agent whether its hooks are installed, broken (the\n"
	"program that they call is gone), disabled (the agent is told to run\n"
	"none) or incomplete, also in the project of this folder; who follows;\n"
	"where hooks store to; and what went wrong since all was well. The\n"
	"exit status is 1 when something did, and when hooks are broken,\n"
	"disabled or unreadable. With --json one object: agents (agent, file,\n"
	"state: installed, incomplete, broken, disabled, none, unreadable;\n"
	"command, plugin: whether it is enabled there), store, environment\n"
	"(variables), follows, follow_pid, follow_since, follow_by_hook,\n"
	"waiting (sessions that hooks could not be stored of yet), errors,\n"
	"last_error, last_error_at.",
    .examples = "  seshat hook status\n"
		"  seshat hook status --json | jq .last_error",
    .opts = opts,
    .values_len = 0,
    .max_args = 0,
    .run = status,
};
