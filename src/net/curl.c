#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "net/curl.h"

/* Once for the process, as libcurl wants it. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct ses_curl curl;
static char why[200];

static void
fail(const char *text)
{
	size_t len = strlen(text);

	if (len >= sizeof(why))
		len = sizeof(why) - 1;
	memcpy(why, text, len);
	why[len] = '\0';
}

static void
load(void)
{
	/* the two flavours that Debian has */
	static const char *const names[] = {
	    "libcurl.so.4", "libcurl-gnutls.so.4"};
	static const struct {
		const char *name;
		void *to;
	} symbols[] = {
	    {"curl_global_init", &curl.global_init},
	    {"curl_version", &curl.version},
	    {"curl_easy_init", &curl.init},
	    {"curl_easy_setopt", &curl.setopt},
	    {"curl_easy_perform", &curl.perform},
	    {"curl_easy_getinfo", &curl.getinfo},
	    {"curl_easy_reset", &curl.reset},
	    {"curl_easy_cleanup", &curl.cleanup},
	    {"curl_easy_strerror", &curl.strerror},
	    {"curl_slist_append", &curl.slist_append},
	    {"curl_slist_free_all", &curl.slist_free},
	};
	void *lib = NULL;
	void *found;
	size_t i;

	for (i = 0; lib == NULL && i < sizeof(names) / sizeof(names[0]); i++)
		lib = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	if (lib == NULL) {
		fail(dlerror());
		return;
	}
	for (i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		found = dlsym(lib, symbols[i].name);
		if (found == NULL) {
			fail(dlerror());
			return;
		}
		/* POSIX: a function's address fits into a void pointer */
		memcpy(symbols[i].to, &found, sizeof(found));
	}
	if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		fail("it does not start");
}

const struct ses_curl *
ses_curl_load(struct seshat_err *err)
{
	(void)pthread_once(&once, load);
	if (why[0] == '\0')
		return &curl;
	ses_fail(err, SESHAT_EUNSUPPORTED,
	    "libcurl cannot be used (install Debian's package libcurl4): %s",
	    why);
	return NULL;
}
