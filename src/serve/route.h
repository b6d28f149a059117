#ifndef SES_ROUTE_H
#define SES_ROUTE_H

#include "serve/answer.h"
#include "serve/request.h"

/**
 * A handler fills the answer in and answers 0, or -1 and err: the client gets
 * a JSON error with the status of its code (ses_answer_fail), and a struct
 * ses_answer that was begun is released.  worker is what worker_open made;
 * NULL for a quick handler.
 */
typedef int ses_handler(const struct ses_request *r, struct ses_answer *a,
    void *worker, struct seshat_err *err);

struct ses_route {
	const char *pattern;  /* "/api/sessions/{id}/download" */
	ses_handler *handler; /* of GET and HEAD; NULL: it has none */
	/*
	 * Of POST; NULL: it has none.  It is called once the form is there
	 * whole and proved to come from a page of ours (ses_request_csrf), or
	 * from a program that shows the token.
	 */
	ses_handler *post;
	/* Called on an event thread: it must not wait for anything. */
	int quick;
	/* GET, not quick: its short answers are given again, to who asks the
	 * same, for so many ms.  0: never. */
	int keep_ms;
	/* Without a token, too. */
	int open;
	/* For people: errors are pages, too. */
	int page;
};

/**
 * ses_route_find(routes, n_routes, segment, n, r):
 * The row that fits the path's decoded segments, with the fewest variables;
 * they go to r.  NULL when there is none.
 */
const struct ses_route *ses_route_find(const struct ses_route *routes,
    size_t n_routes, const char *const *segment, size_t n,
    struct ses_request *r);

#endif
