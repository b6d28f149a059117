/* DT_ constants are BSD's, O_PATH is Linux's. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/openat2.h>
#include <sys/syscall.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/tree.h"

/* A folder on the way down: its names, sorted; of a folder with "/" behind. */
struct level {
	int fd;
	struct ses_buf names;
	char **v;
	size_t n;
	size_t at;       /* the next one */
	size_t path_len; /* of the walk's path, up to here */
};

struct walk {
	int (*leave)(const char *name, int is_folder);
	int (*each)(void *arg, const struct ses_tree_seen *seen,
	    struct seshat_err *err);
	void *arg;
	struct ses_buf path;
	struct level level[SES_TREE_DEPTH];
	size_t depth;
};

static void
level_free(struct level *l)
{
	if (l->fd >= 0)
		close(l->fd);
	ses_buf_free(&l->names);
	free(l->v);
	*l = (struct level){.fd = -1};
}

static int
is_folder(int fd, const struct dirent *d)
{
	struct stat st;

	if (d->d_type != DT_UNKNOWN)
		return d->d_type == DT_DIR;
	return fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(st.st_mode);
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Point at the names, one after another in l->names, and sort them. */
static int
sort_names(struct level *l, struct seshat_err *err)
{
	char *p = l->names.data;
	size_t i;

	if (ses_buf_check(&l->names, err) < 0)
		return -1;
	if (p == NULL) /* it is empty */
		return 0;
	l->v = ses_calloc(l->n, sizeof(*l->v));
	if (l->v == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < l->n; i++) {
		l->v[i] = p;
		p += strlen(p) + 1;
	}
	if (l->n > 1)
		qsort(l->v, l->n, sizeof(*l->v), by_bytes);
	return 0;
}

static int
read_names(struct walk *w, struct level *l, DIR *dir, struct seshat_err *err)
{
	struct dirent *d;
	int folder;

	for (errno = 0; (d = readdir(dir)) != NULL; errno = 0) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		folder = is_folder(l->fd, d);
		if (w->leave != NULL && w->leave(d->d_name, folder))
			continue;
		if (++l->n > SES_TREE_FOLDER)
			return ses_fail(err, SESHAT_ELIMIT,
			    "more than %d files in one folder",
			    SES_TREE_FOLDER);
		ses_buf_str(&l->names, d->d_name);
		ses_buf_add(&l->names, "/", folder ? 2 : 0);
		if (!folder)
			ses_buf_add(&l->names, "", 1);
	}
	if (errno != 0)
		return ses_fail_errno(err, "list folder");
	return sort_names(l, err);
}

