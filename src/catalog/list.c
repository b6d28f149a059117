/* Which sessions there are, and what they amount to. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "catalog/ingest.h"
#include "vault/doc.h"

#define DAY_MS INT64_C(86400000)

static int
fits_all(const struct ses_catalog_filter *f)
{
	return f->project == NULL && f->harness == NULL && f->parent == NULL &&
	       (f->text == NULL || f->text[0] == '\0') && f->since <= 0;
}

/* What f restricts sessions to, as SQL, and the texts it needs. */
static void
where_of(const struct ses_catalog_filter *f, struct ses_buf *sql)
{
	ses_buf_str(sql, " WHERE 1");
	if (f->project != NULL)
		ses_buf_str(sql, " AND s.project = ?1");
	if (f->harness != NULL)
		ses_buf_str(sql, " AND s.harness = ?2");
	if (f->parent != NULL && f->parent[0] != '\0')
		ses_buf_str(sql, " AND s.parent = ?3");
	else if (f->parent != NULL)
		ses_buf_str(sql, f->project != NULL ? " AND s.child <> 1"
						    : " AND s.child = 0");
	if (f->text != NULL && f->text[0] != '\0')
		ses_buf_fmt(sql,
		    " AND (ses_has(s.title, ?4) OR ses_has(s.id, ?4)"
		    " OR ses_has(s.project, ?4) OR ses_has(s.cwd, ?4)%s)",
		    json_array_size(f->named) > 0
			? " OR s.project IN (SELECT value FROM json_each(?10))"
			: "");
	if (f->since > 0)
		ses_buf_str(sql, " AND s.last_event >= ?5");
}

static int
bind_filter(sqlite3_stmt *st, const struct ses_catalog_filter *f,
    struct seshat_err *err)
{
	const char *const v[] = {f->project, f->harness, f->parent, f->text};
	struct ses_buf named = {0};
	int rc = 0;
	int i;

	for (i = 0; i < 4; i++)
		if (v[i] != NULL)
			(void)sqlite3_bind_text(
			    st, i + 1, v[i], -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(st, 5, f->since);
	if (json_array_size(f->named) > 0) {
		rc = ses_doc_format(f->named, &named, err);
		if (rc == 0)
			(void)sqlite3_bind_text(
			    st, 10, ses_buf_cstr(&named), -1, SQLITE_TRANSIENT);
	}
	ses_buf_free(&named);
	return rc;
}

static sqlite3_stmt *
prepare(struct ses_catalog *c, struct ses_buf *sql,
    const struct ses_catalog_filter *f, struct seshat_err *err)
{
	sqlite3_stmt *st = NULL;

	(void)ses_buf_cstr(sql);
	if (ses_buf_check(sql, err) < 0)
		return NULL;
	if (sqlite3_prepare_v2(c->db, sql->data, -1, &st, NULL) != SQLITE_OK) {
		ses_catalog_fail(c, err);
		return NULL;
	}
	if (bind_filter(st, f, err) < 0) {
		(void)sqlite3_finalize(st);
		return NULL;
	}
	return st;
}

static int
total_of(struct ses_catalog *c, const struct ses_catalog_filter *f,
    uint64_t *total, struct seshat_err *err)
{
	struct ses_buf sql = {0};
	sqlite3_stmt *st;
	int rc;

	ses_buf_str(&sql, "SELECT count(*) FROM session s");
	/* without any condition SQLite counts by whole pages */
	if (!fits_all(f))
		where_of(f, &sql);
	st = prepare(c, &sql, f, err);
	rc = st == NULL ? -1 : ses_catalog_step(c, st, err);
	if (rc > 0)
		*total = (uint64_t)sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	ses_buf_free(&sql);
	return rc < 0 ? -1 : 0;
}

int
ses_catalog_cursor(const char *cursor, int64_t *key, struct ses_buf *harness,
    const char **id, struct seshat_err *err)
{
	char *bar;

	*key = strtoll(cursor, &bar, 10);
	if (bar == cursor || *bar != '|' || strchr(bar + 1, '|') == NULL)
		return ses_fail(err, SESHAT_EUSAGE,
		    "cursor is what another answer had as next_cursor");
	*id = strchr(bar + 1, '|') + 1;
	ses_buf_add(harness, bar + 1, (size_t)(*id - bar) - 2);
	(void)ses_buf_cstr(harness);
	return ses_buf_check(harness, err);
}

static int
take_rows(struct ses_catalog *c, sqlite3_stmt *st, uint64_t limit, json_t *out,
    struct ses_buf *next, struct seshat_err *err)
{
	uint64_t n = 0;
	json_t *row;
	int rc;

