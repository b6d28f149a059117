#ifndef SES_CLI_MIRROR_TOTALS_H
#define SES_CLI_MIRROR_TOTALS_H

#include "cli/cli.h"
#include "mirror/run.h"

/** The last line of a mirror: what was done with n sessions.  errors are the
 * elements of a JSON array, comma separated. */
void ses_cli_mirror_totals(const struct ses_cli *cli,
    const struct ses_run_totals *t, size_t n, double seconds,
    const struct ses_buf *errors);

#endif
