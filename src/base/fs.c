#include <sys/stat.h>
#include <sys/statfs.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/rand.h"
#include "base/str.h"

int
ses_fs_write(int fd, const void *data, size_t len, struct seshat_err *err)
{
	const char *p = data;
	ssize_t n;

	while (len > 0) {
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ses_fail_errno(err, "write");
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int
ses_fs_pread(int fd, void *data, size_t len, uint64_t offset, size_t *got,
    struct seshat_err *err)
{
	char *p = data;
	size_t have = 0;
	ssize_t n;

	while (have < len) {
		n = pread(fd, p + have, len - have, (off_t)(offset + have));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ses_fail_errno(err, "read");
		if (n == 0)
			break;
		have += (size_t)n;
	}
	*got = have;
	return 0;
}

static int
slurp_fd(int fd, size_t max, struct ses_buf *out, struct seshat_err *err)
{
	size_t start = out->len;
	size_t got = 0;
	char *room;

	do {
		room = ses_buf_room(out, 65536);
		if (room == NULL)
			return ses_fail_nomem(err);
		if (ses_fs_pread(fd, room, 65536, out->len - start, &got, err) <
		    0)
			return -1;
		ses_buf_grew(out, got);
		if (out->len - start > max)
			return ses_fail(
			    err, SESHAT_ELIMIT, "longer than %zu bytes", max);
	} while (got == 65536);
	return 0;
}

int
ses_fs_slurp(
    const char *path, size_t max, struct ses_buf *out, struct seshat_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat sb;
	int rc = -1;

	if (fd < 0)
		return ses_fail_errno(err, "%s", path);
	if (fstat(fd, &sb) < 0)
		ses_fail_errno(err, "stat");
	else if (!S_ISREG(sb.st_mode))
		ses_fail(err, SESHAT_EUNSUPPORTED, "not a regular file");
	else
		rc = slurp_fd(fd, max, out, err);
	close(fd);
	return rc < 0 ? ses_fail_in(err, "%s", path) : 0;
}

/* Make one folder unless it is there. */
static int
make_folder(char *path, mode_t mode, int durable, struct seshat_err *err)
{
	struct ses_buf parent = {0};
	int rc;

	if (mkdir(path, mode) < 0)
		return errno == EEXIST
			   ? 0
			   : ses_fail_errno(err, "make folder %s", path);
	if (!durable)
		return 0;
	ses_str_dirname(path, &parent);
	(void)ses_buf_cstr(&parent);
	rc = ses_buf_check(&parent, err);
	if (rc == 0)
		rc = ses_fs_sync_dir(parent.data, err);
	ses_buf_free(&parent);
	return rc;
}

static int
make_folders(const char *path, mode_t mode, int durable, struct seshat_err *err)
{
	char *copy = ses_str_dup(path);
	int rc = 0;
	char *p;

	if (copy == NULL)
		return ses_fail_nomem(err);
	for (p = copy + 1; *p != '\0' && rc == 0; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		rc = make_folder(copy, mode, durable, err);
		*p = '/';
	}
	if (rc == 0)
		rc = make_folder(copy, mode, durable, err);
	free(copy);
	return rc;
}

int
ses_fs_mkdirs(const char *path, mode_t mode, struct seshat_err *err)
{
	if (mkdir(path, mode) == 0 || errno == EEXIST)
		return 0;
	return make_folders(path, mode, 0, err);
}

int
ses_fs_mkdirs_durable(const char *path, mode_t mode, struct seshat_err *err)
{
	return make_folders(path, mode, 1, err);
}

int
ses_fs_sync_dir(const char *path, struct seshat_err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = 0;

	if (fd < 0)
		return ses_fail_errno(err, "open folder %s", path);
	if (fsync(fd) < 0)
		rc = ses_fail_errno(err, "fsync folder %s", path);
	close(fd);
	return rc;
}

int
ses_fs_sync_parent(const char *path, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	int rc;

	ses_str_dirname(path, &dir);
	(void)ses_buf_cstr(&dir);
	rc = ses_buf_check(&dir, err);
	if (rc == 0)
		rc = ses_fs_sync_dir(dir.data, err);
	ses_buf_free(&dir);
	return rc;
}

static int
write_new(const char *tmp, const void *data, size_t len, mode_t mode,
    int durable, struct seshat_err *err)
{
	int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	int rc = -1;

	if (fd < 0)
		return ses_fail_errno(err, "create %s", tmp);
	if (ses_fs_write(fd, data, len, err) < 0)
		goto out;
	if (durable && fsync(fd) < 0) {
		ses_fail_errno(err, "fsync");
		goto out;
	}
	rc = 0;
out:
	if (close(fd) < 0 && rc == 0)
		rc = ses_fail_errno(err, "close");
	return rc;
}

int
ses_fs_replace(const char *path, const void *data, size_t len, mode_t mode,
    int durable, struct seshat_err *err)
{
	struct ses_buf tmp = {0};
	struct ses_buf dir = {0};
	char mark[17];
	int rc = -1;

	ses_rand_hex(mark, 16);
	ses_buf_fmt(&tmp, "%s.tmp-%s", path, mark);
	ses_str_dirname(path, &dir);
	(void)ses_buf_cstr(&tmp);
	(void)ses_buf_cstr(&dir);
	if (ses_buf_check(&tmp, err) < 0 || ses_buf_check(&dir, err) < 0)
		goto out;
	if (write_new(tmp.data, data, len, mode, durable, err) < 0)
		goto fail;
	if (rename(tmp.data, path) < 0) {
		ses_fail_errno(err, "rename to %s", path);
		goto fail;
	}
	rc = durable ? ses_fs_sync_dir(dir.data, err) : 0;
	goto out;
fail:
	(void)unlink(tmp.data);
	ses_fail_in(err, "write %s", path);
out:
	ses_buf_free(&tmp);
	ses_buf_free(&dir);
	return rc;
}

int
ses_fs_each(const char *path,
    int (*each)(void *arg, const char *name, unsigned char d_type,
	struct seshat_err *err),
    void *arg, struct seshat_err *err)
{
	DIR *d = opendir(path);
	struct dirent *e;
	int rc = 0;

	if (d == NULL)
		return ses_fail_errno(err, "%s", path);
	while (rc == 0) {
		errno = 0;
		e = readdir(d);
		if (e == NULL) {
			if (errno != 0)
				rc = ses_fail_errno(err, "list %s", path);
			break;
		}
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		rc = each(arg, e->d_name, e->d_type, err);
	}
	closedir(d);
	return rc;
}

/* The numbers are those of statfs(2). */
int
ses_fs_is_network(int fd)
{
	struct statfs sf;

	if (fstatfs(fd, &sf) < 0)
		return 0;
	switch ((uint32_t)sf.f_type) {
	case 0x6969U:     /* NFS */
	case 0xff534d42U: /* CIFS */
	case 0xfe534d42U: /* SMB2 */
	case 0x517bU:     /* SMB */
	case 0x65735546U: /* FUSE: sshfs and its kind */
	case 0x01021997U: /* 9P */
	case 0x5346414fU: /* AFS */
	case 0x00c36400U: /* Ceph */
		return 1;
	default:
		return 0;
	}
}