	while ((rc = ses_catalog_step(c, st, err)) > 0) {
		if (limit > 0 && n++ == limit) {
			(void)ses_buf_cstr(next);
			return ses_buf_check(next, err);
		}
		row = ses_doc_parse(ses_catalog_text(st, 0),
		    (size_t)sqlite3_column_bytes(st, 0), err);
		if (row == NULL)
			return ses_catalog_damaged(c, "a session's row", err);
		(void)json_array_append_new(out, row);
		ses_buf_clear(next);
		ses_buf_fmt(next, "%lld|%s|%s",
		    (long long)sqlite3_column_int64(st, 1),
		    ses_catalog_text(st, 2), ses_catalog_text(st, 3));
	}
	ses_buf_clear(next);
	return rc;
}

/* What a list is ordered by.  Where all rows are looked through for a text,
 * the index that has them is better than the one of their sizes (+). */
static const char *
key_of(const struct ses_catalog_filter *f)
{
	if (!f->by_size)
		return "s.last_event";
	return f->text != NULL && f->text[0] != '\0' ? "+s.size" : "s.size";
}

/* The page is found in an index alone; its rows are read afterwards. */
static void
page_of(const struct ses_catalog_filter *f, struct ses_buf *sql)
{
	const char *by = key_of(f);

	ses_buf_fmt(sql,
	    "SELECT r.row, s.k, s.harness, s.id FROM (SELECT s.no,"
	    " %s AS k, s.harness, s.id FROM session s",
	    by);
	where_of(f, sql);
	if (f->cursor != NULL)
		ses_buf_fmt(sql,
		    " AND %s <= ?6 AND (%s < ?6 OR (s.id, s.harness) >"
		    " (?8, ?7))",
		    by, by);
	ses_buf_fmt(sql,
	    " ORDER BY %s DESC, s.id, s.harness LIMIT ?9) s"
	    " CROSS JOIN session r ON r.no = s.no"
	    " ORDER BY s.k DESC, s.id, s.harness",
	    by);
}

static int
list(struct ses_catalog *c, const struct ses_catalog_filter *f, json_t *out,
    struct ses_buf *next, struct seshat_err *err)
{
	struct ses_buf harness = {0};
	struct ses_buf sql = {0};
	const char *id = NULL;
	sqlite3_stmt *st = NULL;
	int64_t key = 0;
	int rc = -1;

	if (f->cursor != NULL &&
	    ses_catalog_cursor(f->cursor, &key, &harness, &id, err) < 0)
		goto out;
	page_of(f, &sql);
	st = prepare(c, &sql, f, err);
	if (st == NULL)
		goto out;
	if (f->cursor != NULL) {
		(void)sqlite3_bind_int64(st, 6, key);
		(void)sqlite3_bind_text(st, 7, harness.data, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(st, 8, id, -1, SQLITE_STATIC);
	}
	/* one more tells that there are more; none: all of them */
	(void)sqlite3_bind_int64(st, 9,
	    f->limit > 0 && f->limit < INT64_MAX ? (int64_t)f->limit + 1 : -1);
	rc = take_rows(c, st, f->limit, out, next, err);
out:
	(void)sqlite3_finalize(st);
	ses_buf_free(&harness);
	ses_buf_free(&sql);
	return rc;
}

/* An empty one is better than one that stays as it is. */
static void
remake_damaged(struct ses_catalog *c)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;

