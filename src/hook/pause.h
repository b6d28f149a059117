#ifndef SES_HOOK_PAUSE_H
#define SES_HOOK_PAUSE_H

#include "base/err.h"

/**
 * ses_hook_pause(fd, err):
 * Let nobody work behind the hooks for as long as *fd is open: a worker that
 * runs is ended, and no hook becomes one.  What it had not done, and what hooks
 * ask for meanwhile, stays in the queue.
 */
int ses_hook_pause(int *fd, struct seshat_err *err);

#endif
