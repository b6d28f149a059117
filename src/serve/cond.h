#ifndef SES_COND_H
#define SES_COND_H

#include <stddef.h>
#include <stdint.h>

/*
 * Conditional and partial requests (RFC 9110, 13 and 14), as pure functions.
 */

/* What there is to be sent. */
struct ses_resource {
	const char *etag; /* strong, with its quotes; NULL: none */
	int64_t mtime;    /* ms since 1970; 0: not known */
	uint64_t len;     /* UINT64_MAX: not known, no ranges */
};

/* Bytes of it. */
struct ses_span {
	uint64_t from;
	uint64_t len;
};

/* The headers that decide; NULL when not there. */
struct ses_cond {
	const char *if_match;
	const char *if_none_match;
	const char *if_modified_since;
	const char *range;
	const char *if_range;
};

/**
 * ses_cond_decide(c, what, span):
 * The status: 200 (all), 206 (span of it), 304, 412 or 416.  span is set to
 * the whole where it is not 206.  A Range header that is malformed, has more
 * than one range or another unit is as if it were not there.
 */
int ses_cond_decide(const struct ses_cond *c, const struct ses_resource *what,
    struct ses_span *span);

/**
 * ses_cond_range(text, len, span):
 * Of a Range header for len bytes: 1, one satisfiable range; 0, to be ignored;
 * -1, it cannot be satisfied.
 */
int ses_cond_range(const char *text, uint64_t len, struct ses_span *span);

/* '"', 32 hex digits, '"' and a NUL. */
#define SES_ETAG_MAX 35

/** The strong entity tag of these bytes. */
void ses_cond_etag(const void *data, size_t len, char out[SES_ETAG_MAX]);

/* "Sun, 06 Nov 1994 08:49:37 GMT" and a NUL. */
#define SES_HTTP_DATE 30

/** A time (ms) as HTTP writes it. */
void ses_cond_date(int64_t t, char out[SES_HTTP_DATE]);

#endif
