/*
 * Preloaded into a program, this counts the calls by which it changes the
 * disk and kills it just before one of them:
 *
 *   CRASH_AT=N       die by SIGKILL before the Nth call
 *   CRASH_TORN=1     if that call is a write, store the first half of it
 *                    before dying
 *   CRASH_COUNT=FILE write the number of calls to FILE when the program ends
 *
 * Calls that the C library makes to itself (stdio, mkstemp) do not pass here:
 * the program's own files are written by plain calls.
 */
#define _GNU_SOURCE /* O_TMPFILE and the names that are wrapped */
/* open and open64 are two names here, and the checked calls are not wanted. */
#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_long calls;

static long
number_in(const char *name)
{
	const char *text = getenv(name);

	return text == NULL ? 0 : strtol(text, NULL, 10);
}

static void
die(void)
{
	(void)kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

/* Count one call; whether it is the one to die at. */
static int
is_due(void)
{
	return atomic_fetch_add(&calls, 1) + 1 == number_in("CRASH_AT");
}

static void
count_call(void)
{
	if (is_due())
		die();
}

/* Count a write.  The half of a torn one goes past all wrappers. */
static void
count_write(int fd, const void *data, size_t len, off_t offset)
{
	if (!is_due())
		return;
	if (number_in("CRASH_TORN") != 0 && offset < 0)
		(void)!syscall(SYS_write, fd, data, len / 2);
	else if (number_in("CRASH_TORN") != 0)
		(void)!syscall(SYS_pwrite64, fd, data, len / 2, offset);
	die();
}

__attribute__((destructor)) static void
report(void)
{
	const char *path = getenv("CRASH_COUNT");
	char text[32];
	int len;
	int fd;

	if (path == NULL)
		return;
	len = snprintf(text, sizeof(text), "%ld\n", atomic_load(&calls));
	fd = (int)syscall(SYS_openat, AT_FDCWD, path,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd >= 0)
		(void)!syscall(SYS_write, fd, text, (size_t)len);
}

/*
 * The wrappers make the system call themselves, so that nothing must be looked
 * up.  The 64-bit names are the same functions where off_t has 64 bits.
 */
_Static_assert(sizeof(off_t) == sizeof(off64_t), "off_t has 64 bits");
#define ALSO(name) __attribute__((alias(name)))

int
fsync(int fd)
{
	count_call();
	return (int)syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	count_call();
	return (int)syscall(SYS_fdatasync, fd);
}

int
unlinkat(int dir, const char *path, int flags)
{
	count_call();
	return (int)syscall(SYS_unlinkat, dir, path, flags);
}

int
unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

int
rmdir(const char *path)
{
	return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

int
linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	count_call();
	return (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
}

int
link(const char *from, const char *to)
{
	return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
symlink(const char *target, const char *path)
{
	count_call();
	return (int)syscall(SYS_symlinkat, target, AT_FDCWD, path);
}

int
renameat2(
    int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	count_call();
	return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
}

int
renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	return renameat2(from_dir, from, to_dir, to, 0);
}

int
rename(const char *from, const char *to)
{
	return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
mkdirat(int dir, const char *path, mode_t mode)
{
	count_call();
	return (int)syscall(SYS_mkdirat, dir, path, mode);
}

int
mkdir(const char *path, mode_t mode)
{
	return mkdirat(AT_FDCWD, path, mode);
}

int
ftruncate(int fd, off_t len)
{
	count_call();
	return (int)syscall(SYS_ftruncate, fd, len);
}
int ftruncate64(int fd, off64_t len) ALSO("ftruncate");

int
truncate(const char *path, off_t len)
{
	count_call();
	return (int)syscall(SYS_truncate, path, len);
}
int truncate64(const char *path, off64_t len) ALSO("truncate");

ssize_t
write(int fd, const void *data, size_t len)
{
	count_write(fd, data, len, -1);
	return syscall(SYS_write, fd, data, len);
}

ssize_t
pwrite(int fd, const void *data, size_t len, off_t at)
{
	count_write(fd, data, len, at);
	return syscall(SYS_pwrite64, fd, data, len, at);
}
ssize_t pwrite64(int fd, const void *data, size_t len, off64_t at)
    ALSO("pwrite");

/* Half of a torn writev is the first half of its first piece. */
ssize_t
writev(int fd, const struct iovec *v, int n)
{
	count_write(fd, n > 0 ? v->iov_base : "", n > 0 ? v->iov_len : 0, -1);
	return syscall(SYS_writev, fd, v, n);
}

/* Only an open that may make a file counts. */
static int
open_counted(int dir, const char *path, int flags, mode_t mode)
{
	if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE)
		count_call();
	return (int)syscall(SYS_openat, dir, path, flags, mode);
}

/* The mode is there only with the flags that need it, but reading it when it
 * is not there is harmless: the kernel ignores it. */
int
open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = va_arg(ap, mode_t);
	va_end(ap);
	return open_counted(AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) ALSO("open");

int
openat(int dir, const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = va_arg(ap, mode_t);
	va_end(ap);
	return open_counted(dir, path, flags, mode);
}
int openat64(int dir, const char *path, int flags, ...) ALSO("openat");

int
creat(const char *path, mode_t mode)
{
	return open_counted(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}
int creat64(const char *path, mode_t mode) ALSO("creat");
