#ifndef SES_PAGE_USE_H
#define SES_PAGE_USE_H

#include "serve/api.h"

/** Append what the catalog knows of tokens, models and tools; nothing where
 * there is no catalog. */
int ses_page_use(struct ses_buf *out, const struct ses_request *r,
    const struct ses_api_worker *w, struct seshat_err *err);

#define SES_PAGE_USE_TITLE 128

/** What a plot of so many days shows, and which days these are; first counts
 * days since 1970. */
void ses_page_use_title(
    char out[SES_PAGE_USE_TITLE], const char *what, int64_t first, int days);

#endif
