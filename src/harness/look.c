#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"
#include "base/str.h"
#include "harness/look.h"

#define MAX_THREADS 4
#define PER_THREAD  128U /* fewer files are not worth a thread */

void
ses_look_free(struct ses_look *x)
{
	free(x->path);
	free(x->parent);
	free(x->id);
	*x = (struct ses_look){0};
}

int
ses_look_take(struct ses_looks *l, struct ses_look *x, struct seshat_err *err)
{
	struct ses_look *v;

	v = ses_grow(l->v, l->n, &l->cap, sizeof(*v));
	if (v == NULL) {
		ses_look_free(x);
		return ses_fail_nomem(err);
	}
	l->v = v;
	l->v[l->n++] = *x;
	*x = (struct ses_look){0};
	return 0;
}

int
ses_look_add(struct ses_looks *l, const struct ses_folder *f, const char *name,
    const char *parent, int own, struct seshat_err *err)
{
	struct ses_look x = {.own = own};
	struct ses_buf path = {0};
	int rc = ses_folder_join(f, name, &path, err);

	if (rc < 0)
		goto out;
	x.path = ses_str_ndup(path.data, path.len);
	x.parent = parent == NULL ? NULL : ses_str_dup(parent);
	if (x.path == NULL || (parent != NULL && x.parent == NULL)) {
		ses_look_free(&x);
		rc = ses_fail_nomem(err);
		goto out;
	}
	rc = ses_look_take(l, &x, err);
out:
	ses_buf_free(&path);
	return rc;
}

void
ses_looks_keep(struct ses_looks *l, const char *id)
{
	size_t kept = 0;
	size_t i;

	for (i = 0; id != NULL && i < l->n; i++) {
		if (strcmp(l->v[i].id, id) == 0)
			l->v[kept++] = l->v[i];
		else
			ses_look_free(&l->v[i]);
	}
	if (id != NULL)
		l->n = kept;
}

void
ses_looks_free(struct ses_looks *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		ses_look_free(&l->v[i]);
	free(l->v);
	*l = (struct ses_looks){0};
}

/* What the threads share; the lock is for out and err. */
struct work {
	const struct ses_looks *l;
	int (*read)(const void *arg, struct ses_peek *p,
	    const struct ses_look *what, struct ses_session *out,
	    struct seshat_err *err);
	const void *arg;
	atomic_size_t next;
	atomic_int failed;
	pthread_mutex_t lock;
	struct ses_session_list *out;
	struct seshat_err *err;
};

/* 1 when x is to be listed. */
static int
look(struct work *w, struct ses_peek *p, const struct ses_look *what,
    struct ses_session *x, struct seshat_err *err)
{
	struct stat st;
	int rc = ses_peek_open(p, AT_FDCWD, what->path, &st, err);

	if (rc <= 0)
		return rc;
	ses_session_stat(x, &st);
	rc = ses_session_set(&x->path, what->path, strlen(what->path), err);
	if (rc == 0)
		rc = w->read(w->arg, p, what, x, err);
	ses_peek_close(p);
	return rc;
}

static void *
work(void *arg)
{
	struct work *w = arg;
	struct ses_peek p = {.fd = -1};
	struct ses_session x = {0};
	struct seshat_err why = SESHAT_ERR_INIT;
	size_t i;
	int rc;

	while (!atomic_load(&w->failed) &&
	       (i = atomic_fetch_add(&w->next, 1)) < w->l->n) {
		rc = look(w, &p, &w->l->v[i], &x, &why);
		if (rc != 0) {
			(void)pthread_mutex_lock(&w->lock);
			if (rc > 0)
				rc = ses_session_add(w->out, &x, w->err);
			else
				rc = ses_session_unreadable(
				    w->out, w->l->v[i].path, &why, w->err);
			(void)pthread_mutex_unlock(&w->lock);
		}
		if (rc < 0)
			atomic_store(&w->failed, 1);
		ses_session_free(&x);
	}
	ses_peek_free(&p);
	return NULL;
}

