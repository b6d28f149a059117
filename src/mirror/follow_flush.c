/* What becomes of the flushes of a follow. */
#include <unistd.h>

#include "base/rand.h"
#include "base/time.h"
#include "mirror/follow_loop.h"
#include "vault/doc.h"
#include "vault/pin.h"

#define RETRY_LAST INT64_C(300000)
#define SHRUNK_MS  INT64_C(61000)   /* a network may be late, flush.c says */
#define HELD_MS    INT64_C(60000)   /* agents may die in a sentence */
#define LAG_MS     INT64_C(30000)   /* longer than this is told */
#define INDEX_MS   INT64_C(3600000) /* of a store that costs requests */
#define INDEX_NEAR INT64_C(60000)
#define REST_MS    INT64_C(10000)
#define TELL_MS    200
#define HOLD_MS    INT64_C(500)
/* Of a document, in intervals: so long nothing happens to it, or so long
 * something does. */
#define SETTLE      6
#define SETTLE_MOST 60

/* When it is to be flushed.  A document that is written anew again and again
 * would be stored as often: it is waited for until nothing happens to it, but
 * not for ever. */
static int64_t
due_of(
    const struct ses_follow_loop *l, const struct ses_followed *e, int64_t now)
{
	int64_t due;

	if (e->began == 0)
		return now;
	if (!e->session.is_whole)
		return e->began + l->f->interval;
	due = e->wanted + SETTLE_MOST * l->f->interval;
	return due < now + SETTLE * l->f->interval
		   ? due
		   : now + SETTLE * l->f->interval;
}

void
ses_follow_want(struct ses_follow_loop *l, struct ses_followed *e)
{
	int64_t now = ses_time_steady();
	int64_t due;

	if (e->wanted == 0)
		e->wanted = now;
	due = due_of(l, e, now);
	if (e->running) {
		e->again = 1;
		return;
	}
	/* one that failed is tried again when its time has come; one that was
	 * found half unpacked waits only as long as nothing happens to it */
	if (e->place != 0 &&
	    (e->fails > 0 || (!e->session.is_whole && e->due <= due)))
		return;
	ses_followed_queue(&l->table, e, l->ending ? 0 : due);
}

/* Whether the follow stamps its end; of everything only on what it saw
 * grow. */
static int
ends(const struct ses_follow_loop *l, const struct ses_followed *e)
{
	return !e->stranger && (!l->f->everything || e->grew);
}

static struct ses_flush_how
how_of(const struct ses_follow_loop *l, const struct ses_followed *e)
{
	struct ses_flush_how how = {.min_bytes = l->f->min_bytes};

	if (!l->ending)
		return how;
	how.min_bytes = 0;
	if (ends(l, e))
		how.end = "interrupted";
	return how;
}

void
ses_follow_caught_up(struct ses_follow_loop *l, struct ses_followed *e)
{
	if (e->caught_up)
		return;
	e->caught_up = 1;
	l->to_catch_up--;
	l->totals.done++;
	l->totals.done_bytes += e->session.size;
}

/* It does not tell its folder yet: tried again soon, or with its first line. */
static void
hold(struct ses_follow_loop *l, struct ses_followed *e, int64_t now)
{
	int64_t ms = l->f->interval < HOLD_MS ? l->f->interval : HOLD_MS;

	ses_follow_caught_up(l, e); /* nobody waits for it */
	if (e->session.size > 0) {
		ses_followed_queue(&l->table, e, now + ms);
		return;
	}
	ses_followed_unqueue(&l->table, e);
	e->wanted = 0;
}

int
ses_follow_give(struct ses_follow_loop *l, int64_t now, struct seshat_err *err)
{
	struct ses_followed *e;
	struct ses_job job;

	while (l->table.n_queue > 0 && l->table.queue[0]->due <= now &&
	       ses_follow_store_may(l, now)) {
		e = l->table.queue[0];
		if (e->stranger) {
			if (ses_follow_consider_again(l, e, err) < 0)
				return -1;
			continue;
		}
		if (!ses_follow_refresh(l, e)) {
			hold(l, e, now);
			continue;
		}
		job = (struct ses_job){
		    .session = &e->session, .how = how_of(l, e), .tag = e};
		if (!ses_workers_give(l->workers, &job))
			return 0;
		ses_followed_unqueue(&l->table, e);
		e->running = 1;
		e->again = 0;
		e->began = now;
	}
	return 0;
}

/* Whether a failure of the store is one for this session alone: it has answered
 * others since. */
static int
is_its_own(const struct ses_follow_loop *l, const struct ses_followed *e)
{
	return e->fails > 0 && l->store_is.well_at > e->failed;
}

