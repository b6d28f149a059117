/* Which sessions the files that change are, and which of them are wanted. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "harness/twin.h"
#include "mirror/follow_loop.h"

/* A search must not take more than this part of the time. */
#define SEARCH_SHARE 20
#define READ_MS      INT64_C(5000)  /* titles change that seldom */
#define HOLD_MS      INT64_C(60000) /* a folder is waited for that long */

static int
is_wanted_harness(const struct ses_discover *q, const struct ses_harness_ops *h)
{
	return q->harness == NULL || q->harness == h;
}

int
ses_follow_watch(
    struct ses_watch *w, const struct ses_discover *q, struct seshat_err *err)
{
	struct ses_watch_root root;
	struct ses_buf list = {0};
	const char *path;
	int tag;
	int rc = 0;

	for (tag = 0; rc == 0 && ses_harnesses[tag] != NULL; tag++) {
		if (!is_wanted_harness(q, ses_harnesses[tag]))
			continue;
		ses_buf_clear(&list);
		rc = ses_harnesses[tag]->roots(
		    ses_harnesses[tag], q, &list, err);
		for (path = list.data;
		     rc == 0 && path != NULL && path < list.data + list.len;
		     path += strlen(path) + 1) {
			root = (struct ses_watch_root){
			    path, tag, ses_harnesses[tag]};
			rc = ses_watch_add(w, &root, err);
		}
	}
	ses_buf_free(&list);
	return rc;
}

/* Of those that are wanted one may be the parent of s. */
static int
has_parent(const struct ses_follow_loop *l, const struct ses_session *s)
{
	const struct ses_followed *e =
	    s->parent == NULL
		? NULL
		: ses_followed_with_id(&l->table, s->harness, s->parent);

	return e != NULL;
}

/* Whether it belongs to the wanted folder: 1, 0 or -1. */
static int
is_of_folder(struct ses_follow_loop *l, const struct ses_session *s,
    struct seshat_err *err)
{
	struct ses_discover q = *l->f->q;
	struct ses_session_list found = {0};
	int is;

	if (q.cwd == NULL || has_parent(l, s) ||
	    (s->cwd != NULL && strcmp(s->cwd, q.cwd) == 0))
		return 1;
	q.harness = s->harness;
	q.id = s->id;
	if (ses_discover(&q, &found, err) < 0)
		return -1;
	is = found.n > 0;
	ses_session_list_free(&found);
	return is;
}

/* The first that comes is the one; a log that hooks write is not what a
 * person means by the session of a folder. */
static int
take_as_first(struct ses_follow_loop *l, const struct ses_session *s,
    struct seshat_err *err)
{
	if (l->f->q->harness == NULL &&
	    strcmp(s->harness->name, "seshat-log") == 0)
		return 0;
	l->id = ses_str_dup(s->parent != NULL ? s->parent : s->id);
	if (l->id == NULL)
		return ses_fail_nomem(err);
	l->first = 0;
	return 1;
}

static int
is_wanted(struct ses_follow_loop *l, const struct ses_session *s,
    struct seshat_err *err)
{
	int is;

	if (l->id != NULL)
		return strcmp(s->id, l->id) == 0 ||
		       (s->parent != NULL && strcmp(s->parent, l->id) == 0);
	is = is_of_folder(l, s, err);
	return is > 0 && l->first ? take_as_first(l, s, err) : is;
}

static void
begin(struct ses_follow_loop *l, struct ses_followed *e)
{
	e->read = ses_time_steady();
	l->n_followed++;
	l->to_catch_up++;
	ses_follow_want(l, e);
}

int
ses_follow_add(
    struct ses_follow_loop *l, struct ses_session *s, struct seshat_err *err)
{
	struct ses_followed *e = ses_followed_add(&l->table, s, err);

	if (e == NULL)
		return -1;
	e->is_new = e->session.size == 0;
	begin(l, e);
	return 0;
}

/* It is not wanted, or is another name of one that is: remembered, so that it
 * need not be read again at its next line. */
static int
add_stranger(struct ses_follow_loop *l, struct ses_session *s,
    struct ses_followed *same, struct seshat_err *err)
{
	struct ses_followed *e = ses_followed_add(&l->table, s, err);

	if (e == NULL)
		return -1;
	e->stranger = 1;
	e->same = same;
	e->began = ses_time_steady();
	if (same != NULL) /* it may have been written by that name */
		ses_follow_want(l, same);
	return 0;
}

/* A session that was not known. */
static int
consider(
    struct ses_follow_loop *l, struct ses_session *s, struct seshat_err *err)
{
	int is = is_wanted(l, s, err);

	if (is > 0 && ses_follow_add(l, s, err) < 0)
		return -1;
	if (is > 0) {
		l->table.v[l->table.n - 1]->is_new = 1;
		return 0;
	}
	if (is == 0)
		return add_stranger(l, s, NULL, err);
	ses_session_free(s);
	return -1;
}

