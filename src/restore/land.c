#define _GNU_SOURCE /* renameat2 */

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/str.h"
#include "restore/land.h"

/* Give a file a name that nothing has: 1, the old one stays; 0, it went, where
 * there are no links. */
static int
name_new(const char *old, const char *path, struct seshat_err *err)
{
	if (link(old, path) == 0)
		return 1;
	if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK &&
	    errno != ENOSYS)
		return ses_fail_errno(err, "%s", path);
	if (renameat2(AT_FDCWD, old, AT_FDCWD, path, RENAME_NOREPLACE) < 0)
		return ses_fail_errno(err, "%s", path);
	return 0;
}

/* The same, and the old one goes: it has one of the two, whatever fails. */
static int
rename_new(const char *from, const char *to, struct seshat_err *err)
{
	int rc = name_new(from, to, err);

	if (rc > 0 && unlink(from) < 0 && errno != ENOENT) {
		rc = ses_fail_errno(err, "%s", from);
		(void)unlink(to);
	}
	return rc < 0 ? -1 : 0;
}

int
ses_land_aside(const char *path, const char *aside, struct seshat_err *err)
{
	if (rename_new(path, aside, err) < 0)
		return -1;
	return ses_fs_sync_parent(path, err);
}

int
ses_land_move(const char *from, const char *to, struct seshat_err *err)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) < 0) {
		if (errno != EINVAL && errno != ENOSYS)
			return ses_fail_errno(err, "move %s", from);
		if (rename_new(from, to, err) < 0)
			return -1;
	}
	if (ses_fs_sync_parent(to, err) < 0)
		return -1;
	return ses_fs_sync_parent(from, err);
}

/* The name while it is written, which neither agents nor we take for a
 * transcript: always the same, so that nothing is left lying about.  An agent's
 * own file never has it: what has it may be removed. */
static int
name_tmp(const char *path, struct ses_buf *tmp, struct seshat_err *err)
{
	const char *name = ses_str_basename(path);
	char hex[SES_SHA256_HEX];

	ses_sha256_of(name, strlen(name), hex);
	ses_str_dirname(path, tmp);
	ses_buf_fmt(tmp, "/.seshat-restoring-%.16s", hex);
	(void)ses_buf_cstr(tmp);
	return ses_buf_check(tmp, err);
}

int
ses_land_settle(const char *path, struct seshat_err *err)
{
	struct ses_buf tmp = {0};
	int rc = name_tmp(path, &tmp, err);

	if (rc == 0 && unlink(tmp.data) < 0 && errno != ENOENT)
		rc = ses_fail_errno(err, "%s", tmp.data);
	if (rc == 0 && utimensat(AT_FDCWD, path, NULL, 0) < 0)
		rc = ses_fail_errno(err, "set the time of %s", path);
	ses_buf_free(&tmp);
	return rc;
}

static int
make_folder(const struct ses_landing *p, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	int rc;

	ses_str_dirname(p->path, &dir);
	(void)ses_buf_cstr(&dir);
	rc = ses_buf_check(&dir, err);
	if (rc == 0 && p->folders != 0)
		rc = ses_fs_mkdirs_durable(dir.data, p->folders, err);
	else if (rc == 0 && access(dir.data, F_OK) < 0)
		rc = ses_fail_errno(err, "%s", dir.data);
	ses_buf_free(&dir);
	return rc;
}

