/*
 * Store in a folder: file:///path.  The tree of keys is the tree of files.
 * file_list.c walks it.
 */
#define _GNU_SOURCE /* renameat2 */

#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/str.h"
#include "config/url.h"
#include "store/file.h"

#define TMP      ".tmp-" /* of a temporary file, TMP_RAND hex digits behind */
#define TMP_RAND 16

#define SWEEP_AGE                                                              \
	((time_t)24 * 3600) /* seconds until a temporary file is litter */

/* "file:///a%20b" to "/a b". */
static int
decode_url(const char *url, struct ses_buf *out, struct seshat_err *err)
{
	const char *p = url + strlen("file://");
	unsigned char c;

	if (*p != '/')
		return ses_fail(err, SESHAT_EUSAGE,
		    "%s: a file store needs an absolute path, file:///path",
		    url);
	for (; *p != '\0'; p++) {
		if (p[0] == '/' && p[1] == '/')
			continue;
		if (*p != '%') {
			ses_buf_add(out, p, 1);
			continue;
		}
		if (p[1] == '\0' || ses_unhex(p + 1, 1, &c) < 0 || c == '\0')
			return ses_fail(
			    err, SESHAT_EUSAGE, "%s: bad %% escape", url);
		ses_buf_add(out, &c, 1);
		p += 2;
	}
	while (out->len > 1 && out->data[out->len - 1] == '/')
		out->len--;
	return 0;
}

static void
file_name(const void *st, struct ses_buf *out)
{
	const struct ses_file_store *f = st;

	ses_url_of_path(out, f->root);
}

static int
file_open(void *st, const char *url, const struct ses_store_access *access,
    struct ses_store_notes *notes, struct seshat_err *err)
{
	struct ses_file_store *f = st;
	struct ses_buf path = {0};
	int rc = -1;

	(void)access;
	f->notes = notes;
	if (decode_url(url, &path, err) < 0 || ses_buf_check(&path, err) < 0)
		goto out;
	f->root = ses_str_dup(ses_buf_cstr(&path));
	rc = f->root == NULL ? ses_fail_nomem(err) : 0;
out:
	ses_buf_free(&path);
	return rc;
}

static void
file_close(void *st)
{
	struct ses_file_store *f = st;
	size_t i;

	for (i = 0; i < SES_FILE_FOLDERS; i++)
		free(f->durable[i]);
	free(f->root);
}

/* Owner only, unless the root is setgid: then the group shares the vault. */
static int
is_shared(const struct ses_file_store *f)
{
	struct stat sb;

	return stat(f->root, &sb) == 0 && (sb.st_mode & S_ISGID) != 0;
}

/* Whether write_aside() names its files so; what else begins like them may be
 * the user's. */
static int
is_tmp(const char *name)
{
	const char *mark = name + strlen(TMP);

	return ses_str_starts(name, TMP) && strlen(mark) == TMP_RAND &&
	       strspn(mark, "0123456789abcdef") == TMP_RAND;
}

static int
sweep_one(
    void *arg, const char *name, unsigned char d_type, struct seshat_err *err)
{
	const struct ses_file_store *f = arg;
	struct ses_buf path = {0};
	struct stat sb;

	(void)d_type;
	(void)err;
	if (!is_tmp(name))
		return 0;
	ses_buf_fmt(&path, "%s/%s", f->root, name);
	if (lstat(ses_buf_cstr(&path), &sb) == 0 && S_ISREG(sb.st_mode) &&
	    sb.st_uid == geteuid() && time(NULL) - sb.st_mtime > SWEEP_AGE)
		(void)unlink(path.data);
	ses_buf_free(&path);
	return 0;
}

/* Before the first write: make the root, remove what killed writers left. */
static int
ready(struct ses_file_store *f, struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;

	if (f->ready)
		return 0;
	if (access(f->root, F_OK) < 0 &&
	    ses_fs_mkdirs_durable(f->root, 0700, err) < 0)
		return -1;
	(void)ses_fs_each(f->root, sweep_one, f, &ignored);
	f->shared = is_shared(f);
	f->ready = 1;
	return 0;
}

