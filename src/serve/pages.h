#ifndef SES_PAGES_H
#define SES_PAGES_H

#include "serve/route.h"

/*
 * The pages (docs/pages.md): what people see of the vault or the volume that
 * the API serves.  Their handlers get the same worker (serve/api.h).
 */

/** Every route of a page; ends with a NULL pattern. */
extern const struct ses_route ses_page_routes[];

ses_handler ses_page_home;
ses_handler ses_page_project;

#endif
