#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/time.h"
#include "cli/follow.h"
#include "cli/follower.h"
#include "cli/found.h"
#include "cli/serve_follow.h"

#define INTERVAL_MS INT64_C(5000)

struct ses_serve_follow {
	struct ses_cli cli;
	const struct ses_context *c;
	const struct ses_mirror_told *told;
	pthread_t thread;
	struct seshat_err err;
	int rc;
};

static int
follow(struct ses_serve_follow *f, struct seshat_err *err)
{
	struct ses_mirror_opts mo = ses_context_mirror(f->c);
	struct ses_discover q = ses_context_discover(f->c);
	struct ses_session_list l = {0};
	const struct ses_follow how = {.opts = &mo,
	    .q = &q,
	    .everything = 1,
	    .min_bytes = 1,
	    .interval = INTERVAL_MS};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	int64_t since = ses_time_now();
	int claim = -1;
	int rc;

	(void)ses_cli_follower_claim(f->c, 0, &claim, &ignored);
	mo.told = f->told;
	rc = ses_discover(&q, &l, err);
	if (rc == 0) {
		ses_cli_unreadable(&f->cli, &l);
		rc = ses_cli_follow(&f->cli, &how, &l, since, NULL, err);
	}
	if (claim >= 0)
		(void)close(claim);
	ses_session_list_free(&l);
	return rc;
}

static void *
run_thread(void *arg)
{
	struct ses_serve_follow *f = arg;

	f->rc = follow(f, &f->err);
	/* without it the promise is broken: the server ends, too */
	if (f->rc < 0)
		(void)kill(getpid(), SIGTERM);
	return NULL;
}

int
ses_serve_follow_start(struct ses_serve_follow **out, const struct ses_cli *cli,
    const struct ses_context *c, const struct ses_mirror_told *told,
    struct seshat_err *err)
{
	struct ses_serve_follow *f = ses_calloc(1, sizeof(*f));

	if (f == NULL)
		return ses_fail_nomem(err);
	f->cli = *cli;
	f->c = c;
	f->told = told;
	if (pthread_create(&f->thread, NULL, run_thread, f) != 0) {
		free(f);
		return ses_fail(err, SESHAT_ESYS, "no thread to be had");
	}
	*out = f;
	return 0;
}

int
ses_serve_follow_wait(struct ses_serve_follow *f, struct seshat_err *err)
{
	int rc;

	if (f == NULL)
		return 0;
	(void)pthread_join(f->thread, NULL);
	rc = f->rc;
	if (rc < 0)
		*err = f->err;
	free(f);
	return rc;
}
