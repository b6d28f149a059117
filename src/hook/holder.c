#define _GNU_SOURCE /* syscall: a process by a file, pidfd_open(2) */
#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/str.h"
#include "hook/holder.h"
#include "hook/state.h"

/* The program of a process, as the system tells it; pid 0: of this one. */
static int
program_of(long pid, char out[PATH_MAX])
{
	char link[64] = "/proc/self/exe";
	ssize_t n;

	if (pid != 0)
		(void)snprintf(link, sizeof(link), "/proc/%ld/exe", pid);
	n = readlink(link, out, PATH_MAX - 1);
	if (n <= 0)
		return -1;
	out[n] = '\0';
	return 0;
}

/* One that was replaced meanwhile has lost its name. */
static int
is_seshat(long pid)
{
	char its[PATH_MAX];
	char own[PATH_MAX];

	if (program_of(pid, its) < 0)
		return 0;
	return ses_str_ends(its, " (deleted)") ||
	       ses_str_starts(ses_str_basename(its), "seshat") ||
	       (program_of(0, own) == 0 && strcmp(its, own) == 0);
}

struct opened {
	const char *dir;
	struct stat lock;
	int found; /* it is one of the process's files */
};

static int
look_at(void *arg, const char *name, unsigned char type, struct seshat_err *err)
{
	struct opened *o = arg;
	struct ses_buf path = {0};
	struct stat st;

	(void)type;
	(void)err;
	ses_buf_fmt(&path, "%s/%s", o->dir, name);
	o->found |= stat(ses_buf_cstr(&path), &st) == 0 &&
		    st.st_dev == o->lock.st_dev && st.st_ino == o->lock.st_ino;
	ses_buf_free(&path);
	return 0;
}

static int
has_open(const char *path, long pid)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	char dir[64];
	struct opened o = {.dir = dir};

	(void)snprintf(dir, sizeof(dir), "/proc/%ld/fd", pid);
	return stat(path, &o.lock) == 0 &&
	       ses_fs_each(dir, look_at, &o, &ignored) == 0 && o.found;
}

/* Whether it is a process of this user, or one that root sees, which runs this
 * program and has the file open. */
static int
is_ours(const char *path, long pid)
{
	char dir[64];
	struct stat st;

	(void)snprintf(dir, sizeof(dir), "/proc/%ld", pid);
	return stat(dir, &st) == 0 &&
	       (st.st_uid == geteuid() || geteuid() == 0) && is_seshat(pid) &&
	       has_open(path, pid);
}

static int
holds(const char *path, long pid)
{
	struct ses_buf text = {0};
	int yes = ses_hook_is_locked(path, &text) &&
		  strtol(ses_buf_cstr(&text), NULL, 10) == pid;

	ses_buf_free(&text);
	return yes;
}

/* An older kernel knows processes by their numbers alone. */
static int
ask(int fd, long pid)
{
	if (fd >= 0)
		return (int)syscall(
		    SYS_pidfd_send_signal, fd, SIGTERM, NULL, 0U);
	return kill((pid_t)pid, SIGTERM);
}

int
ses_hook_end(const char *path, long pid, struct seshat_err *err)
{
	/* first: what is found out below is of this process and no later one */
	int fd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0U);
	int ours = is_ours(path, pid);
	int rc = 0;

	/* it may have ended in between, or given the lock to another */
	if (!holds(path, pid))
		rc = 0;
	else if (!ours)
		rc = ses_fail(err, SESHAT_ECONFLICT,
		    "another machine or container holds %s: its process %ld is "
		    "none that can be ended from here",
		    path, pid);
	else if (ask(fd, pid) == 0)
		rc = 1;
	else if (errno != ESRCH)
		rc = ses_fail_errno(err, "end process %ld", pid);
	if (fd >= 0)
		(void)close(fd);
	return rc;
}
