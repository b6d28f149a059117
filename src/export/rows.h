#ifndef SES_EXPORT_ROWS_H
#define SES_EXPORT_ROWS_H

#include "export/plan.h"

/**
 * ses_plan_rows(lib, how, out, n, err):
 * The sessions that are wanted, in the order of their folders' names, each
 * once; alone, a session has no folder.  Owns: ses_plan_rows_free.
 */
int ses_plan_rows(struct ses_library *lib, const struct ses_export_how *how,
    struct ses_plan_row **out, size_t *n, struct seshat_err *err);

void ses_plan_rows_free(struct ses_plan_row *v, size_t n);

#endif
