#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "harness/db.h"
#include "harness/event_folder.h"
#include "harness/rows.h"

#define TRIES 4

struct ses_rows {
	sqlite3 *db;
	const struct ses_rows_kind *kind;
	char *path;
	char *session;
	int finished;  /* leave out what is not */
	uint64_t held; /* the first that is not, or 0 */
	uint64_t highest;
	uint64_t last;
	uint64_t version; /* of the database, when they were numbered */
	struct ses_buf line;
	struct ses_event_folder files; /* instead of db */
	int is_awake;                  /* files: they were listed just now */
};

/* A folder that was written to a moment ago may be so again, and look the same
 * by the clock of its file system. */
#define SETTLED_MS INT64_C(2000)

/* Cursors are positive, and SQLite's integers signed. */
static sqlite3_int64
to_sql(uint64_t v)
{
	return v > INT64_MAX ? INT64_MAX : (sqlite3_int64)v;
}

static uint64_t
column_u64(sqlite3_stmt *st, int i)
{
	sqlite3_int64 v = sqlite3_column_int64(st, i);

	return v < 0 ? 0 : (uint64_t)v;
}

static int
prepare(struct ses_rows *r, const char *sql, uint64_t a, uint64_t b,
    sqlite3_stmt **st, struct seshat_err *err)
{
	if (ses_db_prepare(r->db, sql, st, err) < 0)
		return -1;
	/* a statement without the third parameter refuses it: no matter */
	(void)sqlite3_bind_int64(*st, 2, to_sql(a));
	(void)sqlite3_bind_int64(*st, 3, to_sql(b));
	if (sqlite3_bind_text(*st, 1, r->session, -1, SQLITE_STATIC) ==
	    SQLITE_OK)
		return 0;
	(void)sqlite3_finalize(*st);
	*st = NULL;
	return ses_fail_nomem(err);
}

/* One row of numbers: 1, 0 when there is none. */
static int
ask(struct ses_rows *r, const char *sql, uint64_t a, uint64_t b,
    uint64_t *first, uint64_t *second, struct seshat_err *err)
{
	sqlite3_stmt *st = NULL;
	int rc;

	if (prepare(r, sql, a, b, &st, err) < 0)
		return -1;
	rc = ses_db_step(st, err);
	if (rc > 0) {
		*first = column_u64(st, 0);
		if (second != NULL)
			*second = column_u64(st, 1);
	}
	(void)sqlite3_finalize(st);
	return rc;
}

static int
run(struct ses_rows *r, const char *sql, struct seshat_err *err)
{
	sqlite3_stmt *st = NULL;
	int rc;

	if (ses_db_prepare(r->db, sql, &st, err) < 0)
		return -1;
	rc = ses_db_step(st, err);
	(void)sqlite3_finalize(st);
	return rc < 0 ? -1 : 0;
}

/* Number the rows, in a table of this connection's: it is no part of the
 * database, and SQLite lets little of it be in memory. */
static int
number(struct ses_rows *r, struct seshat_err *err)
{
	int64_t now = ses_time_now();
	uint64_t from =
	    r->finished ? (uint64_t)(now - SES_ROWS_QUIET_MS) : INT64_MAX;
	uint64_t unused = 0;
	uint64_t first = 0;

	if (run(r,
		"CREATE TEMP TABLE IF NOT EXISTS line (n INTEGER PRIMARY KEY, "
		"t INTEGER, r INTEGER, o INTEGER)",
		err) < 0 ||
	    run(r, "DELETE FROM temp.line", err) < 0 ||
	    /* a clock that was wrong must not hold a row for ever */
	    ask(r, r->kind->setup, from, (uint64_t)(now + SES_ROWS_QUIET_MS),
		&unused, NULL, err) < 0 ||
	    ask(r, "SELECT COALESCE(MIN(n), 0), ?1 FROM temp.line WHERE o", 0,
		0, &first, NULL, err) < 0)
		return -1;
	r->held = first;
	return 0;
}

/* A read transaction.  The question for the version, which grows when others
 * write, takes the snapshot. */
static int
snapshot(struct ses_rows *r, uint64_t *version, struct seshat_err *err)
{
	sqlite3_stmt *st = NULL;
	int rc;

	if (run(r, "BEGIN", err) < 0 ||
	    ses_db_prepare(r->db, "PRAGMA data_version", &st, err) < 0)
		return -1;
	rc = ses_db_step(st, err);
	*version = rc > 0 ? column_u64(st, 0) : UINT64_MAX;
	(void)sqlite3_finalize(st);
	return rc < 0 ? -1 : 0;
}

static int
look(struct ses_rows *r, uint64_t version, struct seshat_err *err)
{
	uint64_t unused = 0;

	r->version = UINT64_MAX; /* until it succeeded */
	if (r->kind->setup != NULL && number(r, err) < 0)
		return -1;
	r->last = 0;
	if (ask(r, r->kind->count, 0, 0, &unused, &r->last, err) < 0)
		return -1;
	r->highest = r->held > 0 ? r->held - 1 : r->last;
	r->version = version;
	return 0;
}

/* The files as they are now; those that are as they were stay listed. */
static int
look_at_folder(struct ses_rows *r, int *changed, struct seshat_err *err)
{
	const struct stat *was = &r->files.st;
	struct stat now;

	*changed =
	    stat(r->path, &now) < 0 || was->st_ino != now.st_ino ||
	    was->st_dev != now.st_dev ||
	    was->st_mtim.tv_sec != now.st_mtim.tv_sec ||
	    was->st_mtim.tv_nsec != now.st_mtim.tv_nsec ||
	    ses_time_now() - (int64_t)now.st_mtim.tv_sec * 1000 < SETTLED_MS;
	if (*changed && ses_event_folder_list(&r->files, r->path, err) < 0)
		return -1;
	if (r->finished && ses_event_folder_hold(&r->files, r->path, err) < 0)
		return -1;
	r->last = r->files.n;
	r->highest = r->files.highest;
	r->is_awake = 1;
	return 0;
}

