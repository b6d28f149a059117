#ifndef SES_HOOK_SETTINGS_H
#define SES_HOOK_SETTINGS_H

#include "hook/entry.h"

/* The files that agents' settings are in. */

/** Append the path of an agent's settings: of this user's, or of the project
 * whose folder is given. */
int ses_hook_settings_path(const struct ses_hook_agent *agent,
    const char *project, struct ses_buf *out, struct seshat_err *err);

/** Append the word that a shell takes for this path.  Errors: SESHAT_EUSAGE,
 * nothing does in settings. */
int ses_hook_quote(
    const char *path, struct ses_buf *out, struct seshat_err *err);

/**
 * ses_hook_settings_change(agent, path, command, err):
 * Put our entries into the file, or with command NULL take them out.  The file
 * is replaced in one step, with its mode and its owner; a link to one stays a
 * link, also one to a file that is not there yet.  A missing file is made with
 * its folder; one that we made is taken away, or, behind a link, emptied.
 * 1 when it was changed, 0 when it was so already.
 * Errors: of ses_hook_install, with the path; then nothing was written.
 * SESHAT_ECONFLICT, somebody else wrote it meanwhile.
 */
int ses_hook_settings_change(const struct ses_hook_agent *agent,
    const char *path, const char *command, struct seshat_err *err);

/** Whether ses_hook_settings_change could put this command there, as far as
 * that can be seen beforehand; the same errors. */
int ses_hook_settings_check(const struct ses_hook_agent *agent,
    const char *path, const char *command, struct seshat_err *err);

/** What the file has of ours; a missing one has nothing. */
int ses_hook_settings_look(const struct ses_hook_agent *agent, const char *path,
    struct ses_hook_found *found, struct seshat_err *err);

#endif
