#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/time.h"
#include "cli/follower.h"
#include "cli/hook_follow.h"
#include "cli/interrupt.h"
#include "hook/chosen.h"
#include "hook/state.h"
#include "mirror/follow.h"

#define INTERVAL_MS INT64_C(5000)
#define LOOK_MS     1000 /* the configuration is not looked at more often */
#define BEAR_MS     10000

/* From here on it is a status of HTTP that stands for an error. */
#define HTTP_FIRST     400
#define HTTP_FORBIDDEN 403

struct told {
	timer_t idle;
	size_t failing;     /* sessions, and the store */
	int is_near;        /* the store is a folder, which takes no keys */
	int has_stored;     /* the keys that it has opened the store once */
	int64_t refused_at; /* they do not, since then; 0: they do */
	int64_t bear_ms;    /* for so long that is borne */
	const struct ses_cli *cli;
	const char *choice;   /* of the store, or NULL */
	struct ses_buf stamp; /* of the configuration when it was read */
	int64_t looked_at;
	int is_odd;  /* it cannot be read now, and that was told */
	int changed; /* it can, and is another one */
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
	struct told *t = arg;

	(void)s;
	(void)r;
	t->has_stored = 1;
	t->refused_at = 0;
	rearm(t);
}

/* What one before this failed at is over as well. */
static void
tell_well(const struct told *t)
{
	struct ses_hook_trouble past;

	if (t->failing > 0 || t->is_odd || t->refused_at != 0)
		return;
	ses_hook_trouble(&past);
	if (past.of_follow > 0)
		ses_hook_tell(
		    SES_HOOK_FOLLOW | SES_HOOK_WELL, "all is stored again");
}

static void
on_ready(
    void *arg, size_t n, const struct ses_watch_counts *c, const char *why_poll)
{
	(void)n;
	(void)c;
	(void)why_poll;
	tell_well(arg);
}

/* One whose keys the store refuses ends: the environment of another hook may
 * have those that open it.  A file that cannot be read or written, and a clock
 * that is wrong, are no matter of keys: the system says those, and no server.
 * Once something was stored the keys are good until a server says that these
 * are not: what is forbidden may be one object alone, and who cannot be trusted
 * a network's own door.  So before that another is tried meanwhile. */
static void
mind_refusal(struct told *t, const struct seshat_err *why)
{
	int is_said = why->sys == 0 || why->sys >= HTTP_FIRST;
	int is_of_keys = why->sys >= HTTP_FIRST && why->sys != HTTP_FORBIDDEN;

	if (why->code != SESHAT_EAUTH || !is_said || t->is_near ||
	    (t->has_stored && !is_of_keys))
		return;
	t->refused_at = ses_time_steady();
	t->bear_ms = why->sys == HTTP_FORBIDDEN ? BEAR_MS : 0;
}

static void
on_failed(
    struct told *t, const struct ses_session *s, const struct seshat_err *why)
{
	t->failing++;
	if (t->refused_at != 0)
		return;
	if (s == NULL) {
		mind_refusal(t, why);
		ses_hook_tell(
		    SES_HOOK_FOLLOW | SES_HOOK_FAILED, "%s", why->msg);
		return;
	}
	ses_hook_tell(SES_HOOK_FOLLOW | SES_HOOK_FAILED, "%s/%s: %s",
	    s->harness->name, s->id, why->msg);
}

static void
on_state(void *arg, const struct ses_session *s, enum ses_follow_state now,
    const struct seshat_err *why)
{
	struct told *t = arg;

	if (now == SES_FOLLOW_LAGS)
		return;
	if (now == SES_FOLLOW_FAILS) {
		on_failed(t, s, why);
		return;
	}
	t->failing -= t->failing > 0;
	if (s == NULL)
		t->refused_at = 0;
	tell_well(t);
}

