#ifndef SES_VERSION_H
#define SES_VERSION_H

#include "import/assemble.h"

/* One version of a transcript while it is put together. */

/** Where the source's cursor stands in the text: 1, or 0, not known. */
int ses_version_find(
    const struct ses_version *v, uint64_t cursor, uint64_t *at);

/** Whether the text goes on from at as the piece begins, as far as a few
 * bytes tell: 1, 0 or -1. */
int ses_version_begins(const struct ses_version *v, uint64_t at,
    const struct ses_spool *piece, struct seshat_err *err);

/** Remember that.  exact: up to the next mark a byte is a byte.  What
 * contradicts the marks there are is passed over. */
int ses_version_mark(struct ses_version *v, uint64_t cursor, uint64_t at,
    int exact, struct seshat_err *err);

/** Forget the text behind size. */
int ses_version_cut(
    struct ses_version *v, uint64_t size, struct seshat_err *err);

/** Append the first size bytes of v and their marks to an empty version. */
int ses_version_copy(struct ses_version *to, const struct ses_version *v,
    uint64_t size, struct seshat_err *err);

void ses_version_free(struct ses_version *v);

#endif
