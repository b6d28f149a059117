#ifndef SES_PAGE_SESSION_H
#define SES_PAGE_SESSION_H

#include "serve/page.h"

/* What the pages of one session share: page_session.c shows the transcript,
 * page_files.c the workspace, page_metrics.c what was logged. */

enum ses_session_tab {
	SES_TAB_TRANSCRIPT,
	SES_TAB_FILES,
	SES_TAB_METRICS,
};

/* A page of a session that is being made. */
struct ses_session_page {
	struct ses_found found;
	json_t *doc;         /* its summary */
	struct ses_buf path; /* of its first page */
	struct ses_buf out;
};

/**
 * ses_session_page_begin(p, r, w, tab, err):
 * Find the session that the request names and append all that stands above the
 * content: title, facts, the icons for metrics and the download, tabs.
 * Release p with ses_session_page_free, also after an error.
 */
int ses_session_page_begin(struct ses_session_page *p,
    const struct ses_request *r, const struct ses_api_worker *w, int tab,
    struct seshat_err *err);

/** What was read shows that the session is damaged: say so above. */
void ses_session_page_damaged(struct ses_session_page *p);

void ses_session_page_free(struct ses_session_page *p);

/** Answer the file of this name as it is, for ?raw=1. */
int ses_page_file(const struct ses_request *r, struct ses_answer *a,
    const char *name, struct seshat_err *err);

/* The handlers. */
ses_handler ses_page_session;
ses_handler ses_page_image;
ses_handler ses_page_line;
ses_handler ses_page_files;
ses_handler ses_page_metrics;

/** Append the path under which its subagents' pages are found, their id behind
 * it. */
void ses_session_agents(struct ses_buf *out, const struct ses_found *f);

#endif
