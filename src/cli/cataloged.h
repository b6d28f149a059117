#ifndef SES_CATALOGED_H
#define SES_CATALOGED_H

#include "catalog/catalog.h"
#include "cli/context.h"

/**
 * ses_cli_catalog(cli, c, up_to_date, out, behind, err):
 * The catalog of the context's store, and, with up_to_date, made to tell what
 * the store holds now, with a line of progress where that lasts.  Where another
 * process is at that for too long, *behind is 1: something may be missing.
 * Owns: ses_catalog_free.
 */
int ses_cli_catalog(const struct ses_cli *cli, struct ses_context *c,
    int up_to_date, struct ses_catalog **out, int *behind,
    struct seshat_err *err);

/** Say on stderr that an answer is not all there is, if so. */
void ses_cli_catalog_lacks(
    const struct ses_cli *cli, const struct ses_catalog_extent *e, int behind);

#endif
