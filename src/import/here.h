#ifndef SES_HERE_H
#define SES_HERE_H

#include "base/spool.h"
#include "mirror/mirror.h"
#include "vault/stream.h"

/**
 * ses_import_here(m, w, l, text, err):
 * Whether one of the session's streams begins with all lines of the text, as
 * they would be stored, but for what was redacted elsewhere: 1, 0 or -1.
 */
int ses_import_here(struct ses_mirror *m, const struct ses_where *w,
    const struct ses_streams *l, const struct ses_spool *text,
    struct seshat_err *err);

#endif
