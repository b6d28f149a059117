/*
 * A session is judged by what it recorded before the name of its folder, which
 * several directories may have in common: that tells only of one that was
 * moved, and stands where nothing that it recorded leads.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "harness/place.h"
#include "restore/moving.h"
#include "restore/relocate.h"
#include "vault/doc.h"

/* What follows dir in the path of something in it, NULL: it is not in it. */
static const char *
below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	if (strncmp(path, dir, len) != 0 ||
	    (path[len] != '\0' && path[len] != '/'))
		return NULL;
	return path + len;
}

static int
go_to(struct ses_moving *m, const char *rest, struct seshat_err *err)
{
	ses_buf_fmt(&m->cwd, "%s%s", m->how->to, rest);
	(void)ses_buf_cstr(&m->cwd);
	return ses_buf_check(&m->cwd, err) < 0 ? -1 : 1;
}

/* Where the directory is now: 1, 0 if it is none of those that were moved, or
 * has been by now. */
static int
follow(struct ses_moving *m, const char *home, struct ses_relocate *r,
    struct seshat_err *err)
{
	const struct ses_buf *from = m->how->from;
	const char *dir;
	const char *rest;

	if (below(home, m->how->to) != NULL) {
		r->there++;
		/* of "mv p p.1; mkdir p; mv p.1 p/sub" */
		for (dir = from->data; dir < from->data + from->len;
		     dir += strlen(dir) + 1)
			if (below(m->how->to, dir) != NULL)
				return 0;
	}
	for (dir = from->data; dir < from->data + from->len;
	     dir += strlen(dir) + 1) {
		rest = below(home, dir);
		if (rest != NULL)
			return go_to(m, rest, err);
	}
	return 0;
}

/* Whether the folder of the session is that of another directory, too: one that
 * recorded nothing may be of that. */
static int
is_shared(const struct ses_session_list *l, const struct ses_session *s,
    const char *old, struct seshat_err *err)
{
	size_t len = (size_t)(ses_str_basename(s->path) - s->path);
	size_t i;
	int rc;

	for (i = 0; i < l->n; i++) {
		if (l->v[i].cwd == NULL || l->v[i].harness != s->harness ||
		    strncmp(l->v[i].path, s->path, len) != 0 ||
		    strcmp(l->v[i].cwd, old) == 0)
			continue;
		rc = s->harness->place->is_of(s->path, l->v[i].cwd, err);
		if (rc < 0 || rc == 2)
			return rc;
	}
	return 0;
}

/* Whether it goes by itself, and not with a folder of its parent's name. */
static int
goes_alone(const struct ses_session *s)
{
	const char *p = s->path;
	size_t len = s->parent == NULL ? 0 : strlen(s->parent);

	while (len > 0 && (p = strstr(p, s->parent)) != NULL) {
		if (p > s->path && p[-1] == '/' && p[len] == '/')
			return 0;
		p += len;
	}
	return 1;
}

/* Where that is to which it was moved if it went along with OLD, as "OLD/a"
 * after it was renamed to "OLD/b": 1, 0 or -1. */
static int
find_along(
    const struct ses_moving *m, struct ses_buf *out, struct seshat_err *err)
{
	const struct ses_buf *from = m->how->from;
	const char *dir;
	int rc = 0;

	for (dir = from->data; rc == 0 && dir < from->data + from->len;
	     dir += strlen(dir) + 1)
		rc = ses_relocate_find_in(m->s->harness->place, m->s->path,
		    m->how->to, dir, out, err);
	return rc;
}

/* What follows OLD in what it recorded, or NULL. */
static const char *
rest_of_recorded(const struct ses_moving *m)
{
	const struct ses_buf *from = m->how->from;
	const char *rest = NULL;
	const char *dir;

	for (dir = from->data;
	     m->s->cwd != NULL && rest == NULL && dir < from->data + from->len;
	     dir += strlen(dir) + 1)
		rest = below(m->s->cwd, dir);
	return rest;
}

/* One that recorded something else than what it was moved to, by an earlier
 * relocate: that may have gone along with OLD, or is not there any more. */
