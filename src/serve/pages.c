#include "serve/pages.h"

const struct ses_route ses_page_routes[] = {
    {.pattern = "/", .handler = ses_page_home, .page = 1},
    {.pattern = "/projects/{id}", .handler = ses_page_project, .page = 1},
    {0},
};
