#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/file.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/time.h"
#include "catalog/db.h"

#define APPLICATION 0x73657368 /* "sesh" */
#define VERSION     6
#define BUSY_MS     10000
#define MAKE_MS     60000 /* for another that is making it */
#define POLL_MS     20
#define VALUE_MAX   (64 << 20)
/* So often within so long one handle makes it anew; what is damaged again by
 * then is so for a reason that this does not mend. */
#define REMAKES    3
#define REMAKES_MS 600000

/*
 * Text stands once, packed, in blocks; what FTS5 holds are words alone.  It
 * asks for text through the view.  Column m has words for what a query may be
 * narrowed down to: r<role> k<kind> h<harness> p<project> s<session> t<tool>
 * d<model> j<name of the session that an entry of a session log is of>.
 *
 * Titles are in an index of their own, tt, with the same two columns, so that a
 * query means the same in both; what is indexed stands in the table title, by
 * the numbers of sessions.  "titled" of a session: it has its title there.
 *
 * A block's line is that of its first event, its clock the latest time told up
 * to its end.
 *
 * A session's row is that of the index "origin", the key of its objects up to
 * their names; "": no index lists it, and it was asked itself.  "child" tells
 * of a subagent that who began it is there, 1, or so in another project, 2.
 *
 * What is deleted does not stay in free pages (secure_delete); words of it
 * stay in FTS5's segments until those are merged, which an update sees to
 * that deleted anything ('optimize').
 */
