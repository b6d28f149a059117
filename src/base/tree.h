#ifndef SES_TREE_H
#define SES_TREE_H

#include <sys/stat.h>

#include "base/err.h"

/*
 * The files below a folder, in the order of their paths' bytes, which is also
 * that of an object store's listing.  Links are told of and not followed, so a
 * walk neither leaves the folder nor runs in a circle.  Memory goes with the
 * largest single folder.
 */
#define SES_TREE_DEPTH  100     /* folders inside each other */
#define SES_TREE_FOLDER 2000000 /* entries of one folder */

enum ses_tree_kind {
	SES_TREE_FILE,
	SES_TREE_LINK,
	SES_TREE_SPECIAL, /* a pipe, a socket, a device */
	SES_TREE_FAILED,  /* file or folder cannot be read: why */
};

struct ses_tree_seen {
	const char *path; /* below the folder */
	int kind;         /* enum ses_tree_kind */
	struct stat st;   /* of a file */
	const char *why;  /* of SES_TREE_FAILED, for people */
};

/**
 * ses_tree_walk(fd, leave, each, arg, err):
 * Call each for everything below the open folder fd but what leave (may be
 * NULL) says of by name to be left out.  A folder that cannot be read is an
 * entry, not an error.  A non-zero answer of each stops the walk and is
 * returned.
 */
int ses_tree_walk(int fd, int (*leave)(const char *name, int is_folder),
    int (*each)(
	void *arg, const struct ses_tree_seen *seen, struct seshat_err *err),
    void *arg, struct seshat_err *err);

/**
 * ses_tree_open(fd, path, st, err):
 * Open a regular file below the folder fd for reading: no component may be a
 * link or "..".  *st, unless NULL, is what it is now.
 * Returns: the descriptor, or -1.  Errors: SESHAT_ENOTFOUND, SESHAT_ESYS,
 * SESHAT_EUNSUPPORTED, it is none.
 */
int ses_tree_open(
    int fd, const char *path, struct stat *st, struct seshat_err *err);

#endif
