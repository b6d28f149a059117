/* The sessions' rows, as the store lists them. */
#include <string.h>

#include "catalog/ingest.h"
#include "vault/catalog.h"
#include "vault/doc.h"
#include "vault/index.h"

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
	(void)sqlite3_bind_int64(st, 12, (int64_t)size_of(row));
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

int
ses_catalog_put_row(struct ses_catalog *c, json_t *row, struct seshat_err *err)
{
	struct ses_buf text = {0};
	int rc;

	ses_doc_begin();
	ses_doc_set_str(row, "session_id", ses_doc_str(row, "id"));
	(void)json_object_del(row, "id");
	rc = ses_doc_check(err);
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

/* What is going on. */
struct rows {
	struct ses_ingest *in;
	json_t *left;  /* of the catalog's sessions those without a pin as yet:
			* "harness/id": [number, uploaded at, asked] */
	json_t *fresh; /* rows of indexes that were not read before */
	json_t *keys;  /* those indexes, and their stamps */
	struct ses_buf name;
};

static const char *
name_of(struct rows *r, const char *harness, const char *id)
{
	ses_buf_clear(&r->name);
	ses_buf_fmt(&r->name, "%s/%s", harness, id);
	return ses_buf_cstr(&r->name);
}

static int
load_known(struct rows *r, struct seshat_err *err)
{
	struct ses_catalog *c = r->in->c;
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_SESSIONS, err);
	int rc = -1;

	while (st != NULL && (rc = ses_catalog_step(c, st, err)) > 0)
		(void)json_object_set_new(r->left,
		    name_of(
			r, ses_catalog_text(st, 1), ses_catalog_text(st, 2)),
		    json_pack("[I,I,I]",
			(json_int_t)sqlite3_column_int64(st, 0),
			(json_int_t)sqlite3_column_int64(st, 3),
			(json_int_t)sqlite3_column_int64(st, 4)));
	ses_catalog_done(st);
	return rc;
}

static json_int_t
known_value(const json_t *known, size_t i)
{
	return json_integer_value(json_array_get(known, i));
}

/* An object of an index: has it been read as it is? */
static int
see_index(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct rows *r = arg;
	sqlite3_stmt *st = ses_catalog_st(r->in->c, SES_SQL_INDEX_GET, err);
	char stamp[64];
	int rc;

	if (st == NULL)
		return -1;
	(void)snprintf(stamp, sizeof(stamp), "%llu %lld",
	    (unsigned long long)o->size, (long long)o->mtime);
	(void)sqlite3_bind_text(st, 1, o->key, -1, SQLITE_STATIC);
	rc = ses_catalog_step(r->in->c, st, err);
	if (rc == 0 || (rc > 0 && strcmp(ses_catalog_text(st, 0), stamp) != 0))
		(void)json_object_set_new(r->keys, o->key, json_string(stamp));
	ses_catalog_done(st);
	return rc < 0 ? -1 : 0;
}

/* Of several rows of a session the one that was written last counts. */
static int
see_row(void *arg, json_t *row, struct seshat_err *err)
{
	struct rows *r = arg;
	const char *name =
	    name_of(r, ses_doc_str(row, "harness"), ses_doc_str(row, "id"));
	const json_t *known = json_object_get(r->left, name);
	const json_t *old = json_object_get(r->fresh, name);
	int64_t when = ses_doc_time(row, "last_uploaded_at");

	(void)err;
	if ((old == NULL || when >= ses_doc_time(old, "last_uploaded_at")) &&
	    (known == NULL || known_value(known, 2) != 0 ||
		when >= known_value(known, 1)))
		(void)json_object_set(r->fresh, name, row);
	return 0;
}

static int
read_indexes(struct rows *r, struct seshat_err *err)
{
	struct ses_catalog *c = r->in->c;
	const char *key;
	json_t *stamp;
	sqlite3_stmt *st;

	if (ses_index_objects(c->store, see_index, r, err) < 0)
		return -1;
	json_object_foreach(r->keys, key, stamp)
	{
		if (ses_index_object(c->store, key, see_row, r, err) < 0)
			return -1;
		st = ses_catalog_st(c, SES_SQL_INDEX_PUT, err);
		if (st == NULL)
			return -1;
		(void)sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(
		    st, 2, json_string_value(stamp), -1, SQLITE_STATIC);
		if (ses_catalog_run(c, st, err) < 0)
			return -1;
	}
	return 0;
}

/* Whether no index told of it, so that it is asked again next time. */
static int
put_asked(struct ses_catalog *c, const char *harness, const char *id, int asked,
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_ASKED_PUT, err);

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_text(st, 1, harness, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 2, id, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int(st, 3, asked);
	return ses_catalog_run(c, st, err);
}

static int
see_pin(void *arg, const char *harness, const char *id, struct seshat_err *err)
{
	struct rows *r = arg;
	const char *name = name_of(r, harness, id);
	json_t *row = json_incref(json_object_get(r->fresh, name));
	const json_t *known = json_object_get(r->left, name);
	int asks = row == NULL && (known == NULL || known_value(known, 2) != 0);
	int rc = 0;

	if (asks)
		rc = ses_vault_row(r->in->c->store, harness, id, &row, err);
	if (rc == 0 && row != NULL)
		rc = ses_catalog_put_row(r->in->c, row, err);
	if (rc == 0 && row != NULL)
		rc = put_asked(r->in->c, harness, id, asks, err);
	if (row != NULL || !asks)
		(void)json_object_del(r->left, name_of(r, harness, id));
	json_decref(row);
	return rc;
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
drop_gone(struct rows *r, struct seshat_err *err)
{
	const char *name;
	json_t *known;

	json_object_foreach(r->left, name, known)
	{
		if (drop_session(r->in, name, known_value(known, 0), err) < 0)
			return -1;
	}
	return 0;
}

/* A removal that was killed half-way: removed all the same. */
static int
see_removed(
    void *arg, const char *harness, const char *id, struct seshat_err *err)
{
	struct rows *r = arg;
	sqlite3_stmt *st = ses_catalog_st(r->in->c, SES_SQL_SESSION_ROW, err);
	int64_t no = 0;
	int rc;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_text(st, 1, harness, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 2, id, -1, SQLITE_STATIC);
	rc = ses_catalog_step(r->in->c, st, err);
	if (rc > 0)
		no = sqlite3_column_int64(st, 0);
	ses_catalog_done(st);
	if (rc <= 0)
		return rc;
	return drop_session(r->in, name_of(r, harness, id), no, err);
}

static int
rows(struct rows *r, struct seshat_err *err)
{
	struct ses_store *s = r->in->c->store;

	if (load_known(r, err) < 0 || read_indexes(r, err) < 0 ||
	    ses_vault_pins(s, 0, see_pin, r, err) < 0 || drop_gone(r, err) < 0)
		return -1;
	return ses_vault_pins(s, 1, see_removed, r, err);
}

int
ses_catalog_rows(struct ses_ingest *in, struct seshat_err *err)
{
	struct rows r = {.in = in,
	    .left = json_object(),
	    .fresh = json_object(),
	    .keys = json_object()};
	int rc = rows(&r, err);

	json_decref(r.left);
	json_decref(r.fresh);
	json_decref(r.keys);
	ses_buf_free(&r.name);
	return rc;
}
