#define _GNU_SOURCE  /* F_OFD_SETLKW: locks of the open file, not the process  \
		      */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/lock.h"

static struct flock
range(const char *name, short type)
{
	char hex[SES_SHA256_HEX];
	unsigned char b[8] = {0};
	uint64_t at = 0;
	size_t i;

	ses_sha256_of(name, strlen(name), hex);
	(void)ses_unhex(hex, 7, b);
	for (i = 0; i < 7; i++)
		at = at << 8 | b[i];
	return (struct flock){.l_type = type,
	    .l_whence = SEEK_SET,
	    .l_start = (off_t)at,
	    .l_len = 1};
}

int
ses_lock_open(const char *path, int *fd, struct seshat_err *err)
{
	int f = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (f < 0)
		return ses_fail_errno(err, "open %s", path);
	*fd = f;
	return 0;
}

int
ses_lock_take(int fd, const char *name, struct seshat_err *err)
{
	struct flock l = range(name, F_WRLCK);

	while (fcntl(fd, F_OFD_SETLKW, &l) < 0)
		if (errno != EINTR)
			return ses_fail_errno(err, "lock %s", name);
	return 0;
}

void
ses_lock_drop(int fd, const char *name)
{
	struct flock l = range(name, F_UNLCK);

	(void)fcntl(fd, F_OFD_SETLK, &l);
}
