#include <sys/wait.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/spawn.h"
#include "base/str.h"
#include "base/time.h"
#include "base/xdg.h"
#include "cli/follower.h"
#include "hook/holder.h"
#include "hook/state.h"

#define UNIT     "seshat-mirror.service"
#define ASK_S    2
#define START_MS 3000  /* until it must have said that it runs */
#define STOP_MS  20000 /* for its last flushes */
#define LOOK_MS  20

/* The file of the lock: with the state of the store. */
static int
lock_path(const struct ses_context *c, int make, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_store *s = NULL;
	int rc = ses_store_open(&s, c->config.store, &c->access, err);

	if (rc == 0)
		rc = ses_mirror_state_dir(s, out, err);
	ses_store_free(s);
	if (rc == 0 && make)
		rc = ses_fs_mkdirs(ses_buf_cstr(out), 0700, err);
	ses_buf_str(out, "/follower");
	(void)ses_buf_cstr(out);
	return rc < 0 ? -1 : ses_buf_check(out, err);
}

static void
look(const char *path, struct ses_cli_follower *out)
{
	struct ses_buf text = {0};
	char *end;

	*out =
	    (struct ses_cli_follower){.runs = ses_hook_is_locked(path, &text)};
	if (out->runs) {
		out->pid = strtol(ses_buf_cstr(&text), &end, 10);
		out->is_ours = strncmp(end, " hook ", 6) == 0;
		out->since =
		    strtoll(end + strcspn(end, "0123456789"), NULL, 10);
	}
	ses_buf_free(&text);
}

int
ses_cli_follower_path(
    const struct ses_context *c, struct ses_buf *out, struct seshat_err *err)
{
	return lock_path(c, 0, out, err);
}

void
ses_cli_follower(const struct ses_context *c, struct ses_cli_follower *out)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};

	*out = (struct ses_cli_follower){0};
	if (c->config.store != NULL && lock_path(c, 0, &path, &ignored) == 0)
		look(path.data, out);
	ses_buf_free(&path);
}

int
ses_cli_follower_claim(
    const struct ses_context *c, int is_ours, int *fd, struct seshat_err *err)
{
	struct ses_buf path = {0};
	char text[80];
	int rc = lock_path(c, 1, &path, err);

	(void)snprintf(text, sizeof(text), "%ld %s %lld\n", (long)getpid(),
	    is_ours ? "hook" : "user", (long long)ses_time_now());
	if (rc == 0)
		rc = ses_hook_lock(path.data, text, fd, err);
	ses_buf_free(&path);
	return rc;
}

/* Until somebody has (or has not) the lock, for so long. */
static int
wait_for(const char *path, int runs, int64_t ms)
{
	int64_t until = ses_time_steady() + ms;
	struct ses_cli_follower now;

	for (;;) {
		look(path, &now);
		if (now.runs == runs)
			return 1;
		if (ses_time_steady() >= until)
			return 0;
		ses_time_pause(LOOK_MS);
	}
}

/* Whether systemd began it. */
static int
ask_systemd(const char *path)
{
	static const char *const enabled[] = {
	    "systemctl", "--user", "--quiet", "is-enabled", UNIT, NULL};
	static const char *const start[] = {
	    "systemctl", "--user", "--no-block", "start", UNIT, NULL};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf out = {0};
	int rc = ses_spawn_read(enabled, ASK_S, &out, &ignored);

	if (rc == 0)
		rc = ses_spawn_read(start, ASK_S, &out, &ignored);
	ses_buf_free(&out);
	return rc == 0 && wait_for(path, 1, START_MS);
}

/* This program once more, nobody's child. */
static int
spawn(struct seshat_err *err)
{
	pid_t pid = fork();
	int status = 0;

	if (pid < 0)
		return ses_fail_errno(err, "start a process");
	if (pid == 0) {
		pid = fork();
		if (pid != 0)
			_exit(pid < 0);
		(void)setsid();
		(void)execl(
		    "/proc/self/exe", "seshat", "hook", "follow", (char *)NULL);
		(void)execlp(
		    "seshat", "seshat", "hook", "follow", (char *)NULL);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (status != 0)
		return ses_fail(err, SESHAT_ESYS, "no process to be had");
	return 0;
}

/* Whether its program was replaced since it began: a new version is there. */
static int
is_outdated(const struct ses_cli_follower *f)
{
	char link[64];
	char path[4096];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/%ld/exe", f->pid);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0)
		return 0;
	path[n] = '\0';
	return ses_str_ends(path, " (deleted)");
}

/* End one that we began. */
static int
stop(const char *path, const struct ses_cli_follower *f, struct seshat_err *err)
{
	if (ses_hook_end(path, f->pid, err) < 0)
		return -1;
	if (wait_for(path, 0, STOP_MS))
		return 0;
	return ses_fail(err, SESHAT_ELIMIT,
	    "process %ld has not ended yet: it stores the rest", f->pid);
}

int
ses_cli_follower_start(const struct ses_context *c, struct seshat_err *err)
{
	struct ses_cli_follower now;
	struct ses_buf path = {0};
	int rc = lock_path(c, 1, &path, err);

	if (rc < 0)
		goto out;
	look(path.data, &now);
	if (now.runs && now.is_ours && now.pid > 1 && is_outdated(&now)) {
		rc = stop(path.data, &now, err);
		now.runs = rc < 0;
		/* its program is not ours to look at */
		if (rc < 0 && err->code == SESHAT_ECONFLICT)
			rc = 0;
	}
	if (rc < 0 || now.runs || ask_systemd(path.data))
		goto out;
	rc = spawn(err);
	if (rc == 0 && !wait_for(path.data, 1, START_MS))
		rc = ses_fail(err, SESHAT_ESYS,
		    "the follow in the background did not begin: 'seshat hook "
		    "follow' says why");
out:
	ses_buf_free(&path);
	return rc;
}

struct ending {
	const char *dir;
	int n;
};

/* One store's state. */
static int
end_of(void *arg, const char *name, unsigned char type, struct seshat_err *err)
{
	struct ending *e = arg;
	struct ses_cli_follower now = {0};
	struct ses_buf path = {0};
	int rc;

	(void)type;
	ses_buf_fmt(&path, "%s/%s/follower", e->dir, name);
	rc = ses_buf_check(&path, err);
	if (rc == 0)
		look(ses_buf_cstr(&path), &now);
	if (rc == 0 && now.runs && now.is_ours && now.pid > 1) {
		rc = stop(path.data, &now, err);
		e->n += rc == 0;
	}
	/* it looks at what was chosen once a minute, wherever it is */
	if (rc < 0 && err->code == SESHAT_ECONFLICT) {
		ses_fail_in(err,
		    "a follow that a hook began elsewhere goes on for up to a "
		    "minute");
		ses_cli_complain(err);
		rc = 0;
	}
	ses_buf_free(&path);
	return rc;
}

int
ses_cli_followers_stop(struct seshat_err *err)
{
	struct ses_buf dir = {0};
	struct ending e = {.n = 0};
	int rc = ses_xdg_path(SES_XDG_STATE, "mirror", &dir, err);

	e.dir = ses_buf_cstr(&dir);
	if (rc == 0)
		rc = ses_fs_each(e.dir, end_of, &e, err);
	if (rc < 0 && err->code == SESHAT_ENOTFOUND)
		rc = 0;
	ses_buf_free(&dir);
	return rc < 0 ? -1 : e.n;
}
