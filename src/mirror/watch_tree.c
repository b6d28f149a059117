/* The DT_ constants are BSD's, inotify is Linux'. */
#define _DEFAULT_SOURCE
#include <sys/inotify.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "harness/session.h"
#include "mirror/watch_tree.h"

#define EVENTS                                                                 \
	(IN_CREATE | IN_MODIFY | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |     \
	    IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK)
#define NS_PER_MS INT64_C(1000000)
#define IN_USE_MS INT64_C(3600000) /* a file this young is polled */
#define SAME_TICK INT64_C(2000)    /* a folder's time may be that coarse */

static int64_t
ns_of(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

static int
compare_paths(const void *a, const void *b)
{
	const struct ses_watch_dir *x = a;
	const struct ses_watch_dir *y = b;

	return strcmp(x->path, y->path);
}

static int
compare_wds(const void *a, const void *b)
{
	const struct ses_watch_dir *x = a;
	const struct ses_watch_dir *y = b;

	return x->wd < y->wd ? -1 : x->wd > y->wd;
}

struct ses_watch_dir *
ses_watch_dir_at(const struct ses_watch *w, const char *path)
{
	const struct ses_watch_dir key = {.path = (char *)(uintptr_t)path};
	struct ses_watch_dir *const *d =
	    tfind(&key, &w->by_path, compare_paths);

	return d == NULL ? NULL : *d;
}

struct ses_watch_dir *
ses_watch_dir_wd(struct ses_watch *w, int wd)
{
	const struct ses_watch_dir key = {.wd = wd};
	struct ses_watch_dir *const *d = tfind(&key, &w->by_wd, compare_wds);

	return d == NULL ? NULL : *d;
}

void
ses_watch_dir_free(struct ses_watch_dir *d)
{
	size_t i;

	if (d == NULL)
		return;
	for (i = 0; i < d->n; i++)
		free(d->files[i].name);
	free(d->files);
	free(d->path);
	free(d);
}

static int
join(struct ses_buf *out, const struct ses_watch_dir *d, const char *name,
    struct seshat_err *err)
{
	ses_buf_clear(out);
	ses_buf_fmt(out, "%s/%s", d->path, name);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

static int
tell(struct ses_watch *w, const struct ses_watch_dir *d, const char *name,
    int gone, struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc = join(&path, d, name, err);

	if (rc == 0)
		rc = w->seen(w->arg, d->top->tag, path.data, gone, err);
	ses_buf_free(&path);
	return rc;
}

/* Where the file is in the list, or belongs. */
static size_t
place_of(const struct ses_watch_dir *d, const char *name, int *found)
{
	size_t lo = 0;
	size_t hi = d->n;
	size_t mid;
	int c;

	*found = 0;
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		c = strcmp(name, d->files[mid].name);
		if (c == 0) {
			*found = 1;
			return mid;
		}
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

static struct ses_watch_file *
insert(struct ses_watch_dir *d, size_t at, const char *name)
{
	struct ses_watch_file *v;
	char *copy = ses_str_dup(name);

	if (copy == NULL)
		return NULL;
	v = ses_grow(d->files, d->n, &d->cap, sizeof(*v));
	if (v == NULL) {
		free(copy);
		return NULL;
	}
	d->files = v;
	memmove(
	    d->files + at + 1, d->files + at, (d->n - at) * sizeof(*d->files));
	d->n++;
	d->files[at] = (struct ses_watch_file){.name = copy};
	return &d->files[at];
}

static int
take_out(struct ses_watch *w, struct ses_watch_dir *d, size_t at,
    struct seshat_err *err)
{
	struct ses_watch_file f = d->files[at];
	int rc;

	d->n--;
	memmove(
	    d->files + at, d->files + at + 1, (d->n - at) * sizeof(*d->files));
	d->n_linked -= (size_t)f.linked;
	rc = tell(w, d, f.name, 1, err);
	free(f.name);
	return rc;
}

/* Remember how the file is now: 1 if that is new. */
static int
take_stat(struct ses_watch *w, struct ses_watch_dir *d,
    struct ses_watch_file *f, const struct stat *st, int linked)
{
	int64_t mtime = ns_of(&st->st_mtim);
	int is_new = f->size != (uint64_t)st->st_size || f->mtime != mtime ||
		     f->ino != st->st_ino;

	f->size = (uint64_t)st->st_size;
	f->mtime = mtime;
	f->ino = st->st_ino;
	d->n_linked += (size_t)linked - (size_t)f->linked;
	f->linked = linked;
	w->polls |= linked;
	f->kept = 1;
	return is_new;
}

/* errno of a stat(2): whether nothing is there, or nobody may look. */
static int
is_gone(void)
{
	return errno == ENOENT || errno == ENOTDIR;
}

/* What the path is: a regular file (1), nothing or anything else (0), or not to
 * be told (-1). */
static int
stat_file(const char *path, struct stat *st, int *linked)
{
	if (fstatat(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW) < 0)
		return is_gone() ? 0 : -1;
	*linked = S_ISLNK(st->st_mode);
	if (*linked && fstatat(AT_FDCWD, path, st, 0) < 0)
		return is_gone() || errno == ELOOP ? 0 : -1;
	return S_ISREG(st->st_mode);
}

/* A file that a scan found or an event named; forced: tell of it although it
 * looks as before. */
static int
see_file(struct ses_watch *w, struct ses_watch_dir *d, const char *name,
    int forced, int told, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_watch_file *f;
	struct stat st;
	size_t at;
	int linked = 0;
	int found;
	int is;
	int rc = join(&path, d, name, err);

	if (rc < 0)
		goto out;
	is = stat_file(path.data, &st, &linked);
	at = place_of(d, name, &found);
	if (is < 0) {
		if (found)
			d->files[at].kept = 1;
		goto out;
	}
	if (is == 0) {
		rc = found ? take_out(w, d, at, err) : 0;
		goto out;
	}
	f = found ? &d->files[at] : insert(d, at, name);
	if (f == NULL) {
		rc = ses_fail_nomem(err);
		goto out;
	}
	if ((take_stat(w, d, f, &st, linked) || forced) && told)
		rc = tell(w, d, name, 0, err);
out:
	ses_buf_free(&path);
	return rc;
}

static int
remember(struct ses_watch *w, struct ses_watch_dir *d, struct seshat_err *err)
{
	size_t cap = w->cap_dirs == 0 ? 64 : w->cap_dirs * 2;
	struct ses_watch_dir **v;

	if (w->n_dirs == w->cap_dirs) {
		v = ses_realloc(w->dirs, cap * sizeof(*v));
		if (v == NULL)
			return ses_fail_nomem(err);
		w->dirs = v;
		w->cap_dirs = cap;
	}
	if (tsearch(d, &w->by_path, compare_paths) == NULL)
		return ses_fail_nomem(err);
	w->dirs[w->n_dirs++] = d;
	return 0;
}

void
ses_watch_refused(struct ses_watch *w, const char *path, int error)
{
	const char *why =
	    error == ENOSPC ? "the limit fs.inotify.max_user_watches is reached"
	    : error == EREMOTE ? "it is on a file system of another machine"
			       : strerror(error);

	w->polls = 1;
	/* one that nobody may read is no reason to tell of polling */
	if (error != EACCES && w->why_poll[0] == '\0')
		(void)snprintf(w->why_poll, sizeof(w->why_poll),
		    "%.120s: %.100s", path, why);
}

/* Ask the kernel to tell of the folder; what it cannot is polled. */
static int
watch(struct ses_watch *w, struct ses_watch_dir *d, struct seshat_err *err)
{
	errno = EREMOTE;
	d->wd = d->network || w->fd < 0
		    ? -1
		    : inotify_add_watch(w->fd, d->path, EVENTS);
	d->polled = 1;
	if (d->wd < 0) {
		ses_watch_refused(w, d->path, errno);
		return 0;
	}
	d->polled = 0;
	/* the same folder by another name: the first hears of it */
	if (ses_watch_dir_wd(w, d->wd) != NULL)
		d->wd = -1;
	else if (tsearch(d, &w->by_wd, compare_wds) == NULL)
		return ses_fail_nomem(err);
	return 0;
}

void
ses_watch_dir_unwatch(struct ses_watch *w, struct ses_watch_dir *d)
{
	if (d->wd >= 0)
		(void)tdelete(d, &w->by_wd, compare_wds);
	d->wd = -1;
	d->polled = 1;
	w->polls = 1;
}

static int
may_hold(const struct ses_watch_top *top, const char *path)
{
	const struct ses_harness_ops *h = top->harness;

	return h == NULL || h->holds == NULL ||
	       h->holds(h, path + strlen(top->path) + 1);
}

/* A folder in the folder d. */
static int
see_folder(struct ses_watch *w, struct ses_watch_dir *d, const char *name,
    int told, struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc = join(&path, d, name, err);

	if (rc == 0 && d->depth < SES_FOLDER_DEPTH &&
	    may_hold(d->top, path.data) &&
	    ses_watch_dir_at(w, path.data) == NULL)
		rc = ses_watch_dir_add(
		    w, d->top, path.data, d->depth + 1, told, err);
	ses_buf_free(&path);
	return rc;
}

/* Take in what is in the folder, which is open as f. */
static int
scan_open(struct ses_watch *w, struct ses_watch_dir *d, struct ses_folder *f,
    int told, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	const char *name;
	size_t i;
	int type;
	int rc;

	for (i = 0; i < d->n; i++)
		d->files[i].kept = 0;
	while ((rc = ses_folder_next(f, &name, &type, &why)) > 0) {
		if (type == DT_REG)
			rc = see_file(w, d, name, 0, told, err);
		else if (type == DT_DIR || d->depth == 0)
			rc = see_folder(w, d, name, told, err);
		if (rc < 0)
			return -1;
	}
	if (rc < 0) { /* what was not reached may be there still */
		d->rescan = 1;
		return 0;
	}
	for (i = d->n; i > 0; i--)
		if (!d->files[i - 1].kept && take_out(w, d, i - 1, err) < 0)
			return -1;
	return 0;
}

/* The time before the listing: what comes during it changes it again. */
static void
take_time(struct ses_watch_dir *d, const struct stat *st)
{
	d->mtime = ns_of(&st->st_mtim);
	d->rescan = ses_time_now() - d->mtime / NS_PER_MS < SAME_TICK;
	d->dev = st->st_dev;
	d->ino = st->st_ino;
}

static int
scan(struct ses_watch *w, struct ses_watch_dir *d, int told,
    struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_folder f = {.fd = -1};
	struct stat st;
	int rc = 0;

	if (ses_folder_open(&f, AT_FDCWD, NULL, d->path, d->depth <= 1, &why) <=
		0 ||
	    fstat(f.fd, &st) < 0) {
		d->rescan = 1;
	} else {
		take_time(d, &st);
		rc = scan_open(w, d, &f, told, err);
	}
	ses_folder_close(&f);
	return rc;
}

int
ses_watch_dir_add(struct ses_watch *w, const struct ses_watch_top *top,
    const char *path, int depth, int told, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_folder f = {.fd = -1};
	struct ses_watch_dir *d;
	struct stat st;
	int rc = ses_folder_open(&f, AT_FDCWD, NULL, path, depth <= 1, &why);

	if (rc == 0 || (rc < 0 && why.code != SESHAT_EAUTH)) {
		ses_folder_close(&f);
		return 0;
	}
	d = ses_calloc(1, sizeof(*d));
	if (d == NULL) {
		ses_folder_close(&f);
		return ses_fail_nomem(err);
	}
	d->top = top;
	d->depth = depth;
	d->wd = -1;
	d->rescan = 1;
	d->network = rc > 0 && ses_fs_is_network(f.fd);
	if (rc > 0 && fstat(f.fd, &st) == 0) {
		d->dev = st.st_dev;
		d->ino = st.st_ino;
	}
	ses_folder_close(&f);
	d->path = ses_str_dup(path);
	if (d->path == NULL || remember(w, d, err) < 0) {
		ses_watch_dir_free(d);
		return ses_fail_nomem(err);
	}
	/* first watched, then read: nothing comes in between unseen */
	if (watch(w, d, err) < 0)
		return -1;
	return scan(w, d, told, err);
}

/* A folder that was known by another name, too, is heard of by that now. */
static int
hand_over(struct ses_watch *w, dev_t dev, ino_t ino, struct seshat_err *err)
{
	struct ses_watch_dir *d;
	size_t i;

	for (i = 0; i < w->n_dirs; i++) {
		d = w->dirs[i];
		if (d == NULL || d->dev != dev || d->ino != ino)
			continue;
		if (ses_watch_dir_look(w, d, 1, err) < 0)
			return -1;
		if (w->dirs[i] != NULL && w->dirs[i]->wd >= 0)
			break;
	}
	return 0;
}

static int
drop_one(struct ses_watch *w, size_t i, struct seshat_err *err)
{
	struct ses_watch_dir *d = w->dirs[i];
	int was_heard = d->wd >= 0;
	dev_t dev = d->dev;
	ino_t ino = d->ino;
	int rc = 0;

	if (d->wd >= 0) {
		(void)tdelete(d, &w->by_wd, compare_wds);
		(void)inotify_rm_watch(w->fd, d->wd);
	}
	(void)tdelete(d, &w->by_path, compare_paths);
	w->dirs[i] = NULL;
	while (rc == 0 && d->n > 0)
		rc = take_out(w, d, d->n - 1, err);
	ses_watch_dir_free(d);
	return rc == 0 && was_heard ? hand_over(w, dev, ino, err) : rc;
}

int
ses_watch_dir_drop(
    struct ses_watch *w, const char *path, struct seshat_err *err)
{
	size_t len = strlen(path);
	size_t i;

	for (i = 0; i < w->n_dirs; i++)
		if (w->dirs[i] != NULL &&
		    strncmp(w->dirs[i]->path, path, len) == 0 &&
		    (w->dirs[i]->path[len] == '/' ||
			w->dirs[i]->path[len] == '\0') &&
		    drop_one(w, i, err) < 0)
			return -1;
	return 0;
}

void
ses_watch_dirs_pack(struct ses_watch *w)
{
	size_t kept = 0;
	size_t i;

	for (i = 0; i < w->n_dirs; i++)
		if (w->dirs[i] != NULL)
			w->dirs[kept++] = w->dirs[i];
	w->n_dirs = kept;
}

/* Files that are as the listing left them, but for what is in them. */
static int
look_at_files(struct ses_watch *w, struct ses_watch_dir *d, int all,
    struct seshat_err *err)
{
	int64_t young = (ses_time_now() - IN_USE_MS) * NS_PER_MS;
	size_t i;

	/* from the end: one that is gone leaves the list */
	for (i = d->n; i > 0; i--)
		if ((all || d->files[i - 1].linked ||
			(d->polled && d->files[i - 1].mtime >= young)) &&
		    see_file(w, d, d->files[i - 1].name, 0, 1, err) < 0)
			return -1;
	return 0;
}

int
ses_watch_dir_look(struct ses_watch *w, struct ses_watch_dir *d, int all,
    struct seshat_err *err)
{
	char *path;
	struct stat st;
	int rc = stat(d->path, &st);

	if (rc < 0 && !is_gone()) {
		d->rescan = 1;
		return 0;
	}
	if (rc < 0 || !S_ISDIR(st.st_mode)) {
		path = ses_str_dup(d->path);
		rc = path == NULL ? ses_fail_nomem(err)
				  : ses_watch_dir_drop(w, path, err);
		free(path);
		return rc;
	}
	/* another folder in its place: its files are compared, too */
	if (st.st_dev != d->dev || st.st_ino != d->ino) {
		if (d->wd >= 0)
			(void)inotify_rm_watch(w->fd, d->wd);
		ses_watch_dir_unwatch(w, d);
		d->rescan = 1;
	}
	/* there may be room by now */
	if (all && d->wd < 0 && watch(w, d, err) < 0)
		return -1;
	if (d->rescan || ns_of(&st.st_mtim) != d->mtime)
		return scan(w, d, 1, err);
	return look_at_files(w, d, all, err);
}

int
ses_watch_dir_touch(struct ses_watch *w, struct ses_watch_dir *d,
    const char *name, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct stat st;
	int rc = name[0] == '.' ? 0 : join(&path, d, name, err);

	if (rc < 0 || name[0] == '.')
		goto out;
	if (fstatat(AT_FDCWD, path.data, &st,
		d->depth == 0 ? 0 : AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISDIR(st.st_mode))
		rc = see_folder(w, d, name, 1, err);
	else
		rc = see_file(w, d, name, 1, 1, err);
out:
	ses_buf_free(&path);
	return rc;
}
