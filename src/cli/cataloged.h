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

/** Say on stderr that so many sessions are damaged, if any. */
void ses_cli_catalog_damaged(const struct ses_cli *cli, uint64_t n);

/**
 * ses_cli_no_harness(cli, names, harness):
 * Where nothing fits a filter: if it is for a harness that neither this program
 * knows nor the store, which has sessions of these (an array of names), say so
 * on stderr.  A store may hold what this program does not know.
 */
void ses_cli_no_harness(
    const struct ses_cli *cli, const json_t *names, const char *harness);

/** The same with the names that the catalog has; harness may be NULL. */
int ses_cli_check_harness(const struct ses_cli *cli, struct ses_catalog *cat,
    const char *harness, struct seshat_err *err);

/** The catalog of the context's store as it is, if there is one; else NULL. */
struct ses_catalog *ses_cli_catalog_there(const struct ses_context *c);

/** ses_catalog_note; that it cannot be noted is no reason to fail.  cat may be
 * NULL. */
void ses_cli_catalog_note(
    struct ses_catalog *cat, const struct ses_where *w, const char *part);

/** Let rows say which sessions are known as damaged, where there is a
 * catalog. */
void ses_cli_catalog_mark(const struct ses_context *c, json_t *rows);

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
