#ifndef SES_NOTIFY_H
#define SES_NOTIFY_H

#include "base/err.h"

/* Which names come into a folder and go from it: inotify(7). */
struct ses_notify {
	int fd; /* to be polled for reading; -1: nothing is watched */
};

/** Watch a folder.  Errors: SESHAT_ENOTFOUND; others when the system has no
 * watch to give. */
int ses_notify_open(
    struct ses_notify *n, const char *folder, struct seshat_err *err);

/**
 * ses_notify_read(n, seen, arg):
 * Hand out each name that came or went since the last call, some of them more
 * than once; "" when there were too many to remember them.  Does not wait.
 * When the folder itself is gone, "" is handed out too, and n is closed.
 */
void ses_notify_read(
    struct ses_notify *n, void (*seen)(void *arg, const char *name), void *arg);

void ses_notify_free(struct ses_notify *n);

#endif
