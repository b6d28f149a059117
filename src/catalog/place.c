/* Where the database is. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/file.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/str.h"
#include "base/xdg.h"
#include "catalog/db.h"

#define PREFIX  "seshat-catalog-"
#define PATTERN PREFIX "XXXXXX"

int
ses_catalog_place(struct ses_buf *out, struct seshat_err *err)
{
	if (ses_xdg_path(SES_XDG_CACHE, "catalog", out, err) < 0)
		return -1;
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err) < 0
		   ? -1
		   : ses_fs_mkdirs(out->data, 0700, err);
}

static int
remove_file(
    void *arg, const char *name, unsigned char d_type, struct seshat_err *err)
{
	(void)d_type;
	(void)err;
	(void)unlinkat(*(const int *)arg, name, 0);
	return 0;
}

/* Delete such a folder if it is ours, and with nobody who holds it. */
static void
remove_folder(const char *path, int fd)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct stat st;

	if (fstat(fd, &st) < 0 || st.st_uid != geteuid() ||
	    flock(fd, LOCK_EX | LOCK_NB) < 0)
		return;
	(void)ses_fs_each(path, remove_file, &fd, &ignored);
	(void)rmdir(path);
}

/* One that a process left behind which was killed. */
static int
sweep(void *arg, const char *name, unsigned char d_type, struct seshat_err *err)
{
	struct ses_buf path = {0};
	int fd;

	(void)d_type;
	(void)err;
	if (!ses_str_starts(name, PREFIX) || strlen(name) != strlen(PATTERN))
		return 0;
	ses_buf_fmt(&path, "%s/%s", (const char *)arg, name);
	fd = open(ses_buf_cstr(&path),
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0) {
		remove_folder(path.data, fd);
		(void)close(fd);
	}
	ses_buf_free(&path);
	return 0;
}

/* A folder of its own below base, held. */
static int
make_folder(struct ses_catalog *c, const char *base, struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};

	(void)ses_fs_each(base, sweep, (void *)(uintptr_t)base, &ignored);
	ses_buf_fmt(&path, "%s/%s", base, PATTERN);
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0)
		return -1;
	if (mkdtemp(path.data) == NULL) {
		ses_fail_errno(err, "%s", base);
		ses_buf_free(&path);
		return -1;
	}
	c->own = path.data;
	c->own_fd =
	    open(c->own, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	/* who sweeps just now may have it: it is gone, then, and cannot be
	 * written to */
	if (c->own_fd < 0 || flock(c->own_fd, LOCK_EX | LOCK_NB) < 0)
		return ses_fail_errno(err, "%s", c->own);
	return 0;
}

int
ses_catalog_own_place(
    struct ses_catalog *c, const struct seshat_err *why, struct seshat_err *err)
{
	const char *const bases[] = {
	    getenv("TMPDIR"), "/tmp", getenv("XDG_RUNTIME_DIR")};
	int rc = -1;
	size_t i;

	for (i = 0; rc < 0 && i < sizeof(bases) / sizeof(bases[0]); i++) {
		if (bases[i] == NULL || bases[i][0] != '/')
			continue;
		ses_catalog_leave_place(c);
		rc = make_folder(c, bases[i], err);
	}
	if (rc < 0) {
		*err = *why;
		(void)ses_fail_in(err,
		    "neither the cache nor a folder for temporary files can "
		    "be written (XDG_CACHE_HOME and TMPDIR set others)");
		return -1;
	}
	ses_log(SES_WARN,
	    "%s: the catalog is made in %s and deleted at the end, so that "
	    "every start reads all sessions anew (make that folder writable, "
	    "or set XDG_CACHE_HOME)",
	    why->msg, c->own);
	return 0;
}

void
ses_catalog_leave_place(struct ses_catalog *c)
{
	if (c->own_fd >= 0) {
		remove_folder(c->own, c->own_fd);
		(void)close(c->own_fd);
	}
	free(c->own);
	c->own = NULL;
	c->own_fd = -1;
}
