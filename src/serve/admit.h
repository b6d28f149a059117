#ifndef SES_ADMIT_H
#define SES_ADMIT_H

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
};

/* Headers that decide; NULL when not there. */
struct ses_admit_by {
	const char *host;
	const char *origin;
	const char *fetch_site;
	const char *authorization;
	int n_hosts; /* how many Host headers there are */
};

/** Rules for a server that listens there. */
void ses_admit_init(struct ses_admit *a, const struct ses_listen *l,
    const char *token, const char *const *hosts, size_t n_hosts);

/** 0, or the status and *why of the refusal.  With open no token is asked. */
int ses_admit_check(const struct ses_admit *a, const struct ses_admit_by *by,
    int open, const char **why);

#endif
