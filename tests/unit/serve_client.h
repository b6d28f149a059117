#ifndef SERVE_CLIENT_H
#define SERVE_CLIENT_H

/* A client of a server on this machine, byte by byte. */
#include "unit/test.h"

#include <stdlib.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/buf.h"

#define CLIENT_PATIENCE 20 /* seconds until nothing more is waited for */

static inline int
client_dial(int port)
{
	const struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr = {htonl(INADDR_LOOPBACK)}};
	const struct timeval wait = {.tv_sec = CLIENT_PATIENCE};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(
	    connect(fd, (const struct sockaddr *)&a, sizeof(a)), 0);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	return fd;
}

/* All that comes until the other side closes; the status, 0: there is none. */
static inline int
client_hear(int fd, struct ses_buf *out)
{
	static char block[65536];
	ssize_t n;

	ses_buf_clear(out);
	while ((n = recv(fd, block, sizeof(block), 0)) > 0)
		ses_buf_add(out, block, (size_t)n);
	(void)ses_buf_cstr(out);
	(void)close(fd);
	return out->len > 12 ? (int)strtol(out->data + 9, NULL, 10) : 0;
}

#endif
