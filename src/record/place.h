#ifndef SES_PLACE_H
#define SES_PLACE_H

#include "base/buf.h"

/** Copy the caller's options, which may be NULL or of an older version, into
 * out.  Errors: SESHAT_EUSAGE, they were not initialised. */
int ses_place_options(const struct seshat_log_options *from,
    struct seshat_log_options *out, struct seshat_err *err);

/** The file of a session's log below dir (NULL: the default folder), from
 * the root on, with a NUL.  Errors: SESHAT_EUSAGE, that is no session id or no
 * folder. */
int ses_place_file(const char *dir, const char *session, struct ses_buf *out,
    struct seshat_err *err);

#endif
