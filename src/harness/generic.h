#ifndef SES_GENERIC_H
#define SES_GENERIC_H

#include "harness/look.h"

extern const struct ses_harness_ops ses_generic;

/**
 * ses_generic_files(roots, out, found, err):
 * The *.jsonl below the roots (a list as in struct ses_discover), each with
 * its id, each file once; what cannot be read is counted in found.  The same
 * files below the same roots always have the same ids.
 */
int ses_generic_files(const struct ses_buf *roots, struct ses_looks *out,
    struct ses_session_list *found, struct seshat_err *err);

#endif