static const char schema[] =
    "CREATE TABLE name(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL,"
    " name TEXT NOT NULL, UNIQUE(kind, name));"
    /* numbers are not given again: text of one that is gone has its own */
    "CREATE TABLE session(no INTEGER PRIMARY KEY AUTOINCREMENT,"
    " harness TEXT NOT NULL,"
    " id TEXT NOT NULL, project TEXT NOT NULL, title TEXT, parent TEXT,"
    " cwd TEXT, row TEXT NOT NULL, uploaded_at INTEGER, last_event INTEGER,"
    " started INTEGER, ended INTEGER, size INTEGER, uploaded INTEGER,"
    " stored INTEGER, lines INTEGER, sign TEXT NOT NULL,"
    " seen TEXT NOT NULL DEFAULT '', stamp INTEGER NOT NULL DEFAULT 0,"
    " damaged INTEGER NOT NULL DEFAULT 0,"
    " origin TEXT NOT NULL DEFAULT '', child INTEGER NOT NULL DEFAULT 0,"
    " titled INTEGER NOT NULL DEFAULT 0, UNIQUE(id, harness));"
    /* all that lists ask of the rows they do not show */
    "CREATE INDEX session_recent ON session(last_event DESC, id, harness,"
    " parent, child, project, title, cwd, size);"
    "CREATE INDEX session_size ON session(size DESC, id, harness, parent,"
    " child, project, last_event);"
    "CREATE INDEX session_project ON session(project, last_event DESC, id,"
    " harness, parent, child, size, uploaded, stored, lines);"
    "CREATE INDEX session_harness ON session(harness, last_event DESC, id,"
    " project, parent, child, size);"
    "CREATE INDEX session_damaged ON session(project, harness, id)"
    " WHERE damaged != 0;"
    "CREATE INDEX session_parent ON session(parent, last_event DESC, id,"
    " harness, project, child, size);"
    "CREATE INDEX session_origin ON session(origin, harness, id, project);"
    /* sessions that indexes list, but that had no pin or were removed */
    "CREATE TABLE stray(harness TEXT NOT NULL, id TEXT NOT NULL,"
    " PRIMARY KEY(harness, id)) WITHOUT ROWID;"
    /* sessions whose text is to be deleted yet */
    "CREATE TABLE gone(no INTEGER PRIMARY KEY, harness TEXT NOT NULL,"
    " id TEXT NOT NULL, project TEXT NOT NULL);"
    /* objects of the store's indexes that were read */
    "CREATE TABLE indexed(key TEXT PRIMARY KEY, stamp TEXT NOT NULL)"
    " WITHOUT ROWID;"
    /* proof.h */
    "CREATE TABLE proof(key TEXT PRIMARY KEY, stamp NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE TABLE place(session INTEGER PRIMARY KEY, stream TEXT, next"
    " INTEGER, at INTEGER, bytes INTEGER, line INTEGER, marks BLOB,"
    " ragged INTEGER, model INTEGER, input INTEGER, output INTEGER,"
    " cache_read INTEGER, cache_write INTEGER, time INTEGER);"
    "CREATE TABLE block(id INTEGER PRIMARY KEY, session INTEGER NOT NULL,"
    " first INTEGER NOT NULL, last INTEGER NOT NULL, len INTEGER NOT NULL,"
    " line INTEGER NOT NULL, clock INTEGER NOT NULL, data BLOB NOT NULL);"
    "CREATE INDEX block_session ON block(session, clock);"
    "CREATE INDEX block_line ON block(session, line);"
    /* entries of session logs (runs.h) */
    "CREATE TABLE run(id INTEGER PRIMARY KEY, log INTEGER NOT NULL,"
    " line INTEGER NOT NULL, of INTEGER NOT NULL, time INTEGER NOT NULL,"
    " data TEXT NOT NULL, UNIQUE(log, line));"
    "CREATE INDEX run_of ON run(of, time, log, line);"
    "CREATE INDEX run_log ON run(log, of);"
    "CREATE TABLE event(id INTEGER PRIMARY KEY, session INTEGER NOT NULL,"
    " line INTEGER NOT NULL, time INTEGER NOT NULL, role INTEGER NOT NULL,"
    " kind INTEGER NOT NULL, tool INTEGER NOT NULL, model INTEGER NOT NULL,"
    " of INTEGER NOT NULL, block INTEGER NOT NULL, at INTEGER NOT NULL,"
    " len INTEGER NOT NULL);"
    "CREATE TABLE usage(message TEXT NOT NULL, session INTEGER NOT NULL,"
    " day INTEGER NOT NULL, model INTEGER NOT NULL, input INTEGER NOT NULL,"
    " output INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write"
    " INTEGER NOT NULL, PRIMARY KEY(message, session)) WITHOUT ROWID;"
    "CREATE INDEX usage_session ON usage(session);"
    "CREATE TABLE tally(session INTEGER NOT NULL, day INTEGER NOT NULL,"
    " what INTEGER NOT NULL, name INTEGER NOT NULL, n INTEGER NOT NULL,"
    " failed INTEGER NOT NULL, PRIMARY KEY(session, day, what, name))"
    " WITHOUT ROWID;"
    /* parts that could not be read, as they were then */
    "CREATE TABLE gap(session INTEGER NOT NULL, part TEXT NOT NULL,"
    " sign TEXT NOT NULL, PRIMARY KEY(session, part)) WITHOUT ROWID;"
    /* calls whose results have not come */
    "CREATE TABLE call(session INTEGER NOT NULL, hash INTEGER NOT NULL,"
    " tool INTEGER NOT NULL, PRIMARY KEY(session, hash)) WITHOUT ROWID;"
    "CREATE VIEW ft_text AS SELECT id, ses_text(block, at, len) AS t,"
    " NULL AS m FROM event;"
    "CREATE VIRTUAL TABLE ft USING fts5(t, m, content = 'ft_text',"
    " content_rowid = 'id', tokenize = 'seshat');"
    "CREATE TABLE title(no INTEGER PRIMARY KEY, t TEXT NOT NULL,"
    " m TEXT NOT NULL);"
    "CREATE VIRTUAL TABLE tt USING fts5(t, m, content = 'title',"
    " content_rowid = 'no', tokenize = 'seshat');"
    "INSERT INTO ft(ft, rank) VALUES ('hashsize', 16777216);";

int
ses_catalog_damaged(
    struct ses_catalog *c, const char *what, struct seshat_err *err)
{
	c->is_damaged = 1;
	return ses_fail(err, SESHAT_ECORRUPT,
	    "catalog %s: damaged (%s); it is made anew", c->path, what);
}

static const char *const statements[] = {
#define SES_SQL(name, text) text,
#include "catalog/db_sql.h"
#undef SES_SQL
};

/* Whether all tables and columns are there, so that an error of SQL's is not
 * one of the database. */
