/*
 * Hermes keeps all sessions of a profile in one SQLite database, state.db,
 * in its home and in each folder of profiles/; what it kept before lies in
 * sessions/ as JSONL.  Of the tables only what is there is used: columns come
 * and go between its versions.
 */
/* The DT_ constants are BSD's. */
#define _DEFAULT_SOURCE
#include <sys/stat.h>

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "base/xdg.h"
#include "harness/db.h"
#include "harness/hermes.h"
#include "harness/line.h"
#include "harness/look.h"
#include "harness/place.h"

static const char database[] = "state.db";

static int
home_of(struct ses_buf *out, struct seshat_err *err)
{
	const char *set = getenv("HERMES_HOME");

	if (set != NULL && set[strspn(set, " ")] != '\0') {
		ses_buf_str(out, set);
	} else {
		if (ses_xdg_home(out, err) < 0)
			return -1;
		ses_buf_str(out, "/.hermes");
	}
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

static int
roots(const struct ses_harness_ops *self, const struct ses_discover *q,
    struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf home = {0};
	int rc = -1;

	(void)self;
	(void)q;
	if (home_of(&home, err) == 0)
		rc = ses_root_add(out, home.data, err);
	ses_buf_free(&home);
	return rc;
}

/* One database being searched. */
struct search {
	const struct ses_discover *q;
	struct ses_session_list *out;
	const char *path;
	struct stat st;      /* of the database */
	sqlite3_stmt *ends;  /* rows and highest id of ?1 */
	sqlite3_stmt *last;  /* time of row ?1 */
	sqlite3_stmt *first; /* what ?1 was asked first */
};

/* The text of a column, or NULL: absent, empty, no text or with a NUL. */
static const char *
text_of(sqlite3_stmt *row, const char *name, size_t *len)
{
	return ses_db_text(row, ses_db_column(row, name), len);
}

static int
take(sqlite3_stmt *row, const char *name, size_t max, char **to,
    struct seshat_err *err)
{
	size_t len = 0;
	const char *text = text_of(row, name, &len);

	return text == NULL || len > max ? 0
					 : ses_session_set(to, text, len, err);
}

/* The first text of what the user asked; with pictures it is JSON behind
 * a mark. */
static int
title_of_content(
    const char *text, size_t len, char **to, struct seshat_err *err)
{
	static const char mark[] = "\0json:";
	const size_t mark_len = sizeof(mark) - 1;
	struct ses_json v;
	struct ses_json first = {0};

	if (len < mark_len || memcmp(text, mark, mark_len) != 0)
		return ses_line_title_of(text, len, to, err);
	(void)ses_json_peek(text + mark_len, len - mark_len, &v);
	return ses_line_prompt(&v, &first) ? ses_line_title(&first, to, err)
					   : 0;
}

/* When its last row was written, as the row says, else the database. */
static int
find_time(struct search *s, struct ses_session *x, struct seshat_err *err)
{
	struct ses_json v = {0};
	const char *text;
	int64_t when;
	int rc;

	(void)sqlite3_reset(s->last);
	if (sqlite3_bind_int64(s->last, 1, (sqlite3_int64)x->end) != SQLITE_OK)
		return ses_fail_nomem(err);
	rc = ses_db_step(s->last, err);
	if (rc <= 0 || sqlite3_column_type(s->last, 0) == SQLITE_NULL)
		return rc < 0 ? -1 : 0;
	text = (const char *)sqlite3_column_text(s->last, 0);
	if (text == NULL)
		return ses_fail_nomem(err);
	v = (struct ses_json){text, strlen(text), '0'};
	when = ses_line_time(&v);
	if (when != 0)
		x->mtime = when;
	return 0;
}

static int
find_title(struct search *s, struct ses_session *x, struct seshat_err *err)
{
	const char *text;
	size_t len;
	int rc;

	if (ses_db_bind(s->first, x->key, err) < 0)
		return -1;
	rc = ses_db_step(s->first, err);
	if (rc <= 0)
		return rc;
	text = sqlite3_column_blob(s->first, 0);
	len = (size_t)sqlite3_column_bytes(s->first, 0);
	return text == NULL ? 0 : title_of_content(text, len, &x->title, err);
}

/* What the rows tell of a session. */
static int
find_rows(struct search *s, struct ses_session *x, struct seshat_err *err)
{
	if (ses_db_bind(s->ends, x->key, err) < 0)
		return -1;
	if (sqlite3_bind_int64(s->ends, 2, INT64_MAX) != SQLITE_OK)
		return ses_fail_nomem(err);
	if (ses_db_step(s->ends, err) < 0)
		return -1;
	x->n_rows = (uint64_t)sqlite3_column_int64(s->ends, 0);
	x->end = (uint64_t)sqlite3_column_int64(s->ends, 1);
	if (x->n_rows == 0)
		return 0;
	if (find_time(s, x, err) < 0)
		return -1;
	return x->title != NULL ? 0 : find_title(s, x, err);
}

/* 1 when the row of sessions is to be listed. */
static int
read_row(
    void *arg, sqlite3_stmt *row, struct ses_session *x, struct seshat_err *err)
{
	struct search *s = arg;
	struct seshat_err why = SESHAT_ERR_INIT;
	const char *text;
	size_t len = 0;

	x->harness = &ses_hermes;
	x->rows = &ses_hermes_rows;
	ses_session_stat(x, &s->st);
	x->size = 0;
	x->end = 0;
	text = text_of(row, "id", &len);
	if (text == NULL || !ses_session_id_ok(text, len)) {
		ses_fail(&why, SESHAT_EFORMAT,
		    "a session has an id that cannot name it");
		return ses_session_unreadable(s->out, s->path, &why, err);
	}
	if (ses_session_set(&x->id, text, len, err) < 0 ||
	    ses_session_set(&x->key, text, len, err) < 0 ||
	    ses_session_set(&x->path, s->path, strlen(s->path), err) < 0 ||
	    take(row, "cwd", PATH_MAX, &x->cwd, err) < 0 ||
	    take(row, "parent_session_id", 200, &x->parent, err) < 0)
		return -1;
	if (s->q->cwd != NULL && x->parent == NULL &&
	    (x->cwd == NULL || strcmp(x->cwd, s->q->cwd) != 0))
		return 0;
	text = text_of(row, "title", &len);
	if (text != NULL && ses_line_title_of(text, len, &x->title, err) < 0)
		return -1;
	return find_rows(s, x, err) < 0 ? -1 : 1;
}

static int
read_all(struct search *s, sqlite3_stmt *all, struct seshat_err *err)
{
	if (s->q->id != NULL && ses_db_bind(all, s->q->id, err) < 0)
		return -1;
	return ses_db_sessions(all, read_row, s, s->out, err);
}

static int
search_once(void *arg, sqlite3 *db, struct ses_session_list *out,
    struct seshat_err *err)
{
	struct search *s = arg;
	sqlite3_stmt *all = NULL;
	int rc = -1;

	s->out = out;
	s->ends = s->last = s->first = NULL;
	if (ses_db_prepare(db,
		s->q->id != NULL ? "SELECT * FROM sessions WHERE id = ?1"
				 : "SELECT * FROM sessions",
		&all, err) == 0 &&
	    ses_db_prepare(db, ses_hermes_rows.count, &s->ends, err) == 0 &&
	    ses_db_prepare(db, "SELECT timestamp FROM messages WHERE id = ?1",
		&s->last, err) == 0 &&
	    ses_db_prepare(db,
		"SELECT substr(CAST(content AS BLOB), 1, 4096) FROM messages "
		"WHERE session_id = ?1 AND role = 'user' AND content IS NOT "
		"NULL ORDER BY id LIMIT 1",
		&s->first, err) == 0)
		rc = read_all(s, all, err);
	(void)sqlite3_finalize(all);
	(void)sqlite3_finalize(s->ends);
	(void)sqlite3_finalize(s->last);
	(void)sqlite3_finalize(s->first);
	return rc;
}

static int
search_database(const struct ses_discover *q, const char *path,
    struct ses_session_list *out, struct seshat_err *err)
{
	struct search s = {.q = q, .path = path};

	if (stat(path, &s.st) < 0)
		return 0;
	return ses_db_search(path, search_once, &s, out, err);
}

/* A file of sessions/, from before there was the database. */
static int
read_file(const void *arg, struct ses_peek *p, const struct ses_look *what,
    struct ses_session *out, struct seshat_err *err)
{
	const struct ses_discover *q = arg;
	const char *name = ses_str_basename(what->path);

	(void)p;
	out->harness = &ses_hermes;
	if (q->cwd != NULL) /* they record no folder */
		return 0;
	return ses_session_set(
		   &out->id, name, strlen(name) - strlen(".jsonl"), err) < 0
		   ? -1
		   : 1;
}

static int
add_file(const struct ses_discover *q, struct ses_looks *l,
    const struct ses_folder *f, const char *name, struct seshat_err *err)
{
	size_t len = strlen(name);

	if (!ses_str_ends(name, ".jsonl") || len <= strlen(".jsonl"))
		return 0;
	len -= strlen(".jsonl");
	if (!ses_session_id_ok(name, len) ||
	    (q->id != NULL &&
		(strlen(q->id) != len || memcmp(q->id, name, len) != 0)))
		return 0;
	return ses_look_add(l, f, name, NULL, 0, err);
}

/* What to do with an entry of a folder that is walked. */
struct walk {
	const struct ses_discover *q;
	struct ses_session_list *out;
	struct ses_looks looks;
};

static int search_home(
    struct walk *w, const char *home, int profile, struct seshat_err *err);

static int
entry(struct walk *w, const struct ses_folder *f, const char *name, int type,
    int profiles, struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc = 0;

	if (type == DT_REG && !profiles)
		return add_file(w->q, &w->looks, f, name, err);
	if (type != DT_REG && profiles) {
		rc = ses_folder_join(f, name, &path, err);
		if (rc == 0)
			rc = search_home(w, path.data, 1, err);
	}
	ses_buf_free(&path);
	return rc;
}

static int
walk(struct walk *w, const char *path, int profiles, struct seshat_err *err)
{
	struct ses_folder f = {0};
	struct seshat_err why = SESHAT_ERR_INIT;
	const char *name;
	int type;
	int rc = ses_folder_open(&f, AT_FDCWD, NULL, path, 1, &why);

	if (rc < 0)
		return ses_session_unreadable(w->out, path, &why, err);
	if (rc == 0)
		return 0;
	while ((rc = ses_folder_next(&f, &name, &type, err)) > 0) {
		rc = entry(w, &f, name, type, profiles, err);
		if (rc < 0)
			break;
	}
	ses_folder_close(&f);
	return rc;
}

static int
search_home(
    struct walk *w, const char *home, int profile, struct seshat_err *err)
{
	struct ses_buf path = {0};
	size_t len;
	int rc = -1;

	ses_buf_fmt(&path, "%s/", home);
	len = path.len;
	ses_buf_str(&path, database);
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0 ||
	    search_database(w->q, path.data, w->out, err) < 0)
		goto out;
	path.len = len;
	ses_buf_str(&path, "sessions");
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0 || walk(w, path.data, 0, err) < 0)
		goto out;
	path.len = len;
	ses_buf_str(&path, "profiles");
	(void)ses_buf_cstr(&path);
	rc = ses_buf_check(&path, err);
	if (rc == 0 && !profile)
		rc = walk(w, path.data, 1, err);
