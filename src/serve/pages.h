#ifndef SES_PAGES_H
#define SES_PAGES_H

#include "harness/harness.h"
#include "mirror/mirror.h"
#include "serve/route.h"

/*
 * The pages (docs/pages.md): what people see of the vault or the volume that
 * the API serves.  Their handlers get the same worker (serve/api.h).
 */

/** Every route of a page; ends with a NULL pattern. */
extern const struct ses_route ses_page_routes[];

ses_handler ses_page_home;
ses_handler ses_page_project;
ses_handler ses_page_settings;
ses_handler ses_page_rename;
ses_handler ses_page_project_trash;
ses_handler ses_page_project_remove;
ses_handler ses_page_session_trash;
ses_handler ses_page_session_remove;
ses_handler ses_page_search;
ses_handler ses_page_stats;

/* What all pages share: names of projects, and how long agents will keep what
 * is on this machine. */
struct ses_pages;

struct ses_pages_opts {
	/* How sessions get into the vault, and out of it; NULL: a volume,
	 * where nothing can be changed. */
	const struct ses_mirror_opts *mirror;
	const struct ses_discover *here; /* the sessions of this machine */
};

/** What opts points to is borrowed. */
int ses_pages_open(struct ses_pages **out, const struct ses_pages_opts *opts,
    struct seshat_err *err);

/** Whether sessions are being looked at just now: ses_pages_free waits for
 * that. */
int ses_pages_busy(struct ses_pages *p);

/** NULL is allowed. */
void ses_pages_free(struct ses_pages *p);

#endif
