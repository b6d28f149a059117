#ifndef SES_TARGET_H
#define SES_TARGET_H

#include "serve/request.h"

/*
 * The target of a request line, taken apart: "/a/b%20c?x=1&y".
 */
struct ses_target {
	char *text;  /* owns all the rest */
	char *path;  /* inside text, still encoded, begins with "/" */
	char *query; /* inside text; "" when there is none */
	/* "host:port" of an absolute target, else NULL; inside text */
	char *authority;
};

/**
 * ses_target_split(t, text, err):
 * Take a copy of the target apart.  Errors: SESHAT_ELIMIT, it is longer than
 * SES_REQUEST_URL_MAX; SESHAT_EUSAGE, it is none.
 */
int ses_target_split(
    struct ses_target *t, const char *text, struct seshat_err *err);

void ses_target_free(struct ses_target *t);

/**
 * ses_target_segments(path, segment, err):
 * Split the path at each "/" and decode what stands between, in place: how
 * many, the first of "/a/b" is "a"; that of "/" is "".
 * One may hold an encoded "/": ids do.
 * Errors: SESHAT_EUSAGE, as above, "." or "..", also between encoded "/", and
 * nothing before or behind one; more than SES_REQUEST_SEGMENTS.
 */
int ses_target_segments(char *path, const char *segment[SES_REQUEST_SEGMENTS],
    struct seshat_err *err);

/** Split the query into r->param, in place.  Errors: SESHAT_EUSAGE. */
int ses_target_query(
    char *query, struct ses_request *r, struct seshat_err *err);

#endif
