#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "share/discover.h"

/* erk's: so many sessions of the project stand in for unknown ones, none of
 * them shorter. */
#define LOCAL_MOST  10
#define LOCAL_LEAST 1024

static void
place_free(struct ses_plan_place *p)
{
	free(p->session_id);
	free(p->run_id);
	free(p->path);
	free(p->gist_url);
}

void
ses_plan_sessions_free(struct ses_plan_sessions *s)
{
	size_t i;

	ses_id_list_free(&s->implementation);
	ses_id_list_free(&s->learn);
	ses_id_list_free(&s->readable);
	ses_id_list_free(&s->paths);
	ses_id_list_free(&s->local);
	for (i = 0; i < s->n_places; i++)
		place_free(&s->places[i]);
	free(s->places);
	*s = (struct ses_plan_sessions){0};
}

uint64_t
ses_share_issue_of_branch(const char *branch)
{
	size_t n;
	uint64_t number;

	branch += branch[0] == 'P' || branch[0] == 'p';
	n = strspn(branch, "0123456789");
	if (n == 0 || branch[n] != '-' || ses_str_u64n(branch, n, &number) < 0)
		return 0;
	return number;
}

static int
copy(char **to, const char *text, struct seshat_err *err)
{
	if (text == NULL)
		return 0;
	*to = ses_str_dup(text);
	return *to == NULL ? ses_fail_nomem(err) : 0;
}

/* A place is listed once. */
static int
is_listed(const struct ses_plan_sessions *s, const struct ses_plan_place *p)
{
	const struct ses_plan_place *q;
	size_t i;

	for (i = 0; i < s->n_places; i++) {
		q = &s->places[i];
		if (q->kind == p->kind &&
		    strcmp(q->session_id, p->session_id) == 0 &&
		    (p->path == NULL ||
			(q->path != NULL && strcmp(q->path, p->path) == 0)))
			return 1;
	}
	return 0;
}

/* Copy a place into the list; p borrows its texts. */
static int
add_place(struct ses_plan_sessions *s, const struct ses_plan_place *p,
    struct seshat_err *err)
{
	struct ses_plan_place to = {.kind = p->kind};
	struct ses_plan_place *more;

	if (p->session_id == NULL || is_listed(s, p))
		return 0;
	if (copy(&to.session_id, p->session_id, err) < 0 ||
	    copy(&to.run_id, p->run_id, err) < 0 ||
	    copy(&to.path, p->path, err) < 0 ||
	    copy(&to.gist_url, p->gist_url, err) < 0)
		goto fail;
	more = ses_realloc(s->places, (s->n_places + 1) * sizeof(*s->places));
	if (more == NULL) {
		ses_fail_nomem(err);
		goto fail;
	}
	s->places = more;
	s->places[s->n_places++] = to;
	return 0;
fail:
	place_free(&to);
	return -1;
}

/* The session of an id, if it is here: newest first.  is_named: by erk, who
 * calls it readable then. */
static int
look_here(struct ses_plan_sessions *s, const struct ses_discover *where,
    const char *id, int is_named, struct seshat_err *err)
{
	struct ses_discover q = *where;
	struct ses_session_list l = {0};
	int rc;

	if (id == NULL)
		return 0;
	q.id = id;
	rc = ses_discover(&q, &l, err);
	if (rc == 0 && l.n > 0) {
		if (is_named)
			rc = ses_id_list_add(&s->readable, id, err);
		if (rc == 0)
			rc = ses_id_list_add(&s->paths, l.v[0].path, err);
		if (rc == 0)
			rc = add_place(s,
			    &(struct ses_plan_place){.kind = SES_PLACE_LOCAL,
				.session_id = l.v[0].id,
				.path = l.v[0].path},
			    err);
	}
	ses_session_list_free(&l);
	return rc;
}

static int
look_for_all(struct ses_plan_sessions *s, const struct ses_discover *where,
    const struct ses_id_list *ids, struct seshat_err *err)
{
	size_t i;

	for (i = 0; i < ids->n; i++)
		if (look_here(s, where, ids->v[i], 1, err) < 0)
			return -1;
	return 0;
}

