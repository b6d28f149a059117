/*
 * What stands beside a transcript goes first: a transcript that is still at the
 * old place says that there is something left to do.  All that keeps one is
 * looked at before, so that a dry run says what the real one does.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "harness/place.h"
#include "restore/land.h"
#include "restore/moving.h"
#include "vault/doc.h"

/* The folder of a path. */
static int
dirname_of(const char *path, struct ses_buf *out, struct seshat_err *err)
{
	ses_str_dirname(path, out);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

int
ses_moving_find(struct ses_moving *m, struct seshat_err *err)
{
	const struct ses_session *s = m->s;
	const struct ses_placing p = {.id = s->id,
	    .parent = s->parent,
	    .cwd = m->cwd.data,
	    .source = s->path,
	    .roots = m->how->roots};
	struct ses_placed placed = {0};
	struct ses_buf folder = {0};
	struct ses_buf dir = {0};
	struct ses_buf root = {0};
	int rc = -1;

	if (s->harness->place->at(&p, &placed, err) == 0 &&
	    dirname_of(placed.path.data, &folder, err) == 0 &&
	    dirname_of(s->path, &dir, err) == 0 &&
	    dirname_of(dir.data, &root, err) == 0) {
		ses_buf_fmt(&m->to, "%s/%s/%s", root.data,
		    ses_str_basename(folder.data), ses_str_basename(s->path));
		(void)ses_buf_cstr(&m->to);
		rc = ses_buf_check(&m->to, err);
	}
	ses_buf_free(&placed.path);
	ses_buf_free(&folder);
	ses_buf_free(&dir);
	ses_buf_free(&root);
	return rc;
}

static int
keep(struct ses_moving *m, const char *why, const char *path)
{
	ses_buf_fmt(&m->why, "%s%s", why, path);
	(void)ses_buf_cstr(&m->why);
	return 0; /* one that is lost says nothing wrong */
}

static int
keep_errno(struct ses_moving *m, const char *why, const char *path, int sys)
{
	ses_buf_fmt(&m->why, "%s%s: %s", why, path, strerror(sys));
	(void)ses_buf_cstr(&m->why);
	return 0;
}

static int
any_entry(
    void *arg, const char *name, unsigned char type, struct seshat_err *err)
{
	(void)arg;
	(void)name;
	(void)type;
	(void)err;
	return 1;
}

/* The folders beside it, here and there: 1, or 0 if there is none. */
static int
find_beside(const struct ses_moving *m, struct ses_buf *from,
    struct ses_buf *to, struct seshat_err *err)
{
	const struct ses_place_ops *place = m->s->harness->place;
	struct stat st;

	if (place->beside == NULL || m->s->parent != NULL)
		return 0;
	place->beside(m->s->path, from);
	place->beside(m->to.data, to);
	(void)ses_buf_cstr(from);
	(void)ses_buf_cstr(to);
	if (ses_buf_check(from, err) < 0 || ses_buf_check(to, err) < 0)
		return -1;
	return lstat(from->data, &st) == 0 && S_ISDIR(st.st_mode);
}

/* rename(2) puts no folder over one with anything in it. */
static int
check_beside(struct ses_moving *m, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf from = {0};
	struct ses_buf to = {0};
	struct stat st;
	int rc = find_beside(m, &from, &to, err);

	if (rc == 0 && from.len > 0 && lstat(from.data, &st) == 0 &&
	    S_ISLNK(st.st_mode))
		rc = keep(m, "what stands beside it is a link: ", from.data);
	else if (rc > 0 && access(from.data, W_OK) < 0)
		/* a folder that gets another parent is itself written */
		rc = keep_errno(
		    m, "the folder beside it cannot move: ", from.data, errno);
	else if (rc == 0 ||
		 (rc > 0 && lstat(to.data, &st) < 0 && errno == ENOENT))
		rc = 1;
	else if (rc > 0 &&
		 (!S_ISDIR(st.st_mode) ||
		     ses_fs_each(to.data, any_entry, NULL, &why) != 0))
		rc = keep(m, "there is another folder: ", to.data);
	ses_buf_free(&from);
	ses_buf_free(&to);
	return rc;
}

/* 0, or why nothing can be changed in a folder. */
static int
why_not(const char *dir)
{
	struct stat st;

	if (stat(dir, &st) < 0)
		return errno;
	if (!S_ISDIR(st.st_mode))
		return ENOTDIR;
	return access(dir, W_OK | X_OK) == 0 ? 0 : errno;
}

/* Both folders change; the new one may have to be made. */
static int
check_folders(struct ses_moving *m, struct seshat_err *err)
{
	struct ses_buf from = {0};
	struct ses_buf to = {0};
	struct ses_buf root = {0};
	struct stat st;
	const char *dir;
	int sys;
	int rc = 1;

	if (dirname_of(m->s->path, &from, err) < 0 ||
	    dirname_of(m->to.data, &to, err) < 0 ||
	    dirname_of(to.data, &root, err) < 0) {
		rc = -1;
		goto out;
	}
	dir = lstat(to.data, &st) < 0 && errno == ENOENT ? root.data : to.data;
	if ((sys = why_not(from.data)) != 0)
		rc =
		    keep_errno(m, "nothing can be changed in ", from.data, sys);
	else if ((sys = why_not(dir)) != 0)
		rc = keep_errno(m, "nothing can be put into ", dir, sys);
out:
	ses_buf_free(&from);
	ses_buf_free(&to);
	ses_buf_free(&root);
	return rc;
}

/* Whether an earlier one goes there, too, which a dry run does not see. */
static int
check_planned(struct ses_moving *m)
{
	if (m->how->dry_run && ses_relocate_has(&m->r->moved_to, m->to.data))
		return keep(m, "there is another file: ", m->to.data);
	return 1;
}

static int
written_beside(
    void *arg, const char *name, const char *path, struct seshat_err *err)
{
	struct ses_buf *found = arg;

	(void)name;
	if (!ses_land_is_written(path))
		return 0;
	ses_buf_str(found, path);
	(void)ses_buf_cstr(found);
	return ses_buf_check(found, err) < 0 ? -1 : 1;
}

/* A program that has a file of it open goes on writing, and may look for the
 * next one at the old place. */
static int
check_written(struct ses_moving *m, struct seshat_err *err)
{
	const struct ses_session *s = m->s;
	const struct ses_session *x;
	struct ses_buf found = {0};
	size_t i;
	int rc = written_beside(&found, "", s->path, err);

	for (i = 0; rc == 0 && s->parent == NULL && i < m->list->n; i++) {
		x = &m->list->v[i];
		if (x->parent != NULL && x->harness == s->harness &&
		    strcmp(x->parent, s->id) == 0)
			rc = written_beside(&found, "", x->path, err);
	}
	if (rc == 0 && s->parent == NULL && s->harness->companions != NULL)
		rc = s->harness->companions(
		    s->path, written_beside, &found, err);
	if (rc >= 0)
		rc = rc == 0 ? 1
			     : keep(m, "a program is writing to ", found.data);
	ses_buf_free(&found);
	return rc;
}

static int
check_idle(struct ses_moving *m, struct seshat_err *err)
{
	const struct ses_place_ops *place = m->s->harness->place;
	struct ses_buf says = {0};
	long pid = 0;
	int rc = 0;

	if (place->running != NULL)
		rc = place->running(m->s->id, &pid, &says, err);
	if (pid != 0) {
		ses_buf_fmt(&m->why, "process %ld is at work on it, as %s says",
		    pid, says.data);
		(void)ses_buf_cstr(&m->why);
	}
	ses_buf_free(&says);
	return rc < 0 ? -1 : pid == 0;
}

/* Whether it may go: 1, or 0 and why it stays. */
static int
may_go(struct ses_moving *m, struct seshat_err *err)
{
	struct stat st;
	int rc = check_idle(m, err);

	if (rc > 0)
		rc = check_written(m, err);
	if (rc <= 0)
		return rc;
	if (lstat(m->to.data, &st) == 0 || errno != ENOENT)
		return keep(m, "there is another file: ", m->to.data);
	rc = check_planned(m);
	if (rc > 0)
		rc = check_folders(m, err);
	if (rc > 0)
		rc = ses_moving_check_link(m, err);
	return rc > 0 ? check_beside(m, err) : rc;
}

static int
move_beside(struct ses_moving *m, struct seshat_err *err)
{
	struct ses_buf from = {0};
	struct ses_buf to = {0};
	int rc = find_beside(m, &from, &to, err);

	if (rc > 0 && rename(from.data, to.data) == 0)
		m->went_beside = 1;
	else if (rc > 0)
		rc = errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR
			 ? keep(m, "there is another folder: ", to.data)
			 : keep_errno(m,
			       "the folder beside it cannot move: ", from.data,
			       errno);
	else if (rc == 0)
		rc = 1;
	ses_buf_free(&from);
	ses_buf_free(&to);
	return rc;
}

/* The transcript stays, and so what stands beside it does. */
static int
put_back_beside(struct ses_moving *m, struct seshat_err *err)
{
	struct ses_buf from = {0};
	struct ses_buf to = {0};
	int rc;

	if (!m->went_beside)
		return 0;
	rc = find_beside(m, &from, &to, err);
	if (rc >= 0 && rename(to.data, from.data) < 0)
		ses_buf_fmt(&m->why, "; what stood beside it is at %s: %s",
		    to.data, strerror(errno));
	(void)ses_buf_cstr(&m->why);
	ses_buf_free(&from);
	ses_buf_free(&to);
	return rc < 0 ? -1 : 0;
}

static int
move_transcript(struct ses_moving *m, struct seshat_err *err)
{
	struct stat st;

	if (ses_land_move(m->s->path, m->to.data, err) == 0)
		return 1;
	/* it is there, though perhaps not after a power cut */
	if (err->code == SESHAT_ENOMEM || lstat(m->s->path, &st) < 0)
		return -1;
	(void)(err->code == SESHAT_EEXISTS
		   ? keep(m, "there is another file: ", m->to.data)
		   : keep(m, err->msg, ""));
	return put_back_beside(m, err);
}

/* What comes before it goes. */
static int
prepare(struct ses_moving *m, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	int rc = dirname_of(m->to.data, &dir, err);

	if (rc == 0)
		rc = ses_fs_mkdirs_durable(dir.data, 0700, err);
	ses_buf_free(&dir);
	if (rc == 0)
		rc = ses_moving_fix_link(m->s->path, err);
	return rc == 0 ? ses_project_before(m, err) : -1;
}

int
ses_moving_go(struct ses_moving *m, struct seshat_err *err)
{
	int rc = may_go(m, err);

	if (rc <= 0)
		return rc;
	if (m->how->dry_run)
		return ses_project_before(m, err) < 0 ? -1 : 1;
	/* one that cannot go keeps no other */
	if (prepare(m, err) < 0)
		return err->code == SESHAT_ENOMEM ? -1 : keep(m, err->msg, "");
	rc = move_beside(m, err);
	return rc > 0 ? move_transcript(m, err) : rc;
}
