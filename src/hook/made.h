#ifndef SES_HOOK_MADE_H
#define SES_HOOK_MADE_H

#include "base/err.h"

enum { SES_HOOK_MADE, SES_HOOK_UNMADE };

/** Remember that 'seshat hook install' made this folder, or forget it: 1 when
 * it was known to be ours, 0 when not.  It is a hint: what cannot be remembered
 * (a name with a line feed, too many) stays when the hooks are taken out. */
int ses_hook_made(const char *dir, int what, struct seshat_err *err);

#endif
