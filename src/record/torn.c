#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "base/time.h"
#include "record/torn.h"

#define BLOCK     8192
#define NAMES_MAX 1000

/* memrchr(3) is not in POSIX. */
static const char *
last_newline(const char *s, size_t len)
{
	while (len > 0)
		if (s[--len] == '\n')
			return s + len;
	return NULL;
}

int
ses_torn_start(int fd, uint64_t size, uint64_t *start, struct seshat_err *err)
{
	char block[BLOCK];
	const char *nl = NULL;
	size_t want = 1; /* nearly always the last byte says it all */
	size_t got;

	while (size > 0) {
		if (want > size)
			want = (size_t)size;
		if (ses_fs_pread(fd, block, want, size - want, &got, err) < 0)
			return -1;
		size -= want;
		nl = last_newline(block, got);
		if (nl != NULL)
			break;
		want = sizeof(block);
	}
	*start = nl == NULL ? 0 : size + (uint64_t)(nl - block) + 1;
	return 0;
}

/* A new file named by the time; the name of a millisecond that is taken
 * already gives way to the next one. */
static int
create(const char *path, mode_t mode, struct ses_buf *name, int *fd,
    struct seshat_err *err)
{
	int64_t now = ses_time_now();
	char time[SES_TIME_MAX];
	int i;

	for (i = 0; i < NAMES_MAX; i++) {
		ses_time_format(now + i, time);
		ses_buf_clear(name);
		ses_buf_fmt(name, "%s.torn-%s", path, time);
		(void)ses_buf_cstr(name);
		if (ses_buf_check(name, err) < 0)
			return -1;
		*fd = open(
		    name->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
		if (*fd >= 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	return ses_fail_errno(err, "create %s", name->data);
}

static int
copy(int from, int to, uint64_t start, uint64_t end, struct seshat_err *err)
{
	char block[BLOCK];
	size_t want;
	size_t got;

	while (start < end) {
		want = end - start < sizeof(block) ? (size_t)(end - start)
						   : sizeof(block);
		if (ses_fs_pread(from, block, want, start, &got, err) < 0)
			return -1;
		if (got == 0)
			return ses_fail(err, SESHAT_ECONFLICT,
			    "the file shrank while it was read");
		if (ses_fs_write(to, block, got, err) < 0)
			return -1;
		start += got;
	}
	if (fsync(to) < 0)
		return ses_fail_errno(err, "fsync");
	return 0;
}

int
ses_torn_cut(int fd, const char *path, uint64_t start, uint64_t size,
    struct ses_buf *saved, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	struct stat st;
	int to = -1;
	int rc = -1;

	ses_str_dirname(path, &dir);
	(void)ses_buf_cstr(&dir);
	if (ses_buf_check(&dir, err) < 0)
		goto out;
	if (fstat(fd, &st) < 0) {
		ses_fail_errno(err, "fstat");
		goto out;
	}
	if (create(path, st.st_mode & 0666, saved, &to, err) < 0)
		goto out;
	if (copy(fd, to, start, size, err) < 0 ||
	    ses_fs_sync_dir(dir.data, err) < 0) {
		ses_fail_in(err, "save the torn tail as %s", saved->data);
		(void)unlink(saved->data);
		goto out;
	}
	if (ftruncate(fd, (off_t)start) < 0) {
		ses_fail_errno(err, "cut off the torn tail");
		(void)unlink(saved->data);
		goto out;
	}
	rc = 0;
out:
	if (to >= 0)
		close(to);
	ses_buf_free(&dir);
	return rc;
}