static int
write_tmp(const char *tmp, mode_t mode, const struct ses_land_text *t,
    struct seshat_err *err)
{
	int fd = open(
	    tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	struct ses_sink sink = ses_sink_fd(&fd);
	int rc = -1;

	if (fd < 0)
		return ses_fail_errno(err, "create %s", tmp);
	if (ses_land_push(t, &sink, err) < 0) {
		ses_fail_in(err, "%s", tmp);
		goto out;
	}
	/* an agent's own mode, whatever the umask is */
	if (fchmod(fd, mode) < 0 || fsync(fd) < 0) {
		ses_fail_errno(err, "write %s", tmp);
		goto out;
	}
	rc = 0;
out:
	if (close(fd) < 0 && rc == 0)
		rc = ses_fail_errno(err, "write %s", tmp);
	return rc;
}

/* Whether the file is still the one that was looked at. */
static int
check_same(const char *path, const struct stat *was, struct seshat_err *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return ses_fail_errno(err, "%s", path);
	if (st.st_dev != was->st_dev || st.st_ino != was->st_ino ||
	    st.st_size != was->st_size ||
	    st.st_mtim.tv_sec != was->st_mtim.tv_sec ||
	    st.st_mtim.tv_nsec != was->st_mtim.tv_nsec)
		return ses_fail(err, SESHAT_ECONFLICT,
		    "%s is being written: it changed meanwhile", path);
	return 0;
}

/* What was about to be replaced is not: it has its name alone again. */
static void
take_back(const char *path, const char *aside)
{
	struct stat a;
	struct stat b;

	if (lstat(path, &a) < 0)
		(void)renameat2(
		    AT_FDCWD, aside, AT_FDCWD, path, RENAME_NOREPLACE);
	else if (lstat(aside, &b) == 0 && a.st_dev == b.st_dev &&
		 a.st_ino == b.st_ino)
		(void)unlink(aside);
}

/* It takes the place of what stands there, which an agent may just now have
 * added to: that is looked at once more, when no one finds it any longer.  The
 * new one has the spare name before, so that the old one has it from the moment
 * of the exchange: whatever comes then, it is not lost. */
static int
exchange(const struct ses_landing *p, const char *tmp, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;

	if (rename_new(tmp, p->spare, err) < 0)
		return -1;
	if (renameat2(AT_FDCWD, p->spare, AT_FDCWD, p->path, RENAME_EXCHANGE) <
	    0) {
		if (rename(p->spare, p->path) == 0)
			return 0;
		ses_fail_errno(err, "%s", p->path);
		(void)unlink(p->spare);
		return -1;
	}
	if (ses_land_is_written(p->spare) ||
	    check_same(p->spare, p->was, &why) < 0)
		return 1;
	return unlink(p->spare) < 0;
}

static int
replace(const struct ses_landing *p, const char *tmp, struct seshat_err *err)
{
	if (p->spare != NULL)
		return exchange(p, tmp, err);
	return rename(tmp, p->path) < 0 ? ses_fail_errno(err, "%s", p->path)
					: 0;
}

/* 1, the old one has the spare name. */
static int
publish(const struct ses_landing *p, const char *tmp, struct seshat_err *err)
{
	int rc;

	if (p->was == NULL) {
		/* which the agent may have added to by now: it stays */
		if (name_new(tmp, p->path, err) < 0)
			return -1;
		rc = unlink(tmp) < 0 && errno != ENOENT
			 ? ses_fail_errno(err, "%s", tmp)
			 : 0;
	} else {
		if (check_same(p->path, p->was, err) < 0 ||
		    (p->aside != NULL && name_new(p->path, p->aside, err) < 0))
			return -1;
		rc = replace(p, tmp, err);
		if (rc < 0 && p->aside != NULL)
			take_back(p->path, p->aside);
	}
	if (rc >= 0 && ses_fs_sync_parent(p->path, err) < 0)
		rc = rc > 0 ? ses_fail_in(
				  err, "what stood there is %s now", p->spare)
			    : -1;
	return rc;
}

int
ses_land_write(const struct ses_landing *p, const struct ses_land_text *t,
    struct seshat_err *err)
{
	struct ses_buf tmp = {0};
	int rc = -1;

	if (make_folder(p, err) < 0 || name_tmp(p->path, &tmp, err) < 0)
		goto out;
	if (unlink(tmp.data) < 0 && errno != ENOENT) {
		ses_fail_errno(err, "%s", tmp.data);
		goto out;
	}
	if (write_tmp(tmp.data, p->mode, t, err) == 0)
		rc = publish(p, tmp.data, err);
	if (rc < 0)
		(void)unlink(tmp.data);
out:
	ses_buf_free(&tmp);
	return rc;
}
