#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "base/time.h"
#include "cli/follower.h"
#include "cli/hook_follow.h"
#include "cli/interrupt.h"
#include "hook/state.h"
#include "mirror/follow.h"

#define INTERVAL_MS INT64_C(5000)

struct told {
	timer_t idle;
	size_t failing; /* sessions, and the store */
};

/* A day without a line from any agent ends it; the next hook begins another.
 * The end is asked for as a user would do it. */
static void
rearm(struct told *t)
{
	const struct itimerspec in = {.it_value.tv_sec = SES_CLI_IDLE_S};

	(void)timer_settime(t->idle, 0, &in, NULL);
}

static void
on_stored(
    void *arg, const struct ses_session *s, const struct ses_flush_result *r)
{
	(void)s;
	(void)r;
	rearm(arg);
}

static void
on_state(void *arg, const struct ses_session *s, enum ses_follow_state now,
    const struct seshat_err *why)
{
	struct told *t = arg;

	if (now == SES_FOLLOW_LAGS)
		return;
	if (now == SES_FOLLOW_FAILS) {
		t->failing++;
		if (s == NULL)
			ses_hook_tell(SES_HOOK_FAILED, "%s", why->msg);
		else
			ses_hook_tell(SES_HOOK_FAILED, "%s/%s: %s",
			    s->harness->name, s->id, why->msg);
		return;
	}
	t->failing -= t->failing > 0;
	if (t->failing == 0)
		ses_hook_tell(SES_HOOK_WELL, "all is stored again");
}

static int
follow(struct ses_context *c, struct told *t, struct seshat_err *err)
{
	static const struct ses_follow_told told = {
	    .stored = on_stored, .state = on_state};
	struct ses_mirror_opts mo = ses_context_mirror(c);
	struct ses_discover q = ses_context_discover(c);
	struct ses_session_list l = {0};
	struct ses_follow f = {.opts = &mo,
	    .q = &q,
	    .everything = 1,
	    .min_bytes = 1,
	    .interval = INTERVAL_MS,
	    .told = &told,
	    .arg = t};
	int64_t since = ses_time_now();
	int rc = ses_interrupt_catch(err);

	f.stop = ses_interrupts();
	f.stop_fd = ses_interrupt_fd();
	if (rc == 0)
		rc = ses_discover(&q, &l, err);
	if (rc == 0)
		rc = ses_follow_run(&f, &l, since, err);
	ses_session_list_free(&l);
	return rc;
}

int
ses_cli_hook_follow(struct ses_context *c, struct seshat_err *err)
{
	struct sigevent at_end = {
	    .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGTERM};
	struct told t = {.failing = 0};
	int fd = -1;
	int rc = ses_cli_follower_claim(c, 1, &fd, err);

	if (rc <= 0)
		return rc;
	if (timer_create(CLOCK_MONOTONIC, &at_end, &t.idle) < 0) {
		rc = ses_fail_errno(err, "timer");
	} else {
		rearm(&t);
		rc = follow(c, &t, err);
		(void)timer_delete(t.idle);
	}
	if (rc < 0)
		ses_hook_tell(SES_HOOK_FAILED, "follow: %s", err->msg);
	(void)close(fd);
	return rc;
}
