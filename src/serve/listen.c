#define _GNU_SOURCE /* SOCK_CLOEXEC in all places */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/str.h"
#include "serve/listen.h"

/* "ADDRESS:PORT" in two. */
static int
split(const char *where, char host[64], uint64_t *port, struct seshat_err *err)
{
	const char *colon = strrchr(where, ':');
	const char *from = where;
	const char *to = colon;

	if (colon == NULL || ses_str_u64(colon + 1, port) < 0 || *port > 65535)
		goto bad;
	if (*from == '[') {
		from++;
		if (--to < from || *to != ']')
			goto bad;
	} else if (memchr(from, ':', (size_t)(to - from)) != NULL) {
		goto bad;
	}
	if (to == from || to - from >= 64)
		goto bad;
	memcpy(host, from, (size_t)(to - from));
	host[to - from] = '\0';
	if (strcmp(host, "localhost") == 0)
		(void)snprintf(host, 64, "127.0.0.1");
	return 0;
bad:
	return ses_fail(err, SESHAT_EUSAGE,
	    "'%s' is no address to listen on: 127.0.0.1:7717 or [::1]:7717 "
	    "would be",
	    where);
}

static void
describe_v4(struct ses_listen *l, const struct sockaddr_in *a)
{
	uint32_t ip = ntohl(a->sin_addr.s_addr);

	l->port = ntohs(a->sin_port);
	l->loopback = ip >> 24 == 127;
	l->any = ip == INADDR_ANY;
	(void)inet_ntop(AF_INET, &a->sin_addr, l->host, sizeof(l->host));
}

static void
describe_v6(struct ses_listen *l, const struct sockaddr_in6 *a)
{
	char text[INET6_ADDRSTRLEN] = "";

	l->port = ntohs(a->sin6_port);
	l->loopback = IN6_IS_ADDR_LOOPBACK(&a->sin6_addr) != 0;
	l->any = IN6_IS_ADDR_UNSPECIFIED(&a->sin6_addr) != 0;
	(void)inet_ntop(AF_INET6, &a->sin6_addr, text, sizeof(text));
	(void)snprintf(l->host, sizeof(l->host), "[%s]", text);
}

int
ses_listen_adopt(struct ses_listen *l, int fd, struct seshat_err *err)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_storage room;
	} a = {0};
	socklen_t len = sizeof(a);
	int on = 0;
	socklen_t on_len = sizeof(on);
	int flags;

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &on_len) < 0 ||
	    getsockname(fd, &a.any, &len) < 0)
		return ses_fail_errno(err, "the socket");
	if (!on || (a.any.sa_family != AF_INET && a.any.sa_family != AF_INET6))
		return ses_fail(err, SESHAT_EUSAGE,
		    "the socket is none that listens for TCP");
	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return ses_fail_errno(err, "the socket");
	memset(l, 0, sizeof(*l));
	l->fd = fd;
	if (a.any.sa_family == AF_INET)
		describe_v4(l, &a.v4);
	else
		describe_v6(l, &a.v6);
	return 0;
}

static int
fail_bind(const char *where, struct seshat_err *err)
{
	if (errno == EADDRINUSE)
		return ses_fail(err, SESHAT_EEXISTS,
		    "%s is in use by another program (or another seshat); "
		    "--listen takes another port",
		    where);
	if (errno == EADDRNOTAVAIL)
		return ses_fail(err, SESHAT_EUSAGE,
		    "%s: this machine does not have that address", where);
	return ses_fail_errno(err, "listen on %s", where);
}

static int
bind_to(const struct addrinfo *a, const char *where, struct seshat_err *err)
{
	const int on = 1;
	int fd;

	fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return ses_fail_errno(err, "listen on %s", where);
	/* IPv6 means IPv6: who may come in shall not depend on a setting */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    (a->ai_family == AF_INET6 &&
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) <
		    0) ||
	    bind(fd, a->ai_addr, a->ai_addrlen) < 0 ||
	    listen(fd, SOMAXCONN) < 0) {
		fail_bind(where, err);
		(void)close(fd);
		return -1;
	}
	return fd;
}

int
ses_listen_open(struct ses_listen *l, const char *where, struct seshat_err *err)
{
	const struct addrinfo hints = {
	    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
	    .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	char host[64] = "";
	char port[16];
	uint64_t n = 0;
	int fd;

	if (split(where, host, &n, err) < 0)
		return -1;
	(void)snprintf(port, sizeof(port), "%u", (unsigned)n);
	if (getaddrinfo(host, port, &hints, &found) != 0)
		return ses_fail(err, SESHAT_EUSAGE,
		    "'%s' is no address to listen on: give it in digits",
		    where);
	fd = bind_to(found, where, err);
	freeaddrinfo(found);
	if (fd < 0)
		return -1;
	if (ses_listen_adopt(l, fd, err) == 0)
		return 0;
	(void)close(fd);
	return -1;
}

int
ses_listen_inherited(struct seshat_err *err)
{
	const char *pid = getenv("LISTEN_PID");
	const char *fds = getenv("LISTEN_FDS");
	uint64_t whose = 0;
	uint64_t n = 0;

	if (pid == NULL || fds == NULL || ses_str_u64(pid, &whose) < 0 ||
	    ses_str_u64(fds, &n) < 0 || whose != (uint64_t)getpid() || n == 0)
		return -1;
	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_FDNAMES");
	if (n == 1)
		return 3; /* SD_LISTEN_FDS_START */
	ses_fail(err, SESHAT_EUSAGE, "%llu sockets were given, one is wanted",
	    (unsigned long long)n);
	return -2;
}

void
ses_listen_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	size_t len = path == NULL ? 0 : strlen(path);
	int fd;

	if (len == 0 || len >= sizeof(a.sun_path) ||
	    (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(a.sun_path, path, len);
	if (path[0] == '@')
		a.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)sendto(fd, state, strlen(state), MSG_NOSIGNAL,
	    (const struct sockaddr *)&a,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	(void)close(fd);
}
