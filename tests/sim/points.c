#define _GNU_SOURCE /* F_OFD_SETLK */

#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim/points.h"

static struct points plan;
static unsigned passed;
static int active;

/* The function that stands before name, whose own it can call __real_. */
#define DECLARE(type, name, args)                                              \
	type __real_##name args;                                               \
	type __wrap_##name args
#define WRAP(type, name, args)                                                 \
	DECLARE(type, name, args);                                             \
	type __wrap_##name args

uint64_t
points_random(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

void
points_start(const struct points *p)
{
	plan = *p;
	passed = 0;
	active = 1;
}

unsigned
points_stop(void)
{
	active = 0;
	return passed;
}

DECLARE(ssize_t, write, (int fd, const void *data, size_t len));

static void
say(char word)
{
	if (plan.tell >= 0 && __real_write(plan.tell, &word, 1) != 1)
		_exit(POINTS_DIED);
}

static void
pause_here(void)
{
	char word = 0;

	say(POINTS_PAUSED);
	if (read(plan.hear, &word, 1) != 1 || word != POINTS_GO_ON)
		_exit(POINTS_DIED);
}

/* Before a call: -1 when it is to fail. */
static int
before(void)
{
	if (!active || ++passed != plan.at)
		return 0;
	switch (plan.how) {
	case POINTS_BEFORE:
	case POINTS_TORN:
		_exit(POINTS_DIED);
	case POINTS_FAIL:
		errno = plan.error;
		return -1;
	case POINTS_PAUSE:
		pause_here();
		return 0;
	default:
		return 0;
	}
}

/* After it. */
static void
after(void)
{
	if (active && passed == plan.at && plan.how == POINTS_AFTER)
		_exit(POINTS_DIED);
}

/* A file that is written bears the simulator's time. */
static void
stamp(int fd)
{
	struct timespec t[2];
	int was = errno;

	t[0].tv_sec = (time_t)(plan.now / 1000);
	t[0].tv_nsec = (long)(plan.now % 1000) * 1000000;
	t[1] = t[0];
	(void)futimens(fd, t);
	errno = was;
}

ssize_t
__wrap_write(int fd, const void *data, size_t len)
{
	ssize_t n;

	if (active && passed + 1 == plan.at && len > 1 &&
	    (plan.how == POINTS_TORN || plan.how == POINTS_SHORT)) {
		passed++;
		n = __real_write(fd, data, len / 2);
		if (plan.how == POINTS_TORN)
			_exit(POINTS_DIED);
		return n;
	}
	if (before() < 0)
		return -1;
	n = __real_write(fd, data, len);
	if (active)
		stamp(fd);
	after();
	return n;
}

/* The calls that differ only in what they are given. */
#define WRAP_SIMPLE(type, name, args, given)                                   \
	WRAP(type, name, args)                                                 \
	{                                                                      \
		type rc;                                                       \
                                                                               \
		if (before() < 0)                                              \
			return -1;                                             \
		rc = __real_##name given;                                      \
		after();                                                       \
		return rc;                                                     \
	}

WRAP_SIMPLE(int, fsync, (int fd), (fd))
WRAP_SIMPLE(int, unlink, (const char *path), (path))
WRAP_SIMPLE(int, rmdir, (const char *path), (path))
WRAP_SIMPLE(int, link, (const char *from, const char *to), (from, to))
WRAP_SIMPLE(int, rename, (const char *from, const char *to), (from, to))
WRAP_SIMPLE(int, renameat2,
    (int a, const char *from, int b, const char *to, unsigned flags),
    (a, from, b, to, flags))
WRAP_SIMPLE(int, mkdir, (const char *path, mode_t mode), (path, mode))
WRAP_SIMPLE(int, ftruncate64, (int fd, off_t len), (fd, len))
WRAP_SIMPLE(ssize_t, pread64, (int fd, void *to, size_t len, off_t at),
    (fd, to, len, at))

WRAP(int, open64, (const char *path, int flags, ...))
{
	va_list ap;
	mode_t mode = 0;
	int fd;

	if ((flags & O_CREAT) != 0) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	if (before() < 0)
		return -1;
	fd = __real_open64(path, flags, mode);
	after();
	return fd;
}

/* Only locks come here with an argument of this kind.  One that another
 * holds is waited for when the simulator knows it. */
WRAP(int, fcntl64, (int fd, int cmd, ...))
{
	va_list ap;
	struct flock *lock;
	int rc;

	va_start(ap, cmd);
	lock = va_arg(ap, struct flock *);
	va_end(ap);
	if (!active)
		return __real_fcntl64(fd, cmd, lock);
	if (lock->l_type == F_UNLCK)
		return __real_fcntl64(fd, cmd, lock);
	if (before() < 0)
		return -1;
	rc = __real_fcntl64(fd, F_OFD_SETLK, lock);
	if (rc < 0) {
		say(POINTS_BLOCKED);
		rc = __real_fcntl64(fd, cmd, lock);
	}
	after();
	return rc;
}

WRAP(ssize_t, getrandom, (void *to, size_t len, unsigned flags))
{
	uint64_t v;
	size_t n;
	size_t i;

	if (!active)
		return __real_getrandom(to, len, flags);
	for (i = 0; i < len; i += n) {
		v = points_random(&plan.seed);
		n = len - i < sizeof(v) ? len - i : sizeof(v);
		memcpy((char *)to + i, &v, n);
	}
	return (ssize_t)len;
}

WRAP(int, clock_gettime, (clockid_t clock, struct timespec *t))
{
	if (!active)
		return __real_clock_gettime(clock, t);
	plan.now++;
	t->tv_sec = (time_t)(plan.now / 1000);
	t->tv_nsec = (long)(plan.now % 1000) * 1000000;
	return 0;
}

WRAP(time_t, time, (time_t * t))
{
	if (!active)
		return __real_time(t);
	if (t != NULL)
		*t = (time_t)(plan.now / 1000);
	return (time_t)(plan.now / 1000);
}
