/* What interpose.sh kills: it changes the folder it is started in by ten
 * calls, in this order, and nothing else. */
#define _GNU_SOURCE /* renameat2 */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int
main(void)
{
	int fd;

	if (mkdir("d", 0755) < 0)
		return 1;
	fd = open("d/new", O_WRONLY | O_CREAT, 0644);
	if (fd < 0 || write(fd, "abcdefgh", 8) != 8 || ftruncate(fd, 6) < 0)
		return 1;
	if (pwrite(fd, "ABCD", 4, 0) != 4 || fsync(fd) < 0)
		return 1;
	if (link("d/new", "d/copy") < 0 || rename("d/new", "d/old") < 0)
		return 1;
	if (renameat2(AT_FDCWD, "d/copy", AT_FDCWD, "d/kept", 0) < 0)
		return 1;
	if (unlink("d/old") < 0)
		return 1;
	/* neither of these counts */
	return access("d", F_OK) < 0 || open("d/kept", O_RDONLY) < 0;
}
