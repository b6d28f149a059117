#ifndef SES_KEEP_H
#define SES_KEEP_H

#include "base/buf.h"

/** The first line of a file that holds an id, appended to out (which it
 * clears): 1; 0, there is none of at least min bytes.  What may pass is an
 * error, -1: whoever takes it for none makes another id. */
int ses_keep_read(
    const char *path, size_t min, struct ses_buf *out, struct seshat_err *err);

/** The same of a file that is this user's: where there is none, that many
 * random hex digits are kept there, unless another process was faster.  0 or
 * -1. */
int ses_keep_random(const char *path, size_t digits, struct ses_buf *out,
    struct seshat_err *err);

#endif
