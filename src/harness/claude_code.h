#ifndef SES_CLAUDE_CODE_H
#define SES_CLAUDE_CODE_H

#include "harness/harness.h"

extern const struct ses_harness_ops ses_claude_code;

/**
 * ses_claude_dirname(cwd, out):
 * Append the name that Claude Code gives the folder of a working directory:
 * each UTF-16 unit outside [A-Za-z0-9] becomes one '-'; of a name longer
 * than 200 the first 200, '-' and in base 36 the absolute value of Java's
 * String.hashCode of cwd.  Seen on versions 2.1.197 and 2.1.328.  A byte
 * that is not UTF-8 counts as U+FFFD.
 */
void ses_claude_dirname(const char *cwd, struct ses_buf *out);

/** Whether a folder, whose name is len bytes long, is named after cwd, also as
 * versions did that made one '-' of several: 1, 0 or -1. */
int ses_claude_is_named_after(
    const char *name, size_t len, const char *cwd, struct seshat_err *err);

/** Whether a folder may be named after a directory below dir, as above. */
int ses_claude_is_named_below(
    const char *name, size_t len, const char *dir, struct seshat_err *err);

/** When Claude Code deletes a transcript; see struct ses_harness_ops. */
int ses_claude_retention(const struct ses_session *s, struct ses_retention *r,
    int64_t *due, struct seshat_err *err);

/** The files beside a transcript; see struct ses_harness_ops. */
int ses_claude_companions(const char *transcript,
    int (*each)(
	void *arg, const char *name, const char *path, struct seshat_err *err),
    void *arg, struct seshat_err *err);
int ses_claude_companion_path(const char *transcript, const char *name,
    struct ses_buf *out, struct seshat_err *err);
int ses_claude_companion_of(
    const char *path, struct ses_buf *out, struct seshat_err *err);

/** Events of a line; see struct ses_harness_ops. */
int ses_claude_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg);

/** As running of struct ses_place_ops. */
int ses_claude_running(
    const char *id, long *pid, struct ses_buf *says, struct seshat_err *err);

#endif