static void
failed(struct ses_follow_loop *l, struct ses_followed *e,
    const struct ses_job *job, int64_t now)
{
	int store = job->down && !is_its_own(l, e);

	e->fails++;
	e->failed = now;
	if (store) {
		ses_follow_store_failed(l, &job->err, now);
	} else if (e->told != SES_FOLLOW_FAILS) {
		ses_follow_tell(l, &e->session, SES_FOLLOW_FAILS, &job->err);
		e->told = SES_FOLLOW_FAILS;
	}
	if (l->ending)
		l->totals.failed++;
	else if (!e->gone) /* of the store it is known when it is asked */
		ses_followed_queue(&l->table, e,
		    store ? now
			  : now + ses_follow_retry_after(e->fails, RETRY_LAST));
}

static void
went_well(struct ses_follow_loop *l, struct ses_followed *e,
    const struct ses_job *job, int64_t now)
{
	const struct ses_flush_result *r = &job->result;
	enum ses_follow_state now_is =
	    r->left_out > 0 ? SES_FOLLOW_FAILS : SES_FOLLOW_WELL;
	uint64_t i;

	if (e->told != (int)now_is && r->left_out == 0)
		ses_follow_tell(l, &e->session, now_is, NULL);
	if (e->told != (int)now_is)
		for (i = 0; i < r->left_out && i < SES_LEFT_TOLD; i++)
			ses_follow_tell(
			    l, &e->session, now_is, &r->left_why[i]);
	e->fails = 0;
	e->told = (int)now_is;
	e->wanted = 0;
	e->grew |= r->parts > 0;
	if (e->gone)
		return;
	/* it grew only now: once more, with its end */
	if (l->ending && ends(l, e) && job->how.end == NULL)
		ses_followed_queue(&l->table, e, now);
	if (l->ending)
		return;
	if (e->again)
		ses_follow_want(l, e);
	else if (r->shrunk)
		ses_followed_queue(&l->table, e, now + SHRUNK_MS);
	else if (r->held)
		ses_followed_queue(&l->table, e, now + HELD_MS);
}

static void
count(struct ses_follow_loop *l, struct ses_followed *e,
    const struct ses_flush_result *r)
{
	struct ses_run_totals *t = &l->totals;
	size_t was = t->mirrored;

	ses_run_count(t, &e->session, r);
	/* sessions, not flushes */
	if (e->grew || r->parts == 0)
		t->mirrored = was;
	(void)ses_run_add_result(l->rows, r);
	if (r->parts > 0 && l->f->told->stored != NULL)
		l->f->told->stored(l->f->arg, &e->session, r);
}

static void
one_done(struct ses_follow_loop *l, struct ses_job *job, int64_t now)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_followed *e = job->tag;

	e->running = 0;
	if (job->asked && !job->down)
		ses_follow_store_well(l, e->began, now);
	count(l, e, &job->result);
	if (job->rc == 0)
		went_well(l, e, job, now);
	/* not something of the store */
	else if (job->err.code == SESHAT_ENOTFOUND &&
		 access(e->session.path, F_OK) < 0)
		(void)ses_follow_gone(l, e, &ignored);
	else
		failed(l, e, job, now);
	ses_follow_caught_up(l, e);
	ses_flush_result_free(&job->result);
	l->rest_at = now + REST_MS;
}

void
ses_follow_take(struct ses_follow_loop *l, int64_t now)
{
	struct ses_job job;

	while (ses_workers_take(l->workers, &job))
		one_done(l, &job, now);
	if (l->f->told->progress != NULL && !l->is_ready &&
	    now - l->progress_at >= TELL_MS) {
		l->progress_at = now;
		l->f->told->progress(l->f->arg, &l->totals, l->n_followed);
	}
}

/* Whether it waits for its folder, and not for us. */
static int
is_held(const struct ses_followed *e)
{
	return e->is_new && !e->grew && e->session.cwd == NULL;
}

void
ses_follow_tell_lags(struct ses_follow_loop *l, int64_t now)
{
	struct ses_followed *e;
	int64_t limit;
	size_t i;

	for (i = 0; i < l->table.n && !l->store_is.down; i++) {
		e = l->table.v[i];
		limit = LAG_MS + l->f->interval *
				     (e->session.is_whole ? SETTLE_MOST : 1);
		if (is_held(e) || !e->caught_up || e->told != SES_FOLLOW_WELL ||
		    e->wanted == 0 || now - e->wanted < limit)
			continue;
		e->told = SES_FOLLOW_LAGS;
		ses_follow_tell(l, &e->session, SES_FOLLOW_LAGS, NULL);
	}
}

