#ifndef SES_GITHUB_CLIENT_H
#define SES_GITHUB_CLIENT_H

#include "base/json.h"
#include "github/host.h"
#include "net/http.h"

/*
 * GitHub's REST API, version 2022-11-28: one call after the other.  What may
 * pass is tried again, both rate limits are heeded (by the rules of GitHub's
 * "Rate limits for the REST API"), redirects are followed by hand so that no
 * token goes to another host.
 */
struct ses_github {
	struct ses_github_host host;
	struct ses_http *http;
	struct ses_buf tokens[2]; /* by enum ses_github_use; empty: none */
	const char *from[2];      /* where they were found */
	int asked[2];             /* they were looked for */
	const char *ca_file;      /* NULL: the system's */
	int64_t waited_ms;        /* for rate limits */
	unsigned writes;          /* changes so far */
	int64_t written_ms;       /* when the last one was made */
	unsigned requests;
};

/* How far a call may be repeated. */
enum ses_github_again {
	SES_GITHUB_SAFE, /* reading, or writing the same once more */
	SES_GITHUB_ONCE, /* making something: not when it may have arrived */
};

struct ses_github_call {
	const char *method; /* "GET", "POST", "PATCH", "DELETE" */
	const char *path;   /* "/gists", or a URL of the API's host */
	enum ses_github_use use;
	enum ses_github_again again;
	const struct ses_buf *body;    /* JSON, or NULL */
	const char *etag;              /* If-None-Match, or NULL */
	const struct ses_sink *sink;   /* for the body of a good answer */
	const char *what;              /* "gist 0a1b": begins the errors */
	int is_anonymous_ok;           /* works without a token, too */
	int is_reading;                /* a POST that changes nothing */
	struct ses_http_answer answer; /* of the last try */
	int uncertain; /* it failed, and may have been carried out */
};

/** Nothing is sent yet.  Release with ses_github_close. */
int ses_github_open(struct ses_github *g, const char *host, int insecure_http,
    struct seshat_err *err);
void ses_github_close(struct ses_github *g);

/** Whether there is a token for a use; it is looked for once.  1, 0 or -1
 * (SESHAT_EAUTH, there is one that is none). */
int ses_github_has_token(
    struct ses_github *g, enum ses_github_use use, struct seshat_err *err);

/**
 * ses_github_do(g, c, err):
 * Make the call.  0 when the answer's status is 2xx (or 304, with an etag).
 * Errors: SESHAT_EAUTH, no token, a bad one, or one that may not: the message
 * says which permission is missing; SESHAT_ENOTFOUND 404 and 410;
 * SESHAT_EFORMAT 422 and 400; SESHAT_ECONFLICT 409; SESHAT_ELIMIT, a rate limit
 * that lasts too long; SESHAT_ENET.  err->sys is the status.
 */
int ses_github_do(
    struct ses_github *g, struct ses_github_call *c, struct seshat_err *err);

/** Release what the call holds of an answer. */
void ses_github_done(struct ses_github_call *c);

/** The answer's body as JSON, checked; it is valid while the answer is. */
int ses_github_json(const struct ses_github_call *c, struct ses_json *out,
    struct seshat_err *err);

/**
 * ses_github_each(g, c, list, each, arg, err):
 * Make a GET that answers a list, of all its pages, and tell of every element.
 * list names the member that holds it, or is NULL where the answer is the
 * list.  A non-zero answer of each stops and is returned.
 */
int ses_github_each(struct ses_github *g, struct ses_github_call *c,
    const char *list,
    int (*each)(void *arg, const struct ses_json *v, struct seshat_err *err),
    void *arg, struct seshat_err *err);

/**
 * ses_github_fetch(g, url, use, sink, what, err):
 * Get what stands at a URL that GitHub gave: redirects are followed, five at
 * most, to https only (or this machine); the token goes to the API's host only.
 * The query of a URL, which may hold a signature, is never shown.
 */
int ses_github_fetch(struct ses_github *g, const char *url,
    enum ses_github_use use, const struct ses_sink *sink, const char *what,
    struct seshat_err *err);

/** A string member of an answer, "" when there is none, appended to out. */
void ses_github_text(
    const struct ses_json *object, const char *name, struct ses_buf *out);

#endif
