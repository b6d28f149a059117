#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "harness/db_line.h"

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

static int
is_among(const char *const *names, const char *name)
{
	for (; names != NULL && *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return 1;
	return 0;
}

static void
add_text(const struct ses_db_line *how, const char *name, const char *text,
    size_t len, struct ses_buf *out)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_json v = {0};

	if (how->text != NULL)
		how->text(text, len, out);
	/* a string, so that it cannot be taken for a text that is one */
	else if (is_among(how->json, name) &&
		 ses_json_parse(text, len, &v, &ignored) == 0 &&
		 (v.type == '[' || v.type == '{'))
		ses_json_compact(out, &v);
	else if (ses_str_is_utf8(text, len))
		ses_json_quote(out, text, len);
	else
		ses_db_base64(out, text, len);
}

/* Whether a later column has the same name, and a value. */
static int
is_replaced(sqlite3_stmt *row, int i, const char *name)
{
	int n = sqlite3_column_count(row);
	const char *other;

	for (i++; i < n; i++) {
		other = sqlite3_column_name(row, i);
		if (other != NULL && strcmp(other, name) == 0 &&
		    sqlite3_column_type(row, i) != SQLITE_NULL)
			return 1;
	}
	return 0;
}

/* 1 when the column is in the line. */
static int
add_column(const struct ses_db_line *how, sqlite3_stmt *row, int i,
    const char *lead, struct ses_buf *out, struct seshat_err *err)
{
	int type = sqlite3_column_type(row, i);
	const char *name = sqlite3_column_name(row, i);
	const char *text = NULL;
	size_t len = 0;

	if (name == NULL)
		return ses_fail_nomem(err);
	if (type == SQLITE_NULL || is_among(how->leave, name) ||
	    is_replaced(row, i, name))
		return 0;
	if (type == SQLITE_TEXT || type == SQLITE_BLOB) {
		/* as UTF-8, before its length is asked for: that converts the
		 * text of a database in UTF-16, and frees what was there */
		text = type == SQLITE_TEXT
			   ? (const char *)sqlite3_column_text(row, i)
			   : sqlite3_column_blob(row, i);
		len = (size_t)sqlite3_column_bytes(row, i);
		if (text == NULL && len > 0)
			return ses_fail_nomem(err);
	}
	ses_buf_str(out, lead);
	ses_json_quote(out, name, strlen(name));
	ses_buf_str(out, ":");
	if (type == SQLITE_INTEGER)
		ses_buf_fmt(
		    out, "%lld", (long long)sqlite3_column_int64(row, i));
	else if (type == SQLITE_FLOAT)
		add_real(out, sqlite3_column_double(row, i));
	else if (type == SQLITE_TEXT)
		add_text(how, name, text != NULL ? text : "", len, out);
	else
		ses_db_base64(out, text, len);
	return 1;
}

int
ses_db_line(const struct ses_rows_kind *self, sqlite3_stmt *row,
    struct ses_buf *out, struct seshat_err *err)
{
	int n = sqlite3_column_count(row);
	const char *lead = "{";
	int rc;
	int i;

	for (i = 1; i < n; i++) { /* the first is the cursor */
		rc = add_column(self->columns, row, i, lead, out, err);
		if (rc < 0)
			return -1;
		if (rc > 0)
			lead = ",";
	}
	ses_buf_str(out, lead[0] == '{' ? "{}\n" : "}\n");
	return ses_buf_check(out, err);
}
