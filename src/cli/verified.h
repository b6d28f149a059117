#ifndef SES_CLI_VERIFIED_H
#define SES_CLI_VERIFIED_H

#include "cli/context.h"

/** Note that a session was found whole just now: 'seshat status' tells when.
 * That it cannot be noted is no reason to call it anything else. */
void ses_cli_verified(const struct ses_context *c, const struct ses_where *w);

#endif