	if (c->is_damaged)
		(void)ses_catalog_remake(c, &ignored);
}

int
ses_catalog_list(struct ses_catalog *c, const struct ses_catalog_filter *f,
    json_t **rows, uint64_t *total, struct ses_buf *next,
    struct seshat_err *err)
{
	json_t *out = json_array();
	int begun = ses_catalog_has_begun(c);
	int rc;

	ses_buf_clear(next);
	ses_doc_begin();
	if (out == NULL)
		return ses_fail_nomem(err);
	/* one state of it, whatever is written meanwhile */
	rc = begun ? 0 : ses_catalog_begin(c, err);
	if (rc == 0)
		rc = total_of(c, f, total, err);
	if (rc == 0)
		rc = list(c, f, out, next, err);
	if (rc == 0)
		rc = ses_catalog_mark_rows(c, out, err);
	if (rc == 0)
		rc = ses_doc_check(err);
	if (rc < 0 || !begun)
		ses_catalog_end(c);
	if (rc < 0) {
		json_decref(out);
		remake_damaged(c);
		return -1;
	}
	*rows = out;
	return 0;
}

int
ses_catalog_count(struct ses_catalog *c, const struct ses_catalog_filter *f,
    uint64_t *n, struct seshat_err *err)
{
	if ((!ses_catalog_has_begun(c) && ses_catalog_ready(c, err) < 0))
		return -1;
	return total_of(c, f, n, err);
}

/* Run a query whose rows become objects, the first column under first. */
static json_t *
sums_by(struct ses_catalog *c, const struct ses_catalog_filter *f,
    const char *column, const char *first, struct seshat_err *err)
{
	json_t *out = json_array();
	struct ses_buf sql = {0};
	sqlite3_stmt *st;
	json_t *o;
	int rc = -1;

	ses_buf_fmt(&sql,
	    "SELECT %s, count(*), sum(s.uploaded), sum(s.stored),"
	    " max(s.last_event) FROM session s",
	    column);
	where_of(f, &sql);
	ses_buf_fmt(&sql, " GROUP BY 1 ORDER BY 1");
	st = prepare(c, &sql, f, err);
	while (st != NULL && (rc = ses_catalog_step(c, st, err)) > 0) {
		o = json_object();
		ses_doc_set_str(o, first, ses_catalog_text(st, 0));
		ses_doc_set_u64(
		    o, "sessions", (uint64_t)sqlite3_column_int64(st, 1));
		ses_doc_set_u64(
		    o, "bytes", (uint64_t)sqlite3_column_int64(st, 2));
		ses_doc_set_u64(
		    o, "stored_bytes", (uint64_t)sqlite3_column_int64(st, 3));
		if (sqlite3_column_int64(st, 4) != 0)
			ses_doc_set_time(
			    o, "last_event_at", sqlite3_column_int64(st, 4));
		(void)json_array_append_new(out, o);
	}
	(void)sqlite3_finalize(st);
	ses_buf_free(&sql);
	if (rc == 0)
		return out;
	json_decref(out);
	return NULL;
}

static void
day_name(int64_t day, char out[SES_TIME_MAX])
{
	ses_time_format(day * DAY_MS, out);
	out[10] = '\0';
}

/* Tokens of each message once: where sessions share one, since one goes on
 * with a copy of the other, in the first of them. */
static const char tokens_sql[] =
    "WITH once AS (SELECT u.day, u.model, max(u.input) i, max(u.output) o,"
    " max(u.cache_read) r, max(u.cache_write) w FROM usage u"
    " JOIN session s ON s.no = u.session";

/* A column of a table, by what it is. */
struct column {
	const char *name;
	/* d day, t time if there is one, s text, n number, - passed over; NUL:
	 * the end */
	char kind;
};

static void
set_column(json_t *o, sqlite3_stmt *st, int i, const struct column *c)
{
	char day[SES_TIME_MAX];

	if (c->kind == 'd') {
		day_name(sqlite3_column_int64(st, i), day);
		ses_doc_set_str(o, c->name, day);
	} else if (c->kind == 's') {
		ses_doc_set_str(
		    o, c->name, (const char *)sqlite3_column_text(st, i));
	} else if (c->kind == 't' && sqlite3_column_int64(st, i) != 0) {
		ses_doc_set_time(o, c->name, sqlite3_column_int64(st, i));
	} else if (c->kind == 'n') {
		ses_doc_set_u64(
		    o, c->name, (uint64_t)sqlite3_column_int64(st, i));
	}
}

/* The rows of a statement as objects.  sql is released. */
static json_t *
table_of(struct ses_catalog *c, const struct ses_catalog_filter *f,
    struct ses_buf *sql, const struct column *columns, struct seshat_err *err)
{
	json_t *out = json_array();
	sqlite3_stmt *st = prepare(c, sql, f, err);
	json_t *o;
	int rc = -1;
	int i;

