#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/lock.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/time.h"
#include "mirror/run.h"
#include "vault/index.h"

#define TELL_MS 200

struct shared {
	const struct ses_run *run;
	pthread_mutex_t lock; /* of all below */
	size_t next;
	struct ses_run_totals totals;
	json_t *rows; /* project: array of index rows */
	int lost;     /* there was no room for a row */
	int stopped;  /* a worker could not even start */
	struct seshat_err err;
	int64_t told;
};

int
ses_run_add_row(json_t *rows, const struct ses_flush_result *r)
{
	json_t *of;

	if (r->meta == NULL || r->project == NULL)
		return 0;
	of = json_object_get(rows, r->project);
	if (of == NULL) {
		of = json_array();
		if (json_object_set_new(rows, r->project, of) < 0)
			return -1;
	}
	return json_array_append(of, r->meta);
}

static void
add_result(struct shared *sh, const struct ses_session *s,
    const struct ses_flush_result *r, const struct seshat_err *why)
{
	struct ses_run_totals *t = &sh->totals;
	const struct ses_run *run = sh->run;
	int64_t now;

	t->done++;
	t->mirrored += r->parts > 0;
	if (r->removed && t->removed++ == 0)
		t->a_removed = s;
	if (r->rewritten && t->rewritten++ == 0)
		t->a_rewritten = s;
	if (r->lost && t->lost++ == 0)
		t->a_lost = s;
	if (r->emptied && t->emptied++ == 0)
		t->an_emptied = s;
	t->new_bytes += r->new_bytes;
	t->stored_bytes += r->stored_bytes;
	t->redactions += r->redactions;
	if (ses_run_add_row(sh->rows, r) < 0)
		sh->lost = 1;
	if (why != NULL) {
		t->failed++;
		if (run->failed != NULL)
			run->failed(run->arg, s, why);
	}
	now = ses_time_now();
	if (run->progress != NULL && now - sh->told >= TELL_MS) {
		sh->told = now;
		run->progress(run->arg, t);
	}
}

static void *
work(void *arg)
{
	struct shared *sh = arg;
	const struct ses_session *s;
	struct ses_flush_result r;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_mirror m;
	int rc;

	if (ses_mirror_open(&m, sh->run->opts, &err) < 0) {
		(void)pthread_mutex_lock(&sh->lock);
		sh->stopped = 1;
		sh->err = err;
		(void)pthread_mutex_unlock(&sh->lock);
		return NULL;
	}
	(void)pthread_mutex_lock(&sh->lock);
	while (!sh->stopped && sh->next < sh->run->sessions->n) {
		s = &sh->run->sessions->v[sh->next++];
		(void)pthread_mutex_unlock(&sh->lock);
		rc = ses_mirror_flush(&m, s, sh->run->how, &r, &err);
		(void)pthread_mutex_lock(&sh->lock);
		add_result(sh, s, &r, rc < 0 ? &err : NULL);
		ses_flush_result_free(&r);
	}
	(void)pthread_mutex_unlock(&sh->lock);
	ses_mirror_free(&m);
	return NULL;
}

static unsigned
count_workers(const struct ses_run *run)
{
	unsigned n = ses_pool_size(run->sessions->n, 1, SES_POOL_MAX);

	if (run->workers == 0)
		return n;
	return run->workers < SES_POOL_MAX ? run->workers : SES_POOL_MAX;
}

/* One project's rows into our index of it. */
static int
update_index(struct ses_mirror *m, const char *project, const json_t *rows,
    struct seshat_err *err)
{
	size_t n = json_array_size(rows);
	json_t **v = ses_calloc(n, sizeof(*v));
	size_t i;
	int rc;

	if (v == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < n; i++)
		v[i] = json_array_get(rows, i);
	rc = ses_lock_take(m->lock, "index", err);
	if (rc == 0)
		rc =
		    ses_index_update(m->store, project, m->owner.id, v, n, err);
	ses_lock_drop(m->lock, "index");
	free(v);
	return rc;
}

int
ses_run_index(
    const struct ses_mirror_opts *opts, json_t *rows, struct seshat_err *err)
{
	struct ses_mirror m;
	const char *project;
	json_t *of;
	int rc = 0;

	if (json_object_size(rows) == 0)
		return 0;
	if (ses_mirror_open(&m, opts, err) < 0)
		return -1;
	json_object_foreach(rows, project, of) if (rc == 0) rc =
	    update_index(&m, project, of, err);
	ses_mirror_free(&m);
	return rc;
}

int
ses_run_mirror(
    const struct ses_run *run, struct ses_run_totals *t, struct seshat_err *err)
{
	struct shared sh = {
	    .run = run, .rows = json_object(), .told = ses_time_now()};
	int rc = 0;

	(void)pthread_mutex_init(&sh.lock, NULL);
	if (run->sessions->n > 0)
		ses_pool_run(count_workers(run), work, &sh);
	*t = sh.totals;
	if (sh.stopped) {
		*err = sh.err;
		rc = -1;
	}
	if (ses_run_index(run->opts, sh.rows, err) < 0)
		rc = -1;
	if (rc == 0 && sh.lost)
		rc = ses_fail_nomem(err);
	json_decref(sh.rows);
	(void)pthread_mutex_destroy(&sh.lock);
	return rc;
}