/* Go down into the folder fd, which is taken over. */
static int
enter(struct walk *w, int fd, struct seshat_err *err)
{
	struct level *l = &w->level[w->depth];
	DIR *dir;
	int rc;

	*l = (struct level){.fd = fd, .path_len = w->path.len};
	fd = openat(l->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (dir == NULL) {
		ses_fail_errno(err, "list folder");
		if (fd >= 0)
			close(fd);
		level_free(l);
		return -1;
	}
	rc = read_names(w, l, dir, err);
	(void)closedir(dir);
	if (rc < 0)
		level_free(l);
	else
		w->depth++;
	return rc;
}

static int
tell(struct walk *w, int kind, const struct stat *st, const char *why,
    struct seshat_err *err)
{
	struct ses_tree_seen seen = {
	    .path = ses_buf_cstr(&w->path), .kind = kind, .why = why};

	if (ses_buf_check(&w->path, err) < 0)
		return -1;
	if (st != NULL)
		seen.st = *st;
	return w->each(w->arg, &seen, err);
}

static int
down(struct walk *w, struct level *at, const char *name, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	int fd = -1;

	if (w->depth == SES_TREE_DEPTH) {
		(void)ses_fail(&why, SESHAT_ELIMIT,
		    "more than %d folders inside each other", SES_TREE_DEPTH);
	} else {
		fd = openat(at->fd, name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			(void)ses_fail_errno(&why, "open folder");
		else if (enter(w, fd, &why) == 0)
			return 0;
	}
	if (why.code == SESHAT_ENOMEM) {
		*err = why;
		return -1;
	}
	w->path.len--; /* the "/" behind */
	return tell(w, SES_TREE_FAILED, NULL, why.msg, err);
}

static int
visit(
    struct walk *w, struct level *at, const char *name, struct seshat_err *err)
{
	struct stat st;
	struct seshat_err why = SESHAT_ERR_INIT;

	w->path.len = at->path_len;
	ses_buf_str(&w->path, name);
	if (name[strlen(name) - 1] == '/')
		return down(w, at, name, err);
	if (fstatat(at->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno == ENOENT) /* it went meanwhile */
			return 0;
		(void)ses_fail_errno(&why, "stat");
		return tell(w, SES_TREE_FAILED, NULL, why.msg, err);
	}
	if (S_ISLNK(st.st_mode))
		return tell(w, SES_TREE_LINK, NULL, NULL, err);
	return tell(w, S_ISREG(st.st_mode) ? SES_TREE_FILE : SES_TREE_SPECIAL,
	    &st, NULL, err);
}

int
ses_tree_walk(int fd, int (*leave)(const char *name, int is_folder),
    int (*each)(
	void *arg, const struct ses_tree_seen *seen, struct seshat_err *err),
    void *arg, struct seshat_err *err)
{
	struct walk *w = ses_calloc(1, sizeof(*w));
	struct level *l;
	int rc = -1;

	if (w == NULL)
		return ses_fail_nomem(err);
	w->leave = leave;
	w->each = each;
	w->arg = arg;
	fd = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		ses_fail_errno(err, "open folder");
	else
		rc = enter(w, fd, err);
	while (rc == 0 && w->depth > 0) {
		l = &w->level[w->depth - 1];
		if (l->at < l->n) {
			rc = visit(w, l, l->v[l->at++], err);
		} else {
			level_free(l);
			w->depth--;
		}
	}
	while (w->depth > 0)
		level_free(&w->level[--w->depth]);
	ses_buf_free(&w->path);
	free(w);
	return rc;
}

/* Not to wait for the other end of a pipe. */
#define FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

/* The folder of the last component of path, whose name *name becomes. */
static int
open_parent(int fd, const char *path, const char **name, struct seshat_err *err)
{
	struct ses_buf part = {0};
	const char *slash;
	int next;
	int at = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (at < 0)
		return ses_fail_errno(err, "open folder");
	for (; (slash = strchr(path, '/')) != NULL; path = slash + 1) {
		ses_buf_clear(&part);
		ses_buf_add(&part, path, (size_t)(slash - path));
		(void)ses_buf_cstr(&part);
		next = part.bad
			   ? (errno = ENOMEM, -1)
			   : openat(at, part.data,
				 O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0)
			ses_fail_errno(err, "open folder");
		close(at);
		at = next;
		if (at < 0)
			break;
	}
	ses_buf_free(&part);
	*name = path;
	return at;
}

/* Whether one of its components is "..", which could leave the folder. */
static int
goes_up(const char *path)
{
	size_t len;

	for (;; path += len + 1) {
		len = strcspn(path, "/");
		if (len == 2 && path[0] == '.' && path[1] == '.')
			return 1;
		if (path[len] == '\0')
			return 0;
	}
}

/* One call of Linux 5.6; 0 where there is none, or it may not be used. */
static int
open_beneath(int fd, const char *path, int *out)
{
	const struct open_how how = {
	    .flags = FLAGS, .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};

	*out = (int)syscall(SYS_openat2, fd, path, &how, sizeof(how));
	return *out >= 0 || (errno != ENOSYS && errno != EPERM);
}

int
ses_tree_open(int fd, const char *path, struct stat *st, struct seshat_err *err)
{
	struct stat now;
	const char *name = path;
	int sys;
	int at;
	int out;

	if (goes_up(path))
		return ses_fail(err, SESHAT_EUNSUPPORTED, "its path goes up");
	if (!open_beneath(fd, path, &out)) {
		at = open_parent(fd, path, &name, err);
		if (at < 0)
			return -1;
		out = openat(at, name, FLAGS);
		sys = errno;
		close(at);
		errno = sys;
	}
	if (out < 0)
		return ses_fail_errno(err, "open");
	if (fstat(out, &now) < 0) {
		ses_fail_errno(err, "stat");
	} else if (!S_ISREG(now.st_mode)) {
		ses_fail(err, SESHAT_EUNSUPPORTED, "not a regular file");
	} else {
		if (st != NULL)
			*st = now;
		return out;
	}
	close(out);
	return -1;
}
