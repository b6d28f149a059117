#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/waiting.h"

#define FIRST_MS 2000
#define NEXT_MS  10000

struct ses_waiting {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	char what[256];
	int64_t since; /* of ses_time_steady */
	int64_t due;   /* when it is told next */
	int ends;
};

static void
tell(const struct ses_waiting *w)
{
	struct ses_buf safe = {0};

	ses_str_safe(w->what, strlen(w->what), &safe);
	(void)fprintf(stderr, "seshat: waiting for %lld s: %s\n",
	    (long long)(ses_time_steady() - w->since) / 1000,
	    ses_buf_cstr(&safe));
	ses_buf_free(&safe);
}

static void *
watch(void *arg)
{
	struct ses_waiting *w = arg;
	struct timespec ts;
	int64_t left;

	(void)pthread_mutex_lock(&w->lock);
	while (!w->ends) {
		left = w->due - ses_time_steady();
		if (left <= 0 && w->what[0] != '\0')
			tell(w);
		if (left <= 0) {
			w->due = ses_time_steady() + NEXT_MS;
			continue;
		}
		(void)clock_gettime(CLOCK_REALTIME, &ts);
		ts.tv_nsec += (long)(left % 1000) * 1000000;
		ts.tv_sec += left / 1000 + ts.tv_nsec / 1000000000;
		ts.tv_nsec %= 1000000000;
		(void)pthread_cond_timedwait(&w->changed, &w->lock, &ts);
	}
	(void)pthread_mutex_unlock(&w->lock);
	return NULL;
}

struct ses_waiting *
ses_waiting_begin(const struct ses_cli *cli)
{
	struct ses_waiting *w = cli->quiet ? NULL : ses_calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->due = ses_time_steady() + NEXT_MS;
	if (pthread_mutex_init(&w->lock, NULL) != 0)
		goto fail;
	if (pthread_cond_init(&w->changed, NULL) != 0)
		goto fail_lock;
	if (pthread_create(&w->thread, NULL, watch, w) == 0)
		return w;
	(void)pthread_cond_destroy(&w->changed);
fail_lock:
	(void)pthread_mutex_destroy(&w->lock);
fail:
	free(w);
	return NULL;
}

void
ses_waiting_for(struct ses_waiting *w, const char *what)
{
	if (w == NULL)
		return;
	(void)pthread_mutex_lock(&w->lock);
	(void)snprintf(w->what, sizeof(w->what), "%s", what);
	w->since = ses_time_steady();
	w->due = w->since + FIRST_MS;
	(void)pthread_cond_signal(&w->changed);
	(void)pthread_mutex_unlock(&w->lock);
}

void
ses_waiting_free(struct ses_waiting *w)
{
	if (w == NULL)
		return;
	(void)pthread_mutex_lock(&w->lock);
	w->ends = 1;
	(void)pthread_cond_signal(&w->changed);
	(void)pthread_mutex_unlock(&w->lock);
	(void)pthread_join(w->thread, NULL);
	(void)pthread_cond_destroy(&w->changed);
	(void)pthread_mutex_destroy(&w->lock);
	free(w);
}
