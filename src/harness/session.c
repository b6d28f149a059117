#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "harness/session.h"

#define MAX_ID 200

void
ses_session_free(struct ses_session *s)
{
	if (s == NULL)
		return;
	free(s->id);
	free(s->parent);
	free(s->path);
	free(s->cwd);
	free(s->title);
	free(s->agent);
	free(s->key);
	*s = (struct ses_session){0};
}

uint64_t
ses_session_list_bytes(const struct ses_session_list *l)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < l->n; i++)
		n += l->v[i].size;
	return n;
}

void
ses_session_list_free(struct ses_session_list *l)
{
	size_t i;

	if (l == NULL)
		return;
	for (i = 0; i < l->n; i++)
		ses_session_free(&l->v[i]);
	for (i = 0; i < l->n_unread; i++) {
		free(l->unread[i].path);
		free(l->unread[i].why);
	}
	free(l->v);
	free(l->unread);
	*l = (struct ses_session_list){0};
}

void
ses_retention_free(struct ses_retention *r)
{
	ses_buf_free(&r->place);
}

int
ses_session_add(
    struct ses_session_list *l, struct ses_session *s, struct seshat_err *err)
{
	struct ses_session *v;

	v = ses_grow(l->v, l->n, &l->cap, sizeof(*v));
	if (v == NULL) {
		ses_session_free(s);
		return ses_fail_nomem(err);
	}
	l->v = v;
	l->v[l->n++] = *s;
	*s = (struct ses_session){0};
	return 0;
}

/* Keep it by name, too. */
static int
add_unread(struct ses_session_list *l, const char *path,
    const struct seshat_err *why, struct seshat_err *err)
{
	struct ses_unread *u = l->unread;

	if (l->n_unread == SES_UNREAD_MAX)
		return 0;
	if (u == NULL)
		u = ses_calloc(SES_UNREAD_MAX, sizeof(*u));
	if (u == NULL)
		return ses_fail_nomem(err);
	l->unread = u;
	u += l->n_unread++;
	u->path = ses_str_dup(path);
	u->why = ses_str_dup(why->msg);
	u->code = why->code;
	return u->path == NULL || u->why == NULL ? ses_fail_nomem(err) : 0;
}

int
ses_session_unreadable(struct ses_session_list *l, const char *path,
    const struct seshat_err *why, struct seshat_err *err)
{
	if (why->code == SESHAT_ENOMEM) {
		*err = *why;
		return -1;
	}
	if (l->unreadable++ == 0)
		(void)snprintf(l->unreadable_why, sizeof(l->unreadable_why),
		    "%.300s: %.200s", path, why->msg);
	return add_unread(l, path, why, err);
}

void
ses_session_stat(struct ses_session *s, const struct stat *st)
{
	s->size = (uint64_t)st->st_size;
	s->end = s->size;
	s->mtime =
	    (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
	s->dev = (uint64_t)st->st_dev;
	s->ino = (uint64_t)st->st_ino;
}

int
ses_session_id_ok(const char *id, size_t len)
{
	uint32_t c = 0;
	size_t n;

	if (len == 0 || len > MAX_ID || id[0] == '.')
		return 0;
	for (; len > 0; id += n, len -= n) {
		n = ses_utf8_next(id, len, &c);
		if (n == 0 || c < 0x20 || (c >= 0x7f && c < 0xa0))
			return 0;
	}
	return 1;
}

int
ses_session_set(char **to, const char *text, size_t len, struct seshat_err *err)
{
	char *copy = ses_str_ndup(text, len);

	if (copy == NULL)
		return ses_fail_nomem(err);
	free(*to);
	*to = copy;
	return 0;
}

static int
by_id(const void *a, const void *b)
{
	const struct ses_session *x = a;
	const struct ses_session *y = b;

	return strcmp(x->id, y->id);
}

void
ses_session_keep_families(
    struct ses_session_list *l, size_t from, const char *cwd)
{
	struct ses_session *v;
	struct ses_session key = {0};
	size_t n = l->n - from;
	size_t kept = 0;
	size_t i;

	if (n == 0)
		return;
	v = l->v + from;
	qsort(v, n, sizeof(*v), by_id);
	do { /* again while some went: they may have been parents */
		n = l->n - from;
		for (i = 0, kept = 0; i < n; i++) {
			key.id = v[i].parent;
			if (key.id != NULL &&
			    (v[i].cwd == NULL || strcmp(v[i].cwd, cwd) != 0) &&
			    bsearch(&key, v, kept, sizeof(*v), by_id) == NULL &&
			    bsearch(&key, v + i, n - i, sizeof(*v), by_id) ==
				NULL) {
				ses_session_free(&v[i]);
				continue;
			}
			if (kept != i) {
				v[kept] = v[i];
				v[i] = (struct ses_session){0};
			}
			kept++;
		}
		l->n = from + kept;
	} while (kept < n);
}
