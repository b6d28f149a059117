#ifndef SES_HOOK_PAUSE_H
#define SES_HOOK_PAUSE_H

#include "base/err.h"

/**
 * ses_hook_pause(fd, err):
 * Let nobody work behind the hooks for as long as *fd is open: a worker that
 * runs is ended, and no hook becomes one.  What it had not done, and what hooks
 * ask for meanwhile, stays in the queue.
 * Errors: SESHAT_ELIMIT, it did not end; SESHAT_ECONFLICT, it is of another
 * machine or container that shares this home, and goes on there.
 */
int ses_hook_pause(int *fd, struct seshat_err *err);

/**
 * ses_hook_change(fd, err):
 * Let nobody else install or take out hooks of this user for as long as *fd is
 * open; whoever does is waited for.  Errors: SESHAT_ELIMIT, for a minute.
 */
int ses_hook_change(int *fd, struct seshat_err *err);

#endif
