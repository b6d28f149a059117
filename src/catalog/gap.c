/* What was found damaged, and whether it still is. */
#include <string.h>

#include "catalog/ingest.h"
#include "vault/doc.h"

#define WAIT_MS  200 /* for another that writes */
#define SIGN     64
#define GAPS_MAX 64  /* parts of a session that are looked at again */
#define LOOKS    250 /* and of all, for one list */

static const char told[] = "some of it cannot be read";

/* What changes when the object is mended: 1, or 0 where nobody can tell. */
static int
sign_of(struct ses_store *s, const struct ses_where *w, const char *part,
    char sign[SIGN])
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_store_object o;
	struct ses_buf key = {0};
	int known = 0;

	ses_key_session(&key, w);
	ses_buf_str(&key, part);
	(void)ses_buf_cstr(&key);
	if (ses_buf_check(&key, &why) == 0)
		known = ses_store_head(s, key.data, &o, &why) == 0 ||
			why.code == SESHAT_ENOTFOUND;
	if (known && why.code == SESHAT_ENOTFOUND)
		(void)snprintf(sign, SIGN, "missing");
	else if (known)
		(void)snprintf(sign, SIGN, "%llu %lld",
		    (unsigned long long)o.size, (long long)o.mtime);
	ses_buf_free(&key);
	return known;
}

int
ses_catalog_put_gap(struct ses_catalog *c, int64_t no,
    const struct ses_where *w, const char *part, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_GAP_ADD, err);
	char sign[SIGN] = "";

	if (st == NULL)
		return -1;
	(void)sign_of(c->store, w, part, sign);
	(void)sqlite3_bind_int64(st, 1, no);
	(void)sqlite3_bind_text(st, 2, part, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 3, sign, -1, SQLITE_STATIC);
	return ses_catalog_run(c, st, err);
}

int
ses_catalog_gaps(struct ses_catalog *c, int64_t no, const struct ses_where *w,
    unsigned *looks, int *changed, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_GAPS, err);
	char sign[SIGN];
	int n = 0;
	int rc;

	*changed = 0;
	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, no);
	while ((rc = ses_catalog_step(c, st, err)) > 0 && n < GAPS_MAX) {
		n++;
		if (*looks == 0)
			continue;
		(*looks)--;
		if (sign_of(c->store, w, ses_catalog_text(st, 0), sign))
			*changed |= strcmp(sign, ses_catalog_text(st, 1)) != 0;
	}
	ses_catalog_done(st);
	return rc < 0 ? -1 : n;
}

/* The session's number, and whether it is known as damaged; 0: it has no row.
 */
static int
find(struct ses_catalog *c, const struct ses_where *w, int64_t *no,
    int *damaged, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_DAMAGED_ONE, err);
	int rc;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_text(st, 1, w->harness, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 2, w->id, -1, SQLITE_STATIC);
	rc = ses_catalog_step(c, st, err);
	if (rc > 0) {
		*no = sqlite3_column_int64(st, 0);
		*damaged = sqlite3_column_int(st, 1);
	}
	ses_catalog_done(st);
	return rc;
}

static int
run_on(struct ses_catalog *c, enum ses_catalog_sql which, int64_t no,
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, which, err);

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, no);
	return ses_catalog_run(c, st, err);
}

static int
has_gap(
    struct ses_catalog *c, int64_t no, const char *part, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_GAP_GET, err);
	int rc;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, no);
	(void)sqlite3_bind_text(st, 2, part, -1, SQLITE_STATIC);
	rc = ses_catalog_step(c, st, err);
	ses_catalog_done(st);
	return rc;
}

static int
note_gap(struct ses_catalog *c, int64_t no, const struct ses_where *w,
    const char *part, struct seshat_err *err)
{
	return ses_catalog_put_gap(c, no, w, part, err) < 0
		   ? -1
		   : run_on(c, SES_SQL_DAMAGED_PUT, no, err);
}

/* What was passed over is read with the next update. */
static int
note_whole(struct ses_catalog *c, int64_t no, struct seshat_err *err)
{
	if (run_on(c, SES_SQL_GAP_DEL, no, err) < 0 ||
	    run_on(c, SES_SQL_MENDED_PUT, no, err) < 0)
		return -1;
	return run_on(c, SES_SQL_PLACE_DEL, no, err);
}

static int
note(struct ses_catalog *c, const struct ses_where *w, const char *part,
    struct seshat_err *err)
{
	int64_t no = 0;
	int damaged = 0;
	int rc = find(c, w, &no, &damaged, err);

	/* most often it is known; a part that changed is the next update's */
	if (rc > 0 && part != NULL && damaged)
		rc = has_gap(c, no, part, err) == 0;
	else if (rc > 0 && part == NULL)
		rc = damaged;
	if (rc <= 0)
		return rc;
	if (ses_catalog_exec(c, "BEGIN IMMEDIATE;", err) < 0)
		return -1;
	rc = part != NULL ? note_gap(c, no, w, part, err)
			  : note_whole(c, no, err);
	if (rc == 0)
		rc = ses_catalog_exec(c, "COMMIT;", err);
	if (rc < 0)
		ses_catalog_rollback(c);
	return rc;
}

