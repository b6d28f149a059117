/* How often a session is read for an audit. */
#include <string.h>

#include "mirror/auditing.h"
#include "mirror/spool.h"

static int
pass(struct ses_auditing *a, const struct ses_where *w,
    const struct ses_audit_how *how, struct seshat_err *err)
{
	struct ses_rework k = {.take_over = how->take_over};

	memset(a->r, 0, sizeof(*a->r));
	a->how = how;
	a->grew = 0;
	return how->fix ? ses_rework(&k, a->m, w, ses_audit_work, a, err)
			: ses_rework_look(&k, a->m, w, ses_audit_work, a, err);
}

static void
no_hit(void *arg, const struct ses_audit_hit *h)
{
	(void)arg;
	(void)h;
}

static void
no_problem(void *arg, const char *stream, const char *part, const char *what)
{
	(void)arg;
	(void)stream;
	(void)part;
	(void)what;
}

/* What is named late may have been said before.  So what holds anything is read
 * once more, by what the first pass met; only then it is told. */
static int
look(struct ses_auditing *a, const struct ses_where *w,
    const struct ses_audit_how *how, struct seshat_err *err)
{
	struct ses_audit_how quiet = *how;
	struct ses_buf name = {0};
	json_t *index = json_object();
	int rc = -1;

	/* a pass scrubs the rows that it is given */
	ses_buf_fmt(&name, "%s/%s", w->harness, w->id);
	(void)ses_buf_cstr(&name);
	if (ses_buf_check(&name, err) == 0) {
		(void)json_object_set_new(index, name.data,
		    json_deep_copy(json_object_get(how->index, name.data)));
		quiet.index = index;
		quiet.hit = no_hit;
		quiet.problem = no_problem;
		rc = pass(a, w, &quiet, err);
	}
	json_decref(index);
	ses_buf_free(&name);
	if (rc < 0)
		return -1;
	if (a->r->hits == 0 && a->r->left == 0 && a->r->unread == 0)
		return 0;
	return pass(a, w, how, err);
}

/* The same; what the first pass fixed is gone in the second, and what it could
 * not fix it has told. */
static int
fix(struct ses_auditing *a, const struct ses_where *w,
    const struct ses_audit_how *how, struct seshat_err *err)
{
	struct ses_audit_result first;
	size_t i;
	int rc = pass(a, w, how, err);

	if (rc < 0 || !a->grew || a->r->left > 0)
		return rc;
	first = *a->r;
	a->is_last = 1;
	rc = pass(a, w, how, err);
	for (i = 0; i < SES_REDACT_MAX_RULES; i++)
		a->r->found.n[i] += first.found.n[i];
	a->r->hits += first.hits;
	a->r->rewritten += first.rewritten;
	a->r->deleted += first.deleted;
	a->r->raw |= first.raw;
	return rc;
}

int
ses_mirror_audit(struct ses_mirror *m, const struct ses_where *w,
    const struct ses_audit_how *how, struct ses_audit_result *r,
    struct seshat_err *err)
{
	struct ses_auditing a = {.m = m, .r = r};
	int rc = how->fix ? fix(&a, w, how, err) : look(&a, w, how, err);

	ses_known_free(a.known);
	ses_buf_free(&a.text);
	ses_buf_free(&a.clean);
	ses_buf_free(&a.object);
	return rc;
}

void
ses_audit_finish(struct ses_mirror *m, const json_t *seen)
{
	ses_spool_prune_all(m, seen);
}
