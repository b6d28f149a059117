#ifndef SES_LOCK_H
#define SES_LOCK_H

#include "base/err.h"

/*
 * Advisory locks by name between processes and threads of one machine, all in
 * one file: a lock is one byte of it, chosen by the hash of the name, so that
 * no litter of lock files grows and nothing is left to remove.  Two names on
 * one byte only wait for each other.
 */

/** Open (and make) the lock file; its folder must be there. */
int ses_lock_open(const char *path, int *fd, struct seshat_err *err);

/** Wait for the lock called name and take it; held until ses_lock_drop or
 * close of fd.  One lock at a time on an fd. */
int ses_lock_take(int fd, const char *name, struct seshat_err *err);

/** Give it back. */
void ses_lock_drop(int fd, const char *name);

#endif
