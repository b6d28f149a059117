#ifndef SES_ROWS_H
#define SES_ROWS_H

#include "base/buf.h"

/*
 * A session whose lines are the rows of a database, one line per row.  What
 * is read until ses_rows_rest stands in one read transaction, so that it is of
 * one moment.  A row has a cursor: a number above 0 that grows from row to row.
 *
 * The files of a folder (event_folder.h) are such rows, too: its listing is of
 * one moment, and a file is not changed any more once another one follows.
 */
struct sqlite3_stmt;
struct ses_db_line;

/* A row that its agent may still be writing is held back until it is finished,
 * or was not written for so long. */
#define SES_ROWS_QUIET_MS INT64_C(600000)

/* How one agent keeps rows: a constant table. */
struct ses_rows_kind {
	int is_folder; /* the path is a folder's; nothing else is set */

	/* For rows that have no number of their own: inserts into temp.line,
	 * in order, (t, r, o): table and rowid of each row of the session ?1,
	 * and 1 where it is unfinished and was written after ?2 and before ?3,
	 * in ms since 1970.  Its place in that list, n, is its cursor.  NULL:
	 * all is finished. */
	const char *setup;

	/* ?1 is the session, ?2 and ?3 are cursors. */
	const char *select; /* the rows with ?2 < cursor <= ?3 in order, the
			     * cursor in the first column */
	const char *count;  /* how many rows there are up to ?2, and the
			     * highest cursor of all */
	const char *back;   /* the cursor that ?3 rows up to ?2 stand behind;
			     * no row: there are not more than ?3 */

	/** Append the line of a row of select, with its newline. */
	int (*line)(const struct ses_rows_kind *self, struct sqlite3_stmt *row,
	    struct ses_buf *out, struct seshat_err *err);

	const struct ses_db_line *columns; /* for line, if it is ses_db_line */
};

/* What follows from setup: count and back of such a kind. */
#define SES_ROWS_COUNT                                                         \
	"SELECT COUNT(CASE WHEN n <= ?2 THEN 1 END), MAX(n) FROM temp.line "   \
	"WHERE ?1 NOTNULL"
#define SES_ROWS_BACK                                                          \
	"SELECT n FROM temp.line WHERE ?1 NOTNULL AND n <= ?2 "                \
	"ORDER BY n DESC LIMIT 1 OFFSET ?3"

struct ses_rows;

/**
 * ses_rows_open(out, path, kind, session, finished, err):
 * Look at the rows that session has in the database now.  Tried again for a
 * moment where the agent is writing.  finished: those that are held back, and
 * what follows them, do not count for ses_rows_highest.  Messages name the
 * path.
 */
int ses_rows_open(struct ses_rows **out, const char *path,
    const struct ses_rows_kind *kind, const char *session, int finished,
    struct seshat_err *err);

/**
 * End the read transaction, so that nobody waits for us: a transaction of ours
 * keeps an agent from writing where its database has no WAL, and the WAL from
 * getting shorter where it has one.  ses_rows_wake comes before the next
 * question.
 */
void ses_rows_rest(struct ses_rows *r);

/** Look at the rows as they are now, unless they are being looked at already.
 * *changed: the database was written to, so that what was known of its rows
 * may not be so any more.  On failure it rests. */
int ses_rows_wake(struct ses_rows *r, int *changed, struct seshat_err *err);

/** Close.  NULL is allowed. */
void ses_rows_free(struct ses_rows *r);

/** The highest cursor, 0 without rows. */
uint64_t ses_rows_highest(const struct ses_rows *r);

/** The same, with what is held back. */
uint64_t ses_rows_last(const struct ses_rows *r);

/** How many rows there are up to a cursor. */
int ses_rows_count(
    struct ses_rows *r, uint64_t upto, uint64_t *n, struct seshat_err *err);

/** The cursor behind which the last n rows up to a cursor stand. */
int ses_rows_back(struct ses_rows *r, uint64_t upto, uint64_t n,
    uint64_t *after, struct seshat_err *err);

/** A line and its row's cursor; non-zero ends the walk and is returned. */
typedef int ses_rows_seen(void *arg, uint64_t cursor, const char *line,
    size_t len, struct seshat_err *err);

/** Hand out the rows with after < cursor <= upto, in order. */
int ses_rows_each(struct ses_rows *r, uint64_t after, uint64_t upto,
    ses_rows_seen *seen, void *arg, struct seshat_err *err);

#endif
