/* A session's row: put, and dropped with all that is known of it. */
#include <string.h>

#include "catalog/rows.h"
#include "catalog/title.h"
#include "vault/doc.h"

/* What changes when text was added: where nothing tells it more cheaply. */
static void
sign_of(const json_t *row, struct ses_buf *out)
{
	ses_buf_fmt(out, "%s %llu %s %s %s", ses_doc_str(row, "stream"),
	    (unsigned long long)ses_doc_u64(row, "total_uploaded_bytes"),
	    ses_doc_str(row, "last_uploaded_at"), ses_doc_str(row, "ended_at"),
	    ses_doc_str(row, "rewritten_at"));
}

static void
bind_text(sqlite3_stmt *st, int at, const char *s)
{
	if (s[0] != '\0')
		(void)sqlite3_bind_text(st, at, s, -1, SQLITE_TRANSIENT);
}

/* As long as nobody knows how long the source is: what was stored of it. */
static uint64_t
size_of(const json_t *row)
{
	uint64_t n = ses_doc_u64(row, "total_source_bytes");

	return n > 0 ? n : ses_doc_u64(row, "total_uploaded_bytes");
}

static int
put_row(struct ses_catalog *c, const json_t *row, const char *text,
    const char *origin, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_SESSION_PUT, err);
	struct ses_buf sign = {0};
	int rc;

	if (st == NULL)
		return -1;
	sign_of(row, &sign);
	(void)ses_buf_cstr(&sign);
	rc = ses_buf_check(&sign, err);
	bind_text(st, 1, ses_doc_str(row, "harness"));
	bind_text(st, 2, ses_doc_str(row, "session_id"));
	(void)sqlite3_bind_text(
	    st, 3, ses_doc_str(row, "project"), -1, SQLITE_TRANSIENT);
	bind_text(st, 4, ses_doc_str(row, "title"));
	bind_text(st, 5, ses_doc_str(row, "parent_session_id"));
	bind_text(st, 6, ses_doc_str(row, "cwd"));
	(void)sqlite3_bind_text(st, 7, text, -1, SQLITE_TRANSIENT);
	(void)sqlite3_bind_int64(st, 8, ses_doc_time(row, "last_uploaded_at"));
	(void)sqlite3_bind_int64(st, 9, ses_doc_time(row, "last_event_at"));
	(void)sqlite3_bind_int64(st, 10, ses_doc_time(row, "started_at"));
	(void)sqlite3_bind_int64(st, 11, ses_doc_time(row, "ended_at"));
	(void)sqlite3_bind_int64(st, 12, (int64_t)size_of(row));
	(void)sqlite3_bind_int64(
	    st, 13, (int64_t)ses_doc_u64(row, "total_uploaded_bytes"));
	(void)sqlite3_bind_int64(
	    st, 14, (int64_t)ses_doc_u64(row, "stored_bytes"));
	(void)sqlite3_bind_int64(st, 15, (int64_t)ses_doc_u64(row, "lines"));
	(void)sqlite3_bind_text(
	    st, 16, rc == 0 ? sign.data : "", -1, SQLITE_TRANSIENT);
	(void)sqlite3_bind_text(st, 17, origin, -1, SQLITE_TRANSIENT);
	if (ses_catalog_run(c, st, err) < 0)
		rc = -1;
	ses_buf_free(&sign);
	return rc;
}

/* A statement about one session. */
static int
run_of(struct ses_catalog *c, enum ses_catalog_sql which, const char *harness,
    const char *id, const char *value, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, which, err);

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_text(st, 1, harness, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 2, id, -1, SQLITE_STATIC);
	if (value != NULL)
		(void)sqlite3_bind_text(st, 3, value, -1, SQLITE_STATIC);
	return ses_catalog_run(c, st, err);
}

/* How the row stands there. */
enum { MISSING, OTHER, ELSEWHERE, SAME };

/* One of these, or -1. */
static int
is_there(struct ses_catalog *c, const json_t *row, const char *text,
    const char *origin, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_SESSION_ROW, err);
	int is = MISSING;
	int rc;

	if (st == NULL)
		return -1;
	bind_text(st, 1, ses_doc_str(row, "harness"));
	bind_text(st, 2, ses_doc_str(row, "session_id"));
	rc = ses_catalog_step(c, st, err);
	if (rc > 0 && strcmp(ses_catalog_text(st, 1), text) != 0)
		is = OTHER;
	else if (rc > 0)
		is = strcmp(ses_catalog_text(st, 2), origin) == 0 ? SAME
								  : ELSEWHERE;
	ses_catalog_done(st);
	return rc < 0 ? -1 : is;
}