static int
each_file(struct ses_rows *r, uint64_t after, uint64_t upto,
    ses_rows_seen *seen, void *arg, struct seshat_err *err)
{
	uint64_t cursor;
	int rc;

	for (cursor = after + 1; cursor <= upto && cursor <= r->files.n;
	     cursor++) {
		ses_buf_clear(&r->line);
		if (ses_event_folder_line(
			&r->files, r->path, cursor, &r->line, err) < 0)
			return ses_fail_in(err, "%s", r->path);
		rc = seen(arg, cursor, r->line.data, r->line.len, err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int
begin(struct ses_rows *r, struct seshat_err *err)
{
	uint64_t version;
	int changed;

	if (r->kind->is_folder)
		return look_at_folder(r, &changed, err);
	return ses_db_open(&r->db, r->path, err) < 0 ||
		       snapshot(r, &version, err) < 0
		   ? -1
		   : look(r, version, err);
}

void
ses_rows_rest(struct ses_rows *r)
{
	r->is_awake = 0;
	if (r->kind->is_folder)
		return;
	/* the numbers are to stay, which are all that was written */
	if (!sqlite3_get_autocommit(r->db))
		(void)sqlite3_exec(r->db, "COMMIT", NULL, NULL, NULL);
	if (!sqlite3_get_autocommit(r->db))
		(void)sqlite3_exec(r->db, "ROLLBACK", NULL, NULL, NULL);
}

int
ses_rows_wake(struct ses_rows *r, int *changed, struct seshat_err *err)
{
	uint64_t version = 0;

	*changed = 0;
	if (r->kind->is_folder)
		return r->is_awake ? 0 : look_at_folder(r, changed, err);
	if (!sqlite3_get_autocommit(r->db))
		return 0;
	if (snapshot(r, &version, err) < 0)
		goto failed;
	if (version == r->version && version != UINT64_MAX)
		return 0;
	*changed = 1;
	if (look(r, version, err) == 0)
		return 0;
failed:
	ses_rows_rest(r);
	return ses_fail_in(err, "%s", r->path);
}

int
ses_rows_open(struct ses_rows **out, const char *path,
    const struct ses_rows_kind *kind, const char *session, int finished,
    struct seshat_err *err)
{
	struct ses_rows *r = ses_calloc(1, sizeof(*r));
	int rc = -1;
	int i;

	if (r == NULL)
		return ses_fail_nomem(err);
	r->kind = kind;
	r->finished = finished;
	r->path = ses_str_dup(path);
	r->session = ses_str_dup(session);
	if (r->path == NULL || r->session == NULL) {
		ses_rows_free(r);
		return ses_fail_nomem(err);
	}
	for (i = 0; i < TRIES; i++) {
		rc = begin(r, err);
		if (rc == 0 || kind->is_folder || !ses_db_is_passing(err))
			break;
		ses_db_close(r->db);
		r->db = NULL;
		ses_db_wait();
	}
	if (rc < 0) {
		ses_rows_free(r);
		/* a folder's says it already */
		return kind->is_folder ? -1 : ses_fail_in(err, "%s", path);
	}
	*out = r;
	return 0;
}

void
ses_rows_free(struct ses_rows *r)
{
	if (r == NULL)
		return;
	ses_db_close(r->db);
	ses_event_folder_free(&r->files);
	free(r->path);
	free(r->session);
	ses_buf_free(&r->line);
	free(r);
}

uint64_t
ses_rows_highest(const struct ses_rows *r)
{
	return r->highest;
}

uint64_t
ses_rows_last(const struct ses_rows *r)
{
	return r->last;
}

int
ses_rows_count(
    struct ses_rows *r, uint64_t upto, uint64_t *n, struct seshat_err *err)
{
	*n = upto < r->files.n ? upto : r->files.n;
	if (r->kind->is_folder)
		return 0;
	*n = 0;
	if (ask(r, r->kind->count, upto, 0, n, NULL, err) < 0)
		return ses_fail_in(err, "%s", r->path);
	return 0;
}

int
ses_rows_back(struct ses_rows *r, uint64_t upto, uint64_t n, uint64_t *after,
    struct seshat_err *err)
{
	*after = upto > n ? upto - n : 0;
	if (r->kind->is_folder)
		return 0;
	*after = 0;
	if (ask(r, r->kind->back, upto, n, after, NULL, err) < 0)
		return ses_fail_in(err, "%s", r->path);
	return 0;
}

int
ses_rows_each(struct ses_rows *r, uint64_t after, uint64_t upto,
    ses_rows_seen *seen, void *arg, struct seshat_err *err)
{
	sqlite3_stmt *st = NULL;
	int rc;

	if (r->kind->is_folder)
		return each_file(r, after, upto, seen, arg, err);
	if (prepare(r, r->kind->select, after, upto, &st, err) < 0)
		return ses_fail_in(err, "%s", r->path);
	while ((rc = ses_db_step(st, err)) > 0) {
		ses_buf_clear(&r->line);
		rc = r->kind->line(r->kind, st, &r->line, err);
		if (rc == 0)
			rc = ses_buf_check(&r->line, err);
		if (rc < 0)
			break;
		rc = seen(
		    arg, column_u64(st, 0), r->line.data, r->line.len, err);
		if (rc != 0)
			goto out;
	}
	if (rc < 0)
		ses_fail_in(err, "%s", r->path);
out:
	(void)sqlite3_finalize(st);
	return rc;
}
