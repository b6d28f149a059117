#include <stdlib.h>
#include <string.h>

#include "base/lock.h"
#include "base/mem.h"
#include "base/time.h"
#include "mirror/run.h"
#include "mirror/workers.h"
#include "vault/doc.h"
#include "vault/index.h"

#define TELL_MS 200

/* What is gathered while the workers work. */
struct gather {
	const struct ses_run *run;
	struct ses_run_totals totals;
	json_t *rows; /* for the indexes */
	int lost;     /* there was no room for a row */
	int64_t told;
	int down; /* the store fails */
};

int
ses_run_add_row(json_t *rows, const char *project, json_t *meta)
{
	struct ses_buf name = {0};
	json_t *of = json_object_get(rows, project);
	int rc = -1;

	if (of == NULL) {
		of = json_object();
		if (json_object_set_new(rows, project, of) < 0)
			return -1;
	}
	ses_buf_fmt(&name, "%s/%s", ses_doc_str(meta, "harness"),
	    ses_doc_str(meta, "id"));
	(void)ses_buf_cstr(&name);
	if (!name.bad)
		rc = json_object_set(of, name.data, meta);
	ses_buf_free(&name);
	return rc;
}

int
ses_run_add_result(json_t *rows, const struct ses_flush_result *r)
{
	return r->meta == NULL || r->project == NULL
		   ? 0
		   : ses_run_add_row(rows, r->project, r->meta);
}

void
ses_run_count(struct ses_run_totals *t, const struct ses_session *s,
    const struct ses_flush_result *r)
{
	t->mirrored += r->parts > 0 || r->companions > 0;
	if (r->removed && t->removed++ == 0)
		t->a_removed = s;
	if (r->rewritten && t->rewritten++ == 0)
		t->a_rewritten = s;
	if (r->lost && r->parts > 0 && t->lost++ == 0)
		t->a_lost = s;
	if (r->emptied && t->emptied++ == 0)
		t->an_emptied = s;
	t->companions += r->companions;
	t->left_out += r->left_out;
	t->new_bytes += r->new_bytes;
	t->stored_bytes += r->stored_bytes;
	t->redactions += r->redactions;
}

static void
add_result(struct gather *g, struct ses_job *job)
{
	struct ses_run_totals *t = &g->totals;
	const struct ses_run *run = g->run;
	uint64_t left = job->result.left_out;
	uint64_t i;
	int64_t now;

	ses_run_count(t, job->session, &job->result);
	t->done++;
	t->done_bytes += job->session->size;
	if (ses_run_add_result(g->rows, &job->result) < 0)
		g->lost = 1;
	if (job->rc < 0) {
		t->failed++;
		/* the others that were under way failed alike */
		if (run->failed != NULL && !(job->down && g->down))
			run->failed(run->arg, job->session, &job->err);
		g->down |= job->down;
	}
	if (job->rc < 0 || run->failed == NULL)
		left = 0;
	for (i = 0; i < left && i < SES_LEFT_TOLD; i++)
		run->failed(run->arg, job->session, &job->result.left_why[i]);
	now = ses_time_now();
	if (run->progress != NULL && now - g->told >= TELL_MS) {
		g->told = now;
		run->progress(run->arg, t);
	}
	ses_flush_result_free(&job->result);
}

static int
run_workers(struct gather *g, struct seshat_err *err)
{
	const struct ses_session_list *l = g->run->sessions;
	struct ses_workers *w = NULL;
	struct ses_job job;
	size_t next = 0;

	if (ses_workers_start(&w, g->run->opts,
		g->run->workers > 0 ? g->run->workers
				    : ses_workers_suit(g->run->opts, l->n),
		err) < 0)
		return -1;
	while ((next < l->n && !g->down) || ses_workers_busy(w) > 0) {
		job = (struct ses_job){.how = *g->run->how};
		job.session = next < l->n ? &l->v[next] : NULL;
		if (next < l->n && !g->down && ses_workers_give(w, &job)) {
			next++;
			continue;
		}
		ses_workers_wait(w, &job);
		add_result(g, &job);
	}
	g->totals.untried = l->n - next;
	ses_workers_free(w);
	return 0;
}

int
ses_run_index(
    const struct ses_mirror_opts *opts, json_t *rows, struct seshat_err *err)
{
	struct ses_mirror m;
	const char *project;
	const char *name;
	json_t **v;
	json_t *row;
	json_t *of;
	size_t n = 0;
	int rc;

	json_object_foreach(rows, project, of) n += json_object_size(of);
	if (n == 0)
		return 0;
	v = ses_calloc(n, sizeof(*v));
	if (v == NULL)
		return ses_fail_nomem(err);
	n = 0;
	json_object_foreach(rows, project, of)
	{
		json_object_foreach(of, name, row) v[n++] = row;
	}
	rc = ses_mirror_open(&m, opts, err);
	if (rc == 0) {
		rc = ses_lock_take(m.lock, "index", err);
		if (rc == 0)
			rc = ses_index_update(m.store, m.owner.id, v, n, err);
		ses_lock_drop(m.lock, "index");
		ses_mirror_free(&m);
	}
	free(v);
	return rc;
}

int
ses_run_mirror(
    const struct ses_run *run, struct ses_run_totals *t, struct seshat_err *err)
{
	struct gather g = {
	    .run = run, .rows = json_object(), .told = ses_time_now()};
	int rc = 0;

	if (run->sessions->n > 0)
		rc = run_workers(&g, err);
	*t = g.totals;
	/* of a store that is down it is told already */
	if (ses_run_index(run->opts, g.rows, err) < 0 && !g.down)
		rc = -1;
	if (rc == 0 && g.lost)
		rc = ses_fail_nomem(err);
	json_decref(g.rows);
	return rc;
}
