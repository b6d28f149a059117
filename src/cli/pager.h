#ifndef SES_PAGER_H
#define SES_PAGER_H

#include <sys/types.h>

#include "base/err.h"

/* Where long text for people goes: $PAGER on a terminal, else stdout. */
struct ses_pager {
	int fd;
	pid_t pid; /* 0: no pager */
};

/** Start $PAGER (default: less) if stdout is a terminal; without one, or if
 * it is "cat" or empty, fd is stdout. */
int ses_pager_open(struct ses_pager *p, struct seshat_err *err);

/** Close its input and wait until the person has read. */
void ses_pager_close(struct ses_pager *p);

#endif