/* It is as s says by now. */
static void
replace(struct ses_followed *e, struct ses_session *s)
{
	struct ses_session was = e->session;

	if (e->running) /* its worker reads the old one; there is time */
		return;
	e->session = *s;
	*s = was;
}

int
ses_follow_refresh(struct ses_follow_loop *l, struct ses_followed *e)
{
	struct ses_session s = {0};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	int64_t now = ses_time_steady();
	int is_bare = e->session.cwd == NULL || e->session.title == NULL;

	if (e->session.rows != NULL ||
	    (!is_bare && !l->ending && now - e->read < READ_MS))
		return 1;
	e->read = now;
	/* one that only a search tells stays as it was found */
	if (e->session.harness->identify(
		e->session.harness, e->session.path, &s, &ignored) < 0)
		return 1;
	replace(e, &s);
	ses_session_free(&s);
	return e->session.cwd != NULL || e->session.harness->has_no_folder ||
	       !e->is_new || e->grew || l->ending || now - e->wanted >= HOLD_MS;
}

/* What a search found: new, changed, or as it was. */
static int
meet(struct ses_follow_loop *l, struct ses_session *s, struct seshat_err *err)
{
	struct ses_buf key = {0};
	struct ses_followed *e;
	int rc = ses_followed_key(s, &key, err);

	if (rc < 0)
		goto out;
	e = ses_followed_find(&l->table, key.data);
	if (e == NULL) {
		rc = consider(l, s, err);
		goto out;
	}
	if (e->stranger ||
	    (!e->gone && e->session.end == s->end &&
		e->session.mtime == s->mtime && e->session.n_rows == s->n_rows))
		goto out;
	e->gone = 0;
	replace(e, s);
	ses_follow_want(l, e);
out:
	ses_buf_free(&key);
	return rc;
}

static int
search(struct ses_follow_loop *l, const struct ses_harness_ops *h,
    struct seshat_err *err)
{
	struct ses_discover q = *l->f->q;
	struct ses_session_list found = {0};
	size_t i;
	int rc;

	q.harness = h;
	q.id = NULL;
	rc = ses_discover(&q, &found, err);
	for (i = 0; rc == 0 && i < found.n; i++)
		rc = meet(l, &found.v[i], err);
	ses_session_list_free(&found);
	return rc;
}

int
ses_follow_search_due(struct ses_follow_loop *l, int64_t now, int64_t *next,
    struct seshat_err *err)
{
	struct ses_follow_search *s;
	int64_t began;
	int64_t cost;
	int i;

	*next = 0;
	for (i = 0; ses_harnesses[i] != NULL; i++) {
		s = &l->search[i];
		if (s->due != 0 && s->due <= now) {
			s->due = 0;
			began = ses_time_steady();
			if (search(l, ses_harnesses[i], err) < 0)
				return -1;
			cost = ses_time_steady() - began;
			s->after = began + (cost * SEARCH_SHARE > l->f->interval
						   ? cost * SEARCH_SHARE
						   : l->f->interval);
		}
		if (s->due != 0 && (*next == 0 || s->due < *next))
			*next = s->due;
	}
	return 0;
}

static void
want_search(struct ses_follow_loop *l, int tag)
{
	struct ses_follow_search *s = &l->search[tag];
	int64_t now = ses_time_steady();

	if (s->due == 0)
		s->due = s->after > now ? s->after : now;
}

/* A file that nobody knows. */
static int
identify(struct ses_follow_loop *l, int tag, const char *path,
    struct seshat_err *err)
{
	struct ses_session s = {0};
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_followed *same;

	if (ses_harnesses[tag]->identify(ses_harnesses[tag], path, &s, &why) ==
	    0) {
		same = ses_followed_with_id(&l->table, s.harness, s.id);
		if (same == NULL)
			return consider(l, &s, err);
		if (same->session.dev == s.dev && same->session.ino == s.ino)
			return add_stranger(l, &s, same, err);
		/* a second file of one session: which counts, it knows */
		ses_session_free(&s);
		want_search(l, tag);
		return 0;
	}
	if (why.code == SESHAT_ENOMEM)
		return ses_fail_nomem(err);
	if (why.code == SESHAT_EUNSUPPORTED)
		want_search(l, tag);
	else if (why.code != SESHAT_ENOTFOUND)
		ses_log(SES_DEBUG, "%s: %s", path, why.msg);
	return 0;
}

/* One that was not wanted may be, once it says where it runs: it is read
 * again, but not for every line. */
static void
doubt(struct ses_follow_loop *l, struct ses_followed *e)
{
	if (e->session.cwd == NULL && e->place == 0)
		ses_followed_queue(
		    &l->table, e, l->ending ? 0 : e->began + l->f->interval);
}

