#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "serve/mhd.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct ses_mhd mhd;
static char why[200];

static void
load(void)
{
	static const struct {
		const char *name;
		void *to;
	} symbols[] = {
	    {"MHD_start_daemon", &mhd.start},
	    {"MHD_stop_daemon", &mhd.stop},
	    {"MHD_quiesce_daemon", &mhd.quiesce},
	    {"MHD_create_response_from_buffer", &mhd.buffer},
	    {"MHD_create_response_from_callback", &mhd.callback},
	    {"MHD_add_response_header", &mhd.header},
	    {"MHD_queue_response", &mhd.queue},
	    {"MHD_set_response_options", &mhd.options},
	    {"MHD_destroy_response", &mhd.destroy},
	    {"MHD_suspend_connection", &mhd.suspend},
	    {"MHD_resume_connection", &mhd.resume},
	    {"MHD_get_connection_info", &mhd.info},
	    {"MHD_get_connection_values", &mhd.values},
	};
	void *lib = dlopen("libmicrohttpd.so.12", RTLD_NOW | RTLD_LOCAL);
	void *found = lib;
	size_t i;

	for (i = 0; found != NULL && i < sizeof(symbols) / sizeof(symbols[0]);
	     i++) {
		found = dlsym(lib, symbols[i].name);
		/* POSIX: a function's address fits into a void pointer */
		memcpy(symbols[i].to, &found, sizeof(found));
	}
	if (found == NULL)
		(void)snprintf(why, sizeof(why), "%s", dlerror());
}

const struct ses_mhd *
ses_mhd_load(struct seshat_err *err)
{
	(void)pthread_once(&once, load);
	if (why[0] == '\0')
		return &mhd;
	ses_fail(err, SESHAT_EUNSUPPORTED,
	    "libmicrohttpd cannot be used (install Debian's package "
	    "libmicrohttpd12): %s",
	    why);
	return NULL;
}
