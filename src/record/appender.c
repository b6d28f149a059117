#define _GNU_SOURCE /* statx */

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "record/appender.h"
#include "record/torn.h"

/* How often the file may be replaced under us before we give up. */
#define TRIES_MAX 100

void
ses_appender_init(struct ses_appender *a, const char *path)
{
	*a = (struct ses_appender){.path = path, .fd = -1};
}

/* Sync the folder of path.  One that may be written but not read cannot be
 * opened for it; then it is left to the file's own sync, which takes the name
 * along on every file system that Linux has. */
static int
sync_parent(const char *path, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	int rc;

	ses_str_dirname(path, &dir);
	(void)ses_buf_cstr(&dir);
	rc = ses_buf_check(&dir, err);
	if (rc == 0 && ses_fs_sync_dir(dir.data, err) < 0 && err->sys != EACCES)
		rc = -1;
	ses_buf_free(&dir);
	return rc;
}

/* Make the folder of path and its parents, their names on disk. */
static int
make_folders(const char *path, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	char *p;
	char was;
	int rc = -1;

	ses_str_dirname(path, &dir);
	(void)ses_buf_cstr(&dir);
	if (ses_buf_check(&dir, err) < 0)
		goto out;
	p = dir.data;
	do {
		p += 1 + strcspn(p + 1, "/");
		was = *p;
		*p = '\0';
		if (mkdir(dir.data, 0755) == 0) {
			if (sync_parent(dir.data, err) < 0)
				goto out;
		} else if (errno != EEXIST) {
			ses_fail_errno(err, "make folder %s", dir.data);
			goto out;
		}
		*p = was;
	} while (was != '\0');
	rc = 0;
out:
	ses_buf_free(&dir);
	return rc;
}

/* Open what is there, or make it.  O_NONBLOCK and O_NOCTTY: what is there may
 * be anything. */
static int
open_or_make(struct ses_appender *a, struct seshat_err *err)
{
	const int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

	a->made = 0;
	a->fd = open(a->path, flags);
	if (a->fd < 0 && errno == ENOENT) {
		if (make_folders(a->path, err) < 0)
			return -1;
		a->fd = open(a->path, flags | O_CREAT | O_EXCL, 0644);
		a->made = a->fd >= 0;
		if (a->fd < 0 && errno == EEXIST) /* another was faster */
			a->fd = open(a->path, flags | O_CREAT, 0644);
	}
	return a->fd < 0 ? ses_fail_errno(err, "open") : 0;
}

static int
open_file(struct ses_appender *a, struct seshat_err *err)
{
	struct stat st;

	if (open_or_make(a, err) < 0)
		return -1;
	if (fstat(a->fd, &st) < 0)
		return ses_fail_errno(err, "fstat");
	if (!S_ISREG(st.st_mode))
		return ses_fail(err, SESHAT_EFORMAT, "not a regular file");
	a->dev = st.st_dev;
	a->ino = st.st_ino;
	a->end = 0;
	return 0;
}

int
ses_appender_sync(struct ses_appender *a, struct seshat_err *err)
{
	if (a->unsynced && fdatasync(a->fd) < 0)
		return ses_fail_errno(err, "%s: fdatasync", a->path);
	a->unsynced = 0;
	if (a->nameless && sync_parent(a->path, err) < 0)
		return ses_fail_in(err, "%s", a->path);
	a->nameless = 0;
	return 0;
}

/* Close, which gives the lock back; what close(2) answered. */
static int
drop(struct ses_appender *a)
{
	int rc = a->fd >= 0 ? close(a->fd) : 0;

	a->fd = -1;
	a->unsynced = 0;
	a->nameless = 0;
	return rc;
}

/* Whether the path still names our file; its size.  statx and not stat: who
 * asks for the times of a file makes the next write store new ones, which
 * costs more than the write. */