static int
strayed(struct ses_moving *m, struct ses_relocate *r, struct seshat_err *err)
{
	const char *rest = rest_of_recorded(m);
	struct ses_buf there = {0};
	struct ses_buf along = {0};
	int rc = m->s->cwd == NULL ? 0 : find_along(m, &along, err);

	if (rc > 0)
		rest = along.data + strlen(m->how->to);
	if (rc < 0 || rest == NULL)
		goto out;
	rc = ses_relocate_find(
	    m->s->harness->place, m->s->path, NULL, &there, err);
	if (rc == 0)
		rc = go_to(m, rest, err);
	else if (rc > 0) {
		r->there += below(there.data, m->how->to) != NULL;
		r->elsewhere += below(there.data, m->how->to) == NULL;
		rc = 0;
	}
out:
	ses_buf_free(&there);
	ses_buf_free(&along);
	return rc;
}

/* Of a session that stands for nothing that it recorded: it was moved. */
static int
follow_moved(struct ses_moving *m, const struct ses_session_list *l,
    struct ses_relocate *r, struct seshat_err *err)
{
	const struct ses_buf *from = m->how->from;
	struct ses_buf there = {0};
	const char *dir = from->data;
	size_t rest = SIZE_MAX;
	int rc = ses_relocate_moved(m->s, m->how->to, &there, err);

	if (rc > 0)
		rest = there.len - strlen(m->how->to);
	ses_buf_free(&there);
	if (rc < 0)
		return -1;
	for (rc = 0; rc == 0 && dir < from->data + from->len;
	     dir += rc == 0 ? strlen(dir) + 1 : 0)
		rc = ses_relocate_moved(m->s, dir, &m->home, err);
	/* "p" to "p/p": what ends least is what it was moved to */
	if (rest != SIZE_MAX &&
	    (rc == 0 || (rc > 0 && m->home.len - strlen(dir) >= rest))) {
		r->there++;
		return 0;
	}
	if (rc > 0 && m->s->cwd == NULL)
		rc = !is_shared(l, m->s, m->home.data, err);
	if (rc > 0)
		return go_to(m, m->home.data + strlen(dir), err);
	return rc < 0 ? -1 : strayed(m, r, err);
}

int
ses_relocate_has(const struct ses_buf *list, const char *path)
{
	const char *p = list->data;

	for (; p != NULL && p < list->data + list->len; p += strlen(p) + 1)
		if (strcmp(p, path) == 0)
			return 1;
	return 0;
}

static int
note_moved(
    struct ses_relocate *r, const struct ses_moving *m, struct seshat_err *err)
{
	ses_buf_add(&r->moved_from, m->s->path, strlen(m->s->path) + 1);
	ses_buf_add(&r->moved_to, m->to.data, m->to.len + 1);
	return ses_buf_check(&r->moved_from, err) < 0
		   ? -1
		   : ses_buf_check(&r->moved_to, err);
}

static int
tell(struct ses_relocate *r, const struct ses_moving *m, const char *action,
    struct seshat_err *err)
{
	const struct ses_place_ops *place = m->s->harness->place;
	struct ses_buf resume = {0};
	json_t *o;

	if (place->resume != NULL && !place->by_cwd && m->why.len == 0) {
		if (place->unarchive != NULL)
			place->unarchive(m->s->id, m->s->path, &resume);
		if (resume.len > 0)
			ses_buf_str(&resume, " && ");
		place->resume(m->s->id, m->cwd.data, &resume);
	}
	ses_doc_begin();
	o = json_object();
	ses_doc_set_str(o, "harness", m->s->harness->name);
	ses_doc_set_str(o, "session_id", m->s->id);
	ses_doc_set_path(o, "cwd", m->cwd.data);
	ses_doc_set_path(o, "from", m->s->path);
	ses_doc_set_path(o, "to", place->by_cwd ? m->to.data : NULL);
	ses_doc_set_str(o, "action", action);
	/* there are paths in it */
	ses_doc_set_path(o, "why", m->why.len > 0 ? m->why.data : NULL);
	ses_doc_set_str(
	    o, "resume", resume.len > 0 ? ses_buf_cstr(&resume) : NULL);
	ses_buf_free(&resume);
	if (json_array_append_new(r->sessions, o) < 0)
		return ses_fail_nomem(err);
	return ses_doc_check(err);
}

