#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "harness/harness.h"

void
ses_session_free(struct ses_session *s)
{
	free(s->id);
	free(s->parent);
	free(s->path);
	free(s->cwd);
	free(s->title);
	free(s->agent);
	*s = (struct ses_session){0};
}

void
ses_session_list_free(struct ses_session_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		ses_session_free(&l->v[i]);
	free(l->v);
	*l = (struct ses_session_list){0};
}

struct ses_session *
ses_session_list_add(struct ses_session_list *l)
{
	size_t cap = l->cap == 0 ? 64 : l->cap * 2;
	struct ses_session *v;

	if (l->n == l->cap) {
		v = ses_realloc(l->v, cap * sizeof(*v));
		if (v == NULL)
			return NULL;
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n] = (struct ses_session){0};
	return &l->v[l->n++];
}

void
ses_session_list_drop(struct ses_session_list *l)
{
	ses_session_free(&l->v[--l->n]);
}

void
ses_session_list_unreadable(
    struct ses_session_list *l, const struct seshat_err *why)
{
	if (l->unreadable++ == 0)
		(void)snprintf(l->unreadable_why, sizeof(l->unreadable_why),
		    "%s", why->msg);
}

int
ses_discover_wants(const struct ses_discover *q, const char *id)
{
	size_t len;

	if (q->id == NULL || strcmp(id, q->id) == 0)
		return 1;
	len = strlen(q->id);
	return q->family && strncmp(id, q->id, len) == 0 && id[len] == '.';
}

const struct ses_harness_ops *
ses_harness_named(const char *name)
{
	size_t i;

	for (i = 0; ses_harnesses[i] != NULL; i++)
		if (strcmp(ses_harnesses[i]->name, name) == 0)
			break;
	return ses_harnesses[i];
}

static int
by_time(const void *a, const void *b)
{
	const struct ses_session *x = a;
	const struct ses_session *y = b;

	if (x->mtime != y->mtime)
		return x->mtime < y->mtime ? 1 : -1;
	return strcmp(x->path, y->path);
}

/* Two roots may lead to one file: it is one session. */
static void
drop_doubles(struct ses_session_list *l)
{
	size_t kept = 0;
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (kept > 0 && strcmp(l->v[kept - 1].path, l->v[i].path) == 0)
			ses_session_free(&l->v[i]);
		else
			l->v[kept++] = l->v[i];
	}
	l->n = kept;
}

int
ses_discover(const struct ses_discover *q, struct ses_session_list *out,
    struct seshat_err *err)
{
	size_t i;

	for (i = 0; ses_harnesses[i] != NULL; i++)
		if ((q->harness == NULL || q->harness == ses_harnesses[i]) &&
		    ses_harnesses[i]->find(q, out, err) < 0)
			return ses_fail_in(err, "%s", ses_harnesses[i]->name);
	if (out->n > 0)
		qsort(out->v, out->n, sizeof(*out->v), by_time);
	drop_doubles(out);
	return 0;
}