static int
has_tables(struct ses_catalog *c)
{
	sqlite3_stmt *st = NULL;
	size_t i;
	int rc = SQLITE_OK;

	for (i = 0; rc == SQLITE_OK && i < SES_SQL_N; i++) {
		rc = sqlite3_prepare_v2(c->db, statements[i], -1, &st, NULL);
		(void)sqlite3_finalize(st);
		st = NULL;
	}
	return rc != SQLITE_ERROR;
}

/* Whether an error of the disk says that the file is not what was written. */
static int
is_file_damaged(int rc)
{
	return rc == SQLITE_IOERR_SHORT_READ || rc == SQLITE_IOERR_CORRUPTFS ||
	       rc == SQLITE_IOERR_DATA;
}

int
ses_catalog_fail(struct ses_catalog *c, struct seshat_err *err)
{
	int rc = c->db == NULL ? SQLITE_NOMEM : sqlite3_extended_errcode(c->db);
	char why[200];

	(void)snprintf(
	    why, sizeof(why), "%s", c->db == NULL ? "" : sqlite3_errmsg(c->db));
	switch (rc & 0xff) {
	case SQLITE_NOMEM:
		return ses_fail_nomem(err);
	case SQLITE_INTERRUPT:
		return ses_catalog_ended(c, err);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
		return ses_catalog_damaged(c, why, err);
	case SQLITE_FULL:
		return ses_fail(
		    err, SESHAT_ELIMIT, "catalog %s: disk full", c->path);
	case SQLITE_PERM:
	case SQLITE_READONLY:
	case SQLITE_AUTH:
	case SQLITE_CANTOPEN:
		return ses_fail(
		    err, SESHAT_EAUTH, "catalog %s: %s", c->path, why);
	default:
		break;
	}
	if (is_file_damaged(rc) ||
	    ((rc & 0xff) == SQLITE_ERROR && !has_tables(c)))
		return ses_catalog_damaged(c, why, err);
	return ses_fail(err, SESHAT_ESYS, "catalog %s: %s", c->path, why);
}