static int
put(struct ses_catalog *c, const json_t *row, const char *text,
    const char *origin, struct seshat_err *err)
{
	const char *harness = ses_doc_str(row, "harness");
	const char *id = ses_doc_str(row, "session_id");
	int is = is_there(c, row, text, origin, err);

	if (is < 0 || is == SAME)
		return is < 0 ? -1 : 0;
	if (is == ELSEWHERE)
		return run_of(c, SES_SQL_ORIGIN_PUT, harness, id, origin, err);
	if (put_row(c, row, text, origin, err) < 0 ||
	    (ses_doc_str(row, "parent_session_id")[0] != '\0' &&
		run_of(c, SES_SQL_CHILD_PUT, harness, id, NULL, err) < 0))
		return -1;
	return run_of(c, SES_SQL_CHILDREN_PUT, harness, id, NULL, err);
}

int
ses_rows_put(struct ses_catalog *c, json_t *row, const char *origin,
    struct seshat_err *err)
{
	struct ses_buf text = {0};
	int rc;

	ses_doc_begin();
	if (json_object_get(row, "id") != NULL) {
		ses_doc_set_str(row, "session_id", ses_doc_str(row, "id"));
		(void)json_object_del(row, "id");
	}
	rc = ses_doc_check(err);
	if (rc == 0)
		rc = ses_doc_format(row, &text, err);
	if (rc == 0)
		rc = put(c, row, ses_buf_cstr(&text), origin, err);
	ses_buf_free(&text);
	return rc;
}

int
ses_rows_no(struct ses_catalog *c, const char *harness, const char *id,
    int64_t *no, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_SESSION_NO, err);
	int rc;

	*no = 0;
	if (st == NULL)
		return -1;
	(void)sqlite3_bind_text(st, 1, harness, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 2, id, -1, SQLITE_STATIC);
	rc = ses_catalog_step(c, st, err);
	if (rc > 0)
		*no = sqlite3_column_int64(st, 0);
	ses_catalog_done(st);
	return rc < 0 ? -1 : 0;
}

/* Its text goes with the next update of text. */
int
ses_rows_drop(struct ses_catalog *c, const char *harness, const char *id,
    struct seshat_err *err)
{
	static const enum ses_catalog_sql steps[] = {
	    SES_SQL_STRAY_OF, SES_SQL_GONE_PUT, SES_SQL_SESSION_DEL};
	sqlite3_stmt *st;
	int64_t no;
	size_t i;

	if (ses_rows_no(c, harness, id, &no, err) < 0)
		return -1;
	if (no == 0)
		return 0;
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		st = ses_catalog_st(c, steps[i], err);
		if (st == NULL)
			return -1;
		(void)sqlite3_bind_int64(st, 1, no);
		if (ses_catalog_run(c, st, err) < 0)
			return -1;
	}
	return run_of(c, SES_SQL_CHILDREN_PUT, harness, id, NULL, err);
}

int
ses_rows_stray(struct ses_catalog *c, const char *harness, const char *id,
    struct seshat_err *err)
{
	return run_of(c, SES_SQL_STRAY_PUT, harness, id, NULL, err);
}

int
ses_rows_is_stray(struct ses_catalog *c, const char *harness, const char *id,
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_STRAY_GET, err);
	int rc;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_text(st, 1, harness, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 2, id, -1, SQLITE_STATIC);
	rc = ses_catalog_step(c, st, err);
	ses_catalog_done(st);
	return rc;
}

/* The next of those whose text is there yet: its number, 0 or -1. */
static int64_t
next_gone(struct ses_catalog *c, struct ses_buf v[3], struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_GONE_ONE, err);
	int64_t no = 0;
	int rc = st == NULL ? -1 : ses_catalog_step(c, st, err);
	int i;

	if (rc > 0)
		no = sqlite3_column_int64(st, 0);
	for (i = 0; rc > 0 && i < 3; i++) {
		ses_buf_clear(&v[i]);
		ses_buf_str(&v[i], ses_catalog_text(st, i + 1));
		(void)ses_buf_cstr(&v[i]);
		if (ses_buf_check(&v[i], err) < 0)
			rc = -1;
	}
	ses_catalog_done(st);
	return rc < 0 ? -1 : no;
}

int
ses_rows_purge(struct ses_ingest *in, struct seshat_err *err)
{
	struct ses_buf v[3] = {{0}, {0}, {0}};
	sqlite3_stmt *st;
	struct ses_where w;
	int64_t no;
	int rc = 0;
	int i;

	while (rc == 0 && (no = next_gone(in->c, v, err)) != 0) {
		w = (struct ses_where){v[2].data, v[0].data, v[1].data};
		rc = no < 0 ? -1 : ses_ingest_begin(in, no, &w, err);
		if (rc == 0)
			rc = ses_ingest_drop(in, no, err);
		if (rc == 0)
			rc = ses_title_drop(in, no, err);
		ses_ingest_end(in);
		st = rc < 0 ? NULL
			    : ses_catalog_st(in->c, SES_SQL_GONE_DEL, err);
		if (st == NULL) {
			rc = -1;
			break;
		}
		(void)sqlite3_bind_int64(st, 1, no);
		rc = ses_catalog_run(in->c, st, err);
	}
	for (i = 0; i < 3; i++)
		ses_buf_free(&v[i]);
	return rc;
}
