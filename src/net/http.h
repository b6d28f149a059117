#ifndef SES_HTTP_H
#define SES_HTTP_H

#include "base/sink.h"

/*
 * One HTTP request and its answer, over a connection that is kept for the
 * next one.  One attempt: nothing is tried again, no redirect is followed.
 */
struct ses_http; /* one per thread */

struct ses_http_request {
	const char *method;         /* "GET", "HEAD", "PUT", "POST", "DELETE" */
	const char *url;            /* sent as it is */
	const char *const *headers; /* "Name: value"; ends with NULL */
	const void *body;           /* NULL: none */
	size_t len;
	const struct ses_sink *sink; /* takes the body of a good answer; NULL:
				      * answer.body does */
	const char *ca_file;         /* certificates to trust; NULL: the
				      * system's */
	long quiet_s; /* so long nothing may come or go; 0: half a minute */
};

#define SES_HTTP_BODY_MAX (4U << 20) /* of answer.body */

struct ses_http_answer {
	int status;             /* 0: none came; known before the body comes */
	int64_t date;           /* of the Date header, ms since 1970, or 0 */
	uint64_t got;           /* bytes of the body that came */
	int begun;              /* some of the request may have arrived */
	struct ses_buf headers; /* as they came, NUL-terminated */
	struct ses_buf body;    /* of errors no more than SES_HTTP_BODY_MAX */
};

/** Release and start again from {0}. */
void ses_http_answer_free(struct ses_http_answer *a);

/**
 * ses_http_header(a, name, out):
 * Append the value of a header that came last under that name (any case): 1,
 * or 0 when there is none.
 */
int ses_http_header(
    const struct ses_http_answer *a, const char *name, struct ses_buf *out);

/**
 * ses_http_location(a, from, to):
 * Where an answer (301, 302, 303, 307, 308) sends whoever asked for the URL
 * from: to is set to the whole URL, also where only a path is named.  1, or 0
 * when it sends nowhere.
 */
int ses_http_location(
    const struct ses_http_answer *a, const char *from, struct ses_buf *to);

/** The URL that the Link headers, of which there may be several, name for a
 * relation ("next"), appended; 1, 0 when there is none, or -1 when there are
 * some that cannot be understood. */
int ses_http_link(
    const struct ses_http_answer *a, const char *rel, struct ses_buf *out);

/** How long Retry-After, seconds or a date, asks to wait, in ms; else 0. */
int64_t ses_http_wait(const struct ses_http_answer *a);

/** Nothing is connected yet.  Owns: ses_http_free. */
int ses_http_open(struct ses_http **out, struct seshat_err *err);

/**
 * ses_http_do(h, req, answer, err):
 * Make the request.  0 when an answer came whole, whatever its status.
 * answer is valid after an error too: what came before it broke off.
 * Errors: SESHAT_ENET, no answer or half an answer, it may be tried again;
 * SESHAT_EAUTH, the server's certificate is not to be trusted; SESHAT_ELIMIT,
 * a good answer without a sink is too long; what the sink says.
 */
int ses_http_do(struct ses_http *h, const struct ses_http_request *req,
    struct ses_http_answer *answer, struct seshat_err *err);

void ses_http_free(struct ses_http *h);

#endif
