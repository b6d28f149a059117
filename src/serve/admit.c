#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <arpa/inet.h>
#include <openssl/crypto.h>

#include "base/hash.h"
#include "base/time.h"
#include "serve/admit.h"

#define TOKEN_MAX 1024

static void
add_name(struct ses_admit *a, const char *host, int with_port)
{
	char *to = a->name[a->n_names++];

	if (with_port)
		(void)snprintf(to, 80, "%s:%d", host, a->port);
	else
		(void)snprintf(to, 80, "%s", host);
}

void
ses_admit_init(struct ses_admit *a, const struct ses_listen *l,
    const char *token, const char *const *hosts, size_t n_hosts)
{
	/* who asks port 80 does not name it */
	int with_port = l->port != 80;

	memset(a, 0, sizeof(*a));
	a->port = l->port;
	a->host = hosts;
	a->n_hosts = n_hosts;
	a->any_address = l->any;
	add_name(a, l->host, with_port);
	if (l->loopback || l->any) {
		add_name(a, "localhost", with_port);
		add_name(
		    a, l->host[0] == '[' ? "[::1]" : "127.0.0.1", with_port);
	}
	ses_cookie_name(SES_COOKIE_CSRF, l->port, a->csrf_cookie);
	ses_cookie_name(SES_COOKIE_LOGIN, l->port, a->login_cookie);
	a->has_token = token != NULL;
	if (token != NULL)
		ses_sha256_of(token, strlen(token), a->token);
}

/* "NAME" with or without ":PORT". */
static int
is_named(const char *host, const char *name)
{
	size_t len = strlen(name);

	return strncasecmp(host, name, len) == 0 &&
	       (host[len] == '\0' ||
		   (host[len] == ':' &&
		       host[len + 1 + strspn(host + len + 1, "0123456789")] ==
			   '\0'));
}

/* An address in digits, with our port: no name, so nobody's name server can
 * have said that it is ours. */
static int
is_address(const struct ses_admit *a, const char *host)
{
	unsigned char out[sizeof(struct in6_addr)];
	char text[64];
	char port[16];
	const char *colon = strrchr(host, ':');
	size_t len;

	(void)snprintf(port, sizeof(port), ":%d", a->port);
	if (colon == NULL || strcmp(colon, port) != 0)
		return 0;
	len = (size_t)(colon - host);
	if (len < 3 || len >= sizeof(text))
		return 0;
	memcpy(text, host, len);
	text[len] = '\0';
	if (text[0] != '[')
		return inet_pton(AF_INET, text, out) == 1;
	if (text[len - 1] != ']')
		return 0;
	text[len - 1] = '\0';
	return inet_pton(AF_INET6, text + 1, out) == 1;
}

static int
is_ours(const struct ses_admit *a, const char *host)
{
	size_t i;

	for (i = 0; i < a->n_names; i++)
		if (strcasecmp(host, a->name[i]) == 0)
			return 1;
	for (i = 0; i < a->n_hosts; i++)
		if (is_named(host, a->host[i]))
			return 1;
	return a->any_address && is_address(a, host);
}

/* Whether a page of ours asks: one from the host that it asks. */
static int
is_same_origin(const char *origin, const char *host)
{
	size_t scheme = 0;

	if (strncasecmp(origin, "http://", 7) == 0)
		scheme = 7;
	else if (strncasecmp(origin, "https://", 8) == 0)
		scheme = 8;
	return scheme > 0 && strcasecmp(origin + scheme, host) == 0;
}

int
ses_admit_is_token(const struct ses_admit *a, const char *text)
{
	char hash[SES_SHA256_HEX];

	if (!a->has_token || strlen(text) > TOKEN_MAX)
		return 0;
	/* the hashes, so that neither length nor beginning show in the time */
	ses_sha256_of(text, strlen(text), hash);
	return CRYPTO_memcmp(hash, a->token, SES_SHA256_HEX - 1) == 0;
}

static int
has_token(const struct ses_admit *a, const char *authorization)
{
	const char *p = authorization;

	if (strncasecmp(p, "Bearer ", 7) != 0)
		return 0;
	p += 7;
	p += strspn(p, " ");
	return ses_admit_is_token(a, p);
}

/* A program says the token with every request, a browser said it once. */
static int
is_authorized(const struct ses_admit *a, const struct ses_admit_by *by,
    const struct ses_guard *guard)
{
	char value[SES_LOGIN_MAX];

	if (by->authorization != NULL)
		return has_token(a, by->authorization);
	return by->cookie != NULL && guard != NULL &&
	       ses_cookie_find(
		   by->cookie, a->login_cookie, value, sizeof(value)) > 0 &&
	       ses_guard_login_fits(guard, value, ses_time_now() / 1000);
}

int
ses_admit_check(const struct ses_admit *a, const struct ses_admit_by *by,
    const struct ses_guard *guard, int open, const char **why)
{
	if (by->host == NULL || by->n_hosts != 1) {
		*why = "one Host header is needed";
		return 400;
	}
	if (!is_ours(a, by->host)) {
		*why = "this server does not answer to that Host "
		       "(seshat serve --host NAME)";
		return 421;
	}
	if (by->origin != NULL && !is_same_origin(by->origin, by->host)) {
		*why = "requests from pages of other origins are refused";
		return 403;
	}
	if (by->fetch_site != NULL &&
	    strcasecmp(by->fetch_site, "cross-site") == 0) {
		*why = "requests from other sites are refused";
		return 403;
	}
	if (by->n_cookies > 1) {
		*why = "more than one Cookie header";
		return 400;
	}
	if (a->has_token && !open && !is_authorized(a, by, guard)) {
		*why = "the token is missing or wrong "
		       "(Authorization: Bearer ...)";
		return 401;
	}
	return 0;
}

int
ses_admit_post(const struct ses_admit_by *by, int *program, const char **why)
{
	*program = by->authorization != NULL && by->cookie == NULL &&
		   strncasecmp(by->authorization, "Bearer ", 7) == 0;
	/* an Origin that is there was compared already */
	if (by->origin == NULL && (by->fetch_site != NULL || !*program) &&
	    (by->fetch_site == NULL ||
		strcasecmp(by->fetch_site, "same-origin") != 0)) {
		*why = "a form must come from a page of this server";
		return 403;
	}
	return 0;
}
