#define _GNU_SOURCE /* O_PATH; realpath */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "base/xdg.h"
#include "cli/cmds.h"
#include "cli/follower.h"
#include "cli/found.h"
#include "cli/hook_follow.h"
#include "cli/hook_text.h"
#include "hook/chosen.h"
#include "hook/made.h"
#include "hook/pause.h"
#include "hook/run.h"
#include "hook/settings.h"

struct values {
	int user;
	int project;
};

#define AT(member) offsetof(struct values, member)
#define ARGS       "[claude-code] [codex]"
#define AGENTS_MAX 2

static const struct ses_opt opts[] = {
    {"user", 0, SES_OPT_FLAG, AT(user), NULL,
	"in the agent's settings of this user (default)"},
    {"project", 0, SES_OPT_FLAG, AT(project), NULL,
	"in those of the project in this folder"},
    {0},
};

/* What one call is about. */
struct job {
	const struct ses_cli *cli;
	const char *command; /* "… hook run"; NULL: take the hooks out */
	struct ses_buf cwd;
	const char *project; /* the same, or NULL */
	const struct ses_hook_agent *agents[AGENTS_MAX];
	int n_agents;
	struct seshat_err why[AGENTS_MAX]; /* SESHAT_OK: nothing went wrong */
	int n_bad;
	int n_changed;
	int has_ended; /* the follow that hooks began */
	int change;    /* nobody else installs, as long as it is open; or -1 */
	int pause;     /* nobody works behind the hooks; or -1 */
	struct ses_buf json;
	const char *advice;
};

/* Whether there is such an agent here. */
static int
is_here(const struct ses_hook_agent *a, const char *project)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	int yes;

	yes = ses_hook_settings_path(a, project, &path, &ignored) == 0;
	if (yes) {
		*strrchr(path.data, '/') = '\0';
		yes = access(path.data, F_OK) == 0;
	}
	ses_buf_free(&path);
	return yes;
}

/* Those that are named, else those that are there. */
static int
choose(const char **args, int n, const char *project,
    const struct ses_hook_agent **out, struct seshat_err *err)
{
	const struct ses_hook_agent *a;
	int found = 0;
	int i;

	for (i = 0; i < n && i < AGENTS_MAX; i++) {
		out[i] = ses_hook_agent_named(args[i]);
		if (out[i] == NULL)
			return ses_fail(err, SESHAT_EUSAGE,
			    "no hooks are known for '%s': there are "
			    "claude-code and codex",
			    args[i]);
	}
	if (n > 0)
		return n;
	for (a = ses_hook_agents; a->name != NULL && found < AGENTS_MAX; a++)
		if (is_here(a, project))
			out[found++] = a;
	if (found > 0)
		return found;
	return ses_fail(err, SESHAT_ENOTFOUND,
	    "neither Claude Code nor Codex was found: name one (claude-code, "
	    "codex)");
}

/* The word that runs this program: its name where PATH finds it by that. */
static int
own_word(struct ses_buf *out, struct seshat_err *err)
{
	const struct ses_hook_agent *any = ses_hook_agents;
	struct ses_buf found = {0};
	struct ses_buf bare = {0};
	char *real = NULL;
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int rc = 0;

	if (n <= 0)
		return ses_fail_errno(err, "read /proc/self/exe");
	self[n] = '\0';
	ses_buf_fmt(&bare, "seshat hook run %s", any->name);
	if (ses_cli_hook_works(any, ses_buf_cstr(&bare), &found))
		real = realpath(ses_buf_cstr(&found), NULL);
	if (real != NULL && strcmp(real, self) == 0)
		ses_buf_str(out, "seshat");
	else
		rc = ses_hook_quote(self, out, err);
	free(real);
	ses_buf_free(&found);
	ses_buf_free(&bare);
	return rc < 0 ? -1 : ses_buf_check(out, err);
}

/* What the settings will have, or nothing. */
static const char *
command_for(
    const struct job *j, const struct ses_hook_agent *a, struct ses_buf *out)
{
	if (j->command == NULL)
		return NULL;
	ses_buf_fmt(out, "%s hook run %s", j->command, a->name);
	return ses_buf_cstr(out);
}

/* Whoever has switched them off should know that they do nothing. */
static int
is_off(const struct ses_hook_agent *a, const char *path)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_hook_found found = {0};
	int yes =
	    ses_hook_settings_look(a, path, &found, &why) == 0 && found.is_off;

	ses_buf_free(&found.command);
	if (yes) {
		ses_fail(&why, SESHAT_EUNSUPPORTED,
		    "%s says disableAllHooks: %s runs none until you take that "
		    "out",
		    path, a->name);
		ses_cli_complain(&why);
	}
	return yes;
}