	while (st != NULL && (rc = ses_catalog_step(c, st, err)) > 0) {
		o = json_object();
		for (i = 0; columns[i].kind != '\0'; i++)
			set_column(o, st, i, &columns[i]);
		(void)json_array_append_new(out, o);
	}
	(void)sqlite3_finalize(st);
	ses_buf_free(sql);
	if (rc == 0)
		return out;
	json_decref(out);
	return NULL;
}

int
ses_catalog_projects(
    struct ses_catalog *c, json_t **rows, struct seshat_err *err)
{
	static const struct column columns[] = {{"id", 's'}, {"sessions", 'n'},
	    {"bytes", 'n'}, {"size", 'n'}, {"lines", 'n'},
	    {"stored_bytes", 'n'}, {"last_event_at", 't'}, {NULL, '\0'}};
	const struct ses_catalog_filter all = {0};
	struct ses_buf sql = {0};

	ses_doc_begin();
	if (!ses_catalog_has_begun(c) && ses_catalog_ready(c, err) < 0)
		return -1;
	ses_buf_str(&sql,
	    "SELECT project, count(*), sum(uploaded), sum(size), sum(lines),"
	    " sum(stored), max(last_event) FROM session GROUP BY 1 ORDER BY 1");
	*rows = table_of(c, &all, &sql, columns, err);
	if (*rows == NULL) {
		ses_catalog_end(c);
		remake_damaged(c);
		return -1;
	}
	if (ses_doc_check(err) == 0)
		return 0;
	json_decref(*rows);
	return -1;
}

static json_t *
tokens_by(struct ses_catalog *c, const struct ses_catalog_filter *f, int by_day,
    struct seshat_err *err)
{
	const struct column columns[] = {{"day", by_day ? 'd' : '-'},
	    {"model", 's'}, {"input", 'n'}, {"output", 'n'},
	    {"cache_read", 'n'}, {"cache_write", 'n'}, {"messages", 'n'},
	    {NULL, '\0'}};
	struct ses_buf sql = {0};

	ses_buf_str(&sql, tokens_sql);
	where_of(f, &sql);
	ses_buf_fmt(&sql,
	    " GROUP BY u.message) SELECT %s, n.name, sum(i), sum(o), sum(r),"
	    " sum(w), count(*) FROM once LEFT JOIN name n ON n.id = once.model"
	    " GROUP BY 1, 2 ORDER BY 1, 2",
	    by_day ? "day" : "0");
	return table_of(c, f, &sql, columns, err);
}

static json_t *
tools_of(struct ses_catalog *c, const struct ses_catalog_filter *f,
    struct seshat_err *err)
{
	static const struct column columns[] = {
	    {"tool", 's'}, {"calls", 'n'}, {"failed", 'n'}, {NULL, '\0'}};
	struct ses_buf sql = {0};

	ses_buf_str(&sql,
	    "SELECT n.name, sum(t.n), sum(t.failed) FROM tally t"
	    " JOIN session s ON s.no = t.session JOIN name n ON n.id = t.name");
	where_of(f, &sql);
	ses_buf_fmt(&sql,
	    " AND t.what = %d GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1000",
	    SES_TALLY_TOOL);
	return table_of(c, f, &sql, columns, err);
}

/* Events of each day: what was said by whom. */
static json_t *
days_of(struct ses_catalog *c, const struct ses_catalog_filter *f,
    struct seshat_err *err)
{
	static const struct column columns[] = {{"day", 'd'}, {"sessions", 'n'},
	    {"events", 'n'}, {"prompts", 'n'}, {"tool_calls", 'n'},
	    {NULL, '\0'}};
	struct ses_buf sql = {0};

