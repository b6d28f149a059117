#ifndef SES_XDG_H
#define SES_XDG_H

#include "base/buf.h"

/* Where a user's files belong (XDG Base Directory Specification 0.8). */
enum ses_xdg { SES_XDG_DATA, SES_XDG_STATE, SES_XDG_CACHE, SES_XDG_CONFIG };

/** Append the user's home: $HOME, else the password database. */
int ses_xdg_home(struct ses_buf *out, struct seshat_err *err);

/** Append "<base>/seshat/<rest>", or "<base>/seshat" when rest is "".  A
 * relative path in the environment is ignored, as the specification says. */
int ses_xdg_path(enum ses_xdg kind, const char *rest, struct ses_buf *out,
    struct seshat_err *err);

/**
 * ses_xdg_fail_state(err):
 * After a failure to write in the place for state: let it say how another one
 * is set.  What is not there is then no failure to find what a command was
 * asked for, and a read-only file system is none to get into a store:
 * SESHAT_ENOTFOUND and EROFS become SESHAT_ESYS.  Answers -1.
 */
int ses_xdg_fail_state(struct seshat_err *err);

/** Append the folder of the session log: $SESHAT_SESSIONS_DIR, which may be
 * relative, else "sessions" in the place for data. */
int ses_xdg_log_dir(struct ses_buf *out, struct seshat_err *err);

/** Append a path as people write it: "~/" at its beginning is the home. */
int ses_xdg_expand(
    const char *path, struct ses_buf *out, struct seshat_err *err);

#endif