static void
tell_one(struct job *j, int i, const char *path, int changed)
{
	const struct ses_hook_agent *a = j->agents[i];
	int off = changed >= 0 && j->command != NULL && is_off(a, path);

	if (j->cli->json) {
		ses_cli_add_object(&j->json);
		ses_cli_add_member(&j->json, "agent", a->name);
		ses_cli_add_member(&j->json, "file", path);
		ses_buf_fmt(&j->json, ",\"changed\":%s,\"disabled\":%s",
		    changed > 0 ? "true" : "false", off ? "true" : "false");
		ses_cli_add_member(
		    &j->json, "error", changed < 0 ? j->why[i].msg : NULL);
		ses_buf_str(&j->json, "}");
	} else if (changed >= 0 && !j->cli->quiet) {
		(void)printf("%s: %s %s %s\n", a->name,
		    j->command == NULL ? "no hooks of ours are in"
				       : "hooks are in",
		    path, changed ? "now" : "already");
	}
	/* of a single one it is what the call ends with */
	if (changed < 0 && j->n_agents > 1)
		ses_cli_complain(&j->why[i]);
}

static void
do_one(struct job *j, int i)
{
	const struct ses_hook_agent *a = j->agents[i];
	struct seshat_err *why = &j->why[i];
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf command = {0};
	int rc = why->code == SESHAT_OK ? 0 : -1;

	if (ses_hook_settings_path(
		a, j->project, &path, rc < 0 ? &ignored : why) < 0)
		rc = -1;
	if (rc == 0)
		rc = ses_hook_settings_change(
		    a, path.data, command_for(j, a, &command), why);
	j->n_bad += rc < 0;
	j->n_changed += rc > 0;
	if (rc > 0 && j->command != NULL && a->advice != NULL)
		j->advice = a->advice;
	tell_one(j, i, ses_buf_cstr(&path), rc);
	ses_buf_free(&path);
	ses_buf_free(&command);
}

/* What can be put in: of what cannot nothing may change, least of all where
 * hooks store to. */
static int
check_all(struct job *j, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf command = {0};
	int bad = 0;
	int i;

	for (i = 0; i < AGENTS_MAX && j->agents[i] != NULL; i++) {
		ses_buf_clear(&path);
		ses_buf_clear(&command);
		if (ses_hook_settings_path(
			j->agents[i], j->project, &path, &j->why[i]) < 0 ||
		    ses_hook_settings_check(j->agents[i], path.data,
			command_for(j, j->agents[i], &command),
			&j->why[i]) < 0) {
			bad++;
			*err = j->why[i];
		}
	}
	for (i = 0; bad == j->n_agents && i < bad - 1; i++)
		ses_cli_complain(&j->why[i]);
	ses_buf_free(&path);
	ses_buf_free(&command);
	return bad == j->n_agents ? -1 : 0;
}

/* What the call is about; nothing is changed yet. */
static int
begin(struct job *j, const struct values *v, const char **args, int n,
    struct seshat_err *err)
{
	if (v->user && v->project)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--user and --project exclude each other");
	if (v->project && ses_cli_cwd(NULL, &j->cwd, err) < 0)
		return -1;
	j->project = v->project ? ses_buf_cstr(&j->cwd) : NULL;
	j->n_agents = choose(args, n, j->project, j->agents, err);
	return j->n_agents < 0 ? -1 : 0;
}

/* What one agent's settings refuse keeps those of the other not out. */
static int
do_all(struct job *j, struct seshat_err *err)
{
	int plugin;
	int i;

	for (i = 0; i < AGENTS_MAX && j->agents[i] != NULL; i++)
		do_one(j, i);
	if (j->n_bad > 0 && j->n_agents == 1) {
		*err = j->why[0];
		return -1;
	}
	if (j->project == NULL || j->n_bad == j->n_agents)
		return 0;
	i = j->command == NULL ? SES_HOOK_UNMADE : SES_HOOK_MADE;
	if (i == SES_HOOK_UNMADE && ses_hook_calls(j->project, &plugin))
		return 0;
	return ses_hook_project(j->project, i, err);
}

/* The last words of a call, and its exit status. */
static int
finish(struct job *j, const char *store, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc;

	if (j->cli->json) {
		ses_buf_fmt(&b, "{\"settings\":[%s],\"advice\":\"%s\"",
		    ses_buf_cstr(&j->json), j->advice != NULL ? j->advice : "");
		ses_cli_add_member(&b, "store", store);
		rc = ses_cli_hook_environment(&b, err);
		ses_buf_fmt(&b, ",\"follow_ended\":%s}",
		    j->has_ended ? "true" : "false");
		if (rc < 0 || ses_buf_check(&b, err) < 0) {
			ses_buf_free(&b);
			return -1;
		}
		(void)printf("%s\n", ses_buf_cstr(&b));
		ses_buf_free(&b);
	} else if (j->advice != NULL) {
		(void)printf("%s\n", j->advice);
	}
	return j->n_bad > 0 ? seshat_exit_status(SESHAT_EPARTIAL) : 0;
}

