#include "base/keep.h"

#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/lock.h"
#include "base/rand.h"
#include "base/str.h"

#define ID_MAX 256 /* machine-id(5): 32 hex digits and a newline */

int
ses_keep_read(
    const char *path, size_t min, struct ses_buf *out, struct seshat_err *err)
{
	size_t len;

	ses_buf_clear(out);
	if (ses_fs_slurp(path, ID_MAX, out, err) < 0)
		return err->code == SESHAT_ENOMEM || err->code == SESHAT_ESYS
			   ? -1
			   : 0;
	len = strcspn(ses_buf_cstr(out), "\n");
	if (ses_buf_check(out, err) < 0)
		return -1;
	out->len = len;
	return len >= min;
}

/* With the lock held. */
static int
make(const char *path, size_t digits, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_buf line = {0};
	char hex[17];
	size_t n;
	int rc = -1;

	while (line.len < digits && !line.bad) {
		n = digits - line.len < 16 ? digits - line.len : 16;
		ses_rand_hex(hex, n);
		ses_buf_add(&line, hex, n);
	}
	ses_buf_clear(out);
	ses_buf_add(out, line.data, line.len);
	ses_buf_str(&line, "\n");
	if (ses_buf_check(&line, err) == 0 && ses_buf_check(out, err) == 0)
		rc = ses_fs_replace(path, line.data, line.len, 0600, 1, err);
	ses_buf_free(&line);
	return rc;
}

int
ses_keep_random(const char *path, size_t digits, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_buf dir = {0};
	struct ses_buf lock = {0};
	int fd = -1;
	int there = ses_keep_read(path, digits, out, err);
	int rc = there > 0 ? 0 : -1;

	if (there != 0)
		return rc;
	ses_str_dirname(path, &dir);
	ses_buf_fmt(&lock, "%s/lock", ses_buf_cstr(&dir));
	(void)ses_buf_cstr(&lock);
	if (ses_buf_check(&dir, err) < 0 || ses_buf_check(&lock, err) < 0)
		goto out;
	if (ses_fs_mkdirs(dir.data, 0700, err) < 0 ||
	    ses_lock_open(lock.data, &fd, err) < 0 ||
	    ses_lock_take(fd, "machine-id", err) < 0)
		goto out;
	there = ses_keep_read(path, digits, out, err);
	if (there >= 0)
		rc = there > 0 ? 0 : make(path, digits, out, err);
out:
	if (fd >= 0)
		close(fd);
	ses_buf_free(&dir);
	ses_buf_free(&lock);
	return rc;
}
