#ifndef SES_TORN_H
#define SES_TORN_H

#include "base/buf.h"

/*
 * A log whose last byte is not a newline ends in a torn tail: an append that
 * was killed half-way.  Nobody was told that it is stored, but nothing is
 * thrown away.
 */

/** Where the tail of the first size bytes begins: behind their last newline,
 * 0 if there is none.  No tail: size. */
int ses_torn_start(
    int fd, uint64_t size, uint64_t *start, struct seshat_err *err);

/**
 * ses_torn_cut(fd, path, start, size, saved, err):
 * Copy the bytes from start to size of the log fd at path to a new file
 * <path>.torn-<time>, whose name is put into saved, and then cut them off.
 * The caller holds the log's lock.  The copy is on disk before the cut, so
 * that a crash may leave one copy more, never one less.
 * On error the log is as it was.
 */
int ses_torn_cut(int fd, const char *path, uint64_t start, uint64_t size,
    struct ses_buf *saved, struct seshat_err *err);

#endif