/* Open the store that hooks will use: what cannot be opened is told now, and
 * not by hooks.  Without one of its own that is what a hook would see. */
static int
open_store(const struct ses_cli *cli, int is_own, struct ses_context *c,
    struct seshat_err *err)
{
	int here = -1;
	int rc = ses_hook_recall(!is_own, err);

	if (rc == 0 && !is_own) {
		here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (here < 0 || chdir("/") < 0)
			rc = ses_fail_errno(err, "leave this folder");
	}
	if (rc == 0)
		rc = ses_context_open(c, cli, err);
	if (rc == 0)
		rc = ses_context_store(c, err);
	if (here >= 0 && fchdir(here) < 0 && rc == 0)
		rc = ses_fail_errno(err, "come back to this folder");
	if (here >= 0)
		(void)close(here);
	return rc;
}

/* End what hooks began, whatever store it is for. */
static int
stop_followers(struct job *j, struct seshat_err *err)
{
	int n = ses_cli_followers_stop(err);

	j->has_ended = n > 0;
	if (n > 0 && !j->cli->quiet && !j->cli->json)
		(void)printf("the follow in the background has ended\n");
	return n < 0 ? -1 : 0;
}

/* Nobody works behind the hooks from now on. */
static int
pause_hooks(struct job *j, struct seshat_err *err)
{
	return j->pause >= 0 ? 0 : ses_hook_pause(&j->pause, err);
}

/* Let hooks store there from now on; NULL: where they do, or where the
 * configuration says.  No hook may store elsewhere in between; where nothing
 * changes a worker that has the keys goes on. */
static int
remember(struct job *j, const struct ses_context *c, int is_own,
    struct seshat_err *err)
{
	const char *url = c->config.store;
	struct ses_buf safe = {0};
	struct ses_buf with = {0};
	int rc = ses_hook_is_new(is_own ? url : NULL, err);

	if (rc <= 0)
		return rc;
	rc = pause_hooks(j, err);
	if (rc == 0)
		rc = ses_hook_remember(is_own ? url : NULL, err);
	if (rc <= 0)
		return rc;
	rc = ses_hook_remembered(&with, err);
	ses_str_safe(url, strlen(url), &safe);
	if (rc == 0 && !j->cli->quiet && !j->cli->json)
		(void)printf("hooks store to %s now%s%s%s\n",
		    ses_buf_cstr(&safe), with.len > 0 ? ", with " : "",
		    ses_buf_cstr(&with), with.len > 0 ? " as remembered" : "");
	ses_buf_free(&safe);
	ses_buf_free(&with);
	/* the next hook begins one that goes there */
	return rc < 0 ? -1 : stop_followers(j, err);
}

/* What an uninstall could not finish is finished first: where hooks stored to
 * that were taken out is not where those will that come now. */
static int
leave_first(struct job *j, struct seshat_err *err)
{
	if (!ses_hook_leaves() || ses_hook_in_use())
		return 0;
	if (pause_hooks(j, err) < 0 || ses_hook_forget(err) < 0)
		return -1;
	return ses_hook_leave(SES_HOOK_UNMADE, err);
}

/* Give back what others wait for. */
static void
job_free(struct job *j)
{
	if (j->pause >= 0)
		(void)close(j->pause);
	if (j->change >= 0)
		(void)close(j->change);
	ses_buf_free(&j->cwd);
	ses_buf_free(&j->json);
}

static int
install(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	struct job j = {.cli = cli, .pause = -1, .change = -1};
	struct ses_buf word = {0};
	struct ses_context c = {0};
	const char *set = getenv("SESHAT_STORE");
	int is_own = cli->store != NULL || (set != NULL && set[0] != '\0');
	int goes_on;
	int rc;

	if (cli->config != NULL)
		return ses_fail(err, SESHAT_EUSAGE,
		    "hooks read the user's configuration and no other: without "
		    "--config, name the store (--store URL)");
	rc = own_word(&word, err);
	j.command = ses_buf_cstr(&word);
	if (rc == 0)
		rc = begin(&j, values, args, n_args, err);
	if (rc == 0)
		rc = ses_hook_check_state(err);
	if (rc == 0)
		rc = ses_hook_change(&j.change, err);
	if (rc == 0)
		rc = leave_first(&j, err);
	if (rc == 0)
		rc = open_store(cli, is_own, &c, err);
	if (rc == 0)
		rc = check_all(&j, err);
	if (rc == 0)
		rc = remember(&j, &c, is_own, err);
	if (rc == 0)
		rc = do_all(&j, err);
	if (rc == 0)
		rc = ses_hook_leave(SES_HOOK_UNMADE, err);
	if (rc == 0)
		rc = finish(&j, c.config.store, err);
	/* what waited for a store that was down or wrong, and what a worker
	 * that was ended had not done */
	goes_on = rc >= 0 || j.pause >= 0;
	job_free(&j);
	if (goes_on)
		ses_hook_go_on(ses_cli_hook_work, NULL);
	ses_context_free(&c);
	ses_buf_free(&word);
	return rc;
}

