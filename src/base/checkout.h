#ifndef SES_CHECKOUT_H
#define SES_CHECKOUT_H

#include <stddef.h>

#include "base/err.h"

/** How much of the absolute path dir names the root of the git checkout that it
 * is in (its nearest folder with a ".git"); all of it where it is in none. */
int ses_checkout_root(const char *dir, size_t *len, struct seshat_err *err);

#endif
