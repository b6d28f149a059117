#ifndef SES_LISTEN_H
#define SES_LISTEN_H

#include "base/err.h"

/* Where the server listens. */
struct ses_listen {
	int fd;
	int port;
	int loopback;  /* only this machine reaches it */
	int any;       /* all addresses of this machine */
	char host[64]; /* the address, "[::1]" */
};

/**
 * ses_listen_open(l, where, err):
 * Bind "ADDRESS:PORT" ("[ADDRESS]:PORT" for IPv6, "localhost" for 127.0.0.1)
 * and listen.  Errors: SESHAT_EUSAGE, it is none, or not of this machine;
 * SESHAT_EEXISTS, the port is in use; SESHAT_EAUTH, it needs rights.
 */
int ses_listen_open(
    struct ses_listen *l, const char *where, struct seshat_err *err);

/** Of a socket that listens already; l->fd is this one. */
int ses_listen_adopt(struct ses_listen *l, int fd, struct seshat_err *err);

/** The socket that systemd (sd_listen_fds(3)) has given this process; -1 when
 * there is none, -2 and err when there is more than one or it is something
 * else.  The variables that tell of it are removed. */
int ses_listen_inherited(struct seshat_err *err);

/** Tell systemd (sd_notify(3)) a state, "READY=1"; nothing happens where
 * nobody asks. */
void ses_listen_notify(const char *state);

#endif
