#ifndef REMOVE_H
#define REMOVE_H

/* For tests that write files: everything below a folder is removed again. */
#define _XOPEN_SOURCE 700 /* nftw */

#include <sys/stat.h>

#include <ftw.h>
#include <stdio.h>

static inline int
temp_remove_one(
    const char *path, const struct stat *sb, int type, struct FTW *ftw)
{
	(void)sb;
	(void)type;
	(void)ftw;
	return remove(path);
}

/** Remove the folder and what is in it; links are not followed. */
static inline int
temp_remove(const char *dir)
{
	return nftw(dir, temp_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