int
ses_follow_consider_again(
    struct ses_follow_loop *l, struct ses_followed *e, struct seshat_err *err)
{
	struct ses_session s = {0};
	struct seshat_err why = SESHAT_ERR_INIT;
	int is = 0;

	ses_followed_unqueue(&l->table, e);
	e->began = ses_time_steady();
	if (e->session.harness->identify(
		e->session.harness, e->session.path, &s, &why) == 0) {
		is = is_wanted(l, &s, err);
		replace(e, &s);
	}
	ses_session_free(&s);
	if (is > 0) {
		e->stranger = 0;
		e->is_new = 1;
		begin(l, e);
	}
	return is < 0 ? -1 : 0;
}

/* The agent packed the file, or unpacked it: the session is in path now. */
static int
take_path(struct ses_follow_loop *l, struct ses_followed *e, const char *path,
    struct seshat_err *err)
{
	struct ses_session s = {0};
	struct seshat_err why = SESHAT_ERR_INIT;

	if (e->session.harness->identify(e->session.harness, path, &s, &why) ==
	    0) {
		e->gone = 0;
		replace(e, &s);
		if (!e->stranger)
			ses_follow_want(l, e);
	}
	ses_session_free(&s);
	return why.code == SESHAT_ENOMEM ? ses_fail_nomem(err) : 0;
}

/* Its file is gone by this name, but was met by another one meanwhile: as when
 * the new name of one that was moved is heard of before the old one goes. */
static int
hand_over(
    struct ses_follow_loop *l, struct ses_followed *e, struct seshat_err *err)
{
	struct ses_followed *heir = NULL;
	struct ses_followed *x;
	size_t i;
	int is;

	for (i = 0; i < l->table.n; i++) {
		x = l->table.v[i];
		if (x->same != e || x->gone)
			continue;
		x->same = heir;
		if (heir == NULL)
			heir = x;
	}
	is = heir == NULL ? 0 : is_wanted(l, &heir->session, err);
	if (is > 0) {
		heir->stranger = 0;
		heir->is_new = 1;
		begin(l, heir);
	}
	return is < 0 ? -1 : 0;
}

int
ses_follow_gone(
    struct ses_follow_loop *l, struct ses_followed *e, struct seshat_err *err)
{
	struct ses_buf twin = {0};
	int rc;

	ses_buf_fmt(&twin, "%s.zst", e->key);
	(void)ses_buf_cstr(&twin);
	rc = ses_buf_check(&twin, err);
	if (rc == 0 && access(e->key, F_OK) == 0) {
		rc = take_path(l, e, e->key, err);
	} else if (rc == 0 && access(twin.data, F_OK) == 0) {
		rc = take_path(l, e, twin.data, err);
	} else if (rc == 0) {
		e->gone = 1;
		ses_followed_unqueue(&l->table, e);
		/* should it come back, it begins anew */
		e->wanted = 0;
		e->fails = 0;
		ses_follow_caught_up(l, e);
		rc = hand_over(l, e, err);
	}
	ses_buf_free(&twin);
	return rc;
}

/* A file that stands beside a transcript that is known: 1; 0, it does not; -1.
 */
static int
is_beside(struct ses_follow_loop *l, int tag, const char *path,
    struct seshat_err *err)
{
	const struct ses_harness_ops *h = ses_harnesses[tag];
	struct ses_followed *e = NULL;
	struct ses_buf b = {0};
	int rc = h->companion_of == NULL ? 0 : h->companion_of(path, &b, err);

	if (rc > 0)
		e = ses_followed_find(&l->table, b.data);
	if (e != NULL && e->same != NULL)
		e = e->same;
	if (e != NULL && !e->stranger && !e->gone)
		ses_follow_want(l, e);
	ses_buf_free(&b);
	return rc;
}

int
ses_follow_seen(
    void *arg, int tag, const char *path, int gone, struct seshat_err *err)
{
	struct ses_follow_loop *l = arg;
	struct ses_followed *e;
	char *key = ses_str_ndup(path, ses_twin_plain_len(path));
	int rc = 0;

	if (key == NULL)
		return ses_fail_nomem(err);
	e = ses_followed_find(&l->table, key);
	if (e == NULL && !gone) {
		rc = is_beside(l, tag, path, err);
		if (rc == 0)
			rc = identify(l, tag, path, err);
		else if (rc > 0)
			rc = 0;
	} else if (e == NULL || (gone && strcmp(path, e->session.path) != 0))
		rc = 0;
	else if (gone)
		rc = ses_follow_gone(l, e, err);
	else if (e->same != NULL) {
		e->gone = 0;
		ses_follow_want(l, e->same);
	} else if (e->stranger)
		doubt(l, e);
	else if (strcmp(path, e->session.path) != 0 &&
		 access(e->session.path, F_OK) < 0)
		rc = take_path(l, e, path, err);
	else {
		e->gone = 0;
		ses_follow_want(l, e);
	}
	free(key);
	return rc;
}
