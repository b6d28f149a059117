#ifndef SES_APPENDER_H
#define SES_APPENDER_H

#include <sys/types.h>

#include "base/buf.h"

/*
 * A file of lines that any number of processes append to.  Each append takes
 * the lock, so that a torn tail is cut off, and a failed append taken back,
 * while nobody else writes.
 *
 * The lock is flock(2): it belongs to the open file, not to the process, so
 * it also keeps two handles of one process apart; and no close(2) elsewhere
 * in the process drops it, as it would drop a lock of fcntl(F_SETLK).
 * F_OFD_SETLK promises the same and takes half as long again.
 */
struct ses_appender {
	const char *path; /* borrowed */
	int fd;           /* -1 while not open */
	dev_t dev;        /* which file fd is */
	ino_t ino;
	uint64_t size; /* valid while the lock is held */
	uint64_t end;  /* where our last line ended: no torn tail there */
	int made;      /* the file was not there before us */
	int nameless;  /* the file's name may not be on disk */
	int unsynced;  /* lines of ours may not be on disk */
	uint64_t cut;  /* bytes of the torn tail that the last append cut off */
	struct ses_buf saved; /* into this file */
};

/** Start: nothing is opened.  path must outlive it. */
void ses_appender_init(struct ses_appender *a, const char *path);

/**
 * ses_appender_put(a, line, len, sync, err):
 * Append a line (len bytes, newline included), opening or making the file and
 * its folders as needed; with sync it is on disk on return.
 * On error the file is as it was.
 */
int ses_appender_put(struct ses_appender *a, const char *line, size_t len,
    int sync, struct seshat_err *err);

/** Put on disk the lines that were appended without sync. */
int ses_appender_sync(struct ses_appender *a, struct seshat_err *err);

/** Close and release. */
int ses_appender_close(struct ses_appender *a, struct seshat_err *err);

#endif
