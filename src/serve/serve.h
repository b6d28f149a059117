#ifndef SES_SERVE_H
#define SES_SERVE_H

#include "serve/access_log.h"
#include "serve/listen.h"
#include "serve/route.h"

/*
 * The HTTP server.  A few event threads, which never block, speak to the
 * clients; requests that may wait for a disk or a store are answered by worker
 * threads; bodies that are made while they are sent (struct ses_producer) each
 * have a thread of their own.
 */
struct ses_serve;

/* Zero means the default for each number. */
struct ses_serve_opts {
	const char *listen; /* "127.0.0.1:7717", "[::1]:0"; or, if > 0: */
	int listen_fd;      /* a socket that listens; taken over on success */
	const char *token;  /* what clients must show; NULL: loopback only */
	const char *const *hosts; /* more names by which we may be called */
	size_t n_hosts;
	const struct ses_route *routes; /* outlive the server */
	size_t n_routes;
	unsigned max_connections; /* 1024; those beyond are closed at once */
	unsigned max_streams;     /* 256 downloads; beyond: 503 */
	unsigned max_live;        /* 256 live pages; likewise */
	unsigned workers;         /* 8 */
	unsigned
	    timeout_s; /* 30: to send a request, and without any progress */
	struct ses_access *access; /* NULL: no log */
	/*
	 * What a handler gets as its worker: made on the first request that a
	 * worker thread serves, closed when the server stops.  Both may be
	 * NULL; a failed open is tried again with the next request.
	 */
	int (*worker_open)(void *arg, void **worker, struct seshat_err *err);
	void (*worker_close)(void *worker);
	void *arg; /* of worker_open; also in each request */
};

/**
 * ses_serve_open(out, opts, err):
 * Listen and begin to answer.  What opts points to outlives the server.
 * Errors: SESHAT_EEXISTS, the port is in use; SESHAT_EUSAGE, no such address,
 * or one that others can reach and no token; SESHAT_EUNSUPPORTED, no library.
 */
int ses_serve_open(struct ses_serve **out, const struct ses_serve_opts *opts,
    struct seshat_err *err);

/** "http://127.0.0.1:7717", with the port that was found for 0. */
const char *ses_serve_url(const struct ses_serve *s);

/**
 * ses_serve_stop(s, grace_ms):
 * Accept nobody any more, wait so long for the answers that are being given,
 * and cut what is left.  0: nothing was; 1: some were; 2: a handler still waits
 * for something, and ses_serve_free would wait for it, too.
 */
int ses_serve_stop(struct ses_serve *s, int64_t grace_ms);

/** Stop at once, if that was not done, and release. */
void ses_serve_free(struct ses_serve *s);

#endif
