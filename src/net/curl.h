#ifndef SES_CURL_H
#define SES_CURL_H

#include <curl/curl.h>

#include "base/buf.h"

/*
 * libcurl, loaded when the first request is made: linked to the program it
 * would cost every start 4 milliseconds, and most of them make no request.
 */
struct ses_curl {
	CURLcode (*global_init)(long flags);
	char *(*version)(void);
	CURL *(*init)(void);
	CURLcode (*setopt)(CURL *c, CURLoption option, ...);
	CURLcode (*perform)(CURL *c);
	CURLcode (*getinfo)(CURL *c, CURLINFO info, ...);
	void (*reset)(CURL *c);
	void (*cleanup)(CURL *c);
	const char *(*strerror)(CURLcode code);
	struct curl_slist *(*slist_append)(
	    struct curl_slist *list, const char *text);
	void (*slist_free)(struct curl_slist *list);
};

/** Load and initialise it, once for the process; NULL and err on failure. */
const struct ses_curl *ses_curl_load(struct seshat_err *err);

#endif
