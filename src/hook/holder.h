#ifndef SES_HOOK_HOLDER_H
#define SES_HOOK_HOLDER_H

#include "base/err.h"

/**
 * ses_hook_end(path, pid, err):
 * Ask the process that a lock's file names to end, if it is the one that holds
 * the lock.  A home may be shared: then the number is that of a process of
 * another machine or container, and of a stranger here.
 * 1 when it was asked, 0 when it is gone or has given the lock back.
 * Errors: SESHAT_ECONFLICT, it is not one of ours on this machine; nothing was
 * sent to anybody.
 */
int ses_hook_end(const char *path, long pid, struct seshat_err *err);

#endif
