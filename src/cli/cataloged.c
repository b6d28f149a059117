#include <stdio.h>

#include "cli/cataloged.h"
#include "base/human.h"
#include "base/log.h"
#include "cli/interrupt.h"
#include "cli/progress.h"

#define WAIT_MS 3000 /* for another process that updates it */
#define LIST_MS 250  /* the same, where only a list is wanted */
#define SHOW_MS 100  /* between two lines of progress */

struct showing {
	struct ses_progress p;
	int64_t shown;
};

static void
on_progress(void *arg, uint64_t sessions, uint64_t bytes)
{
	struct showing *s = arg;
	struct ses_progress_step step = {.new_bytes = bytes};
	int64_t ms = (int64_t)(ses_progress_seconds(&s->p) * 1000);

	(void)sessions;
	if (ms - s->shown < SHOW_MS)
		return;
	s->shown = ms;
	ses_progress_show(&s->p, &step);
}

static int
update(
    const struct ses_cli *cli, struct ses_catalog *cat, struct seshat_err *err)
{
	struct showing s = {.p = ses_progress_begin(cli, 0, 0)};
	struct ses_catalog_done done;
	const struct ses_catalog_how how = {.progress = on_progress,
	    .arg = &s,
	    .wait_ms = WAIT_MS,
	    .stop = ses_interrupts()};
	int rc = ses_catalog_update(cat, &how, &done, err);

	ses_progress_clear(&s.p);
	if (rc < 0)
		return -1;
	if (*ses_interrupts() > 0)
		return ses_fail(err, SESHAT_ECANCELLED,
		    "interrupted; what was taken in stays, and the next search "
		    "goes on");
	if (done.busy && !cli->quiet)
		(void)fputs("another process is bringing the catalog up to "
			    "date: something may be missing\n",
		    stderr);
	if (done.damaged > 0 && !cli->quiet)
		(void)fprintf(stderr,
		    "%llu session%s cannot be read whole (see 'seshat "
		    "verify')\n",
		    (unsigned long long)done.damaged,
		    ses_human_s(done.damaged));
	return 0;
}

int
ses_cli_catalog(const struct ses_cli *cli, struct ses_context *c,
    int up_to_date, struct ses_catalog **out, struct seshat_err *err)
{
	struct ses_catalog *cat = NULL;

	if (ses_context_store(c, err) < 0 || ses_interrupt_catch(err) < 0 ||
	    ses_catalog_open(&cat, c->store, err) < 0)
		return -1;
	if (up_to_date && update(cli, cat, err) < 0) {
		ses_catalog_free(cat);
		return -1;
	}
	*out = cat;
	return 0;
}

/* 1: it tells what the store holds, and has begun. */
static int
begin_list(struct ses_catalog *cat, struct seshat_err *err)
{
	const struct ses_catalog_how how = {
	    .sessions_only = 1, .wait_ms = LIST_MS};
	struct ses_catalog_done done;
	int rc = ses_catalog_begin(cat, err);

	if (rc == 0)
		rc = ses_catalog_is_fresh(cat, err);
	if (rc != 0)
		return rc;
	ses_catalog_end(cat);
	if (ses_catalog_update(cat, &how, &done, err) < 0)
		return -1;
	if (done.busy || ses_catalog_begin(cat, err) < 0)
		return done.busy ? 0 : -1;
	return ses_catalog_is_listed(cat, err);
}

int
ses_cli_listed(
    struct ses_context *c, struct ses_catalog **out, struct seshat_err *err)
{
	struct ses_catalog *cat = NULL;
	int rc;

	if (ses_context_store(c, err) < 0)
		return -1;
	rc = ses_catalog_open(&cat, c->store, err);
	if (rc == 0)
		rc = begin_list(cat, err);
	if (rc > 0) {
		*out = cat;
		return 1;
	}
	ses_catalog_free(cat);
	if (rc < 0 && ses_store_is_down(c->store))
		return -1;
	if (rc < 0)
		ses_log(SES_DEBUG, "%s", err->msg);
	return 0;
}
