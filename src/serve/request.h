#ifndef SES_REQUEST_H
#define SES_REQUEST_H

#include "base/buf.h"

/*
 * A request as handlers see it.  It and all it points to live until the
 * handler returns; what a stream needs it copies.
 */
#define SES_REQUEST_VARS     4
#define SES_REQUEST_PARAMS   32
#define SES_REQUEST_URL_MAX  8192
#define SES_REQUEST_SEGMENTS 16
#define SES_REQUEST_HEADERS  16384

struct ses_param {
	const char *name;
	const char *value; /* "" when there is no "=" */
};

struct ses_request {
	int head;        /* HEAD: what a handler does is the same */
	int post;        /* POST: the route's other handler */
	const char *url; /* as it came, with the query */
	/* What stands in the path for {…} of the route, in its order: decoded,
	 * never empty, without control characters, UTF-8.  Ids may hold "/",
	 * so each may be a path, but without empty parts, "." and "..". */
	const char *var[SES_REQUEST_VARS];
	size_t n_vars;
	struct ses_param param[SES_REQUEST_PARAMS];
	size_t n_params;
	/* The fields of a POST, decoded; lines end in "\n". */
	const struct ses_param *form;
	size_t n_form;
	/* Headers; NULL when not there. */
	const char *accept;
	const char *range;
	const char *if_range;
	const char *if_none_match;
	const char *if_match;
	const char *if_modified_since;
	const char *last_event_id;
	const char *referer;
	/* The cookie that tells browsers apart; NULL: there is none.  See
	 * ses_request_csrf. */
	const char *csrf;
	void *arg;   /* of the server's options */
	uint64_t id; /* of this request, for the log */
	struct ses_serve *server;
};

/** The first parameter of this name; NULL when there is none. */
const char *ses_request_param(const struct ses_request *r, const char *name);

/** The first field of this name; NULL when there is none. */
const char *ses_request_form(const struct ses_request *r, const char *name);

/**
 * ses_request_u64(r, name, most, otherwise, out, err):
 * A parameter that is a whole number, or otherwise when it is not there.
 * Errors: SESHAT_EUSAGE, it is none, or more than most.
 */
int ses_request_u64(const struct ses_request *r, const char *name,
    uint64_t most, uint64_t otherwise, uint64_t *out, struct seshat_err *err);

/** Fail with SESHAT_EUSAGE when there is a parameter besides these (a list
 * that ends in NULL) or one comes twice. */
int ses_request_only(const struct ses_request *r, const char *const *names,
    struct seshat_err *err);

#endif
