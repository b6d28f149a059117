#ifndef SES_DB_H
#define SES_DB_H

#include <sqlite3.h>

#include "base/err.h"

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

/** Whether a failure may pass by itself: the agent was writing. */
int ses_db_is_passing(const struct seshat_err *err);

/** Wait a moment before another try. */
void ses_db_wait(void);

/** The column called name, or -1. */
int ses_db_column(sqlite3_stmt *st, const char *name);

#endif