out:
	ses_buf_free(&path);
	return rc;
}

static int
find(const struct ses_harness_ops *self, const struct ses_discover *q,
    struct ses_session_list *out, struct seshat_err *err)
{
	struct walk w = {.q = q, .out = out};
	struct ses_buf list = {0};
	size_t from = out->n;
	int rc = -1;

	if (roots(self, q, &list, err) < 0 ||
	    search_home(&w, list.data, 0, err) < 0 ||
	    ses_look_all(&w.looks, read_file, q, out, err) < 0)
		goto out;
	if (q->cwd != NULL)
		ses_session_keep_families(out, from, q->cwd);
	rc = 0;
out:
	ses_buf_free(&list);
	ses_looks_free(&w.looks);
	return rc;
}

/* A database holds many: its path alone names none. */
static int
identify(const struct ses_harness_ops *self, const char *path,
    struct ses_session *out, struct seshat_err *err)
{
	const char *name = ses_str_basename(path);

	(void)self;
	(void)out;
	if (!ses_db_is_file(name, database) && !ses_str_ends(name, ".jsonl"))
		return ses_fail(
		    err, SESHAT_ENOTFOUND, "%s: nothing of Hermes", path);
	return ses_fail(err, SESHAT_EUNSUPPORTED,
	    "%s: a session of Hermes is known by its id, not by a path", path);
}

/* A home, and those of its profiles. */
static int
holds(const struct ses_harness_ops *self, const char *below)
{
	const char *rest;

	(void)self;
	if (ses_str_starts(below, "profiles/")) {
		rest = strchr(below + strlen("profiles/"), '/');
		return rest == NULL || strcmp(rest, "/sessions") == 0;
	}
	return strcmp(below, "profiles") == 0 || strcmp(below, "sessions") == 0;
}

const struct ses_harness_ops ses_hermes = {
    .name = "hermes",
    .summary = "Hermes Agent",
    .roots = roots,
    .holds = holds,
    .find = find,
    .identify = identify,
    .place = &ses_hermes_place,
    .events = ses_hermes_events,
};
