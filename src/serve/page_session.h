#ifndef SES_PAGE_SESSION_H
#define SES_PAGE_SESSION_H

#include "serve/api.h"

/* What the pages of one session share. */

enum ses_session_tab {
	SES_TAB_TRANSCRIPT,
	SES_TAB_FILES,
	SES_TAB_METRICS,
};

/** Append the path of a session's page, "/sessions/codex/1234", percent-encoded;
 * with id "" all but the id. */
void ses_session_path(struct ses_buf *out, const char *harness, const char *id);

/** The session that the request's first two variables name, "harness" and "id".
 * Errors: SESHAT_ENOTFOUND. */
int ses_page_find(const struct ses_request *r, const struct ses_api_worker *w,
    struct ses_found *f, struct seshat_err *err);

/**
 * ses_session_head(out, f, doc, tab, now):
 * Append what stands above each page of a session: title, facts, the icons for
 * metrics and the download, tabs.  doc is its summary.
 */
void ses_session_head(struct ses_buf *out, const struct ses_found *f,
    const json_t *doc, int tab, int64_t now);

#endif
