#ifndef SES_FS_H
#define SES_FS_H

#include <sys/types.h>

#include "base/buf.h"

/*
 * Files and folders, with every short write and EINTR dealt with.  Messages
 * name the path.
 */

/** Write all len bytes. */
int ses_fs_write(int fd, const void *data, size_t len, struct seshat_err *err);

/** Read up to len bytes at offset; *got is less only at the end of file. */
int ses_fs_pread(int fd, void *data, size_t len, uint64_t offset, size_t *got,
    struct seshat_err *err);

/**
 * ses_fs_slurp(path, max, out, err):
 * Append the whole file to out.
 * Errors: SESHAT_ENOTFOUND; SESHAT_ELIMIT, it is longer than max bytes;
 * SESHAT_EUNSUPPORTED, it is a pipe, a device or a folder.
 */
int ses_fs_slurp(
    const char *path, size_t max, struct ses_buf *out, struct seshat_err *err);

/** Make the folder path and its missing parents with this mode (and umask). */
int ses_fs_mkdirs(const char *path, mode_t mode, struct seshat_err *err);

/** The same, and the names of the folders it made survive a power cut. */
int ses_fs_mkdirs_durable(
    const char *path, mode_t mode, struct seshat_err *err);

/** fsync the folder path, so that names made in it survive a power cut. */
int ses_fs_sync_dir(const char *path, struct seshat_err *err);

/** The same of the folder in which path is. */
int ses_fs_sync_parent(const char *path, struct seshat_err *err);

/**
 * ses_fs_replace(path, data, len, mode, durable, err):
 * Put a file in place of path in one step: write aside, rename.  With durable,
 * file and folder are synced, so that a power cut leaves the old file or the
 * new one; without, it may leave an empty one.  Parents must be there.
 */
int ses_fs_replace(const char *path, const void *data, size_t len, mode_t mode,
    int durable, struct seshat_err *err);

/** Whether fd is on a file system of another machine: its sizes may lag behind
 * that one's writes, and inotify(7) does not tell of them. */
int ses_fs_is_network(int fd);

/** Call each for every entry of a folder but . and ..; d_type is a hint.
 * A non-zero answer stops the walk and is returned. */
int ses_fs_each(const char *path,
    int (*each)(void *arg, const char *name, unsigned char d_type,
	struct seshat_err *err),
    void *arg, struct seshat_err *err);

#endif
