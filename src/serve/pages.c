#include "serve/page_session.h"
#include "serve/pages.h"

const struct ses_route ses_page_routes[] = {
    {.pattern = "/", .handler = ses_page_home, .page = 1},
    {.pattern = "/projects/{id}", .handler = ses_page_project, .page = 1},
    {.pattern = "/sessions/{harness}/{id}",
	.handler = ses_page_session,
	.page = 1},
    {.pattern = "/sessions/{harness}/{id}/image",
	.handler = ses_page_image,
	.page = 1},
    {.pattern = "/sessions/{harness}/{id}/files",
	.handler = ses_page_files,
	.page = 1},
    {.pattern = "/sessions/{harness}/{id}/metrics",
	.handler = ses_page_metrics,
	.page = 1},
    {0},
};