int
ses_catalog_note(struct ses_catalog *c, const struct ses_where *w,
    const char *part, struct seshat_err *err)
{
	int rc = ses_catalog_lock(c, WAIT_MS, err);

	if (rc <= 0)
		return rc;
	rc = ses_catalog_ready(c, err);
	if (rc == 0)
		rc = note(c, w, part, err);
	ses_catalog_unlock(c);
	return rc;
}

/* Whether the session of which the statement tells is still as it was. */
static int
is_as_it_was(struct ses_catalog *c, sqlite3_stmt *st, unsigned *looks,
    struct seshat_err *err)
{
	struct ses_where w = {ses_catalog_text(st, 3), ses_catalog_text(st, 1),
	    ses_catalog_text(st, 2)};
	int changed = 0;
	int64_t no = sqlite3_column_int64(st, 0);

	return ses_catalog_gaps(c, no, &w, looks, &changed, err) < 0 ? -1
								     : !changed;
}

/* "harness/id" of those that are known as damaged. */
static int
load_damaged(struct ses_catalog *c, json_t *out, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_DAMAGED, err);
	struct ses_buf name = {0};
	unsigned looks = LOOKS;
	int rc = -1;
	int is;

	while (st != NULL && (rc = ses_catalog_step(c, st, err)) > 0) {
		is = is_as_it_was(c, st, &looks, err);
		if (is < 0) {
			rc = -1;
			break;
		}
		ses_buf_clear(&name);
		ses_buf_fmt(&name, "%s/%s", ses_catalog_text(st, 1),
		    ses_catalog_text(st, 2));
		if (is)
			(void)json_object_set_new(
			    out, ses_buf_cstr(&name), json_true());
	}
	ses_catalog_done(st);
	ses_buf_free(&name);
	return rc;
}

static const char *
id_of(const json_t *row)
{
	const char *id = ses_doc_str(row, "session_id");

	return id[0] != '\0' ? id : ses_doc_str(row, "id");
}

static void
mark(json_t *row)
{
	if (ses_doc_str(row, "damage")[0] == '\0')
		ses_doc_set_str(row, "damage", told);
}

/* Of more rows than there are damaged sessions. */
static int
mark_loaded(struct ses_catalog *c, json_t *rows, struct seshat_err *err)
{
	json_t *damaged = json_object();
	struct ses_buf name = {0};
	json_t *row;
	size_t i;
	int rc = load_damaged(c, damaged, err);

	for (i = 0; rc == 0 && json_object_size(damaged) > 0 &&
		    i < json_array_size(rows);
	     i++) {
		row = json_array_get(rows, i);
		ses_buf_clear(&name);
		ses_buf_fmt(
		    &name, "%s/%s", ses_doc_str(row, "harness"), id_of(row));
		if (json_object_get(damaged, ses_buf_cstr(&name)) != NULL)
			mark(row);
	}
	ses_buf_free(&name);
	json_decref(damaged);
	return rc;
}

/* Of a page of them, where many are damaged. */
static int
mark_each(struct ses_catalog *c, json_t *rows, struct seshat_err *err)
{
	unsigned looks = LOOKS;
	struct ses_where w;
	int64_t no = 0;
	json_t *row;
	size_t i;
	int changed;
	int is;

	json_array_foreach(rows, i, row)
	{
		w = (struct ses_where){ses_doc_str(row, "project"),
		    ses_doc_str(row, "harness"), id_of(row)};
		is = 0;
		if (find(c, &w, &no, &is, err) < 0 ||
		    (is &&
			ses_catalog_gaps(c, no, &w, &looks, &changed, err) < 0))
			return -1;
		if (is && !changed)
			mark(row);
	}
	return 0;
}

int
ses_catalog_damaged_n(
    struct ses_catalog *c, uint64_t *out, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_DAMAGED_N, err);
	int rc = st == NULL ? -1 : ses_catalog_step(c, st, err);

	if (rc > 0)
		*out = (uint64_t)sqlite3_column_int64(st, 0);
	ses_catalog_done(st);
	return rc < 0 ? -1 : 0;
}

int
ses_catalog_mark_rows(
    struct ses_catalog *c, json_t *rows, struct seshat_err *err)
{
	uint64_t n = 0;

	if (ses_catalog_damaged_n(c, &n, err) < 0)
		return -1;
	if (n == 0)
		return 0;
	return n < json_array_size(rows) ? mark_loaded(c, rows, err)
					 : mark_each(c, rows, err);
}

int
ses_catalog_mark(struct ses_catalog *c, json_t *rows, struct seshat_err *err)
{
	if (ses_catalog_ready(c, err) < 0)
		return -1;
	return ses_catalog_mark_rows(c, rows, err);
}
