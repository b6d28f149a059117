/* For signalfd(2), in <sys/signalfd.h>. */
#define _GNU_SOURCE

#include <sys/signalfd.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "base/str.h"
#include "cli/secret.h"

#define LINE_BYTES 4096 /* no terminal gives longer ones */
#define VARIABLE   "SESHAT_PASSPHRASE"

/* Wait for a line or a signal.  The signals are blocked: none is lost between
 * the look and the wait, and none ends the program before its time. */
static int
read_line(int in, int signals, char *out, size_t cap, struct seshat_err *err)
{
	struct pollfd p[2] = {{in, POLLIN, 0}, {signals, POLLIN, 0}};
	struct signalfd_siginfo info;
	char line[LINE_BYTES];
	ssize_t n;
	int rc = -1;

	while (poll(p, 2, -1) < 0)
		if (errno != EINTR)
			return ses_fail_errno(err, "the terminal");
	if (p[1].revents != 0) {
		(void)!read(signals, &info, sizeof(info));
		return ses_fail(err, SESHAT_ECANCELLED, "stopped");
	}
	n = read(in, line, sizeof(line));
	if (n <= 0)
		return ses_fail(err, SESHAT_ECANCELLED, "no answer");
	while (n > 0 && (line[n - 1] == '\r' || line[n - 1] == '\n'))
		n--;
	if ((size_t)n >= cap) {
		ses_fail(err, SESHAT_EUSAGE,
		    "that is too long: at most %zu bytes", cap - 1);
	} else {
		memcpy(out, line, (size_t)n);
		out[n] = '\0';
		rc = 0;
	}
	OPENSSL_cleanse(line, sizeof(line));
	return rc;
}

/* With the terminal silent. */
static int
ask_silently(int in, int signals, const char *question, int shown, char *out,
    size_t cap, struct seshat_err *err)
{
	struct termios before;
	struct termios silent;
	int rc;

	if (tcgetattr(in, &before) < 0)
		return ses_fail_errno(err, "the terminal");
	silent = before;
	/* Ctrl-C is a byte that ends the line: who called us lives on */
	silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	silent.c_cc[VEOL] = before.c_cc[VINTR];
	if (tcsetattr(in, TCSAFLUSH, &silent) < 0)
		return ses_fail_errno(err, "the terminal");
	(void)dprintf(shown, "%s (not shown): ", question);
	rc = read_line(in, signals, out, cap, err);
	(void)tcsetattr(in, TCSADRAIN, &before);
	(void)dprintf(shown, "\n");
	if (rc == 0 && before.c_cc[VINTR] != _POSIX_VDISABLE &&
	    strchr(out, before.c_cc[VINTR]) != NULL) {
		OPENSSL_cleanse(out, strlen(out));
		rc = ses_fail(err, SESHAT_ECANCELLED, "stopped");
	}
	return rc;
}

int
ses_secret_ask(int in, int shown, const char *question, char *out, size_t cap,
    struct seshat_err *err)
{
	sigset_t ends;
	sigset_t before;
	int signals;
	int rc;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGINT);
	(void)sigaddset(&ends, SIGQUIT);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGHUP);
	signals = signalfd(-1, &ends, SFD_CLOEXEC);
	if (signals < 0)
		return ses_fail_errno(err, "signalfd");
	(void)pthread_sigmask(SIG_BLOCK, &ends, &before);
	rc = ask_silently(in, signals, question, shown, out, cap, err);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	close(signals);
	return rc;
}

/* 1, 0 when the variable is not set, -1. */
static int
from_variable(char out[SES_AGE_PASSPHRASE], struct seshat_err *err)
{
	const char *v = getenv(VARIABLE);

	if (v == NULL)
		return 0;
	if (v[0] == '\0' || strlen(v) >= SES_AGE_PASSPHRASE)
		return ses_fail(err, SESHAT_EUSAGE,
		    "%s is set, but empty or longer than %d bytes: unset it "
		    "to be asked",
		    VARIABLE, SES_AGE_PASSPHRASE - 1);
	memcpy(out, v, strlen(v) + 1);
	return 1;
}

static int
open_terminal(struct seshat_err *err)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return ses_fail(err, SESHAT_EUSAGE,
		    "there is no terminal to ask for the passphrase on: set "
		    "%s",
		    VARIABLE);
	return fd;
}

static int
ask(int tty, const char *question, char out[SES_AGE_PASSPHRASE],
    struct seshat_err *err)
{
	if (ses_secret_ask(tty, tty, question, out, SES_AGE_PASSPHRASE, err) <
	    0)
		return -1;
	if (out[0] == '\0')
		return ses_fail(err, SESHAT_EUSAGE, "the passphrase is empty");
	return 0;
}

int
ses_passphrase_ask(
    void *arg, char out[SES_AGE_PASSPHRASE], struct seshat_err *err)
{
	const char *name = arg;
	struct ses_buf question = {0};
	int rc = from_variable(out, err);
	int tty;

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	tty = open_terminal(err);
	if (tty < 0)
		return -1;
	ses_buf_str(&question, "Passphrase of ");
	ses_str_safe(name, strlen(name), &question);
	(void)ses_buf_cstr(&question);
	rc = ses_buf_check(&question, err);
	if (rc == 0)
		rc = ask(tty, question.data, out, err);
	ses_buf_free(&question);
	close(tty);
	return rc;
}

int
ses_passphrase_choose(char out[SES_AGE_PASSPHRASE], struct seshat_err *err)
{
	char again[SES_AGE_PASSPHRASE] = "";
	int rc = from_variable(out, err);
	int tty;

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	tty = open_terminal(err);
	if (tty < 0)
		return -1;
	rc = ask(tty, "Passphrase", out, err);
	if (rc == 0)
		rc = ask(tty, "The same once more", again, err);
	if (rc == 0 && strcmp(out, again) != 0)
		rc = ses_fail(err, SESHAT_EUSAGE,
		    "the two passphrases differ: nothing was written");
	OPENSSL_cleanse(again, sizeof(again));
	close(tty);
	return rc;
}
