/* What a list of sessions shows besides: of one state of the catalog. */
#include <string.h>

#include "catalog/db.h"

int
ses_catalog_has_begun(const struct ses_catalog *c)
{
	return c->db != NULL && !sqlite3_get_autocommit(c->db);
}

int
ses_catalog_begin(struct ses_catalog *c, struct seshat_err *err)
{
	if (ses_catalog_ready(c, err) < 0)
		return -1;
	return ses_catalog_exec(c, "BEGIN;", err);
}

void
ses_catalog_end(struct ses_catalog *c)
{
	ses_catalog_rollback(c);
}

static int
ready(struct ses_catalog *c, struct seshat_err *err)
{
	return ses_catalog_has_begun(c) ? 0 : ses_catalog_ready(c, err);
}

int
ses_catalog_version(
    struct ses_catalog *c, int64_t *version, struct seshat_err *err)
{
	sqlite3_stmt *st;
	int rc;

	if (ready(c, err) < 0)
		return -1;
	st = ses_catalog_st(c, SES_SQL_VERSION, err);
	rc = st == NULL ? -1 : ses_catalog_step(c, st, err);
	/* one that was made anew begins to count from the start */
	if (rc > 0)
		*version = (int64_t)(((uint64_t)c->opened << 32) +
				     (uint64_t)sqlite3_column_int64(st, 0));
	ses_catalog_done(st);
	return rc < 0 ? -1 : 0;
}

int
ses_catalog_harnesses(struct ses_catalog *c, const char *project,
    json_t **names, struct seshat_err *err)
{
	json_t *out = json_array();
	sqlite3_stmt *st;
	int rc = -1;

	st = ready(c, err) < 0 ? NULL
			       : ses_catalog_st(c, SES_SQL_HARNESSES, err);
	if (st != NULL && project != NULL)
		(void)sqlite3_bind_text(st, 1, project, -1, SQLITE_STATIC);
	while (st != NULL && (rc = ses_catalog_step(c, st, err)) > 0)
		(void)json_array_append_new(
		    out, json_string(ses_catalog_text(st, 0)));
	ses_catalog_done(st);
	if (rc < 0) {
		json_decref(out);
		return -1;
	}
	*names = out;
	return out == NULL ? ses_fail_nomem(err) : 0;
}

int
ses_catalog_subagents(struct ses_catalog *c, const char *project,
    const char *harness, const char *id, uint64_t *n, struct seshat_err *err)
{
	sqlite3_stmt *st;
	int rc;

	if (ready(c, err) < 0)
		return -1;
	st = ses_catalog_st(c, SES_SQL_SUBAGENTS, err);
	if (st == NULL)
		return -1;
	(void)sqlite3_bind_text(st, 1, id, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 2, harness, -1, SQLITE_STATIC);
	if (project != NULL)
		(void)sqlite3_bind_text(st, 3, project, -1, SQLITE_STATIC);
	rc = ses_catalog_step(c, st, err);
	if (rc > 0)
		*n = (uint64_t)sqlite3_column_int64(st, 0);
	ses_catalog_done(st);
	return rc < 0 ? -1 : 0;
}

int
ses_catalog_ids(struct ses_catalog *c, const char *project, const char *harness,
    int (*id)(void *arg, const char *id, struct seshat_err *err), void *arg,
    struct seshat_err *err)
{
	enum ses_catalog_sql which = project != NULL   ? SES_SQL_IDS_PROJECT
				     : harness != NULL ? SES_SQL_IDS_HARNESS
						       : SES_SQL_IDS;
	sqlite3_stmt *st;
	int rc = -1;

	if (ready(c, err) < 0)
		return -1;
	st = ses_catalog_st(c, which, err);
	if (st != NULL && project != NULL)
		(void)sqlite3_bind_text(st, 1, project, -1, SQLITE_STATIC);
	if (st != NULL && harness != NULL)
		(void)sqlite3_bind_text(st, 2, harness, -1, SQLITE_STATIC);
	while (st != NULL && (rc = ses_catalog_step(c, st, err)) > 0)
		if (id(arg, ses_catalog_text(st, 0), err) < 0) {
			rc = -1;
			break;
		}
	ses_catalog_done(st);
	return rc;
}
