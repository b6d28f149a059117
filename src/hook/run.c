/* close_range is GNU's. */
#define _GNU_SOURCE
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "hook/entry.h"
#include "hook/run.h"
#include "hook/state.h"

#define INPUT_MS 5000 /* an agent that writes for longer has forgotten us */

/* What the agent writes, as far as it comes. */
static void
read_input(struct ses_buf *out)
{
	int64_t until = ses_time_steady() + INPUT_MS;
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
	char block[4096];
	ssize_t n;

	while (ses_time_steady() < until) {
		if (poll(&p, 1, 100) <= 0)
			continue;
		n = read(STDIN_FILENO, block, sizeof(block));
		if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
			break;
		/* the rest is taken, so that the agent need not wait */
		if (n > 0 && out->len < SES_HOOK_INPUT_MAX)
			ses_buf_add(out, block, (size_t)n);
	}
}

static void
point_at_null(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || dup2(null, fd) < 0)
		(void)close(fd);
	if (null == fd)
		(void)fcntl(fd, F_SETFD, 0);
	else if (null > STDERR_FILENO)
		(void)close(null);
}

/* No terminal, no folder and no file of the agent's is held; of the files only
 * the pipe, and standard input, which is to be read. */
static void
detach(int *pipe_fd)
{
	(void)setsid();
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGTERM, SIG_DFL);
	point_at_null(STDOUT_FILENO);
	point_at_null(STDERR_FILENO);
	if (*pipe_fd != 3 && dup3(*pipe_fd, 3, O_CLOEXEC) == 3)
		*pipe_fd = 3;
	if (*pipe_fd == 3)
		(void)close_range(4, ~0U, 0);
	if (chdir("/") < 0)
		_exit(0);
}

static int
enqueue(const char *agent, int64_t called_at, struct seshat_err *err)
{
	struct ses_hook_item item = {0};
	struct ses_buf input = {0};
	int rc;

	read_input(&input);
	point_at_null(STDIN_FILENO);
	rc = ses_buf_check(&input, err);
	if (rc == 0)
		rc = ses_hook_parse(
		    agent, ses_buf_cstr(&input), input.len, &item, err);
	ses_buf_free(&input);
	item.time = called_at;
	if (rc == 0)
		rc = ses_hook_queue_add(&item, err);
	ses_hook_item_free(&item);
	return rc;
}

/* Whether this process is the worker from now on. */
static int
become_worker(int *fd, struct seshat_err *err)
{
	struct ses_buf path = {0};
	char text[32];
	int rc = ses_hook_state("worker", &path, err);

	(void)snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	if (rc == 0)
		rc = ses_hook_lock(path.data, text, fd, err);
	ses_buf_free(&path);
	return rc;
}

/* Until nothing is in the queue.  What comes after the last look and before
 * the lock is given back would wait for the next hook: so it is looked again.
 */
static void
work_on(int fd, void (*work)(void *arg), void *arg)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	if (nice(10) < 0)
		errno = 0;
	do {
		work(arg);
		(void)close(fd);
	} while (ses_hook_queue_has_new() && become_worker(&fd, &err) == 1);
}

/* What the agent calls its folder by may be meant from the one we leave. */
static void
fix_home(const char *agent)
{
	const struct ses_hook_agent *a = ses_hook_agent_named(agent);
	const char *home = a == NULL ? NULL : getenv(a->folder_env);
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	char cwd[PATH_MAX];

	if (home == NULL || home[0] == '\0' || home[0] == '/' ||
	    getcwd(cwd, sizeof(cwd)) == NULL || cwd[0] != '/')
		return;
	ses_buf_fmt(&path, "%s/%s", cwd, home);
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, &ignored) == 0)
		(void)setenv(a->folder_env, path.data, 1);
	ses_buf_free(&path);
}

/* What the agent called, and when. */
struct called {
	const char *agent;
	const char *note;
	int64_t at;
};

_Noreturn static void
run_child(
    const struct called *c, int pipe_fd, void (*work)(void *arg), void *arg)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	int fd = -1;
	int rc;

	fix_home(c->agent);
	detach(&pipe_fd);
	rc = enqueue(c->agent, c->at, &err);
	if (rc == 0)
		rc = become_worker(&fd, &err);
	if (rc < 0)
		ses_hook_tell(SES_HOOK_FAILED, "%s", err.msg);
	if (c->note != NULL)
		ses_hook_note_once(c->note);
	if (rc == 1) {
		/* "w": it goes on, do not wait for it */
		(void)!write(pipe_fd, "w", 1);
		(void)close(pipe_fd);
		work_on(fd, work, arg);
	} else {
		(void)!write(pipe_fd, "x", 1);
	}
	_exit(0);
}

/* Without a process that may wait, nothing can be asked of the agent. */
static void
tell_nothing_begun(void)
{
	ses_hook_tell(SES_HOOK_FAILED,
	    "no process could be begun (%s), so that a hook did nothing: "
	    "'seshat mirror --everywhere' stores what it was about",
	    strerror(errno));
}

void
ses_hook_go_on(void (*work)(void *arg), void *arg)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	int null = -1;
	int fd = -1;

	/* without a process the next hook does it */
	if (ses_hook_queue_waiting() == 0 || fork() != 0)
		return;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		_exit(0);
	detach(&null);
	point_at_null(STDIN_FILENO);
	if (become_worker(&fd, &ignored) == 1)
		work_on(fd, work, arg);
	_exit(0);
}

void
ses_hook_run(
    const char *agent, const char *note, void (*work)(void *arg), void *arg)
{
	int64_t until = ses_time_steady() + SES_HOOK_WAIT_MS;
	const struct called called = {
	    .agent = agent, .note = note, .at = ses_time_now()};
	struct pollfd p = {.events = POLLIN};
	char said = '\0';
	int64_t left;
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0) {
		tell_nothing_begun();
		return;
	}
	pid = fork();
	if (pid == 0) {
		(void)close(fds[0]);
		run_child(&called, fds[1], work, arg);
	}
	if (pid < 0)
		tell_nothing_begun();
	(void)close(fds[1]);
	p.fd = fds[0];
	while (pid > 0 && (left = until - ses_time_steady()) > 0)
		if (poll(&p, 1, (int)left) > 0 || errno != EINTR)
			break;
	if (p.revents != 0 && read(fds[0], &said, 1) == 1 && said == 'x')
		(void)waitpid(pid, NULL, 0);
	(void)close(fds[0]);
}
