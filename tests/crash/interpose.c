/*
 * Preloaded into a program, this counts the calls by which it changes the
 * disk and kills it just before one of them:
 *
 *   CRASH_AT=N       die by SIGKILL before the Nth call
 *   CRASH_TORN=1     if that call is a write, store the first half of it
 *                    before dying
 *   CRASH_COUNT=FILE write the number of calls to FILE when the program ends
 *
 * It also makes a disk that is not as it should be, and another machine:
 *
 *   FAIL="link:1 …"  these calls fail with that errno: fsync unlink link rename
 *                    renameat2 mkdir truncate write open, and fsync-file,
 *                    which is an fsync of what is no folder
 *   FAIL_FROM=N      only from the Nth call on
 *   FAIL_UNDER=DIR   only on files and folders below DIR, and on itself; a
 *                    rename from there or to there
 *   STOP=link        stop by SIGSTOP before the first of these calls
 *   MACHINE_ID=FILE  is read in place of /etc/machine-id
 *   CLOCK_SHIFT=FILE so many seconds as the file says the clock is wrong
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

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static atomic_long calls;
static atomic_int stopped;

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

static int
is_under(const char *path)
{
	const char *dir = getenv("FAIL_UNDER");
	size_t len;

	if (dir == NULL)
		return 1;
	len = strlen(dir);
	return strncmp(path, dir, len) == 0 &&
	       (path[len] == '\0' || path[len] == '/');
}

/* Whether this call is to fail; errno says how. */
static int
fails(const char *call, const char *path)
{
	const char *stop = getenv("STOP");
	const char *p = getenv("FAIL");
	size_t len = strlen(call);

	if (stop != NULL && strcmp(stop, call) == 0 &&
	    atomic_exchange(&stopped, 1) == 0)
		(void)raise(SIGSTOP);
	if (p == NULL || atomic_load(&calls) < number_in("FAIL_FROM") ||
	    !is_under(path))
		return 0;
	for (; *p != '\0'; p += strcspn(p, " "), p += *p == ' ') {
		if (strncmp(p, call, len) == 0 && p[len] == ':') {
			errno = (int)strtol(p + len + 1, NULL, 10);
			return 1;
		}
	}
	return 0;
}

static int
fails_fd(const char *call, int fd)
{
	char link[64];
	char path[PATH_MAX];
	ssize_t len;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path) - 1);
	path[len < 0 ? 0 : len] = '\0';
	return fails(call, path);
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

static int
fsync_fails(int fd)
{
	struct stat st;

	return fails_fd("fsync", fd) ||
	       (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode) &&
		   fails_fd("fsync-file", fd));
}

int
fsync(int fd)
{
	count_call();
	if (fsync_fails(fd))
		return -1;
	return (int)syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	count_call();
	if (fsync_fails(fd))
		return -1;
	return (int)syscall(SYS_fdatasync, fd);
}

int
unlinkat(int dir, const char *path, int flags)
{
	count_call();
	if (fails("unlink", path))
		return -1;
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
	if (fails("link", to))
		return -1;
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
	if (fails(flags != 0 ? "renameat2" : "rename",
		is_under(from) ? from : to))
		return -1;
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
	if (fails("mkdir", path))
		return -1;
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
	if (fails_fd("truncate", fd))
		return -1;
	return (int)syscall(SYS_ftruncate, fd, len);
}
int ftruncate64(int fd, off64_t len) ALSO("ftruncate");

int
truncate(const char *path, off_t len)
{
	count_call();
	if (fails("truncate", path))
		return -1;
	return (int)syscall(SYS_truncate, path, len);
}
int truncate64(const char *path, off64_t len) ALSO("truncate");

ssize_t
write(int fd, const void *data, size_t len)
{
	count_write(fd, data, len, -1);
	if (fails_fd("write", fd))
		return -1;
	return syscall(SYS_write, fd, data, len);
}

ssize_t
pwrite(int fd, const void *data, size_t len, off_t at)
{
	count_write(fd, data, len, at);
	if (fails_fd("write", fd))
		return -1;
	return syscall(SYS_pwrite64, fd, data, len, at);
}
ssize_t pwrite64(int fd, const void *data, size_t len, off64_t at)
    ALSO("pwrite");

/* Half of a torn writev is the first half of its first piece. */
ssize_t
writev(int fd, const struct iovec *v, int n)
{
	count_write(fd, n > 0 ? v->iov_base : "", n > 0 ? v->iov_len : 0, -1);
	if (fails_fd("write", fd))
		return -1;
	return syscall(SYS_writev, fd, v, n);
}

/* Only an open that may make a file counts. */
static int
open_counted(int dir, const char *path, int flags, mode_t mode)
{
	const char *id = getenv("MACHINE_ID");

	if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE) {
		count_call();
		if (fails("open", path))
			return -1;
	} else if (id != NULL && strcmp(path, "/etc/machine-id") == 0) {
		path = id;
	}
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

int
clock_gettime(clockid_t clock, struct timespec *out)
{
	const char *path = getenv("CLOCK_SHIFT");
	char text[32] = "";
	int fd;

	if (syscall(SYS_clock_gettime, clock, out) < 0)
		return -1;
	if (path == NULL || clock != CLOCK_REALTIME)
		return 0;
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	(void)!read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	out->tv_sec += strtol(text, NULL, 10);
	return 0;
}

time_t
time(time_t *out)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (out != NULL)
		*out = now.tv_sec;
	return now.tv_sec;
}
