#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include "base/spawn.h"
#include "base/time.h"

extern char **environ;

static int
start(const char *const *argv, int to, pid_t *pid, struct seshat_err *err)
{
	posix_spawn_file_actions_t files;
	int rc;

	if (posix_spawn_file_actions_init(&files) != 0)
		return ses_fail_nomem(err);
	if (posix_spawn_file_actions_addopen(
		&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0) != 0 ||
	    posix_spawn_file_actions_adddup2(&files, to, STDOUT_FILENO) != 0 ||
	    posix_spawn_file_actions_addopen(
		&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0) != 0) {
		(void)posix_spawn_file_actions_destroy(&files);
		return ses_fail_nomem(err);
	}
	/* POSIX: the arguments are not changed */
	rc = posix_spawnp(pid, argv[0], &files, NULL,
	    (char *const *)(uintptr_t)argv, environ);
	(void)posix_spawn_file_actions_destroy(&files);
	if (rc == 0)
		return 0;
	errno = rc;
	if (rc == ENOENT)
		return ses_fail(
		    err, SESHAT_ENOTFOUND, "there is no program '%s'", argv[0]);
	return ses_fail_errno(err, "run %s", argv[0]);
}

/* All that comes until the end. */
static int
drain(int fd, const char *name, int64_t until, uint64_t max,
    const struct ses_sink *sink, struct seshat_err *err)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char block[8192];
	uint64_t seen = 0;
	int64_t left;
	ssize_t n;

	for (;;) {
		left = until - ses_time_steady();
		if (left <= 0)
			return ses_fail(err, SESHAT_ELIMIT,
			    "%s does not end, it was stopped", name);
		if (poll(&p, 1, left < INT_MAX ? (int)left : INT_MAX) <= 0)
			continue;
		n = read(fd, block, sizeof(block));
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return ses_fail_errno(err, "read from %s", name);
		if (n == 0)
			return 0;
		seen += (uint64_t)n;
		if (seen > max)
			return ses_fail(err, SESHAT_ELIMIT,
			    "%s prints too much, it was stopped", name);
		if (ses_sink_write(sink, block, (size_t)n, err) < 0)
			return -1;
	}
}

int
ses_spawn_push(const char *const *argv, unsigned seconds, uint64_t max,
    const struct ses_sink *sink, struct seshat_err *err)
{
	int fds[2];
	int status = 0;
	pid_t pid = 0;
	int rc;

	if (pipe(fds) < 0)
		return ses_fail_errno(err, "pipe from %s", argv[0]);
	(void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	rc = start(argv, fds[1], &pid, err);
	(void)close(fds[1]);
	if (rc == 0) {
		rc = drain(fds[0], argv[0],
		    ses_time_steady() + (int64_t)seconds * 1000, max, sink,
		    err);
		if (rc < 0)
			(void)kill(pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			continue;
	}
	(void)close(fds[0]);
	if (rc < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

int
ses_spawn_read(const char *const *argv, unsigned seconds, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_sink sink = ses_sink_buf(out);
	int rc = ses_spawn_push(argv, seconds, SES_SPAWN_MAX, &sink, err);

	return rc < 0 || ses_buf_check(out, err) < 0 ? -1 : rc;
}
