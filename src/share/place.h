#ifndef SES_SHARE_PLACE_H
#define SES_SHARE_PLACE_H

#include "base/spool.h"

/** Whether an id of a session may name a folder: no slash, no dots alone, no
 * control characters.  Errors: SESHAT_EUSAGE. */
int ses_share_check_id(const char *id, struct seshat_err *err);

/**
 * ses_share_place(id, dir, out, err):
 * Append the path that a downloaded session is to have: "<dir>/session.jsonl";
 * without dir (NULL) below the root of the git checkout that the current folder
 * is in, else below that folder: ".erk/scratch/remote-sessions/<id>" where it
 * has a folder .erk, else ".seshat/sessions/<id>".
 */
int ses_share_place(const char *id, const char *dir, struct ses_buf *out,
    struct seshat_err *err);

/** A session that lies in our own folder of a checkout, ".seshat", is none of
 * the checkout's files: a .gitignore there says so.  Of another path nothing
 * is done. */
int ses_share_ignore(const char *path, struct seshat_err *err);

/** Put a whole spool in the place of path in one step; folders are made. */
int ses_share_put_file(
    const char *path, const struct ses_spool *s, struct seshat_err *err);

/** The folder of our state that gists and nameless files live in, made if it
 * is not there. */
int ses_share_state(struct ses_buf *out, struct seshat_err *err);

#endif
