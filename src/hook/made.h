#ifndef SES_HOOK_MADE_H
#define SES_HOOK_MADE_H

#include "base/err.h"

/* What changes something here is called under ses_hook_change. */
enum { SES_HOOK_MADE, SES_HOOK_UNMADE };

/** Remember that 'seshat hook install' made this folder, or forget it: 1 when
 * it was known to be ours, 0 when not.  It is a hint: what cannot be remembered
 * (a name with a line feed, too many) stays when the hooks are taken out. */
int ses_hook_made(const char *dir, int what, struct seshat_err *err);

/** Remember that the settings of the project in this folder have hooks, or
 * forget it; a hint as well. */
int ses_hook_project(const char *dir, int what, struct seshat_err *err);

/** Remember that the last hooks were taken out while what they began, and
 * where they stored to, is still there; or that this is over. */
int ses_hook_leave(int what, struct seshat_err *err);
int ses_hook_leaves(void);

/** Whether the settings of a project (NULL: of this user) have hooks of ours,
 * and whether they enable our plugin. */
int ses_hook_calls(const char *project, int *plugin);

/** Whether an agent of this user still calls us, as far as we know: by the
 * user's settings, those of a project that we know, or a plugin. */
int ses_hook_in_use(void);

#endif
