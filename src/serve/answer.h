#ifndef SES_ANSWER_H
#define SES_ANSWER_H

#include "base/buf.h"
#include "base/sink.h"
#include "serve/cond.h"
#include "serve/guard.h"
#include "serve/request.h"

/*
 * What a handler answers: status, headers, and a body that is a buffer or a
 * stream.  It comes as {0} with status 200; the server releases it.
 */

/* A length that is not known beforehand. */
#define SES_LENGTH_UNKNOWN UINT64_MAX

/*
 * A body that is made while it is sent, by a thread of its own with a stack of
 * 1 MiB.  write of the sink waits while the client is slow, and fails with
 * SESHAT_ECANCELLED once the client is gone or the server stops: end soon then.
 * A failure, or another length than was told, cuts the connection, so that no
 * client takes what it has for the whole.
 */
struct ses_producer {
	int (*produce)(
	    void *arg, const struct ses_sink *sink, struct seshat_err *err);
	/* Called exactly once, whether produce ran (HEAD, 503) or not, on any
	 * thread; may be NULL. */
	void (*release)(void *arg);
	void *arg;
	uint64_t len; /* or SES_LENGTH_UNKNOWN: sent in chunks */
	/* Each write is to be seen at once (events); else small ones wait for
	 * others. */
	int eager;
};

#define SES_ANSWER_HEADERS 12

struct ses_answer {
	int status;
	const char *type; /* Content-Type, a constant; NULL: none */
	struct ses_buf body;
	struct ses_producer stream; /* instead of body when produce is set */
	int no_etag;  /* do not make one of the body (JSON, HTML; status 200) */
	int refusal;  /* the body is {"detail": …}; browsers may get a page */
	int personal; /* made for this browser: keep_ms does not apply */
	struct {
		const char *name; /* a constant */
		char *value;      /* ours */
	} header[SES_ANSWER_HEADERS];
	size_t n_headers;
};

#define SES_TYPE_JSON "application/json"
#define SES_TYPE_HTML "text/html; charset=utf-8"

/**
 * ses_answer_header(a, name, fmt, ...):
 * Set a header; name is a constant.  X-Content-Type-Options: nosniff, a strict
 * Content-Security-Policy, Cache-Control and Referrer-Policy are added to every
 * answer that does not have them.
 * Errors: SESHAT_EFORMAT, the value has control characters; SESHAT_ELIMIT.
 */
int ses_answer_header(struct ses_answer *a, struct seshat_err *err,
    const char *name, const char *fmt, ...) SESHAT_PRINTF(4, 5);

/** Answer this JSON, which is taken over (b is {0} after). */
void ses_answer_json_take(struct ses_answer *a, struct ses_buf *b);

/**
 * ses_answer_span(a, r, what, span, err):
 * Answer a representation that is there: set ETag, Last-Modified,
 * Accept-Ranges, and by the request's conditions the status.  1: the body is
 * wanted, bytes span->from and span->len of it (all of it where what->len is
 * unknown), the status is 200 or 206; the caller sets body or stream, with
 * len = span->len.  0: the answer is complete (304, 412, 416).  -1: error.
 */
int ses_answer_span(struct ses_answer *a, const struct ses_request *r,
    const struct ses_resource *what, struct ses_span *span,
    struct seshat_err *err);

/**
 * ses_answer_fail(a, id, err):
 * Make a the answer that tells of err: JSON {"detail": "…"}, its status by the
 * code (SESHAT_ERRORS).  What is our own fault (500) or the store's (502) is
 * logged, and the client is told the id of the request only.
 */
void ses_answer_fail(
    struct ses_answer *a, uint64_t id, const struct seshat_err *err);

/** The same of a status and a text. */
void ses_answer_refuse(struct ses_answer *a, int status, const char *detail);

/**
 * ses_request_csrf(r, a, out, err):
 * What every form of the page a has in its hidden field "csrf", for the browser
 * that asks; gives it the cookie, if it has none yet.
 */
int ses_request_csrf(const struct ses_request *r, struct ses_answer *a,
    char out[SES_CSRF_MAX], struct seshat_err *err);

/** Send the client on with a GET (303); path is one of ours, encoded. */
int ses_answer_see(
    struct ses_answer *a, const char *path, struct seshat_err *err);

/** Release all, the stream's arg too, and make it {0} with status 200. */
void ses_answer_reset(struct ses_answer *a);

#endif