	ses_buf_fmt(&sql,
	    "SELECT t.day, count(DISTINCT t.session), sum(t.n),"
	    " sum(iif(t.name / 16 = %d, t.n, 0)),"
	    " sum(iif(t.name %% 16 = %d, t.n, 0)) FROM tally t"
	    " JOIN session s ON s.no = t.session",
	    SES_ROLE_USER, SES_EVENT_TOOL_CALL);
	where_of(f, &sql);
	ses_buf_fmt(&sql,
	    " AND t.what = %d AND t.day > 0 GROUP BY 1 ORDER BY 1",
	    SES_TALLY_EVENT);
	return table_of(c, f, &sql, columns, err);
}

static uint64_t
sum_of(const json_t *rows, const char *name)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < json_array_size(rows); i++)
		sum += ses_doc_u64(json_array_get(rows, i), name);
	return sum;
}

/* How many of the sessions are known to be damaged. */
static int
set_damaged(struct ses_catalog *c, const struct ses_catalog_filter *f,
    json_t *o, struct seshat_err *err)
{
	struct ses_buf sql = {0};
	sqlite3_stmt *st;
	int rc;

	ses_buf_str(&sql, "SELECT count(*) FROM session s");
	where_of(f, &sql);
	ses_buf_str(&sql, " AND s.damaged != 0");
	st = prepare(c, &sql, f, err);
	rc = st == NULL ? -1 : ses_catalog_step(c, st, err);
	if (rc > 0)
		ses_doc_set_u64(
		    o, "damaged", (uint64_t)sqlite3_column_int64(st, 0));
	(void)sqlite3_finalize(st);
	ses_buf_free(&sql);
	return rc < 0 ? -1 : 0;
}

static int
stats(struct ses_catalog *c, const struct ses_catalog_filter *f, json_t *o,
    struct seshat_err *err)
{
	json_t *harnesses = sums_by(c, f, "s.harness", "id", err);
	json_t *v[5] = {0};
	static const char *const names[] = {
	    "projects", "models", "tokens_by_day", "tools", "days"};
	size_t i;
	int rc = -1;

	if (harnesses == NULL)
		return -1;
	ses_doc_set_u64(o, "sessions", sum_of(harnesses, "sessions"));
	ses_doc_set_u64(o, "bytes", sum_of(harnesses, "bytes"));
	ses_doc_set_u64(o, "stored_bytes", sum_of(harnesses, "stored_bytes"));
	(void)json_object_set_new(o, "harnesses", harnesses);
	if (set_damaged(c, f, o, err) < 0)
		return -1;
	v[0] = sums_by(c, f, "s.project", "id", err);
	if (v[0] != NULL)
		v[1] = tokens_by(c, f, 0, err);
	if (v[1] != NULL)
		v[2] = tokens_by(c, f, 1, err);
	if (v[2] != NULL)
		v[3] = tools_of(c, f, err);
	if (v[3] != NULL)
		v[4] = days_of(c, f, err);
	if (v[4] != NULL)
		rc = 0;
	for (i = 0; i < 5; i++)
		if (rc == 0)
			(void)json_object_set_new(o, names[i], v[i]);
		else
			json_decref(v[i]);
	return rc;
}

int
ses_catalog_stats(struct ses_catalog *c, const struct ses_catalog_filter *f,
    json_t **out, struct seshat_err *err)
{
	json_t *o = json_object();

	ses_doc_begin();
	if (o == NULL)
		return ses_fail_nomem(err);
	if (ses_catalog_ready(c, err) < 0 || stats(c, f, o, err) < 0 ||
	    ses_doc_check(err) < 0) {
		json_decref(o);
		return -1;
	}
	*out = o;
	return 0;
}