static int
still_there(struct ses_appender *a)
{
	struct statx st;

	if (statx(AT_FDCWD, a->path, 0, STATX_INO | STATX_SIZE, &st) < 0 ||
	    makedev(st.stx_dev_major, st.stx_dev_minor) != a->dev ||
	    st.stx_ino != a->ino)
		return 0;
	a->size = st.stx_size;
	return 1;
}

/* Open the file, take its lock, and see that it is still the one that the
 * path names: it may have been removed or renamed while we waited. */
static int
hold(struct ses_appender *a, struct seshat_err *err)
{
	int rc;
	int i;

	for (i = 0; i < TRIES_MAX; i++) {
		if (a->fd < 0 && open_file(a, err) < 0) {
			(void)drop(a);
			return -1;
		}
		while (flock(a->fd, LOCK_EX) < 0)
			if (errno != EINTR)
				return ses_fail_errno(err, "lock");
		if (still_there(a))
			return 0;
		/* What we appended is in the file that was moved away. */
		rc = a->unsynced ? fdatasync(a->fd) : 0;
		if (rc < 0)
			ses_fail_errno(err, "fdatasync");
		(void)drop(a);
		if (rc < 0)
			return -1;
	}
	return ses_fail(err, SESHAT_ECONFLICT,
	    "it was replaced %d times while it was being opened", TRIES_MAX);
}

/* Cut off what a killed append left behind.  Behind our own last line there
 * is none: who appends cuts first, so the file only ever grew since. */
static int
cut_torn(struct ses_appender *a, struct seshat_err *err)
{
	uint64_t start;

	a->cut = 0;
	if (a->size == 0 || a->size == a->end)
		return 0;
	if (ses_torn_start(a->fd, a->size, &start, err) < 0)
		return -1;
	if (start == a->size)
		return 0;
	if (ses_torn_cut(a->fd, a->path, start, a->size, &a->saved, err) < 0)
		return -1;
	a->cut = a->size - start;
	a->size = start;
	return 0;
}

static int
write_line(int fd, const char *line, size_t len, struct seshat_err *err)
{
	ssize_t n;

	do {
		n = write(fd, line, len);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return ses_fail_errno(err, "append");
	if ((size_t)n < len)
		return ses_fail(err, SESHAT_ELIMIT,
		    "append: only %zd of %zu bytes could be written (disk "
		    "full, quota, or a limit on the size of files)",
		    n, len);
	return 0;
}

static int
put_locked(struct ses_appender *a, const char *line, size_t len, int sync,
    struct seshat_err *err)
{
	if (cut_torn(a, err) < 0)
		return -1;
	a->nameless |= a->size == 0;
	if (write_line(a->fd, line, len, err) < 0)
		goto fail;
	if (sync && fdatasync(a->fd) < 0) {
		ses_fail_errno(err, "fdatasync");
		goto fail;
	}
	if (sync && a->nameless && sync_parent(a->path, err) < 0)
		goto fail;
	if (sync)
		a->nameless = 0;
	a->unsynced |= !sync;
	a->end = a->size + len;
	return 0;
fail:
	a->end = 0;
	if (ftruncate(a->fd, (off_t)a->size) < 0)
		ses_fail_in(err,
		    "the failed append could not be taken back (%s)",
		    strerror(errno));
	else if (a->made && a->size == 0)
		(void)unlink(a->path); /* who waits for it will notice */
	return -1;
}

int
ses_appender_put(struct ses_appender *a, const char *line, size_t len, int sync,
    struct seshat_err *err)
{
	int rc;

	if (hold(a, err) < 0)
		return ses_fail_in(err, "%s", a->path);
	rc = put_locked(a, line, len, sync, err);
	(void)flock(a->fd, LOCK_UN);
	return rc < 0 ? ses_fail_in(err, "%s", a->path) : 0;
}

int
ses_appender_close(struct ses_appender *a, struct seshat_err *err)
{
	ses_buf_free(&a->saved);
	if (drop(a) < 0 && errno != EINTR)
		return ses_fail_errno(err, "%s: close", a->path);
	return 0;
}
