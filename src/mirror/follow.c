/* The loop of a follow: wait, hear of files, give to the workers. */
#include <limits.h>
#include <poll.h>
#include <stdlib.h>

#include "base/str.h"
#include "base/time.h"
#include "mirror/follow_loop.h"

#define SWEEP_MS    INT64_C(60000)
#define POLL_MS     INT64_C(1000) /* not more often */
#define LAGS_MS     INT64_C(10000)
#define RACE_MS     INT64_C(2000) /* files' times may be that coarse */
#define WORKERS_MIN 2             /* the loop goes on while one of them waits */

/* When the loop has to look at something by itself; 0: it has not. */
struct timers {
	int64_t sweep;
	int64_t poll;
	int64_t lags;
	int64_t search;
};

static void
sooner(int64_t *at, int64_t when)
{
	if (when != 0 && when < *at)
		*at = when;
}

/* How long the loop may sleep, in ms; -1: until something happens. */
static int
sleep_ms(const struct ses_follow_loop *l, const struct timers *t, int64_t now)
{
	int64_t at = INT64_MAX;
	int64_t due = 0;

	sooner(&at, t->sweep);
	sooner(&at, t->poll);
	sooner(&at, t->lags);
	sooner(&at, t->search);
	sooner(&at, l->rest_at);
	if (json_object_size(l->rows) > 0)
		sooner(&at, l->index_at);
	if (l->table.n_queue > 0)
		due = l->table.queue[0]->due;
	if (l->store_is.down && due != 0 && due < l->store_is.ask_at)
		due = l->store_is.ask_at;
	/* what is due already waits for a worker */
	if (due > now)
		sooner(&at, due);
	if (at == INT64_MAX)
		return -1;
	return at <= now ? 0 : at - now > INT_MAX ? INT_MAX : (int)(at - now);
}

static void
become_ready(struct ses_follow_loop *l, int64_t now)
{
	struct ses_watch_counts c = ses_watch_counts(l->watch);

	l->is_ready = 1;
	ses_follow_index(l, now);
	if (l->f->told->ready != NULL)
		l->f->told->ready(
		    l->f->arg, l->n_followed, &c, ses_watch_why_poll(l->watch));
}

/* Look at the files themselves, where it is time. */
static int
look(struct ses_follow_loop *l, struct timers *t, int64_t now,
    struct seshat_err *err)
{
	int64_t poll_ms = l->f->interval > POLL_MS ? l->f->interval : POLL_MS;
	int rc = 0;

	if (t->sweep <= now) {
		rc = ses_watch_sweep(l->watch, err);
		t->sweep = now + SWEEP_MS;
		t->poll = 0;
	} else if (t->poll != 0 && t->poll <= now) {
		rc = ses_watch_poll(l->watch, err);
		t->poll = 0;
	}
	if (t->poll == 0 && ses_watch_polls(l->watch))
		t->poll = now + poll_ms;
	return rc;
}

/* What has to be done now although nothing happened. */
static int
on_time(struct ses_follow_loop *l, struct timers *t, struct seshat_err *err)
{
	int64_t now = ses_time_steady();
	size_t busy = ses_workers_busy(l->workers);

	if (look(l, t, now, err) < 0)
		return -1;
	if (t->lags != 0 && t->lags <= now) {
		ses_follow_tell_lags(l, now);
		t->lags = 0;
	}
	/* nothing can lag when nothing waits */
	if (t->lags == 0 && (l->table.n_queue > 0 || busy > 0))
		t->lags = now + LAGS_MS;
	if (json_object_size(l->rows) > 0 && l->index_at <= now)
		ses_follow_index(l, now);
	if (l->rest_at != 0 && l->rest_at <= now && busy == 0) {
		ses_workers_rest(l->workers);
		l->rest_at = 0;
	}
	return ses_follow_search_due(l, now, &t->search, err);
}

static int
wait(struct ses_follow_loop *l, const struct timers *t, struct seshat_err *err)
{
	struct pollfd p[] = {{.fd = ses_watch_fd(l->watch), .events = POLLIN},
	    {.fd = ses_workers_fd(l->workers), .events = POLLIN},
	    {.fd = l->f->stop_fd, .events = POLLIN}};
	int n = poll(p, 3, sleep_ms(l, t, ses_time_steady()));

	/* interrupted by a signal, it is looked at *stop again */
	if (n > 0 && p[0].revents != 0 && ses_watch_read(l->watch, err) < 0)
		return -1;
	if (n > 0 && p[1].revents != 0)
		ses_follow_take(l, ses_time_steady());
	return 0;
}

static int
is_over(const struct ses_follow_loop *l)
{
	const struct ses_follow *f = l->f;

	return *f->stop || (f->told->over != NULL && f->told->over(f->arg));
}

static int
loop(struct ses_follow_loop *l, struct seshat_err *err)
{
	struct timers t = {.sweep = ses_time_steady() + SWEEP_MS};

	while (!is_over(l)) {
		if (on_time(l, &t, err) < 0)
			return -1;
		if (ses_follow_give(l, ses_time_steady(), err) < 0)
			return -1;
		if (!l->is_ready && l->to_catch_up == 0)
			become_ready(l, ses_time_steady());
		if (wait(l, &t, err) < 0)
			return -1;
	}
	if (l->f->told->ending != NULL)
		l->f->told->ending(l->f->arg);
	/* what was written up to now counts */
	if (ses_watch_sweep(l->watch, err) < 0)
		return -1;
	return ses_follow_search_due(l, INT64_MAX, &t.search, err);
}

static int
open_all(struct ses_follow_loop *l, struct ses_session_list *found,
    int64_t since, struct seshat_err *err)
{
	unsigned n = ses_workers_suit(l->f->opts, SES_WORKERS_MAX);
	size_t i;

	if (l->rows == NULL)
		return ses_fail_nomem(err);
	if (ses_store_open(
		&l->store, l->f->opts->store, l->f->opts->access, err) < 0 ||
	    ses_workers_start(&l->workers, l->f->opts,
		n > WORKERS_MIN ? n : WORKERS_MIN, err) < 0 ||
	    ses_watch_open(&l->watch, ses_follow_seen, l, err) < 0 ||
	    ses_follow_watch(l->watch, l->f->q, err) < 0)
		return -1;
	for (i = 0; i < found->n; i++)
		if (ses_follow_add(l, &found->v[i], err) < 0)
			return -1;
	/* what came between the search and the watch */
	return ses_watch_since(l->watch, since - RACE_MS, err);
}

int
ses_follow_run(const struct ses_follow *f, struct ses_session_list *found,
    int64_t since, struct seshat_err *err)
{
	struct ses_follow_loop l = {
	    .f = f, .first = f->first, .rows = json_object()};
	int rc = -1;

	if (f->id != NULL && (l.id = ses_str_dup(f->id)) == NULL)
		ses_fail_nomem(err);
	else if (open_all(&l, found, since, err) == 0)
		rc = loop(&l, err);
	if (rc == 0)
		rc = ses_follow_end(&l, err);
	ses_workers_free(l.workers);
	ses_store_free(l.store);
	ses_watch_free(l.watch);
	if (rc == 0 && f->told->ended != NULL)
		f->told->ended(f->arg, &l.totals, l.n_followed);
	ses_followed_free(&l.table);
	json_decref(l.rows);
	free(l.id);
	return rc;
}
