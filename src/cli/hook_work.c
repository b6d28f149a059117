/* What hooks asked for, done behind them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/human.h"
#include "base/time.h"
#include "cli/family.h"
#include "cli/follower.h"
#include "cli/hook_follow.h"
#include "hook/chosen.h"
#include "hook/entry.h"
#include "hook/queue.h"
#include "hook/state.h"
#include "mirror/run.h"

#define BACKOFF_MS  1000
#define BACKOFF_MAX 60000
#define GIVE_UP_MS  INT64_C(600000)    /* the next hook tries again */
#define KEEP_MS     INT64_C(604800000) /* a week */

/* An agent may write a last line behind its SessionEnd: Claude Code 2.1.328
 * does so 250 ms after /clear.  The end is stamped when this is over. */
#define SETTLE_MS 3000
#define LOOK_MS   50

struct work {
	struct ses_context c;
	char told[SESHAT_ERR_MAX]; /* the last failure, not told again */
	int is_down;               /* the store: the others need not be tried */
	int again;                 /* it may help to try again soon */
	int failed;                /* something did, in this round */
	int settling;              /* sessions that ended just now */
};

static void
tell(struct work *w, const char *about, const struct seshat_err *why)
{
	w->failed = 1;
	w->again |= ses_err_retryable(why->code);
	if (strcmp(w->told, why->msg) == 0)
		return;
	memcpy(w->told, why->msg, sizeof(w->told));
	ses_hook_tell(SES_HOOK_FAILED, "%s%s%s", about,
	    about[0] != '\0' ? ": " : "", why->msg);
}

static void
on_failed(void *arg, const struct ses_session *s, const struct seshat_err *why)
{
	struct work *w = arg;
	char name[256];

	(void)snprintf(name, sizeof(name), "%s/%s", s->harness->name, s->id);
	tell(w, name, why);
	w->is_down |= ses_err_retryable(why->code);
}

/* The sessions of agents may lie where only their environment says. */
static void
go_home(const struct ses_hook_item *item)
{
	const struct ses_hook_agent *a = ses_hook_agent_named(item->agent);

	if (a == NULL)
		return;
	if (item->home != NULL)
		(void)setenv(a->folder_env, item->home, 1);
	else
		(void)unsetenv(a->folder_env);
}

static int
is_event(const struct ses_hook_item *item, const char *name)
{
	return strcmp(item->event, name) == 0;
}

/* Flush a session and its subagents; 0 when nothing is left to be done. */
static int
flush(struct work *w, const struct ses_hook_item *item, int ends,
    struct seshat_err *err)
{
	struct ses_mirror_opts mo = ses_context_mirror(&w->c);
	struct ses_discover q = ses_context_discover(&w->c);
	const struct ses_flush_how how = {.end = ends ? "ended" : NULL};
	struct ses_session_list l = {0};
	struct ses_run_totals t = {0};
	const struct ses_run run = {.opts = &mo,
	    .how = &how,
	    .sessions = &l,
	    .workers = 1,
	    .failed = on_failed,
	    .arg = w};
	int rc;

	q.harness = ses_harness_named(item->agent);
	rc = q.harness == NULL ? 0 : ses_cli_find_family(&q, item->id, &l, err);
	if (rc < 0 && err->code == SESHAT_ENOTFOUND) {
		/* one that is not kept, or of which nothing was said yet */
		rc = 0;
		if (is_event(item, "Stop"))
			ses_hook_tell(SES_HOOK_NOTE,
			    "%s/%s: there is no transcript (%s)", item->agent,
			    item->id, item->path != NULL ? item->path : "?");
	} else if (rc == 0 && l.n > 0) {
		rc = ses_run_mirror(&run, &t, err);
	}
	ses_session_list_free(&l);
	return rc < 0 ? -1 : t.failed + t.untried > 0;
}

