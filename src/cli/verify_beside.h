#ifndef SES_CLI_VERIFY_BESIDE_H
#define SES_CLI_VERIFY_BESIDE_H

#include "cli/context.h"

/**
 * ses_cli_mend_beside(c, f, src, problem, arg, err):
 * Store once more what stands beside the sources of a session, and look
 * whether all of it is whole then: 1, or 0, and problem is told what is not;
 * -1.
 */
int ses_cli_mend_beside(struct ses_context *c, const struct ses_found *f,
    const struct ses_session_list *src,
    void (*problem)(void *arg, const char *name, const char *what), void *arg,
    struct seshat_err *err);

#endif
