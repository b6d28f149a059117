#ifndef SES_GUARD_H
#define SES_GUARD_H

#include <pthread.h>

#include "base/hash.h"

/*
 * What proves that a form came from a page of ours, and that a browser has
 * shown the token.  Both are cookies and keyed hashes; the server remembers
 * neither.
 */

/* Hex digits and a NUL: of the cookie that tells browsers apart, and of what
 * their forms carry. */
#define SES_CSRF_COOKIE 33
#define SES_CSRF_MAX    65

/* "EXPIRY.HASH", seconds since 1970 and hex, and a NUL. */
#define SES_LOGIN_MAX  96
#define SES_LOGIN_DAYS 30

/* So many wrong tokens are heard in a minute. */
#define SES_LOGIN_TRIES 10

struct ses_guard {
	unsigned char csrf[SES_HMAC];  /* keys */
	unsigned char login[SES_HMAC]; /* when has_token */
	int has_token;
	pthread_mutex_t lock;
	int64_t failed[SES_LOGIN_TRIES]; /* when (ms, steady); a ring */
	unsigned last;
};

/**
 * Make the keys.  That of logins comes from the token, so that they outlive a
 * restart and end with the token.  That of forms is random: everybody may see
 * what it makes (the login page has a form), and could try tokens against it.
 */
void ses_guard_init(struct ses_guard *g, const char *token);

void ses_guard_free(struct ses_guard *g);

/** A new value of the cookie. */
void ses_guard_new_cookie(char out[SES_CSRF_COOKIE]);

/** Whether a value can be one of those. */
int ses_guard_is_cookie(const char *value);

/** What forms carry in a browser with this cookie. */
void ses_guard_csrf(
    const struct ses_guard *g, const char *cookie, char out[SES_CSRF_MAX]);

/** Whether a form's field is that; takes the same time whatever it holds. */
int ses_guard_csrf_fits(
    const struct ses_guard *g, const char *cookie, const char *field);

/** The value of the login cookie that ends then (seconds since 1970). */
void ses_guard_login(
    const struct ses_guard *g, int64_t expiry, char out[SES_LOGIN_MAX]);

/** Whether a value is one that was made with this token, and not over yet. */
int ses_guard_login_fits(
    const struct ses_guard *g, const char *value, int64_t now);

/** Seconds to wait until a token may be tried (again); 0: now. */
int ses_guard_wait(struct ses_guard *g, int64_t now_ms);

/** One that was tried was wrong. */
void ses_guard_failed(struct ses_guard *g, int64_t now_ms);

#endif