/* What its user removed since it was stored is not to be listed again. */
static int
drop_removed(struct ses_follow_loop *l, struct seshat_err *err)
{
	const char *project;
	const char *name;
	struct ses_where w;
	json_t *of;
	json_t *row;
	void *next;
	int rc = 0;

	json_object_foreach(l->rows, project, of)
	{
		json_object_foreach_safe(of, next, name, row)
		{
			w = (struct ses_where){project,
			    ses_doc_str(row, "harness"),
			    ses_doc_str(row, "id")};
			if (rc >= 0)
				rc = ses_removed_get(l->store, &w, err);
			if (rc > 0)
				(void)json_object_del(of, name);
		}
	}
	return rc < 0 ? -1 : 0;
}

static void
index_failed(struct ses_follow_loop *l, int near, const struct seshat_err *why,
    int64_t now)
{
	l->index_at = now + INDEX_NEAR;
	if (!near && (why->code == SESHAT_ENET || why->code == SESHAT_EAUTH ||
			 why->code == SESHAT_ENOSTORE))
		ses_follow_store_failed(l, why, now);
	else if (!l->index_fails)
		ses_follow_tell(l, NULL, SES_FOLLOW_FAILS, why);
	l->index_fails = 1;
}

void
ses_follow_index(struct ses_follow_loop *l, int64_t now)
{
	int near = (ses_store_caps(l->store) & SES_STORE_LOCAL) != 0;
	int first = l->index_at == 0;
	struct seshat_err err = SESHAT_ERR_INIT;

	l->index_at = now + (near ? INDEX_NEAR : INDEX_MS);
	if (json_object_size(l->rows) == 0)
		return;
	/* at first all is new, and nothing was removed meanwhile */
	if ((!first && drop_removed(l, &err) < 0) ||
	    ses_run_index(l->f->opts, l->rows, &err) < 0) {
		index_failed(l, near, &err, now);
		return;
	}
	l->index_fails = 0;
	ses_follow_store_well(l, now, now);
	(void)json_object_clear(l->rows);
}

/* Of a session whose source is gone only the end can be stamped. */
static int
end_one(
    struct ses_mirror *m, const struct ses_session *s, struct seshat_err *err)
{
	struct ses_where w = {.harness = s->harness->name, .id = s->id};
	struct ses_buf project = {0};
	int rc = ses_pin_get(m->store, &w, &project, err);

	w.project = ses_buf_cstr(&project);
	if (rc == 0)
		rc = ses_buf_check(&project, err);
	if (rc == 0)
		rc = ses_mirror_end(m, &w, "source gone", err);
	ses_buf_free(&project);
	/* nothing was stored of it */
	return rc < 0 && err->code == SESHAT_ENOTFOUND ? 0 : rc;
}

static int
end_gone(struct ses_follow_loop *l, int64_t now, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	const struct ses_followed *e;
	struct ses_mirror m;
	size_t i;

	if (ses_mirror_open(&m, l->f->opts, err) < 0)
		return -1;
	for (i = 0; i < l->table.n; i++) {
		e = l->table.v[i];
		/* it may have another source by now */
		if (!e->gone || !ends(l, e) ||
		    ses_followed_with_id(
			&l->table, e->session.harness, e->session.id) != NULL)
			continue;
		if (l->store_is.given_up) {
			l->totals.untried++;
			continue;
		}
		if (end_one(&m, &e->session, &why) == 0)
			continue;
		l->totals.failed++;
		if (ses_store_is_down(m.store))
			ses_follow_store_failed(l, &why, now);
		else
			ses_follow_tell(l, &e->session, SES_FOLLOW_FAILS, &why);
	}
	ses_mirror_free(&m);
	return 0;
}

/* Wait for all that the workers have. */
static void
drain(struct ses_follow_loop *l, int64_t now)
{
	struct ses_job job;

	while (ses_workers_busy(l->workers) > 0) {
		ses_workers_wait(l->workers, &job);
		one_done(l, &job, now);
	}
}

int
ses_follow_end(struct ses_follow_loop *l, struct seshat_err *err)
{
	struct ses_followed *e;
	struct ses_job job;
	int64_t now = ses_time_steady();
	size_t i;

	drain(l, now);
	l->ending = 1;
	for (i = 0; i < l->table.n; i++) {
		e = l->table.v[i];
		if (!e->gone && (ends(l, e) || e->place != 0))
			ses_followed_queue(&l->table, e, now);
	}
	for (;;) {
		if (ses_follow_give(l, now, err) < 0)
			return -1;
		if (ses_workers_busy(l->workers) == 0)
			break;
		ses_workers_wait(l->workers, &job);
		one_done(l, &job, now);
	}
	l->totals.untried += l->table.n_queue;
	/* before the ends that end_gone stamps, which it writes itself */
	if (!l->store_is.given_up)
		ses_follow_index(l, now);
	return end_gone(l, now, err);
}
