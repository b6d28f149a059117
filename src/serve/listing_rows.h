#ifndef SES_LISTING_ROWS_H
#define SES_LISTING_ROWS_H

#include "serve/listing.h"

/* Lists of rows in memory, as the catalog makes them of its own. */

/** Choose and sort, of all rows (of a project).  named: the projects whose
 * names have f->q, an array. */
int ses_listing_choose(const json_t *all, const struct ses_listing_filter *f,
    const json_t *named, struct ses_listing *out, struct seshat_err *err);

/** The sums of projects, as ses_listing_projects has them; names: those that
 * are there without a session, too, or NULL. */
int ses_listing_sums(const json_t *rows, const json_t *names, json_t **out,
    struct seshat_err *err);

#endif
