/* The catalog, brought up to date beside the pages that search it. */
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/time.h"
#include "serve/page.h"
#include "serve/page_state.h"

#define AGE_MS 2000 /* so old may be what a search looks into */

static void
on_progress(void *arg, uint64_t sessions, uint64_t bytes)
{
	struct ses_pages *p = arg;

	(void)bytes;
	(void)pthread_mutex_lock(&p->lock);
	p->catalog_sessions = sessions;
	(void)pthread_mutex_unlock(&p->lock);
}

static int
update(struct ses_pages *p, struct seshat_err *err)
{
	const struct ses_mirror_opts *o = p->o.mirror;
	const struct ses_catalog_how how = {
	    .progress = on_progress, .arg = p, .stop = &p->stop};
	struct ses_catalog_done done = {0};
	struct ses_catalog *c = NULL;
	struct ses_store *s = NULL;
	int rc = ses_store_open(&s, o->store, o->access, err);

	if (rc == 0)
		rc = ses_catalog_open(&c, s, err);
	if (rc == 0)
		rc = ses_catalog_update(c, &how, &done, err);
	ses_catalog_free(c);
	ses_store_free(s);
	return rc;
}

static void *
run(void *arg)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_pages *p = arg;
	int rc = update(p, &err);

	if (rc < 0)
		ses_log(SES_WARN, "catalog: %s", err.msg);
	(void)pthread_mutex_lock(&p->lock);
	p->catalog_problem[0] = '\0';
	if (rc < 0)
		(void)strncpy(p->catalog_problem, seshat_strcode(err.code),
		    sizeof(p->catalog_problem) - 1);
	p->cataloged = ses_time_steady();
	p->cataloging = 0;
	(void)pthread_cond_broadcast(&p->news);
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* The lock is held. */
static void
start(struct ses_pages *p)
{
	if (p->cataloging || p->stop ||
	    (p->cataloged != 0 && ses_time_steady() - p->cataloged < AGE_MS))
		return;
	if (p->has_cataloger)
		(void)pthread_join(p->cataloger, NULL);
	p->catalog_sessions = 0;
	p->cataloging = 1;
	p->has_cataloger = pthread_create(&p->cataloger, NULL, run, p) == 0;
	p->cataloging = p->has_cataloger;
}

int
ses_pages_catalog(struct ses_pages *p, int64_t wait_ms, struct ses_buf *why)
{
	struct timespec until;
	int at_it;

	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += (long)(wait_ms % 1000) * 1000000L;
	until.tv_sec += wait_ms / 1000 + until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	(void)pthread_mutex_lock(&p->lock);
	start(p);
	while (p->cataloging &&
	       pthread_cond_timedwait(&p->news, &p->lock, &until) == 0) {
	}
	at_it = p->cataloging;
	if (at_it) {
		ses_buf_str(
		    why, "What was stored lately is still being read (");
		ses_page_number(why, p->catalog_sessions);
		ses_buf_str(why, " sessions so far): this may not be all.");
	} else if (p->catalog_problem[0] != '\0') {
		ses_buf_fmt(why,
		    "What was stored lately could not be read (%s): this may "
		    "not be all.",
		    p->catalog_problem);
		at_it = 1;
	}
	(void)pthread_mutex_unlock(&p->lock);
	return at_it;
}
