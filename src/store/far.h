#ifndef SES_FAR_H
#define SES_FAR_H

#include "net/http.h"
#include "net/url.h"
#include "store/backends.h"

/* What stores behind HTTP have in common. */

/* Where a server is. */
struct ses_far_place {
	struct ses_buf scheme; /* http or https */
	struct ses_buf host; /* with its port, where it is not the usual one */
	struct ses_buf base; /* path before all others: "" or "/a/b" */
};

/**
 * ses_far_endpoint(out, text, access, err):
 * Take the address of a server apart.  Errors: SESHAT_EUSAGE: it is none, or
 * http:// to another machine and nobody asked for that.
 */
int ses_far_endpoint(struct ses_far_place *out, const char *text,
    const struct ses_store_access *access, struct seshat_err *err);

void ses_far_place_free(struct ses_far_place *p);

/** Append the path of a store's URL, decoded, as the prefix of all keys: "" or
 * "a/b/".  Errors: SESHAT_EUSAGE, it has ".", ".." or control characters in it,
 * or is too long. */
int ses_far_prefix(
    const char *path, struct ses_buf *out, struct seshat_err *err);

/** What the status of a bad answer alone says: SESHAT_E... */
int ses_far_code(int status);

/** Append the path of the file, in the cache, that holds what was learned of a
 * store. */
int ses_far_note(const struct ses_store_ops *ops, const void *st,
    struct ses_buf *out, struct seshat_err *err);

/* A get that goes on where it broke off. */
struct ses_far_get {
	const struct ses_sink *sink;
	uint64_t from;  /* of the object's bytes, the next one */
	uint64_t left;  /* to be taken; UINT64_MAX: all */
	uint64_t taken; /* by the sink */
	int failed;     /* the sink, not the network */
};

/** Begin: up to len bytes, 0 for all there are, from the byte from on. */
struct ses_far_get ses_far_get(
    const struct ses_sink *sink, uint64_t from, uint64_t len);

/** One try to get what is left of it: 0 when all is taken, -1. */
typedef int ses_far_try(
    void *arg, struct ses_far_get *g, struct seshat_err *err);

/** Try until all is taken; while bytes come it goes on. */
int ses_far_get_all(struct ses_far_get *g, ses_far_try *try, void *arg,
    const char *key, const struct ses_store_notes *notes,
    struct seshat_err *err);

/* One try of it: where its bytes go. */
struct ses_far_taking {
	struct ses_far_get *g;
	const struct ses_http_answer *answer; /* of the request */
	struct ses_sink sink;                 /* for the request */
	uint64_t from;                        /* the byte it begins with */
	char range[64]; /* "bytes=5-9"; "": the whole object */
};

/** Begin a try; t stays where it is. */
void ses_far_take(struct ses_far_taking *t, struct ses_far_get *g,
    const struct ses_http_answer *answer);

/** The size of the object of which an answer has a part or all, 0 if it does
 * not tell. */
uint64_t ses_far_size(const struct ses_http_answer *a);

/**
 * ses_far_follow(http, req, insecure_http, answer, err):
 * answer, to the URL of req, leads elsewhere: go there, and on from there a few
 * times.  The headers of req must be none that others may not see.  0 when it
 * ends in 2xx, or in 416.
 * Errors: SESHAT_ENET, it ends in 408, 429 or 5xx, which may pass; SESHAT_ESYS,
 * it leads to what is not encrypted, or ends otherwise: what a stranger answers
 * says nothing of the object.
 */
int ses_far_follow(struct ses_http *http, const struct ses_http_request *req,
    int insecure_http, struct ses_http_answer *answer, struct seshat_err *err);

#endif
