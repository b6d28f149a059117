/*
 * The events of OpenClaw's sessions in its database: transcript_events
 * (session_id, seq, event_json, created_at), where event_json is the line that
 * would stand in the file; since 2026.9.6 a long one is compressed in
 * event_zstd instead.  A cursor is seq + 1, because seq begins at 0.
 */
#include <sys/stat.h>

#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "harness/db.h"
#include "harness/line.h"
#include "harness/openclaw.h"
#include "harness/openclaw_read.h"
#include "harness/rows.h"
#include "harness/twin.h"

#define HEAD_ROWS 64 /* so many rows are looked at for folder and title */

/* A text as a line: as it stands if it is one line already, JSON in several
 * lines without the white space, and anything else as a string. */
static void
add_line(struct ses_buf *out, const char *text, size_t len)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_json v = {0};

	if (memchr(text, '\n', len) == NULL)
		ses_buf_add(out, text, len);
	else if (ses_json_parse(text, len, &v, &ignored) == 0)
		ses_json_compact(out, &v);
	else
		ses_json_quote(out, text, len);
	ses_buf_add(out, "\n", 1);
}

/* The bytes of a column by its name; NULL if it is not there or is NULL. */
static const char *
bytes_of(sqlite3_stmt *row, const char *name, size_t *len)
{
	int i = ses_db_column(row, name);
	const char *p;

	if (i < 0 || sqlite3_column_type(row, i) == SQLITE_NULL)
		return NULL;
	p = sqlite3_column_blob(row, i);
	*len = (size_t)sqlite3_column_bytes(row, i);
	return p == NULL ? "" : p;
}

static int
line(const struct ses_rows_kind *self, sqlite3_stmt *row, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_buf text = {0};
	size_t len = 0;
	const char *p = bytes_of(row, "event_json", &len);
	int rc = 0;

	(void)self;
	if (p != NULL) {
		add_line(out, p, len);
		return ses_buf_check(out, err);
	}
	p = bytes_of(row, "event_zstd", &len);
	if (p == NULL) {
		ses_buf_str(out, "null\n");
		return ses_buf_check(out, err);
	}
	rc = ses_twin_unpack(p, len, SES_DB_VALUE_MAX, &text, err);
	if (rc == 0) {
		add_line(out, text.data != NULL ? text.data : "", text.len);
	} else if (err->code == SESHAT_ECORRUPT) {
		/* kept as it is, so that the others are not kept back */
		ses_db_base64(out, p, len);
		ses_buf_str(out, "\n");
		rc = 0;
	} else {
		ses_fail_in(err, "event %lld",
		    (long long)sqlite3_column_int64(row, 0) - 1);
	}
	ses_buf_free(&text);
	return rc < 0 ? -1 : ses_buf_check(out, err);
}

static const struct ses_rows_kind events = {
    .select = "SELECT seq + 1, * FROM transcript_events WHERE "
	      "session_id = ?1 AND seq >= ?2 AND seq < ?3 ORDER BY seq",
    .count = "SELECT COUNT(CASE WHEN seq < ?2 THEN 1 END), MAX(seq) + 1 "
	     "FROM transcript_events WHERE session_id = ?1 AND seq >= 0",
    .back = "SELECT seq + 1 FROM transcript_events WHERE session_id = ?1 AND "
	    "seq >= 0 AND seq < ?2 ORDER BY seq DESC LIMIT 1 OFFSET ?3",
    .line = line,
};

/* A database being searched. */
struct search {
	const struct ses_discover *q;
	const char *agent;
	const char *path;
	struct stat st;
	sqlite3_stmt *head;
	sqlite3_stmt *last;
	struct ses_buf line;
};

/* When its last event was written. */
static int
find_time(struct search *s, struct ses_session *x, struct seshat_err *err)
{
	struct ses_json v;
	const char *text;
	int64_t when;
	int rc;

	if (ses_db_bind(s->last, x->key, err) < 0)
		return -1;
	rc = ses_db_step(s->last, err);
	text = rc > 0 ? (const char *)sqlite3_column_text(s->last, 0) : NULL;
	if (text == NULL)
		return rc < 0 ? -1 : 0;
	v = (struct ses_json){text, strlen(text), '0'};
	when = ses_line_time(&v);
	if (when != 0)
		x->mtime = when;
	return 0;
}

