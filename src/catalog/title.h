#ifndef SES_CATALOG_TITLE_H
#define SES_CATALOG_TITLE_H

#include "catalog/ingest.h"

/* Titles of sessions, in an index of their own. */

/**
 * ses_title_put(in, no, w, title, err):
 * Let searches find the session by this title, and no more by the one
 * before; NULL or "": by none.  One that is the beginning of what a user says
 * at first is not taken, for it is found where that stands; nor one of a
 * session log, which is made of what is said in it.
 */
int ses_title_put(struct ses_ingest *in, int64_t no, const struct ses_where *w,
    const char *title, struct seshat_err *err);

/** Nor by any. */
int ses_title_drop(struct ses_ingest *in, int64_t no, struct seshat_err *err);

#endif
