#include "serve/page.h"
#include "serve/pages.h"

int
ses_page_stats(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	(void)r;
	(void)a;
	(void)worker;
	return ses_fail(err, SESHAT_ENOTFOUND, "not there yet");
}
