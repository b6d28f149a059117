#ifndef SES_DB_LINE_H
#define SES_DB_LINE_H

#include "harness/db.h"
#include "harness/rows.h"

/* A row of a database as a line: an object of its columns by name. */

/* What is special about some columns; both lists end with NULL. */
struct ses_db_line {
	const char *const *leave; /* not in the line; NULL: all are */
	const char *const *json;  /* whose text is JSON, and stands as that */
	/** Append the JSON of a text; NULL: a string, or ses_db_base64. */
	void (*text)(const char *text, size_t len, struct ses_buf *out);
};

/** Append the line of a row, as struct ses_rows_kind wants it: the first column
 * is the cursor, NULLs are left out, and of columns of one name that have a
 * value the last one stands. */
int ses_db_line(const struct ses_rows_kind *self, sqlite3_stmt *row,
    struct ses_buf *out, struct seshat_err *err);

#endif