/* Folder and title, from the first events. */
static int
find_head(struct search *s, struct ses_session *x, struct seshat_err *err)
{
	struct ses_openclaw_gather g = {.out = x, .wanted = s->q->cwd};
	int rc;

	if (ses_db_bind(s->head, x->key, err) < 0)
		return -1;
	while ((rc = ses_db_step(s->head, err)) > 0) {
		ses_buf_clear(&s->line);
		if (line(&events, s->head, &s->line, err) < 0)
			return -1;
		if (ses_line_objects(s->line.data, s->line.len, NULL, 0,
			ses_openclaw_on_head, &g) != 0)
			break;
	}
	if (g.failed)
		*err = g.err;
	return rc < 0 || g.failed ? -1 : 0;
}

/* 1 when the session in this row is to be listed. */
static int
read_row(
    void *arg, sqlite3_stmt *row, struct ses_session *x, struct seshat_err *err)
{
	struct search *s = arg;
	struct ses_openclaw_name n = {
	    .agent = s->agent, .agent_len = strlen(s->agent)};
	size_t len = 0;
	const char *key = bytes_of(row, "session_id", &len);
	int rc;

	if (key == NULL || memchr(key, '\0', len) != NULL)
		return 0;
	x->harness = &ses_openclaw;
	x->rows = &events;
	ses_session_stat(x, &s->st);
	x->size = 0;
	x->n_rows = (uint64_t)sqlite3_column_int64(row, 1);
	x->end = (uint64_t)sqlite3_column_int64(row, 2);
	if (ses_session_set(&x->key, key, len, err) < 0 ||
	    ses_session_set(&x->path, s->path, strlen(s->path), err) < 0)
		return -1;
	n.stem = x->key;
	n.len = len;
	rc = ses_openclaw_name_it(&n, x, err);
	if (rc <= 0 || (s->q->id != NULL && strcmp(s->q->id, x->id) != 0))
		return rc < 0 ? -1 : 0;
	if (find_time(s, x, err) < 0 || find_head(s, x, err) < 0)
		return -1;
	return s->q->cwd == NULL ||
	       (x->cwd != NULL && strcmp(x->cwd, s->q->cwd) == 0);
}

/* A database of before the transcripts moved into it holds other things. */
static const char has_events[] =
    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND "
    "name = 'transcript_events'";

static int
search_once(void *arg, sqlite3 *db, struct ses_session_list *out,
    struct seshat_err *err)
{
	struct search *s = arg;
	sqlite3_stmt *all = NULL;
	int rc = ses_db_has(db, has_events, err);

	if (rc <= 0)
		return rc;
	s->head = s->last = NULL;
	rc = -1;
	if (ses_db_prepare(db,
		"SELECT session_id, COUNT(*), MAX(seq) + 1 FROM "
		"transcript_events WHERE seq >= 0 GROUP BY session_id",
		&all, err) == 0 &&
	    ses_db_prepare(db,
		"SELECT seq + 1, * FROM transcript_events WHERE "
		"session_id = ?1 AND seq >= 0 ORDER BY seq LIMIT ?2",
		&s->head, err) == 0 &&
	    ses_db_prepare(db,
		"SELECT created_at FROM transcript_events WHERE "
		"session_id = ?1 ORDER BY seq DESC LIMIT 1",
		&s->last, err) == 0)
		rc = sqlite3_bind_int(s->head, 2, HEAD_ROWS) == SQLITE_OK
			 ? ses_db_sessions(all, read_row, s, out, err)
			 : ses_fail_nomem(err);
	(void)sqlite3_finalize(all);
	(void)sqlite3_finalize(s->head);
	(void)sqlite3_finalize(s->last);
	return rc;
}

int
ses_openclaw_database(const struct ses_discover *q, const char *agent,
    const char *path, struct ses_session_list *out, struct seshat_err *err)
{
	struct search s = {.q = q, .agent = agent, .path = path};
	int rc;

	if (stat(path, &s.st) < 0)
		return 0;
	rc = ses_db_search(path, search_once, &s, out, err);
	ses_buf_free(&s.line);
	return rc;
}
