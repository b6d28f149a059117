#ifndef SES_REMOVE_H
#define SES_REMOVE_H

#include "mirror/mirror.h"

/**
 * ses_mirror_remove(m, w, n, done, err):
 * Remove n sessions from the store for good, one after the other, and what this
 * machine remembers of them: under the locks that mirrors take, each of which
 * ends what it does and then finds the session removed.  *done is how many
 * were, after an error too.
 */
int ses_mirror_remove(struct ses_mirror *m, const struct ses_where *w, size_t n,
    size_t *done, struct seshat_err *err);

#endif
