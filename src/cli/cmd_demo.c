#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "base/xdg.h"
#include "cli/cmds.h"

static const struct ses_opt opts[] = {{0}};

/* The script that makes the examples: beside the program in the source tree,
 * or where both were installed. */
static int
find_script(const char *self, struct ses_buf *out, struct seshat_err *err)
{
	static const char *const places[] = {
	    "/../share/examples/make", "/../share/seshat/examples/make"};
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		ses_buf_clear(out);
		ses_str_dirname(self, out);
		ses_buf_str(out, places[i]);
		if (access(ses_buf_cstr(out), R_OK) == 0)
			return 0;
	}
	return ses_fail(err, SESHAT_ENOTFOUND,
	    "the example sessions are not installed beside %s", self);
}

/* Run a program and wait for it. */
static int
run_program(const char *const argv[], struct seshat_err *err)
{
	int status = 0;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid < 0)
		return ses_fail_errno(err, "fork");
	if (pid == 0) {
		(void)execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return ses_fail_errno(err, "wait for %s", argv[0]);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return ses_fail(
		    err, SESHAT_ESYS, "%s %s failed", argv[0], argv[1]);
	return 0;
}

static int
point_to(const char *name, const char *dir, const char *below,
    struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc;

	ses_buf_fmt(&path, "%s/%s", dir, below);
	rc = setenv(name, ses_buf_cstr(&path), 1);
	ses_buf_free(&path);
	return rc < 0 ? ses_fail_errno(err, "set %s", name) : 0;
}

/* What else leads to an agent's sessions outside of the home. */
static const char *const elsewhere[] = {"CRUSH_GLOBAL_DATA",
    "CURSOR_CONFIG_DIR", "GOOSE_PATH_ROOT", "HERMES_HOME", "ICODEMATE_DIR",
    "KILO_DB", "KILO_DIR", "MIMOCODE_DIR", "OPENCODE_DB", "OPENCODE_DIR",
    "ZED_DIR"};

/* A folder of its own: nothing of the user's is read or written. */
static int
prepare(const char *dir, const char *script, struct seshat_err *err)
{
	const char *const rm[] = {"/bin/rm", "-rf", "--", dir, NULL};
	const char *const make[] = {"/bin/sh", script, dir, NULL};
	size_t i;

	if (run_program(rm, err) < 0 || ses_fs_mkdirs(dir, 0700, err) < 0 ||
	    run_program(make, err) < 0)
		return -1;
	for (i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		(void)unsetenv(elsewhere[i]);
	if (point_to("HOME", dir, "home", err) < 0 ||
	    point_to("XDG_DATA_HOME", dir, "data", err) < 0 ||
	    point_to("CLAUDE_CONFIG_DIR", dir, "claude", err) < 0 ||
	    point_to("CODEX_HOME", dir, "codex", err) < 0 ||
	    point_to("OPENCLAW_STATE_DIR", dir, "openclaw", err) < 0 ||
	    point_to("SESHAT_SESSIONS_DIR", dir, "sessions", err) < 0 ||
	    point_to("XDG_STATE_HOME", dir, "state", err) < 0 ||
	    point_to("XDG_CONFIG_HOME", dir, "config", err) < 0)
		return -1;
	if (chdir(dir) < 0)
		return ses_fail_errno(err, "enter %s", dir);
	return 0;
}

static void
print_next(const char *self, const char *dir)
{
	(void)printf(
	    "\nThe examples and their vault are in %s.\n"
	    "Try, for one:\n"
	    "  %s --store '%s/vault' show 3fa9c2d1 --text\n"
	    "  %s --store '%s/vault' show b7e0915c --raw | grep REDACTED\n"
	    "  %s --store '%s/vault' verify\n"
	    "And with sessions of your own:\n"
	    "  %s mirror --everywhere\n",
	    dir, self, dir, self, dir, self, dir, self);
}

static int
demo(const char *self, struct seshat_err *err)
{
	struct ses_buf script = {0};
	struct ses_buf dir = {0};
	struct ses_buf store = {0};
	const char *mirror[] = {
	    self, "mirror", "--everywhere", "--store", NULL, NULL};
	const char *list[] = {self, "list", "--store", NULL, NULL};
	int rc = -1;

	if (find_script(self, &script, err) < 0 ||
	    ses_xdg_path(SES_XDG_CACHE, "demo", &dir, err) < 0)
		goto out;
	ses_buf_fmt(&store, "%s/vault", ses_buf_cstr(&dir));
	mirror[4] = list[3] = ses_buf_cstr(&store);
	if (prepare(dir.data, script.data, err) < 0)
		goto out;
	(void)printf("$ seshat mirror --everywhere\n");
	if (run_program(mirror, err) < 0)
		goto out;
	(void)printf("$ seshat list\n");
	if (run_program(list, err) < 0)
		goto out;
	print_next(self, dir.data);
	rc = 0;
out:
	ses_buf_free(&script);
	ses_buf_free(&dir);
	ses_buf_free(&store);
	return rc;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	(void)values;
	(void)args;
	(void)n_args;
	if (n < 0)
		return ses_fail_errno(err, "/proc/self/exe");
	self[n] = '\0';
	if (cli->json || cli->store != NULL || cli->project != NULL)
		return ses_fail(err, SESHAT_EUSAGE,
		    "the demo has a store of its own and speaks to people");
	return demo(self, err);
}

const struct ses_command ses_cmd_demo = {
    .name = "demo",
    .summary = "show what seshat does on example sessions",
    .args = "",
    .about =
	"Makes a few example sessions in a folder of its own below the cache\n"
	"folder, mirrors them into a vault there, lists them, and says what\n"
	"to try next. Your own sessions, vault and configuration are neither\n"
	"read nor changed.",
    .examples = "  seshat demo",
    .opts = opts,
    .values_len = 0,
    .max_args = 0,
    .run = run,
};
