/*
 * A message of Hermes as a line: every column by its name, in the table's
 * order, NULLs left out.  Text that holds JSON behind the mark "\0json:" (a
 * message with pictures) stands as that JSON; bytes that are no text as
 * {"$base64":"..."}, so that nothing is altered.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "harness/db.h"
#include "harness/hermes.h"

static const char mark[] = "\0json:";
#define MARK_LEN (sizeof(mark) - 1)

static void
add_text(struct ses_buf *out, const char *text, size_t len)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_json v = {0};

	/* only what could not be taken for plain text that looks so */
	if (len > MARK_LEN && memcmp(text, mark, MARK_LEN) == 0 &&
	    ses_json_parse(text + MARK_LEN, len - MARK_LEN, &v, &ignored) ==
		0 &&
	    (v.type == '[' || v.type == '{'))
		ses_json_compact(out, &v);
	else if (ses_str_is_utf8(text, len))
		ses_json_quote(out, text, len);
	else
		ses_db_base64(out, text, len);
}

/* The shortest digits that mean the same number. */
static void
add_real(struct ses_buf *out, double v)
{
	char digits[32];
	int n;

	if (!isfinite(v)) { /* JSON has no such number */
		ses_buf_str(out, v > 0 ? "\"Infinity\"" : "\"-Infinity\"");
		return;
	}
	for (n = 15; n <= 17; n++) {
		(void)snprintf(digits, sizeof(digits), "%.*g", n, v);
		if (fabs(strtod(digits, NULL) - v) <= 0)
			break;
	}
	ses_buf_str(out, digits);
}

/* 1 when the column had a value. */
static int
add_column(sqlite3_stmt *row, int i, const char *lead, struct ses_buf *out,
    struct seshat_err *err)
{
	int type = sqlite3_column_type(row, i);
	const char *name = sqlite3_column_name(row, i);
	const char *text = NULL;
	size_t len = 0;

	if (type == SQLITE_NULL)
		return 0;
	if (type == SQLITE_TEXT || type == SQLITE_BLOB) {
		text = sqlite3_column_blob(row, i);
		len = (size_t)sqlite3_column_bytes(row, i);
		if (text == NULL && len > 0)
			return ses_fail_nomem(err);
	}
	if (name == NULL)
		return ses_fail_nomem(err);
	ses_buf_str(out, lead);
	ses_json_quote(out, name, strlen(name));
	ses_buf_str(out, ":");
	if (type == SQLITE_INTEGER)
		ses_buf_fmt(
		    out, "%lld", (long long)sqlite3_column_int64(row, i));
	else if (type == SQLITE_FLOAT)
		add_real(out, sqlite3_column_double(row, i));
	else if (type == SQLITE_TEXT)
		add_text(out, text != NULL ? text : "", len);
	else
		ses_db_base64(out, text, len);
	return 1;
}

static int
line(sqlite3_stmt *row, struct ses_buf *out, struct seshat_err *err)
{
	int n = sqlite3_column_count(row);
	const char *lead = "{";
	int rc;
	int i;

	for (i = 1; i < n; i++) { /* the first is the cursor */
		rc = add_column(row, i, lead, out, err);
		if (rc < 0)
			return -1;
		if (rc > 0)
			lead = ",";
	}
	ses_buf_str(out, lead[0] == '{' ? "{}\n" : "}\n");
	return ses_buf_check(out, err);
}

const struct ses_rows_kind ses_hermes_rows = {
    .select = "SELECT id, * FROM messages WHERE session_id = ?1 AND "
	      "id > ?2 AND id <= ?3 ORDER BY id",
    .count = "SELECT COUNT(CASE WHEN id <= ?2 THEN 1 END), MAX(id) "
	     "FROM messages WHERE session_id = ?1 AND id > 0",
    .back = "SELECT id FROM messages WHERE session_id = ?1 AND id > 0 AND "
	    "id <= ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3",
    .line = line,
};
