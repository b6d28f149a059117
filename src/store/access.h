#ifndef SES_ACCESS_H
#define SES_ACCESS_H

#include <pthread.h>
#include <stdint.h>

/* Requests made so far, by kind, and bytes of bodies. */
struct ses_store_counts {
	uint64_t put, get, head, list, del, now;
	uint64_t sent, got;
};

/* What several stores did, of all threads. */
struct ses_store_tally {
	pthread_mutex_t lock;
	struct ses_store_counts sum;
};

/*
 * What opens a store besides its URL: from the configuration.  A parameter of
 * the URL and the environment go before it, the files of the AWS tools after
 * it.  NULL where nothing is set.
 */
struct ses_store_access {
	const char *access_key; /* with secret_key, or neither */
	const char *secret_key;
	const char *session_token;
	const char *endpoint;
	const char *region;
	const char *profile;
	const char *hf_token;
	struct ses_store_tally *tally; /* a store that is closed adds to it */
	int insecure_http;             /* http:// to other machines too */
	int public;                    /* where everybody may read, too */
	int waits; /* a limit that lasts some minutes is waited for */
};

#endif