/* None of the plan's is here: the newest of the project may be them. */
static int
stand_in(struct ses_plan_sessions *s, const struct ses_discover *where,
    const char *cwd, struct seshat_err *err)
{
	struct ses_discover q = *where;
	struct ses_session_list l = {0};
	size_t i;
	int rc;

	q.cwd = cwd;
	rc = ses_discover(&q, &l, err);
	for (i = 0; rc == 0 && i < l.n && s->local.n < LOCAL_MOST; i++) {
		if (l.v[i].parent != NULL || l.v[i].size < LOCAL_LEAST)
			continue;
		rc = ses_id_list_add(&s->local, l.v[i].id, err);
		if (rc == 0)
			rc = ses_id_list_add(&s->paths, l.v[i].path, err);
		if (rc == 0)
			rc = add_place(s,
			    &(struct ses_plan_place){.kind = SES_PLACE_LOCAL,
				.session_id = l.v[i].id,
				.path = l.v[i].path},
			    err);
	}
	ses_session_list_free(&l);
	return rc;
}

/* What was shared: every session once, by its latest record; then what only
 * the header tells of. */
static int
add_shared(const struct ses_share_plan *p, struct ses_plan_sessions *s,
    struct seshat_err *err)
{
	struct ses_plan_place gist = {.kind = SES_PLACE_GIST};
	struct ses_plan_place old = {.kind = SES_PLACE_ARTIFACT};
	const struct ses_share_record *r;
	const char *url = ses_share_plan_text(p, "last_session_gist_url");
	const char *id = ses_share_plan_text(p, "last_session_id");
	const char *run = ses_share_plan_text(p, "last_remote_impl_run_id");
	const char *remote =
	    ses_share_plan_text(p, "last_remote_impl_session_id");
	size_t i;

	for (i = 0; i < p->n_records; i++) {
		r = ses_share_plan_record(p, p->records[i].session_id);
		gist.session_id = r->session_id;
		gist.gist_url = r->gist_url;
		if (add_place(s, &gist, err) < 0)
			return -1;
	}
	/* borrowed, and only read */
	if (url != NULL && id != NULL) {
		gist.session_id = (char *)(uintptr_t)id;
		gist.gist_url = (char *)(uintptr_t)url;
		if (add_place(s, &gist, err) < 0)
			return -1;
	}
	if (run == NULL || remote == NULL)
		return 0;
	old.session_id = (char *)(uintptr_t)remote;
	old.run_id = (char *)(uintptr_t)run;
	return add_place(s, &old, err);
}

static int
discover(const struct ses_share_plan *p, const struct ses_discover *where,
    const char *cwd, struct ses_plan_sessions *out, struct seshat_err *err)
{
	size_t i;

	if (ses_id_list_add(&out->implementation,
		ses_share_plan_text(p, "last_local_impl_session"), err) < 0 ||
	    ses_id_list_add(&out->learn,
		ses_share_plan_text(p, "last_learn_session"), err) < 0)
		return -1;
	for (i = 0; i < p->impl.n; i++)
		if (ses_id_list_add(&out->implementation, p->impl.v[i], err) <
		    0)
			return -1;
	for (i = 0; i < p->learn.n; i++)
		if (ses_id_list_add(&out->learn, p->learn.v[i], err) < 0)
			return -1;
	if (look_here(out, where,
		ses_share_plan_text(p, "created_from_session"), 1, err) < 0 ||
	    look_for_all(out, where, &out->implementation, err) < 0 ||
	    look_for_all(out, where, &out->learn, err) < 0)
		return -1;
	for (i = 0; i < p->n_records; i++)
		if (look_here(out, where, p->records[i].session_id, 0, err) < 0)
			return -1;
	if (out->n_places == 0 && stand_in(out, where, cwd, err) < 0)
		return -1;
	return add_shared(p, out, err);
}

int
ses_share_discover(const struct ses_share_plan *p,
    const struct ses_discover *where, const char *cwd,
    struct ses_plan_sessions *out, struct seshat_err *err)
{
	*out = (struct ses_plan_sessions){0};
	if (discover(p, where, cwd, out, err) == 0)
		return 0;
	ses_plan_sessions_free(out);
	return -1;
}
