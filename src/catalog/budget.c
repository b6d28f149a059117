/* How long a search may take. */
#include <errno.h>

#include "base/time.h"
#include "catalog/db.h"

#define STEPS 2000 /* of SQLite's machine, between two looks at the clock */

static int
is_over(void *arg)
{
	const struct ses_catalog *c = arg;

	return (c->stop != NULL && *c->stop) ||
	       (c->deadline != 0 && ses_time_steady() >= c->deadline);
}

void
ses_catalog_limit(struct ses_catalog *c, int64_t ms, const volatile int *stop)
{
	c->deadline = ms > 0 ? ses_time_steady() + ms : 0;
	c->stop = stop;
	if (c->db != NULL)
		sqlite3_progress_handler(
		    c->db, STEPS, ms > 0 || stop != NULL ? is_over : NULL, c);
}

int
ses_catalog_ended(const struct ses_catalog *c, struct seshat_err *err)
{
	if (c->stop != NULL && *c->stop)
		return ses_fail(err, SESHAT_ECANCELLED, "interrupted");
	(void)ses_fail(err, SESHAT_ELIMIT,
	    "the search took too long: narrow it down (a longer word, "
	    "project:NAME, since:7d)");
	err->sys = ETIMEDOUT;
	return -1;
}
