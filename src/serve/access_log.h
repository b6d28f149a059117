#ifndef SES_ACCESS_LOG_H
#define SES_ACCESS_LOG_H

#include "base/buf.h"

/* The log of requests: one line for each, as text or JSON. */
struct ses_access;

/* What is told of a request. */
struct ses_access_row {
	int64_t time;       /* when it came; ms since 1970 */
	const char *remote; /* address of the client */
	const char *method;
	const char *url; /* as it came; values of token= are left out */
	int status;      /* 0: none was sent */
	uint64_t bytes;  /* of the body, that were handed to the system */
	uint64_t us;     /* how long it took */
	int cut;         /* the answer is not whole */
};

/**
 * ses_access_open(out, path, json, err):
 * A log that is appended to the file path; with NULL to stderr.
 */
int ses_access_open(struct ses_access **out, const char *path, int json,
    struct seshat_err *err);

/** Write a line; from any thread. */
void ses_access_write(struct ses_access *a, const struct ses_access_row *row);

/** The line, without writing it. */
void ses_access_line(
    const struct ses_access_row *row, int json, struct ses_buf *out);

/** Open the file again: it was moved away.  On error the old one stays. */
int ses_access_reopen(struct ses_access *a, struct seshat_err *err);

void ses_access_free(struct ses_access *a);

#endif
