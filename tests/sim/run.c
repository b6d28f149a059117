/* The program, each run of it in a process that may be killed. */
#include <sys/wait.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mirror/repair.h"
#include "sim/sim.h"

void
sim_owner(const struct sim *s, int machine, struct ses_owner *o)
{
	memset(o->id, 'a' + (s->owners > 1 ? machine : 0), SES_OWNER_ID - 1);
	o->id[SES_OWNER_ID - 1] = '\0';
	(void)snprintf(o->host, sizeof(o->host), "machine-%d", machine);
}

static void
on_problem(void *arg, const struct ses_stream *st, const struct ses_entry *e,
    const char *what)
{
	int *bad = arg;

	(void)st;
	(void)e;
	(void)what;
	*bad = 1;
}

/* As the command "verify --repair" does it. */
static int
repair(struct ses_mirror *m, const struct ses_session *session,
    struct ses_flush_result *r, struct sim_outcome *out, struct seshat_err *err)
{
	struct ses_where w = {"demo", session->harness->name, session->id};
	const char *ids[96];
	struct ses_streams l = {0};
	struct ses_streams one;
	struct ses_verify v = {.problem = on_problem};
	int same;
	int bad;
	size_t n = 0;
	size_t n_bad = 0;
	size_t i;
	int rc = -1;

	if (ses_streams_load(m->store, &w, &l, err) < 0)
		return -1;
	for (i = 0; i < l.n && n < 96; i++) {
		bad = 0;
		v.arg = &bad;
		one = (struct ses_streams){.v = &l.v[i], .n = 1};
		if (ses_streams_verify(m->store, &w, &one, &v, err) < 0)
			goto out;
		if (!bad)
			continue;
		n_bad++;
		same =
		    ses_source_verify(m->store, &w, session, &l.v[i], &v, err);
		if (same < 0)
			goto out;
		if (same > 0)
			ids[n++] = l.v[i].id;
	}
	if ((n > 0 || l.n == 0) &&
	    ses_mirror_repair(m, session, ids, n, r, err) < 0)
		goto out;
	out->whole = n == n_bad;
	rc = 0;
out:
	ses_streams_free(&l);
	return rc;
}

static int
compact(struct ses_mirror *m, const struct sim_run *r,
    struct ses_flush_result *flushed, struct seshat_err *err)
{
	const struct ses_where w = {"demo", "claude-code", SIM_SESSION};
	const struct ses_compact_how how = {
	    .keep_tail = r->archive ? 0 : r->points.seed % 4,
	    .take_over = r->compact > 1,
	    .archive = r->archive};
	struct ses_compact_result res;
	int rc = ses_mirror_compact(m, &w, &how, &res, err);

	flushed->new_bytes = res.moved;
	r->out->made = res.made;
	return rc;
}

static void
live(struct sim *s, struct sim_run *r)
{
	static const struct ses_harness_ops harness = {.name = "claude-code"};
	static char id[] = SIM_SESSION;
	static char cwd[] = "/nowhere/demo";
	struct ses_session session = {
	    .harness = &harness, .id = id, .path = s->src.path, .cwd = cwd};
	const struct ses_mirror_opts opts = {
	    .store = s->url, .no_redact = !s->redacts, .merge_fan = s->fan};
	const struct ses_flush_how how = {.end = r->end};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_flush_result res = {0};
	struct ses_mirror m;
	char state[96];
	int rc;

	(void)snprintf(state, sizeof(state), "%s/state-%d", s->dir, r->machine);
	(void)setenv("XDG_STATE_HOME", state, 1);
	(void)setenv("HOME", s->dir, 1);
	points_start(&r->points);
	rc = ses_mirror_open(&m, &opts, &err);
	if (rc == 0) {
		m.redact = s->redact;
		sim_owner(s, r->machine, &m.owner);
		rc = r->repair ? repair(&m, &session, &res, r->out, &err)
		     : r->compact
			 ? compact(&m, r, &res, &err)
			 : ses_mirror_flush(&m, &session, &how, &res, &err);
		r->out->opened = res.opened;
		r->out->rewritten = res.rewritten;
		r->out->new_bytes = res.new_bytes;
		ses_flush_result_free(&res);
		m.redact = NULL;
		ses_mirror_free(&m);
	}
	r->out->points = points_stop();
	r->out->rc = rc;
	r->out->code = rc < 0 ? err.code : 0;
	memcpy(r->out->msg, err.msg, sizeof(err.msg));
	r->out->done = 1;
}

void
sim_run_start(struct sim *s, struct sim_run *r)
{
	int to_us[2];
	int to_it[2];

	*r->out = (struct sim_outcome){0};
	if (pipe(to_us) < 0 || pipe(to_it) < 0)
		sim_fail(s, "pipe: %s", strerror(errno));
	r->points.seed = points_random(&s->chance);
	r->points.now = s->now;
	r->pid = fork();
	if (r->pid < 0)
		sim_fail(s, "fork: %s", strerror(errno));
	if (r->pid == 0) {
		close(to_us[0]);
		close(to_it[1]);
		r->points.tell = to_us[1];
		r->points.hear = to_it[0];
		(void)alarm(120);
		live(s, r);
		_exit(0);
	}
	close(to_us[1]);
	close(to_it[0]);
	r->hear = to_us[0];
	r->tell = to_it[1];
}

int
sim_run_hear(struct sim_run *r)
{
	char word = 0;

	return read(r->hear, &word, 1) == 1 ? word : 0;
}

void
sim_run_tell(struct sim_run *r, int word)
{
	char c = (char)word;

	if (write(r->tell, &c, 1) != 1)
		_exit(3);
}

int
sim_run_wait(struct sim *s, struct sim_run *r)
{
	int status;

	while (waitpid(r->pid, &status, 0) < 0)
		if (errno != EINTR)
			sim_fail(s, "wait: %s", strerror(errno));
	close(r->hear);
	close(r->tell);
	if (WIFSIGNALED(status))
		sim_fail(s, "the program died by signal %d (%s)",
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status) == POINTS_DIED)
		return 1;
	if (WEXITSTATUS(status) != 0 || !r->out->done)
		sim_fail(
		    s, "the program ended with status %d", WEXITSTATUS(status));
	return 0;
}
