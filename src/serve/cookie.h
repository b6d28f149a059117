#ifndef SES_COOKIE_H
#define SES_COOKIE_H

#include <stddef.h>

/* Cookies of a request; see guard.h for what ours mean. */
#define SES_COOKIE_CSRF  "seshat_csrf"
#define SES_COOKIE_LOGIN "seshat_login"
#define SES_COOKIE_NAME  24

/** What the server on this port calls it, "seshat_login_7717": browsers show
 * the cookies of a host to all its ports. */
void ses_cookie_name(const char *what, int port, char out[SES_COOKIE_NAME]);

/**
 * ses_cookie_find(header, name, out, len):
 * The value of the cookie of this name, of at most len - 1 bytes: 1 and out.
 * 0: there is none, or one that cannot be ours (too long, or with more than
 * letters, digits, "." and "-").  -1: there are two.  Those of others, who
 * share our host's name, may look as they like.
 */
int ses_cookie_find(
    const char *header, const char *name, char *out, size_t len);

#endif