/* Whether what it says now can be used. */
static int
is_usable(const struct told *t, struct seshat_err *err)
{
	struct ses_context c = {0};
	const struct ses_cli cli = {.store = t->cli->store,
	    .project = t->cli->project,
	    .config = t->cli->config,
	    .quiet = 1};

	if (ses_context_open_redacting(&c, &cli, 0, err) < 0)
		return 0;
	ses_context_free(&c);
	return 1;
}

/* Whether hooks store where they did when this began. */
static int
is_chosen(const struct told *t)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf now = {0};
	int yes = t->choice == NULL || ses_hook_choice(&now, &ignored) < 0 ||
		  strcmp(ses_buf_cstr(&now), t->choice) == 0;

	ses_buf_free(&now);
	return yes;
}

static int
on_wake(void *arg)
{
	struct told *t = arg;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf now = {0};
	int64_t at = ses_time_steady();

	if (t->refused_at != 0 && at - t->refused_at >= t->bear_ms)
		return 1;
	if (at - t->looked_at < LOOK_MS)
		return 0;
	t->looked_at = at;
	if (!is_chosen(t))
		return 1;
	if (ses_config_stamp(t->cli->config, "/", &now, &err) < 0 ||
	    strcmp(now.data, t->stamp.data) == 0) {
		ses_buf_free(&now);
		return 0;
	}
	ses_buf_free(&t->stamp);
	t->stamp = now;
	t->changed = is_usable(t, &err);
	if (!t->changed)
		ses_hook_tell(SES_HOOK_FOLLOW | SES_HOOK_FAILED,
		    "the follow goes on as configured before: %s", err.msg);
	else if (t->is_odd && t->failing == 0)
		ses_hook_tell(SES_HOOK_FOLLOW | SES_HOOK_WELL,
		    "the configuration can be read again");
	t->is_odd = !t->changed;
	return t->changed;
}

static int
follow(struct ses_context *c, struct told *t, struct seshat_err *err)
{
	static const struct ses_follow_told told = {.ready = on_ready,
	    .stored = on_stored,
	    .state = on_state,
	    .over = on_wake};
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

/* One follow, as the configuration is now. */
static int
follow_once(struct told *t, struct seshat_err *err)
{
	struct ses_context c = {0};
	int fd = -1;
	int rc;

	t->changed = 0;
	t->failing = 0;
	t->has_stored = 0;
	t->refused_at = 0;
	ses_buf_clear(&t->stamp);
	/* first: what changes while it is read is read again */
	if (ses_config_stamp(t->cli->config, "/", &t->stamp, err) < 0 ||
	    ses_context_open_redacting(&c, t->cli, 0, err) < 0)
		return -1;
	t->is_near = (ses_store_caps_of(c.config.store) & SES_STORE_LOCAL) != 0;
	rc = ses_cli_follower_claim(&c, 1, &fd, err);
	/* only now: who changes the choice ends whoever has claimed before */
	if (rc > 0 && !is_chosen(t)) {
		rc = 0;
	} else if (rc > 0) {
		rearm(t);
		rc = follow(&c, t, err);
	}
	if (fd >= 0)
		(void)close(fd);
	ses_context_free(&c);
	return rc;
}

int
ses_cli_hook_follow(
    const struct ses_cli *cli, const char *choice, struct seshat_err *err)
{
	struct sigevent at_end = {
	    .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGTERM};
	struct told t = {.cli = cli, .choice = choice};
	int rc;

	if (timer_create(CLOCK_MONOTONIC, &at_end, &t.idle) < 0)
		return ses_fail_errno(err, "timer");
	do
		rc = follow_once(&t, err);
	while (rc == 0 && t.changed && !*ses_interrupts());
	if (rc < 0)
		ses_hook_tell(
		    SES_HOOK_FOLLOW | SES_HOOK_FAILED, "follow: %s", err->msg);
	(void)timer_delete(t.idle);
	ses_buf_free(&t.stamp);
	return rc;
}