/* Nobody calls us any more: nothing that hooks began goes on, and least of
 * all to another store than theirs. */
static int
end_all(struct job *j, struct seshat_err *err)
{
	struct ses_hook_trouble past;
	/* where nothing was taken out, who calls us may be one that we do not
	 * know of */
	int forgets = j->n_changed > 0 || ses_hook_leaves();
	int rc = forgets ? ses_hook_leave(SES_HOOK_MADE, err) : 0;

	if (rc == 0)
		rc = pause_hooks(j, err);
	if (rc == 0 && forgets)
		rc = ses_hook_forget(err);
	if (rc == 0)
		rc = stop_followers(j, err);
	if (rc == 0 && forgets)
		rc = ses_hook_leave(SES_HOOK_UNMADE, err);
	ses_hook_trouble(&past);
	if (rc == 0 && past.n > 0) {
		ses_hook_tell(SES_HOOK_WELL, "the hooks were taken out");
		ses_hook_tell(SES_HOOK_FOLLOW | SES_HOOK_WELL,
		    "the hooks were taken out");
	}
	return rc;
}

/* Whether hooks ever were here: nothing is made to find out. */
static int
has_state(void)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	int yes = ses_xdg_path(SES_XDG_STATE, "hook", &path, &ignored) < 0 ||
		  access(ses_buf_cstr(&path), F_OK) == 0 ||
		  (errno != ENOENT && errno != ENOTDIR);

	ses_buf_free(&path);
	return yes;
}

static int
uninstall(const struct ses_cli *cli, void *values, const char **args,
    int n_args, struct seshat_err *err)
{
	struct job j = {.cli = cli, .pause = -1, .change = -1};
	int had_state = has_state();
	int rc = begin(&j, values, args, n_args, err);

	if (rc == 0 && had_state)
		rc = ses_hook_change(&j.change, err);
	if (rc == 0)
		rc = do_all(&j, err);
	if (rc == 0 && had_state && j.n_bad == 0 && !ses_hook_in_use())
		rc = end_all(&j, err);
	if (rc == 0)
		rc = finish(&j, NULL, err);
	job_free(&j);
	return rc;
}

const struct ses_command ses_cmd_hook_install = {
    .name = "hook install",
    .summary = "let an agent begin and flush the mirror by itself",
    .args = ARGS,
    .about =
	"Adds hooks to the settings of Claude Code (settings.json) or Codex\n"
	"(hooks.json); without a name to those that are there. At the start\n"
	"of a session they see to it that one follow of all sessions runs on\n"
	"this machine, after each answer and before a compaction they store\n"
	"what is new, and at the end of a session they mark it as ended.\n"
	"The agent never waits: a hook is back within 20 ms and prints nothing;\n"
	"what goes wrong stands in 'seshat status'.\n"
	"\n"
	"Nothing else in the file changes: order, comments, layout and keys\n"
	"that we do not know stay. Run it again at any time. A file that is\n"
	"malformed is refused, with the line. Hooks store where the user's\n"
	"configuration says, whatever the project's or the agent's environment\n"
	"says; or where --store or SESHAT_STORE said when they were installed\n"
	"last. What the environment says then of endpoint, region, profile,\n"
	"proxy and certificates counts as well, and later no more; a variable\n"
	"that is empty then is forgotten. What one agent's file refuses keeps\n"
	"the other agent not out: the exit status is 5 then.",
    .examples =
	"  seshat hook install                     what agents there are\n"
	"  seshat hook install claude-code --project\n"
	"  seshat hook status",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = AGENTS_MAX,
    .run = install,
};

const struct ses_command ses_cmd_hook_uninstall = {
    .name = "hook uninstall",
    .summary = "take the hooks out of an agent's settings",
    .args = ARGS,
    .about =
	"Takes out what 'seshat hook install' put in. What it put into a file\n"
	"that nobody changed since is taken out to the byte; a file that it\n"
	"made is removed. With the last of them what hooks began in the\n"
	"background ends, the follow after it has stored what is left, and the\n"
	"store that they were installed with is forgotten.",
    .examples = "  seshat hook uninstall\n"
		"  seshat hook uninstall codex",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = AGENTS_MAX,
    .run = uninstall,
};
