#ifndef SES_DB_H
#define SES_DB_H

#include <sqlite3.h>

#include "harness/session.h"

/*
 * Agents' own SQLite databases, looked at while the agents write them: opened
 * read-only, never as immutable, nothing in them is trusted (no views,
 * triggers or functions of theirs run).  Messages do not name the path.
 */

/* A value longer than this is refused: SESHAT_ELIMIT. */
#define SES_DB_VALUE_MAX (64 << 20)

/**
 * ses_db_open(db, path, err):
 * Open a database.  Errors: SESHAT_ENOTFOUND, it is gone; SESHAT_EUNSUPPORTED,
 * it is no regular file; SESHAT_ECORRUPT, it is no database or damaged.
 * Owns: the caller ses_db_close's *db.
 */
int ses_db_open(sqlite3 **db, const char *path, struct seshat_err *err);

/** Close.  NULL is allowed. */
void ses_db_close(sqlite3 *db);

/** Prepare one statement; *st is NULL on failure. */
int ses_db_prepare(
    sqlite3 *db, const char *sql, sqlite3_stmt **st, struct seshat_err *err);

/** The next row: 1, 0 at the end, -1. */
int ses_db_step(sqlite3_stmt *st, struct seshat_err *err);

/** Whether the query has a row: 1, 0 or -1. */
int ses_db_has(sqlite3 *db, const char *sql, struct seshat_err *err);

/**
 * ses_db_sessions(st, read, arg, out, err):
 * Add a session to out for each row for which read, which fills it in, answers
 * 1; 0: there is none to be listed.
 */
int ses_db_sessions(sqlite3_stmt *st,
    int (*read)(void *arg, sqlite3_stmt *row, struct ses_session *x,
	struct seshat_err *err),
    void *arg, struct ses_session_list *out, struct seshat_err *err);

/** The text of a column, valid until the next step, or NULL: no such column
 * (-1), no text, an empty one, or one with a NUL. */
const char *ses_db_text(sqlite3_stmt *row, int column, size_t *len);

/** Start the statement anew with this text as its parameter ?1. */
int ses_db_bind(sqlite3_stmt *st, const char *text, struct seshat_err *err);

/** Whether a failure may pass by itself: the agent was writing. */
int ses_db_is_passing(const struct seshat_err *err);

/** Wait a moment before another try. */
void ses_db_wait(void);

/**
 * ses_db_search(path, once, arg, out, err):
 * Open the database, if there is one, and let once add to out the sessions it
 * holds; again from the start where that failed in a way that may pass.  What
 * cannot be read is counted in out.
 */
int ses_db_search(const char *path,
    int (*once)(void *arg, sqlite3 *db, struct ses_session_list *out,
	struct seshat_err *err),
    void *arg, struct ses_session_list *out, struct seshat_err *err);

/** Whether the file name is the database base, or one that SQLite writes
 * beside it (https://www.sqlite.org/tempfiles.html). */
int ses_db_is_file(const char *name, const char *base);

/** Append bytes that are no text as {"$base64":"..."}. */
void ses_db_base64(struct ses_buf *out, const void *data, size_t len);

/** The column called name, or -1. */
int ses_db_column(sqlite3_stmt *st, const char *name);

#endif