int
ses_look_all(const struct ses_looks *l,
    int (*read)(const void *arg, struct ses_peek *p,
	const struct ses_look *what, struct ses_session *out,
	struct seshat_err *err),
    const void *arg, struct ses_session_list *out, struct seshat_err *err)
{
	struct work w = {
	    .l = l, .read = read, .arg = arg, .out = out, .err = err};

	(void)pthread_mutex_init(&w.lock, NULL);
	ses_pool_run(ses_pool_size(l->n, PER_THREAD, MAX_THREADS), work, &w);
	(void)pthread_mutex_destroy(&w.lock);
	return atomic_load(&w.failed) ? -1 : 0;
}

/* What is gathered while the lines pass by. */
struct gather {
	struct ses_session *out;
	const char *wanted; /* the only cwd of interest, or NULL */
	int (*take)(struct ses_session *out, const struct ses_json *object,
	    struct seshat_err *err);
	struct seshat_err err;
	int failed;
};

static int
on_head(void *arg, const struct ses_json *object)
{
	struct gather *g = arg;
	const char *cwd;

	if (g->take(g->out, object, &g->err) < 0) {
		g->failed = 1;
		return 1;
	}
	cwd = g->out->cwd;
	if (g->wanted != NULL && cwd != NULL && strcmp(g->wanted, cwd) != 0)
		return 1; /* nobody will want its title */
	return cwd != NULL && g->out->title != NULL;
}

int
ses_look_head(const struct ses_discover *q, struct ses_peek *p,
    const struct ses_look *what,
    int (*take)(struct ses_session *out, const struct ses_json *object,
	struct seshat_err *err),
    struct ses_session *out, struct seshat_err *err)
{
	struct gather g = {.out = out, .wanted = q->cwd, .take = take};

	if (ses_session_set(&out->id, what->id, strlen(what->id), err) < 0 ||
	    ses_peek_head(p, on_head, &g, err) < 0)
		return -1;
	if (g.failed) {
		*err = g.err;
		return -1;
	}
	return q->cwd == NULL ||
	       (out->cwd != NULL && strcmp(out->cwd, q->cwd) == 0);
}

int
ses_look_one(const struct ses_look *what,
    int (*read)(const void *arg, struct ses_peek *p,
	const struct ses_look *what, struct ses_session *out,
	struct seshat_err *err),
    const void *arg, struct ses_session *out, struct seshat_err *err)
{
	struct ses_session x = {0};
	struct ses_peek p = {.fd = -1};
	struct stat st;
	int rc = -1;

	if (ses_peek_path(&p, what->path, &st, err) < 0)
		goto out;
	ses_session_stat(&x, &st);
	rc = ses_session_set(&x.path, what->path, strlen(what->path), err);
	if (rc == 0)
		rc = read(arg, &p, what, &x, err);
	ses_peek_close(&p);
	if (rc == 0)
		rc = ses_fail(
		    err, SESHAT_ENOTFOUND, "%s: no session", what->path);
	if (rc > 0) {
		*out = x;
		x = (struct ses_session){0};
		rc = 0;
	}
out:
	ses_session_free(&x);
	ses_peek_free(&p);
	return rc;
}

int
ses_look_path(const char *path, const char *id,
    int (*read)(const void *arg, struct ses_peek *p,
	const struct ses_look *what, struct ses_session *out,
	struct seshat_err *err),
    const void *arg, struct ses_session *out, struct seshat_err *err)
{
	struct ses_look what = {.path = ses_str_dup(path),
	    .id = id == NULL ? NULL : ses_str_dup(id)};
	int rc;

	if (what.path == NULL || (id != NULL && what.id == NULL))
		rc = ses_fail_nomem(err);
	else
		rc = ses_look_one(&what, read, arg, out, err);
	ses_look_free(&what);
	return rc;
}
