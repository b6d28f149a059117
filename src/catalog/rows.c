/* The sessions' rows, as the store lists them. */
#include <string.h>

#include "catalog/ingest.h"
#include "vault/catalog.h"
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

static int
put_row(struct ses_catalog *c, const json_t *row, const char *text,
    struct seshat_err *err)
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
	(void)sqlite3_bind_int64(
	    st, 12, (int64_t)ses_doc_u64(row, "total_source_bytes"));
	(void)sqlite3_bind_int64(
	    st, 13, (int64_t)ses_doc_u64(row, "total_uploaded_bytes"));
	(void)sqlite3_bind_int64(
	    st, 14, (int64_t)ses_doc_u64(row, "stored_bytes"));
	(void)sqlite3_bind_int64(st, 15, (int64_t)ses_doc_u64(row, "lines"));
	(void)sqlite3_bind_text(
	    st, 16, rc == 0 ? sign.data : "", -1, SQLITE_TRANSIENT);
	if (ses_catalog_run(c, st, err) < 0)
		rc = -1;
	ses_buf_free(&sign);
	return rc;
}

/* Whether the row stands there as it is: 1 or 0, or -1. */
static int
is_there(struct ses_catalog *c, const json_t *row, const char *text,
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_SESSION_ROW, err);
	int rc;

	if (st == NULL)
		return -1;
	bind_text(st, 1, ses_doc_str(row, "harness"));
	bind_text(st, 2, ses_doc_str(row, "session_id"));
	rc = ses_catalog_step(c, st, err);
	if (rc > 0)
		rc = strcmp(ses_catalog_text(st, 1), text) == 0;
	ses_catalog_done(st);
	return rc;
}

static int
take_row(struct ses_catalog *c, json_t *row, struct ses_buf *name,
    struct seshat_err *err)
{
	struct ses_buf text = {0};
	int rc;

	ses_doc_begin();
	ses_doc_set_str(row, "session_id", ses_doc_str(row, "id"));
	(void)json_object_del(row, "id");
	ses_buf_clear(name);
	ses_buf_fmt(name, "%s/%s", ses_doc_str(row, "harness"),
	    ses_doc_str(row, "session_id"));
	(void)ses_buf_cstr(name);
	rc = ses_doc_check(err);
	if (rc == 0)
		rc = ses_buf_check(name, err);
	if (rc == 0)
		rc = ses_doc_format(row, &text, err);
	if (rc == 0) {
		rc = is_there(c, row, ses_buf_cstr(&text), err);
		if (rc == 0)
			rc = put_row(c, row, text.data, err);
	}
	ses_buf_free(&text);
	return rc < 0 ? -1 : 0;
}

/* What is known of sessions, as "harness/id": number. */
static json_t *
known_of(struct ses_catalog *c, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_SESSIONS, err);
	json_t *known = json_object();
	struct ses_buf name = {0};
	int rc = -1;

	while (st != NULL && (rc = ses_catalog_step(c, st, err)) > 0) {
		ses_buf_clear(&name);
		ses_buf_fmt(&name, "%s/%s", ses_catalog_text(st, 1),
		    ses_catalog_text(st, 2));
		(void)json_object_set_new(known, ses_buf_cstr(&name),
		    json_integer(sqlite3_column_int64(st, 0)));
	}
	ses_catalog_done(st);
	ses_buf_free(&name);
	if (rc == 0)
		return known;
	json_decref(known);
	return NULL;
}

/* Of a session that is gone. */
static int
drop_session(
    struct ses_ingest *in, const char *name, int64_t no, struct seshat_err *err)
{
	const char *slash = strchr(name, '/');
	struct ses_where w = {"", "generic", slash == NULL ? "" : slash + 1};
	struct ses_buf project = {0};
	struct ses_buf harness = {0};
	sqlite3_stmt *st = ses_catalog_st(in->c, SES_SQL_TEXT_ONE, err);
	int rc;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, no);
	rc = ses_catalog_step(in->c, st, err);
	ses_buf_str(&harness, ses_catalog_text(st, 0));
	ses_buf_str(&project, ses_catalog_text(st, 2));
	ses_catalog_done(st);
	w.project = ses_buf_cstr(&project);
	w.harness = ses_buf_cstr(&harness);
	if (rc >= 0)
		rc = ses_ingest_begin(in, no, &w, err);
	if (rc >= 0)
		rc = ses_ingest_drop(in, no, err);
	ses_ingest_end(in);
	ses_buf_free(&project);
	ses_buf_free(&harness);
	st = rc < 0 ? NULL : ses_catalog_st(in->c, SES_SQL_SESSION_DEL, err);
	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, no);
	return ses_catalog_run(in->c, st, err);
}

static int
drop_gone(struct ses_ingest *in, json_t *left, struct seshat_err *err)
{
	const char *name;
	json_t *no;

	json_object_foreach(left, name, no)
	{
		if (drop_session(in, name, json_integer_value(no), err) < 0)
			return -1;
	}
	return 0;
}

int
ses_catalog_rows(struct ses_ingest *in, struct seshat_err *err)
{
	json_t *rows = NULL;
	json_t *left = NULL;
	struct ses_buf name = {0};
	size_t i;
	int rc = -1;

	if (ses_vault_list(in->c->store, NULL, NULL, &rows, err) < 0)
		return -1;
	left = known_of(in->c, err);
	if (left == NULL)
		goto out;
	for (i = 0; i < json_array_size(rows); i++) {
		if (take_row(in->c, json_array_get(rows, i), &name, err) < 0)
			goto out;
		(void)json_object_del(left, name.data);
	}
	rc = drop_gone(in, left, err);
out:
	json_decref(rows);
	json_decref(left);
	ses_buf_free(&name);
	return rc;
}
