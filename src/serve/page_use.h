#ifndef SES_PAGE_USE_H
#define SES_PAGE_USE_H

#include "serve/api.h"

/** Append what the catalog knows of tokens, models and tools; nothing where
 * there is no catalog. */
int ses_page_use(struct ses_buf *out, const struct ses_request *r,
    const struct ses_api_worker *w, struct seshat_err *err);

#endif
