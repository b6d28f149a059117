#ifndef SES_CATALOGED_H
#define SES_CATALOGED_H

#include "catalog/catalog.h"
#include "cli/context.h"

/**
 * ses_cli_catalog(cli, c, up_to_date, out, err):
 * The catalog of the context's store, and, with up_to_date, made to tell what
 * the store holds now, with a line of progress where that lasts.  Where it
 * could not be brought up to date whole, stderr says so.  Owns:
 * ses_catalog_free.
 */
int ses_cli_catalog(const struct ses_cli *cli, struct ses_context *c,
    int up_to_date, struct ses_catalog **out, struct seshat_err *err);

/**
 * ses_cli_listed(c, out, err):
 * The catalog of the context's store, if its lists tell what the store holds,
 * or can be made to without waiting for text or, for long, for another process:
 * 1, and ses_catalog_begin was called; 0, it cannot be had, and the store is to
 * be walked through.  Owns: ses_catalog_free.  Errors: the store is out of
 * reach.
 */
int ses_cli_listed(
    struct ses_context *c, struct ses_catalog **out, struct seshat_err *err);

#endif
