#include <sys/inotify.h>

#include <string.h>
#include <unistd.h>

#include "base/notify.h"

#define EVENTS                                                                 \
	(IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM |                 \
	    IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)
#define GONE (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)

int
ses_notify_open(
    struct ses_notify *n, const char *folder, struct seshat_err *err)
{
	n->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (n->fd < 0)
		return ses_fail_errno(err, "inotify");
	if (inotify_add_watch(n->fd, folder, EVENTS) >= 0)
		return 0;
	ses_fail_errno(err, "watch %s", folder);
	ses_notify_free(n);
	return -1;
}

void
ses_notify_read(
    struct ses_notify *n, void (*seen)(void *arg, const char *name), void *arg)
{
	struct inotify_event e;
	char block[4096];
	const char *p;
	ssize_t got;
	int gone = 0;

	while (!gone && (got = read(n->fd, block, sizeof(block))) > 0) {
		for (p = block; p < block + got; p += sizeof(e) + e.len) {
			memcpy(&e, p, sizeof(e));
			gone |= (e.mask & GONE) != 0;
			if (e.len > 0 || (e.mask & (GONE | IN_Q_OVERFLOW)) != 0)
				seen(arg, e.len > 0 ? p + sizeof(e) : "");
		}
	}
	if (gone)
		ses_notify_free(n);
}

void
ses_notify_free(struct ses_notify *n)
{
	if (n->fd >= 0)
		(void)close(n->fd);
	n->fd = -1;
}