int
ses_catalog_exec(struct ses_catalog *c, const char *sql, struct seshat_err *err)
{
	if (sqlite3_exec(c->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return ses_catalog_fail(c, err);
	return 0;
}

void
ses_catalog_rollback(struct ses_catalog *c)
{
	if (c->db != NULL && !sqlite3_get_autocommit(c->db))
		(void)sqlite3_exec(c->db, "ROLLBACK;", NULL, NULL, NULL);
	/* their numbers may be given to others now */
	memset(c->names, 0, sizeof(c->names));
	c->block = 0;
}

sqlite3_stmt *
ses_catalog_st(
    struct ses_catalog *c, enum ses_catalog_sql which, struct seshat_err *err)
{
	if (c->st[which] == NULL &&
	    sqlite3_prepare_v3(c->db, statements[which], -1,
		SQLITE_PREPARE_PERSISTENT, &c->st[which], NULL) != SQLITE_OK) {
		ses_catalog_fail(c, err);
		return NULL;
	}
	return c->st[which];
}

int
ses_catalog_step(
    struct ses_catalog *c, sqlite3_stmt *st, struct seshat_err *err)
{
	int rc = sqlite3_step(st);

	if (rc == SQLITE_ROW)
		return 1;
	return rc == SQLITE_DONE ? 0 : ses_catalog_fail(c, err);
}

void
ses_catalog_done(sqlite3_stmt *st)
{
	if (st == NULL)
		return;
	(void)sqlite3_reset(st);
	(void)sqlite3_clear_bindings(st);
}

int
ses_catalog_run(struct ses_catalog *c, sqlite3_stmt *st, struct seshat_err *err)
{
	int rc = ses_catalog_step(c, st, err);

	ses_catalog_done(st);
	return rc < 0 ? -1 : 0;
}

const char *
ses_catalog_text(sqlite3_stmt *st, int column)
{
	const char *s = (const char *)sqlite3_column_text(st, column);

	return s == NULL ? "" : s;
}

static int64_t
find_name(struct ses_catalog *c, int kind, const char *name, size_t len,
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_NAME_GET, err);
	int64_t id = 0;
	int rc;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int(st, 1, kind);
	(void)sqlite3_bind_text(st, 2, name, (int)len, SQLITE_STATIC);
	rc = ses_catalog_step(c, st, err);
	if (rc > 0)
		id = sqlite3_column_int64(st, 0);
	ses_catalog_done(st);
	if (rc != 0)
		return rc < 0 ? -1 : id;
	st = ses_catalog_st(c, SES_SQL_NAME_ADD, err);
	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int(st, 1, kind);
	(void)sqlite3_bind_text(st, 2, name, (int)len, SQLITE_STATIC);
	if (ses_catalog_run(c, st, err) < 0)
		return -1;
	return sqlite3_last_insert_rowid(c->db);
}

int64_t
ses_catalog_name(struct ses_catalog *c, int kind, const char *name, size_t len,
    struct seshat_err *err)
{
	struct ses_name_cached *n;
	size_t sum = (size_t)kind;
	size_t i;
	int64_t id;

	if (name == NULL || len == 0)
		return 0;
	for (i = 0; i < len; i++)
		sum = sum * 31 + (unsigned char)name[i];
	n = &c->names[sum % SES_NAMES];
	if (n->id != 0 && n->kind == kind && strlen(n->name) == len &&
	    memcmp(n->name, name, len) == 0)
		return n->id;
	id = find_name(c, kind, name, len, err);
	if (id > 0 && len < sizeof(n->name)) {
		n->id = id;
		n->kind = kind;
		memcpy(n->name, name, len);
		n->name[len] = '\0';
	}
	return id;
}

int
ses_catalog_lock(struct ses_catalog *c, int64_t wait_ms, struct seshat_err *err)
{
	int64_t until = ses_time_steady() + wait_ms;

	while (flock(c->lock, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return ses_fail_errno(err, "%s: flock", c->path);
		if (ses_time_steady() >= until)
			return 0;
		ses_time_pause(POLL_MS);
	}
	c->is_writing = 1;
	return 1;
}

void
ses_catalog_unlock(struct ses_catalog *c)
{
	(void)flock(c->lock, LOCK_UN);
	c->is_writing = 0;
}

int
ses_catalog_open_file(
    const char *path, int make, int *fd, struct seshat_err *err)
{
	struct stat st;

	*fd = open(path,
	    O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (make ? O_CREAT : 0),
	    0600);
	if (*fd < 0)
		return ses_fail_errno(err, "catalog %s", path);
	if (fstat(*fd, &st) < 0)
		return ses_fail_errno(err, "catalog %s", path);
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid())
		return ses_fail(err, SESHAT_EAUTH,
		    "catalog %s: not a file of this user", path);
	return 0;
}

void
ses_catalog_close_db(struct ses_catalog *c)
{
	size_t i;

	for (i = 0; i < SES_SQL_N; i++) {
		(void)sqlite3_finalize(c->st[i]);
		c->st[i] = NULL;
	}
	(void)sqlite3_close_v2(c->db);
	c->db = NULL;
	memset(c->names, 0, sizeof(c->names));
	c->block = 0;
}

static int
open_db(struct ses_catalog *c, struct seshat_err *err)
{
	struct stat st;
	int fd;
	int rc = ses_catalog_open_file(c->path, 1, &fd, err);

	if (rc == 0 && fstat(fd, &st) == 0) {
		c->dev = st.st_dev;
		c->ino = st.st_ino;
	}
	/* closing it drops no lock: the database is opened later */
	if (fd >= 0)
		(void)close(fd);
	if (rc < 0)
		return -1;
	c->opened++;
	rc = sqlite3_open_v2(c->path, &c->db,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
	    NULL);
	if (rc != SQLITE_OK)
		return ses_catalog_fail(c, err);
	(void)sqlite3_busy_timeout(c->db, BUSY_MS);
	(void)sqlite3_limit(c->db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
	(void)sqlite3_limit(c->db, SQLITE_LIMIT_ATTACHED, 0);
	if (ses_catalog_functions(c, err) < 0)
		return -1;
	return ses_catalog_exec(c,
	    "PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;"
	    "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;",
	    err);
}

static int
pragma(struct ses_catalog *c, const char *sql, int64_t *out,
    struct seshat_err *err)
{
	sqlite3_stmt *st = NULL;
	int rc;

	if (sqlite3_prepare_v2(c->db, sql, -1, &st, NULL) != SQLITE_OK)
		return ses_catalog_fail(c, err);
	rc = ses_catalog_step(c, st, err);
	*out = rc > 0 ? sqlite3_column_int64(st, 0) : 0;
	(void)sqlite3_finalize(st);
	return rc < 0 ? -1 : 0;
}

/* 1: ours, of this version; 0: not, or it cannot be read. */
static int
is_good(struct ses_catalog *c, struct seshat_err *err)
{
	int64_t app = 0;
	int64_t version = 0;

	if (pragma(c, "PRAGMA application_id", &app, err) < 0 ||
	    pragma(c, "PRAGMA user_version", &version, err) < 0)
		return err->code == SESHAT_ECORRUPT ? 0 : -1;
	return app == APPLICATION && version == VERSION;
}

static void
remove_files(const struct ses_catalog *c)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
	struct ses_buf b = {0};
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		ses_buf_clear(&b);
		ses_buf_fmt(&b, "%s%s", c->path, ends[i]);
		(void)unlink(ses_buf_cstr(&b));
	}
	ses_buf_free(&b);
}