static void
work_at(struct work *w, struct ses_hook_item *item)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	int64_t age = ses_time_now() - item->time;
	int ends = is_event(item, "SessionEnd");
	int settles = ends && age >= 0 && age < SETTLE_MS;
	int rc;

	if (is_event(item, "SessionStart")) {
		item->done = 1;
		return;
	}
	if (w->is_down)
		return;
	go_home(item);
	rc = flush(w, item, ends && !settles, &err);
	if (rc < 0)
		tell(w, item->agent, &err);
	w->settling |= settles;
	item->done = (rc == 0 && !settles) || age > KEEP_MS;
}

/* In each round anew: it may have been mended meanwhile. */
static int
choose(struct seshat_err *err)
{
	struct ses_buf choice = {0};
	int rc = ses_hook_choice(&choice, err);

	if (rc == 0 && setenv(SES_HOOK_CHOICE, ses_buf_cstr(&choice), 1) < 0)
		rc = ses_fail_nomem(err);
	if (rc == 0)
		rc = ses_hook_choose_store(err);
	ses_buf_free(&choice);
	return rc;
}

static size_t
work_through(struct work *w, struct ses_hook_list *l)
{
	const struct ses_cli cli = {.quiet = 1};
	struct seshat_err err = SESHAT_ERR_INIT;
	size_t left = 0;
	size_t i;

	w->again = 0;
	w->is_down = 0;
	w->failed = 0;
	w->settling = 0;
	if (choose(&err) < 0 ||
	    ses_context_open_redacting(&w->c, &cli, 0, &err) < 0) {
		tell(w, "", &err);
		return l->n;
	}
	for (i = 0; i < l->n; i++) {
		work_at(w, &l->v[i]);
		left += !l->v[i].done;
	}
	/* it may take seconds until systemd has answered */
	if (l->n > 0)
		go_home(&l->v[l->n - 1]);
	if (ses_cli_follower_start(&w->c, &err) < 0)
		tell(w, "follow", &err);
	ses_context_free(&w->c);
	return left;
}

/* All is done: what went wrong before is over. */
static void
tell_well(void)
{
	struct ses_hook_trouble t;

	ses_hook_trouble(&t);
	if (t.n > t.of_follow)
		ses_hook_tell(SES_HOOK_WELL, "all is stored again");
}

/* One round; the number of sessions that are left, or -1. */
static int
round_of(struct work *w, size_t *left, struct seshat_err *err)
{
	struct ses_hook_list l = {0};
	int rc = ses_hook_queue_take(&l, err);

	*left = 0;
	if (rc == 0 && l.lost > 0)
		ses_hook_tell(SES_HOOK_FAILED,
		    "too many hooks waited, %zu sessions were left out: "
		    "'seshat mirror --everywhere' stores them",
		    l.lost);
	if (rc == 0 && l.torn > 0)
		ses_hook_tell(SES_HOOK_NOTE,
		    "%zu line%s of the queue could not be read: the next "
		    "mirror finds what %s about",
		    l.torn, ses_human_s(l.torn),
		    l.torn == 1 ? "it was" : "they were");
	if (rc == 0 && l.n > 0) {
		*left = work_through(w, &l);
		rc = ses_hook_queue_keep(&l, err);
	}
	ses_hook_list_free(&l);
	return rc;
}

/* What other hooks ask for meanwhile is not kept waiting. */
static void
let_settle(void)
{
	int64_t until = ses_time_steady() + SETTLE_MS;

	while (ses_time_steady() < until && !ses_hook_queue_has_new())
		ses_time_pause(LOOK_MS);
}

void
ses_cli_hook_work(void *arg)
{
	int64_t until = ses_time_steady() + GIVE_UP_MS;
	int64_t wait = BACKOFF_MS;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct work w = {.again = 0};
	size_t left;

	(void)arg;
	for (;;) {
		if (round_of(&w, &left, &err) < 0) {
			tell(&w, "", &err);
			return;
		}
		if (left == 0 && !w.failed)
			tell_well();
		if (left > 0 && w.settling) {
			let_settle();
			continue;
		}
		if (left == 0 || !w.again || ses_time_steady() > until)
			return;
		ses_time_pause(wait);
		wait = wait * 2 < BACKOFF_MAX ? wait * 2 : BACKOFF_MAX;
	}
}