static int
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Whether it is of a folder in OLD that is still there, and not in NEW. */
static int
was_left(struct ses_moving *m)
{
	if (m->home.len == 0 || !is_folder(m->home.data) ||
	    is_folder(m->cwd.data))
		return 0;
	ses_buf_fmt(&m->why, "%s is still there, and there is no %s",
	    m->home.data, m->cwd.data);
	(void)ses_buf_cstr(&m->why);
	return 1;
}

/* Its agent needs no other place, and is told which folder it goes on in. */
static int
tell_stays(struct ses_moving *m, struct ses_relocate *r, struct seshat_err *err)
{
	if (m->s->harness->place->resume == NULL || m->s->parent != NULL)
		return 0;
	if (was_left(m)) {
		r->kept++;
		return tell(r, m, "kept", err);
	}
	r->stays++;
	/* of what is nowhere now the nearest is the project itself */
	if (!is_folder(m->cwd.data)) {
		ses_buf_clear(&m->cwd);
		if (go_to(m, "", err) < 0)
			return -1;
	}
	return tell(r, m, "stays", err);
}

static int
one(const struct ses_relocate_how *how, const struct ses_session_list *l,
    const struct ses_session *s, struct ses_relocate *r, struct seshat_err *err)
{
	struct ses_moving m = {.how = how, .s = s, .list = l, .r = r};
	int rc = ses_relocate_home(s, &m.home, err);

	if (rc > 0)
		rc = follow(&m, m.home.data, r, err);
	else if (rc == 0 && s->harness->place->by_cwd && goes_alone(s))
		rc = follow_moved(&m, l, r, err);
	if (rc <= 0)
		goto out;
	if (!s->harness->place->by_cwd) {
		rc = tell_stays(&m, r, err);
		goto out;
	}
	rc = ses_moving_find(&m, err);
	if (rc == 0 && strcmp(m.to.data, s->path) != 0) {
		rc = was_left(&m) ? 0 : ses_moving_go(&m, err);
		r->moved += rc > 0;
		r->kept += rc == 0;
		if (rc > 0)
			rc = note_moved(r, &m, err) < 0
				 ? -1
				 : tell(r, &m, "moved", err);
		else if (rc == 0)
			rc = tell(r, &m, "kept", err);
	} else if (rc == 0) {
		r->there++;
	}
out:
	ses_buf_free(&m.home);
	ses_buf_free(&m.cwd);
	ses_buf_free(&m.to);
	ses_buf_free(&m.why);
	return rc < 0 ? -1 : 0;
}

/* What agents keep of a project, apart from sessions. */
static int
move_folders(const struct ses_relocate_how *how, struct ses_relocate *r,
    struct seshat_err *err)
{
	const struct ses_buf *from = how->from;
	const char *dir;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && ses_harnesses[i] != NULL; i++)
		for (dir = from->data; ses_harnesses[i]->place != NULL &&
				       rc == 0 && dir < from->data + from->len;
		     dir += strlen(dir) + 1)
			rc = ses_project_alone(
			    how, ses_harnesses[i]->place, dir, r, err);
	return rc < 0 ? -1 : ses_project_after(how, r, err);
}

/* Of an agent that finds sessions by their directory, but where no path tells
 * which that is: they stay where they are. */
static int
is_left(const struct ses_place_ops *place)
{
	return place->by_cwd && place->home == NULL;
}

int
ses_relocate(const struct ses_relocate_how *how, struct ses_relocate *out,
    struct seshat_err *err)
{
	const struct ses_discover q = {.roots = how->roots};
	struct ses_session_list l = {0};
	size_t i;
	int rc;

	*out = (struct ses_relocate){
	    .sessions = json_array(), .folders = json_array()};
	rc = out->sessions == NULL || out->folders == NULL
		 ? ses_fail_nomem(err)
		 : ses_discover(&q, &l, err);
	for (i = 0; rc == 0 && i < l.n; i++)
		if (l.v[i].harness->place != NULL &&
		    !is_left(l.v[i].harness->place))
			rc = one(how, &l, &l.v[i], out, err);
	if (rc == 0)
		rc = move_folders(how, out, err);
	ses_session_list_free(&l);
	return rc;
}

void
ses_relocate_free(struct ses_relocate *r)
{
	json_decref(r->sessions);
	json_decref(r->folders);
	ses_buf_free(&r->moved_from);
	ses_buf_free(&r->moved_to);
	ses_buf_free(&r->folder_paths);
	*r = (struct ses_relocate){0};
}