static int
get_fd(int fd, uint64_t from, uint64_t len, const struct ses_sink *sink,
    uint64_t *all, struct seshat_err *err)
{
	static const size_t step = (size_t)256 * 1024;
	struct ses_buf block = {0};
	char *room = ses_buf_room(&block, step);
	uint64_t left = len == 0 ? UINT64_MAX : len;
	size_t want;
	size_t got;
	int rc = -1;

	if (room == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	do {
		want = left < step ? (size_t)left : step;
		if (ses_fs_pread(fd, room, want, from, &got, err) < 0)
			goto out;
		if (got > 0 && ses_sink_write(sink, room, got, err) < 0)
			goto out;
		from += got;
		left -= got;
		*all += got;
	} while (got == want && left > 0);
	rc = 0;
out:
	ses_buf_free(&block);
	return rc;
}

static int
write_body(int fd, const struct ses_put *what, struct seshat_err *err)
{
	struct ses_sink sink = ses_sink_fd(&fd);
	uint64_t all = 0;

	if (what->data != NULL || what->len == 0)
		return ses_fs_write(fd, what->data, what->len, err);
	if (get_fd(what->fd, 0, what->len, &sink, &all, err) < 0)
		return -1;
	if (all < what->len)
		return ses_fail(
		    err, SESHAT_EFORMAT, "it became shorter while it was read");
	return 0;
}

/* Write and sync a temporary file in the root; its name goes to tmp. */
static int
write_aside(struct ses_file_store *f, const struct ses_put *what,
    struct ses_buf *tmp, int64_t *when, struct seshat_err *err)
{
	char mark[TMP_RAND + 1];
	struct stat sb;
	int fd;

	ses_rand_hex(mark, TMP_RAND);
	ses_buf_fmt(tmp, "%s/" TMP "%s", f->root, mark);
	(void)ses_buf_cstr(tmp);
	if (ses_buf_check(tmp, err) < 0)
		return -1;
	fd = open(tmp->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return ses_fail_errno(err, "create a file in %s", f->root);
	if (f->shared && fchmod(fd, 0660) < 0) {
		ses_fail_errno(err, "chmod");
		goto fail;
	}
	if (write_body(fd, what, err) < 0)
		goto fail;
	if (!(what->how & SES_PUT_CACHE) && fsync(fd) < 0) {
		ses_fail_errno(err, "fsync");
		goto fail;
	}
	if (fstat(fd, &sb) < 0) {
		ses_fail_errno(err, "stat");
		goto fail;
	}
	*when =
	    (int64_t)sb.st_mtim.tv_sec * 1000 + sb.st_mtim.tv_nsec / 1000000;
	if (close(fd) == 0)
		return 0;
	ses_fail_errno(err, "close");
	fd = -1;
fail:
	if (fd >= 0)
		close(fd);
	(void)unlink(tmp->data);
	return -1;
}

/* Give the temporary file its name, never replacing another. */
static int
publish_new(const char *tmp, const char *path, struct seshat_err *err)
{
	if (link(tmp, path) == 0) {
		(void)unlink(tmp); /* left over, it is swept later */
		return 0;
	}
	if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK &&
	    errno != ENOSYS)
		return ses_fail_errno(err, "link");
	if (renameat2(AT_FDCWD, tmp, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno == EINVAL || errno == ENOSYS)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "this file system can neither link nor rename without "
		    "replacing: keep the vault on another one");
	return ses_fail_errno(err, "rename");
}

static int
publish(const char *tmp, const char *path, unsigned how, struct seshat_err *err)
{
	if (how & SES_PUT_CREATE)
		return publish_new(tmp, path, err);
	if (rename(tmp, path) < 0)
		return ses_fail_errno(err, "rename");
	return 0;
}

static int
is_durable(const struct ses_file_store *f, const char *folder)
{
	size_t i;

	for (i = 0; i < SES_FILE_FOLDERS; i++)
		if (f->durable[i] != NULL && strcmp(f->durable[i], folder) == 0)
			return 1;
	return 0;
}

/* The folder's name in its parent reaches the disk; whoever made the folder
 * may have died before he saw to it. */
static int
settle_folder(
    struct ses_file_store *f, const char *folder, struct seshat_err *err)
{
	char *copy;

	if (is_durable(f, folder))
		return 0;
	if (ses_fs_sync_parent(folder, err) < 0)
		return -1;
	copy = ses_str_dup(folder);
	if (copy == NULL)
		return ses_fail_nomem(err);
	free(f->durable[f->next]);
	f->durable[f->next] = copy;
	f->next = (f->next + 1) % SES_FILE_FOLDERS;
	return 0;
}

/* Make a folder unless it is there. */
static int
make_folder(
    const struct ses_file_store *f, const char *path, struct seshat_err *err)
{
	if (mkdir(path, 0700) == 0) {
		if (!f->shared || chmod(path, 02770) == 0)
			return 0;
	} else if (errno == EEXIST) {
		return 0;
	}
	return ses_fail_errno(err, "make folder %s", path);
}

/* Each folder between the root and the file path: made, if make is set, and
 * on the disk. */
static int
settle_folders(
    struct ses_file_store *f, char *path, int make, struct seshat_err *err)
{
	char *slash = path + strlen(f->root);
	int rc = 0;

	while (rc == 0 && (slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		if (make)
			rc = make_folder(f, path, err);
		if (rc == 0)
			rc = settle_folder(f, path, err);
		*slash = '/';
	}
	return rc;
}

/* Give the temporary file its name, in folders that are made for it if need
 * be; on success, and when another has the name, both reach the disk. */
static int
publish_durably(struct ses_file_store *f, const char *tmp, char *path,
    unsigned how, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	int rc = publish(tmp, path, how, err);

	if (rc < 0 && err->code == SESHAT_ENOTFOUND &&
	    !(how & SES_PUT_INSIDE)) {
		rc = settle_folders(f, path, 1, err);
		if (rc == 0)
			rc = publish(tmp, path, how, err);
	} else if (rc < 0 && err->code == SESHAT_EEXISTS) {
		/* whoever finds it there goes on from it */
		if (settle_folders(f, path, 0, &why) < 0 ||
		    ses_fs_sync_parent(path, &why) < 0)
			*err = why;
		return -1;
	} else if (rc == 0 && !(how & (SES_PUT_INSIDE | SES_PUT_CACHE))) {
		rc = settle_folders(f, path, 0, err);
	}
	if (rc == 0 && !(how & SES_PUT_CACHE))
		rc = ses_fs_sync_parent(path, err);
	return rc;
}

/* Somebody removed the root since it was there: what is known of it is not
 * so any more. */
static int
has_vanished(struct ses_file_store *f)
{
	unsigned i;

	if (access(f->root, F_OK) == 0)
		return 0;
	f->ready = 0;
	for (i = 0; i < SES_FILE_FOLDERS; i++) {
		free(f->durable[i]);
		f->durable[i] = NULL;
	}
	return 1;
}

static int
file_make(void *st, struct seshat_err *err)
{
	return ready(st, err);
}

static int
file_put(void *st, const char *key, const struct ses_put *what, int64_t *when,
    struct seshat_err *err)
{
	struct ses_file_store *f = st;
	struct ses_buf path = {0};
	struct ses_buf tmp = {0};
	int rc = -1;

	ses_buf_fmt(&path, "%s/%s", f->root, key);
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0 || ready(f, err) < 0)
		goto out;
	f->notes->counts.put++;
	f->notes->counts.sent += what->len;
	if (write_aside(f, what, &tmp, when, err) < 0 &&
	    (!has_vanished(f) || ready(f, err) < 0 ||
		write_aside(f, what, &tmp, when, err) < 0))
		goto out;
	rc = publish_durably(f, tmp.data, path.data, what->how, err);
	if (rc < 0)
		(void)unlink(tmp.data);
	/* of a put without neighbours it says something else */
	if (rc < 0 && err->code == SESHAT_ENOTFOUND &&
	    !(what->how & SES_PUT_INSIDE))
		err->code = SESHAT_ESYS;
out:
	ses_buf_free(&path);
	ses_buf_free(&tmp);
	return rc;
}

/* Open an object for reading; a pipe or device in its place is none. */
static int
open_object(const struct ses_file_store *f, const char *key, struct stat *sb,
    struct seshat_err *err)
{
	struct ses_buf path = {0};
	int fd;

	ses_buf_fmt(&path, "%s/%s", f->root, key);
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0) /* not as absent as "" would be */
		return -1;
	fd = open(path.data, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ses_buf_free(&path);
	if (fd < 0)
		return ses_fail_errno(err, "open");
	if (fstat(fd, sb) < 0) {
		ses_fail_errno(err, "stat");
	} else if (!S_ISREG(sb->st_mode)) {
		ses_fail(err, SESHAT_ENOTFOUND, "not a file");
	} else {
		return fd;
	}
	close(fd);
	return -1;
}

static int
file_get(void *st, const char *key, uint64_t from, uint64_t len,
    const struct ses_sink *sink, struct seshat_err *err)
{
	struct ses_file_store *f = st;
	struct stat sb;
	int fd = open_object(f, key, &sb, err);
	int rc;

	f->notes->counts.get++;
	if (fd < 0)
		return -1;
	rc = get_fd(fd, from, len, sink, &f->notes->counts.got, err);
	close(fd);
	return rc;
}

static int
file_head(void *st, const char *key, struct ses_store_object *out,
    struct seshat_err *err)
{
	struct ses_file_store *f = st;
	struct stat sb = {0};
	int fd = open_object(f, key, &sb, err);

	f->notes->counts.head++;
	if (fd < 0)
		return -1;
	close(fd);
	out->size = (uint64_t)sb.st_size;
	out->mtime =
	    (int64_t)sb.st_mtim.tv_sec * 1000 + sb.st_mtim.tv_nsec / 1000000;
	return 0;
}

/* Remove the file, and the folders that are empty then. */
static int
file_del(void *st, const char *key, struct seshat_err *err)
{
	struct ses_file_store *f = st;
	struct ses_buf path = {0};
	char *slash;
	int rc = -1;

	f->notes->counts.del++;
	ses_buf_fmt(&path, "%s/%s", f->root, key);
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0)
		goto out;
	if (unlink(path.data) < 0 && errno != ENOENT && errno != ENOTDIR) {
		ses_fail_errno(err, "unlink");
		goto out;
	}
	while ((slash = strrchr(path.data, '/')) != NULL &&
	       (size_t)(slash - path.data) > strlen(f->root)) {
		*slash = '\0';
		if (rmdir(path.data) < 0)
			break;
	}
	rc = 0;
out:
	ses_buf_free(&path);
	return rc;
}

