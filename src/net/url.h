#ifndef SES_URL_H
#define SES_URL_H

#include "base/buf.h"

/* A URL in its parts, each as it stands there. */
struct ses_url {
	struct ses_buf scheme; /* in lower case */
	struct ses_buf host;   /* in lower case; of IPv6 with its brackets */
	unsigned port;         /* 0: that of the scheme */
	struct ses_buf path;   /* from its "/" on, or "" */
	struct ses_buf query;  /* behind the "?", or "" */
};

/**
 * ses_url_parse(u, text, err):
 * Take scheme://host[:port][/path][?query] apart.  Errors: SESHAT_EUSAGE: not
 * of that form; it holds a user name, a fragment, or characters that do not
 * belong there.  u holds nothing then.
 */
int ses_url_parse(struct ses_url *u, const char *text, struct seshat_err *err);

/** Release and start again from {0}. */
void ses_url_free(struct ses_url *u);

/** Whether the host is this machine itself: localhost, 127.x.x.x, [::1]. */
int ses_url_is_loopback(const struct ses_url *u);

/** Whether what is private may go there, or come from there: https, or this
 * machine itself, or http where that is wanted. */
int ses_url_may_follow(const char *url, int insecure_http);

/** Append text percent-encoded, all but A-Z a-z 0-9 - . _ ~ (RFC 3986, and
 * as AWS signs it); slashes too unless keep_slashes. */
void ses_url_encode(
    struct ses_buf *out, const char *text, size_t len, int keep_slashes);

/** Append what percent-encoded text means; -1 on a bad escape.  plus: "+" is
 * a space. */
int ses_url_decode(struct ses_buf *out, const char *text, size_t len, int plus);

/**
 * ses_url_param(query, name, out):
 * Append the decoded value of a parameter: 1, 0 when there is none, -1 when it
 * is badly encoded or stands there twice.
 */
int ses_url_param(const char *query, const char *name, struct ses_buf *out);

/** The name of the first parameter that is none of names (which ends with
 * NULL), or NULL; its length goes to len. */
const char *ses_url_odd_param(
    const char *query, const char *const *names, size_t *len);

#endif
