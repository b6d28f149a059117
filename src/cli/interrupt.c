#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include <sys/eventfd.h>

#include "cli/interrupt.h"

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

static volatile sig_atomic_t came;
static int came_fd = -1;

static void
on_signal(int sig)
{
	const uint64_t one = 1;
	int saved = errno;

	(void)sig;
	if (came++ > 0 || write(came_fd, &one, sizeof(one)) < 0)
		_exit(130);
	errno = saved;
}

int
ses_interrupt_catch(struct seshat_err *err)
{
	/* what is at work meanwhile is not disturbed; poll(2) ends anyway */
	struct sigaction sa = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	struct sigaction was;
	size_t i;

	if (came_fd < 0)
		came_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (came_fd < 0)
		return ses_fail_errno(err, "eventfd");
	(void)sigemptyset(&sa.sa_mask);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sigaction(signals[i], NULL, &was) < 0 ||
		    (was.sa_handler != SIG_IGN &&
			sigaction(signals[i], &sa, NULL) < 0))
			return ses_fail_errno(err, "sigaction");
	return 0;
}

const volatile sig_atomic_t *
ses_interrupts(void)
{
	return &came;
}

int
ses_interrupt_fd(void)
{
	return came_fd;
}