/* What a file bears that was just written. */
static int
file_now(void *st, int64_t *when, struct seshat_err *err)
{
	struct ses_file_store *f = st;
	struct ses_buf tmp = {0};
	const struct ses_put dot = {
	    .data = ".", .len = 1, .how = SES_PUT_CACHE};
	int rc = ready(f, err);

	f->notes->counts.now++;
	if (rc == 0)
		rc = write_aside(f, &dot, &tmp, when, err);
	if (rc == 0)
		(void)unlink(tmp.data);
	ses_buf_free(&tmp);
	return rc;
}

static void
file_path(const void *st, const char *key, struct ses_buf *out)
{
	const struct ses_file_store *f = st;

	ses_buf_fmt(out, "%s/%s", f->root, key);
}

const struct ses_store_ops ses_store_file = {
    .scheme = "file",
    .summary = "a folder: file:///path",
    .caps = SES_STORE_CREATE_ONLY | SES_STORE_RANGE | SES_STORE_LOCAL,
    .max_object = UINT64_C(1) << 40,
    .state_len = sizeof(struct ses_file_store),
    .name = file_name,
    .open = file_open,
    .make = file_make,
    .put = file_put,
    .get = file_get,
    .head = file_head,
    .list = ses_file_list,
    .del = file_del,
    .now = file_now,
    .path = file_path,
    .close = file_close,
};
