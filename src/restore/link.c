/* realpath is XSI's. */
#define _XOPEN_SOURCE 700
/*
 * A transcript may be a link.  It goes to the new place if it leads to the same
 * file from there; one that is told from its folder is told from the top first,
 * so that at no time it leads nowhere.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "restore/moving.h"

static int
is_link(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static int
keep(struct ses_moving *m, const char *why, const char *path)
{
	ses_buf_fmt(&m->why, "%s%s", why, path);
	(void)ses_buf_cstr(&m->why);
	return 0;
}

/* The folder of all projects, as it really is; NULL: there is none. */
static char *
root_of(const char *path, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	struct ses_buf root = {0};
	char *real = NULL;

	ses_str_dirname(path, &dir);
	ses_str_dirname(ses_buf_cstr(&dir), &root);
	(void)ses_buf_cstr(&root);
	if (ses_buf_check(&dir, err) == 0 && ses_buf_check(&root, err) == 0)
		real = realpath(root.data, NULL);
	if (real == NULL)
		ses_fail_errno(err, "%s", path);
	ses_buf_free(&dir);
	ses_buf_free(&root);
	return real;
}

int
ses_moving_check_link(struct ses_moving *m, struct seshat_err *err)
{
	const struct ses_session *s = m->s;
	const struct ses_session *x;
	char *target;
	char *root;
	size_t i;
	int rc = 1;

	for (i = 0; i < m->list->n; i++) {
		x = &m->list->v[i];
		if (x != s && x->dev == s->dev && x->ino == s->ino &&
		    x->rows == NULL && is_link(x->path))
			return keep(m, "a link leads to it: ", x->path);
	}
	if (!is_link(s->path))
		return 1;
	target = realpath(s->path, NULL);
	if (target == NULL)
		return keep(m, "it leads nowhere: ", s->path);
	root = root_of(s->path, err);
	if (root == NULL)
		rc = -1;
	/* such a file may go elsewhere, too */
	else if (strncmp(target, root, strlen(root)) == 0 &&
		 target[strlen(root)] == '/')
		rc = keep(m, "it is a link to a file of a project: ", target);
	free(target);
	free(root);
	return rc;
}

int
ses_moving_fix_link(const char *path, struct seshat_err *err)
{
	struct ses_buf tmp = {0};
	struct ses_buf dir = {0};
	char first = '/';
	char *target = NULL;
	int rc = -1;

	if (readlink(path, &first, 1) < 0 || first == '/')
		return 0;
	ses_str_dirname(path, &dir);
	ses_buf_fmt(&tmp, "%s/.seshat-relinking", ses_buf_cstr(&dir));
	(void)ses_buf_cstr(&tmp);
	if (ses_buf_check(&dir, err) < 0 || ses_buf_check(&tmp, err) < 0)
		goto out;
	target = realpath(path, NULL);
	if (target == NULL || (unlink(tmp.data) < 0 && errno != ENOENT) ||
	    symlink(target, tmp.data) < 0 || rename(tmp.data, path) < 0) {
		ses_fail_errno(err, "%s", path);
		goto out;
	}
	rc = ses_fs_sync_dir(dir.data, err);
out:
	free(target);
	ses_buf_free(&tmp);
	ses_buf_free(&dir);
	return rc;
}
