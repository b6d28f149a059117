#ifndef SES_HOOK_STATE_H
#define SES_HOOK_STATE_H

#include "base/buf.h"

/*
 * What hooks leave on this machine, in the folder "hook" of the state folder:
 *
 * queue    a line for each hook that nobody has taken yet
 * taken    what the worker took and has not done yet
 * worker   locked while a worker runs
 * change   locked while hooks are installed or taken out
 * leaving  the last hooks were taken out, and not all of it is ended yet
 * store    the URL that hooks store to instead of the configured one
 * environment  what else led to it when they were installed
 * choice   the name of these two; another one whenever they change
 * made     folders that install made for settings
 * projects folders of projects whose settings have hooks
 * log      what went wrong, and when it was well again; log.1 is older
 */

/** Append the path of one of these, and make the folder. */
int ses_hook_state(
    const char *name, struct ses_buf *out, struct seshat_err *err);

/**
 * ses_hook_lock(path, text, fd, err):
 * Lock a file of this path for as long as *fd is open, and write text into it.
 * 1; or 0 when somebody else has it.  One who looks does not count.
 */
int ses_hook_lock(
    const char *path, const char *text, int *fd, struct seshat_err *err);

/** Whether somebody has locked this file; what is in it is appended to out. */
int ses_hook_is_locked(const char *path, struct ses_buf *out);

/** Whether hooks can write there: one that cannot cannot tell it either. */
int ses_hook_check_state(struct seshat_err *err);

/* What is told in the log; of which SES_HOOK_FOLLOW is a part when the follow
 * in the background tells it, and no hook or its worker.  SES_HOOK_WELL is over
 * what the same one failed at. */
enum { SES_HOOK_FAILED, SES_HOOK_WELL, SES_HOOK_NOTE, SES_HOOK_FOLLOW = 4 };

#define SES_HOOK_LOG_MAX 65536 /* bytes of each of its two files */

/** Tell it, without secrets; what cannot be told is not. */
void ses_hook_tell(int level, const char *fmt, ...) SESHAT_PRINTF(2, 3);

/** The same of a note, unless it stands in the log already: what comes with
 * each hook must not drive out what failed. */
void ses_hook_note_once(const char *text);

/* What went wrong since all was well. */
struct ses_hook_trouble {
	size_t n;
	size_t of_follow; /* so many of them: the follow in the background */
	int64_t last;     /* ms since 1970 */
	char text[SESHAT_ERR_MAX];
};

/** Read it from the log; where there is none nothing went wrong, unless hooks
 * could not even write that. */
void ses_hook_trouble(struct ses_hook_trouble *out);

#endif
