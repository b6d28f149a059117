#define _GNU_SOURCE /* ppoll */

#include <signal.h>
#include <stddef.h>
#include <time.h>

#include "cli/interrupt.h"

static const int signals[] = {SIGINT, SIGTERM};
#define N_SIGNALS (sizeof(signals) / sizeof(signals[0]))

static volatile sig_atomic_t came;

static void
on_signal(int sig)
{
	(void)sig;
	came = 1;
}

void
ses_interrupt_catch(void)
{
	struct sigaction sa = {.sa_handler = on_signal};
	struct sigaction was;
	size_t i;

	sa.sa_flags = (int)SA_RESETHAND;
	(void)sigemptyset(&sa.sa_mask);
	for (i = 0; i < N_SIGNALS; i++)
		if (sigaction(signals[i], NULL, &was) == 0 &&
		    was.sa_handler == SIG_DFL)
			(void)sigaction(signals[i], &sa, NULL);
}

int
ses_interrupted(void)
{
	return came;
}

void
ses_interrupt_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	const struct timespec timeout = {.tv_sec = timeout_ms / 1000,
	    .tv_nsec = timeout_ms % 1000 * 1000000L};
	sigset_t block;
	sigset_t was;
	size_t i;

	(void)sigemptyset(&block);
	for (i = 0; i < N_SIGNALS; i++)
		(void)sigaddset(&block, signals[i]);
	/* between the question and the waiting none may slip through */
	(void)sigprocmask(SIG_BLOCK, &block, &was);
	if (came || ppoll(fds, n, &timeout, &was) <= 0)
		for (i = 0; i < n; i++)
			fds[i].revents = 0;
	(void)sigprocmask(SIG_SETMASK, &was, NULL);
}
