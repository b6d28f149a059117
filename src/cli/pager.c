#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/pager.h"

static void
be_pager(const char *command, const int fds[2])
{
	(void)dup2(fds[0], STDIN_FILENO);
	(void)close(fds[0]);
	(void)close(fds[1]);
	(void)signal(SIGPIPE, SIG_DFL);
	/* quit at once when it fits, keep the screen */
	(void)setenv("LESS", "FRX", 0);
	(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

int
ses_pager_open(struct ses_pager *p, struct seshat_err *err)
{
	const char *command = getenv("PAGER");
	int fds[2];

	*p = (struct ses_pager){.fd = STDOUT_FILENO};
	if (command == NULL)
		command = "less";
	if (!isatty(STDOUT_FILENO) || command[0] == '\0' ||
	    strcmp(command, "cat") == 0)
		return 0;
	(void)fflush(stdout);
	if (pipe(fds) < 0)
		return ses_fail_errno(err, "pipe to the pager");
	(void)fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	p->pid = fork();
	if (p->pid == 0)
		be_pager(command, fds);
	(void)close(fds[0]);
	if (p->pid < 0) {
		(void)close(fds[1]);
		p->pid = 0;
		return 0; /* without one, then */
	}
	p->fd = fds[1];
	return 0;
}

void
ses_pager_close(struct ses_pager *p)
{
	int status;

	if (p->pid == 0)
		return;
	(void)close(p->fd);
	while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	p->pid = 0;
}
