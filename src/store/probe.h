#ifndef SES_PROBE_H
#define SES_PROBE_H

#include "store/store.h"

/*
 * For those who look after a store: where it is, and what it lets us do.
 */
/* Where a store is, and as whom we speak to it; borrowed from the store. */
struct ses_store_about {
	const char *scheme; /* of its server: "https" */
	const char *host;
	const char *region; /* the first request may put it right; NULL: it
			     * is no bucket that speaks S3 */
	const char *keys;   /* where they are from; NULL before a request */
	int is_private;     /* it said that others cannot read it */
};

/** Of a store on this machine all are NULL. */
struct ses_store_about ses_store_about(const struct ses_store *s);

/** What was learned of the store is not so (ses_store_learn): it is tried out
 * anew when it is next needed. */
void ses_store_forget(struct ses_store *s);

/*
 * Trying what a store lets us do, with one small object that is gone
 * afterwards.  It tells what came of each try and judges nothing.
 */
enum ses_probe_try {
	SES_PROBE_LIST,
	SES_PROBE_DELETE,
	SES_PROBE_PUT,
	SES_PROBE_GET,
	SES_PROBE_CREATE, /* a put that replaces nothing, where one is */
	SES_PROBE_MATCH,  /* a put that replaces only what it knows */
	SES_PROBE_TRIES
};

enum ses_probe_state {
	SES_PROBE_NOT, /* not tried: it cannot be, or would fail as others */
	SES_PROBE_OK,
	SES_PROBE_FAILED,
	SES_PROBE_UNHEEDED, /* done, although the condition did not hold; or
			     * the store says that it knows no such thing */
};

struct ses_probe_result {
	int state;             /* enum ses_probe_state */
	struct seshat_err why; /* SES_PROBE_FAILED */
};

struct ses_probe {
	struct ses_probe_result of[SES_PROBE_TRIES];
	int has_time;
	int64_t skew_ms; /* what this machine's clock is ahead of the store's */
	int64_t took_ms; /* the first request */
	const char *left; /* an object that could not be deleted, or NULL */
	char key[48];
};

/** What a try is called: "list", "delete", "write", "read", ... */
const char *ses_probe_name(int what);

/**
 * ses_store_probe(s, begins, arg, out):
 * Try everything; begins, if not NULL, is told before each.  A folder that is
 * not there is made: look first.
 */
void ses_store_probe(struct ses_store *s,
    void (*begins)(void *arg, const char *what), void *arg,
    struct ses_probe *out);

/** The first of the tries that a mirror needs (list, write, read) that
 * failed, or NULL. */
const struct ses_probe_result *ses_probe_failed(const struct ses_probe *p);

#endif
