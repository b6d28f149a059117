#ifndef SES_ADMIT_H
#define SES_ADMIT_H

#include "serve/cookie.h"
#include "serve/guard.h"
#include "serve/listen.h"

/*
 * Who may speak to us: a browser that a stranger's page misleads (DNS
 * rebinding, requests across sites) may not, nor who lacks the token.
 */
struct ses_admit {
	char name[3][80]; /* "127.0.0.1:7717": what Host may say */
	size_t n_names;
	int any_address; /* also any address in digits, with our port */
	int port;
	const char *const *host; /* the user's own; borrowed */
	size_t n_hosts;
	int has_token;
	char token[65]; /* its hash */
	char csrf_cookie[SES_COOKIE_NAME];
	char login_cookie[SES_COOKIE_NAME];
};

/* Headers that decide; NULL when not there. */
struct ses_admit_by {
	const char *host;
	const char *origin;
	const char *fetch_site;
	const char *authorization;
	const char *cookie;
	int n_hosts; /* how many Host headers there are */
	int n_cookies;
};

/** Rules for a server that listens there. */
void ses_admit_init(struct ses_admit *a, const struct ses_listen *l,
    const char *token, const char *const *hosts, size_t n_hosts);

/**
 * 0, or the status and *why of the refusal.  With open no token is asked;
 * guard, which may be NULL, knows the cookies that do instead of it.
 */
int ses_admit_check(const struct ses_admit *a, const struct ses_admit_by *by,
    const struct ses_guard *guard, int open, const char **why);

/** Whether this is the token. */
int ses_admit_is_token(const struct ses_admit *a, const char *text);

/**
 * Whether a POST comes from a page of ours, or from a program, which sends the
 * token and no cookies: 0, or the status and *why.  *program says which.
 */
int ses_admit_post(
    const struct ses_admit_by *by, int *program, const char **why);

#endif