/* The lock is held. */
static int
make(struct ses_catalog *c, struct seshat_err *err)
{
	struct ses_buf sql = {0};
	int rc;

	ses_catalog_close_db(c);
	remove_files(c);
	c->is_damaged = 0;
	if (open_db(c, err) < 0)
		return -1;
	ses_buf_fmt(&sql,
	    "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;"
	    "BEGIN IMMEDIATE; %s PRAGMA application_id = %d;"
	    "PRAGMA user_version = %d; COMMIT;",
	    schema, APPLICATION, VERSION);
	(void)ses_buf_cstr(&sql);
	rc = ses_buf_check(&sql, err);
	if (rc == 0)
		rc = ses_catalog_exec(c, sql.data, err);
	ses_buf_free(&sql);
	return rc;
}

static int
held_elsewhere(const struct ses_catalog *c, struct seshat_err *err)
{
	return ses_fail(
	    err, SESHAT_ESYS, "catalog %s: another process holds it", c->path);
}

int
ses_catalog_remake(struct ses_catalog *c, struct seshat_err *err)
{
	int had = c->is_writing;
	int rc;

	if (ses_time_steady() - c->remade > REMAKES_MS)
		c->remakes = 0;
	if (c->remakes == REMAKES)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "catalog %s: damaged again and again; is the disk well? "
		    "(XDG_CACHE_HOME sets another place)",
		    c->path);
	rc = had ? 1 : ses_catalog_lock(c, MAKE_MS, err);
	if (rc <= 0)
		return rc < 0 ? -1 : held_elsewhere(c, err);
	c->remakes++;
	c->remade = ses_time_steady();
	ses_log(SES_DEBUG, "catalog %s is made anew", c->path);
	rc = make(c, err);
	if (!had)
		ses_catalog_unlock(c);
	return rc;
}

/* 1: it is open; 0: there is none that is good. */
static int
open_good(struct ses_catalog *c, struct seshat_err *err)
{
	int rc = open_db(c, err);

	if (rc < 0)
		return err->code == SESHAT_ECORRUPT ? 0 : -1;
	return is_good(c, err);
}

/* Open it, and make it where there is none that is good.  Whoever holds the
 * lock may have made it and be filling it: it is looked at all the while. */
static int
open_or_make(struct ses_catalog *c, struct seshat_err *err)
{
	int64_t until = ses_time_steady() + MAKE_MS;
	int had = c->is_writing;
	int is_held = had;
	int rc;

	while ((rc = open_good(c, err)) == 0 && !is_held) {
		ses_catalog_close_db(c);
		is_held = ses_catalog_lock(c, POLL_MS, err);
		if (is_held < 0)
			return -1;
		if (!is_held && ses_time_steady() >= until)
			return held_elsewhere(c, err);
	}
	if (rc == 0)
		rc = make(c, err);
	if (is_held && !had)
		ses_catalog_unlock(c);
	return rc < 0 ? -1 : 0;
}

int
ses_catalog_ready(struct ses_catalog *c, struct seshat_err *err)
{
	struct stat st;

	c->block = 0; /* another process may have put other text there */
	if (c->db != NULL && lstat(c->path, &st) == 0 && st.st_dev == c->dev &&
	    st.st_ino == c->ino)
		return 0;
	ses_catalog_close_db(c);
	return open_or_make(c, err);
}
