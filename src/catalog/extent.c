/* How much of what is stored a catalog has: a row of the table "indexed" under
 * a key that no object has. */
#include <string.h>

#include "catalog/db.h"

#define KEY   ""
#define WHOLE "whole"

int
ses_catalog_put_extent(
    struct ses_catalog *c, int is_whole, struct seshat_err *err)
{
	struct ses_catalog_extent now;
	sqlite3_stmt *st;

	if (ses_catalog_get_extent(c, &now, err) < 0)
		return -1;
	if (now.is_whole)
		return 0;
	st = ses_catalog_st(c, SES_SQL_INDEX_PUT, err);
	if (st == NULL)
		return -1;
	(void)sqlite3_bind_text(st, 1, KEY, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(
	    st, 2, is_whole ? WHOLE : "listed", -1, SQLITE_STATIC);
	return ses_catalog_run(c, st, err);
}

/* Only of one that is being made: it looks at every row. */
static int
count(struct ses_catalog *c, struct ses_catalog_extent *out,
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_EXTENT, err);
	int rc = st == NULL ? -1 : ses_catalog_step(c, st, err);

	if (rc > 0) {
		out->sessions = (uint64_t)sqlite3_column_int64(st, 0);
		out->taken = (uint64_t)sqlite3_column_int64(st, 1);
	}
	ses_catalog_done(st);
	return rc < 0 ? -1 : 0;
}

int
ses_catalog_get_extent(struct ses_catalog *c, struct ses_catalog_extent *out,
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_INDEX_GET, err);
	int rc;

	*out = (struct ses_catalog_extent){0};
	if (st == NULL)
		return -1;
	(void)sqlite3_bind_text(st, 1, KEY, -1, SQLITE_STATIC);
	rc = ses_catalog_step(c, st, err);
	if (rc > 0)
		out->is_whole = strcmp(ses_catalog_text(st, 0), WHOLE) == 0;
	ses_catalog_done(st);
	if (rc < 0)
		return -1;
	return out->is_whole ? 0 : count(c, out, err);
}

int
ses_catalog_extent(struct ses_catalog *c, struct ses_catalog_extent *out,
    struct seshat_err *err)
{
	int rc = ses_catalog_ready(c, err);

	return rc < 0 ? -1 : ses_catalog_get_extent(c, out, err);
}
