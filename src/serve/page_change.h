#ifndef SES_PAGE_CHANGE_H
#define SES_PAGE_CHANGE_H

#include "serve/page.h"
#include "serve/page_state.h"

/* What the pages that change something share. */

/** Of the server's; all NULL where nothing is said. */
const struct ses_pages_opts *ses_page_opts(const struct ses_request *r);

/** The row (ses_listing_projects) of the project that is asked for.  Owns: the
 * caller json_decref's it.  Errors: SESHAT_ENOTFOUND. */
int ses_page_project_row(const struct ses_request *r,
    const struct ses_api_worker *w, json_t **row, struct seshat_err *err);

/** Begin a form that posts to href, which is escaped. */
int ses_page_form(struct ses_buf *out, const struct ses_request *r,
    struct ses_answer *a, const char *href, struct seshat_err *err);

/** The page of ours from which the request came, its path and query, borrowed;
 * or NULL. */
const char *ses_page_from(const struct ses_request *r);

/** Answer that the page to see is rest, below the project's; NULL: below
 * none. */
int ses_page_go(struct ses_answer *a, const char *project, const char *rest,
    struct seshat_err *err);

/** 1 and err: nothing can be changed here; or 0. */
int ses_page_is_volume(const struct ses_request *r, struct seshat_err *err);

#endif
