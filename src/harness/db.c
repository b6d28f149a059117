#include <sys/stat.h>

#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/str.h"
#include "harness/db.h"
#include "harness/twin.h"

#define BUSY_MS 2000 /* an agent's write transaction is over before that */
#define WAIT_MS 50
#define TRIES   4

/* What SQLite says, in our codes; err->sys keeps SQLite's. */
static int
fail(sqlite3 *db, int rc, struct seshat_err *err)
{
	const char *why = db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(rc);

	switch (rc & 0xff) {
	case SQLITE_NOMEM:
		ses_fail_nomem(err);
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		ses_fail(err, SESHAT_ESYS,
		    "locked by another program; the next mirror tries again");
		break;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		ses_fail(err, SESHAT_ECORRUPT, "damaged: %s", why);
		break;
	case SQLITE_TOOBIG:
		ses_fail(err, SESHAT_ELIMIT, "a value is larger than %d MiB",
		    SES_DB_VALUE_MAX >> 20);
		break;
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_READONLY:
		ses_fail(err, SESHAT_EAUTH, "%s", why);
		break;
	case SQLITE_ERROR: /* a table or column it ought to have */
		ses_fail(err, SESHAT_EFORMAT,
		    "not laid out as this version knows it: %s", why);
		break;
	default:
		ses_fail(err, SESHAT_ESYS, "%s", why);
		break;
	}
	err->sys = rc;
	return -1;
}

/* A pipe in its place would keep us waiting for ever. */
static int
check_file(const char *path, struct seshat_err *err)
{
	struct stat sb;

	if (stat(path, &sb) < 0)
		return ses_fail_errno(err, "open");
	if (!S_ISREG(sb.st_mode))
		return ses_fail(err, SESHAT_EUNSUPPORTED, "not a regular file");
	return 0;
}

static int
harden(sqlite3 *db)
{
	int rc = sqlite3_busy_timeout(db, BUSY_MS);

	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(
		    db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(
		    db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(
		    db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(
		    db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)NULL);
	(void)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, SES_DB_VALUE_MAX);
	(void)sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	(void)sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
	return rc;
}

/* ses_unzstd(data): what it unpacks to, as text; NULL if it does not, and with
 * a second argument also if that is too large. */
static void
unzstd(sqlite3_context *context, int n, sqlite3_value **v)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf text = {0};
	const void *data = sqlite3_value_blob(v[0]);
	size_t len = (size_t)sqlite3_value_bytes(v[0]);

	if (data == NULL)
		return;
	if (ses_twin_unpack(data, len, SES_DB_VALUE_MAX, &text, &err) == 0)
		sqlite3_result_text64(context,
		    text.data != NULL ? text.data : "", text.len,
		    SQLITE_TRANSIENT, SQLITE_UTF8);
	else if (err.code == SESHAT_ENOMEM)
		sqlite3_result_error_nomem(context);
	else if (err.code == SESHAT_ELIMIT && n == 1)
		sqlite3_result_error_toobig(context);
	ses_buf_free(&text);
}

/* For our own statements; nothing in the database may call it. */
static int
add_functions(sqlite3 *db)
{
	const int flags =
	    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
	int rc = sqlite3_create_function_v2(
	    db, "ses_unzstd", 1, flags, NULL, unzstd, NULL, NULL, NULL);

	return rc != SQLITE_OK ? rc
			       : sqlite3_create_function_v2(db, "ses_unzstd", 2,
				     flags, NULL, unzstd, NULL, NULL, NULL);
}

/* Kilo has an index over json_extract(), which SQLite counted among what may do
 * harm until 3.41, and then the whole schema is refused.  What is allowed
 * instead are the functions that SQLite itself has: none of them reaches
 * beyond the database, those of ours stay forbidden, and so do views and
 * triggers. */
static int
allow_json(sqlite3 *db)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(
	    db, "SELECT 1 FROM sqlite_master", -1, &st, NULL);

	(void)sqlite3_finalize(st);
	/* of other failures the first question tells */
	if ((rc & 0xff) != SQLITE_CORRUPT ||
	    strstr(sqlite3_errmsg(db), "unsafe use of json_") == NULL)
		return SQLITE_OK;
	return sqlite3_db_config(
	    db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, (int *)NULL);
}

/* "file://" and the path, with what a URI reads otherwise escaped. */
static void
uri_of(const char *path, struct ses_buf *out)
{
	ses_buf_str(out, "file://");
	for (; *path != '\0'; path++) {
		if (*path == '%' || *path == '?' || *path == '#')
			ses_buf_fmt(out, "%%%02x", (unsigned)*path);
		else
			ses_buf_add(out, path, 1);
	}
	ses_buf_str(out, "?mode=ro");
}

int
ses_db_open(sqlite3 **db, const char *path, struct seshat_err *err)
{
	struct ses_buf uri = {0};
	int rc;

	*db = NULL;
	if (check_file(path, err) < 0)
		return -1;
	uri_of(path, &uri);
	(void)ses_buf_cstr(&uri);
	if (ses_buf_check(&uri, err) < 0)
		return -1;
	rc = sqlite3_open_v2(uri.data, db,
	    SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
	ses_buf_free(&uri);
	if (rc == SQLITE_OK)
		rc = harden(*db);
	if (rc == SQLITE_OK)
		rc = add_functions(*db);
	if (rc == SQLITE_OK)
		rc = allow_json(*db);
	if (rc == SQLITE_OK)
		return 0;
	fail(*db, rc, err);
	ses_db_close(*db);
	*db = NULL;
	return -1;
}

void
ses_db_close(sqlite3 *db)
{
	(void)sqlite3_close_v2(db);
}

int
ses_db_prepare(
    sqlite3 *db, const char *sql, sqlite3_stmt **st, struct seshat_err *err)
{
	int rc = sqlite3_prepare_v2(db, sql, -1, st, NULL);

	return rc == SQLITE_OK ? 0 : fail(db, rc, err);
}

int
ses_db_step(sqlite3_stmt *st, struct seshat_err *err)
{
	int rc = sqlite3_step(st);

	if (rc == SQLITE_ROW)
		return 1;
	return rc == SQLITE_DONE ? 0 : fail(sqlite3_db_handle(st), rc, err);
}

int
ses_db_has(sqlite3 *db, const char *sql, struct seshat_err *err)
{
	sqlite3_stmt *st = NULL;
	int rc;

	if (ses_db_prepare(db, sql, &st, err) < 0)
		return -1;
	rc = ses_db_step(st, err);
	(void)sqlite3_finalize(st);
	return rc;
}

int
ses_db_sessions(sqlite3_stmt *st,
    int (*read)(void *arg, sqlite3_stmt *row, struct ses_session *x,
	struct seshat_err *err),
    void *arg, struct ses_session_list *out, struct seshat_err *err)
{
	struct ses_session x = {0};
	int rc;

	while ((rc = ses_db_step(st, err)) > 0) {
		rc = read(arg, st, &x, err);
		if (rc > 0)
			rc = ses_session_add(out, &x, err);
		ses_session_free(&x);
		if (rc < 0)
			break;
	}
	return rc;
}

const char *
ses_db_text(sqlite3_stmt *row, int column, size_t *len)
{
	const char *text;

	*len = 0;
	if (column < 0 || sqlite3_column_type(row, column) != SQLITE_TEXT)
		return NULL;
	text = (const char *)sqlite3_column_text(row, column);
	*len = (size_t)sqlite3_column_bytes(row, column);
	return text == NULL || *len == 0 || memchr(text, '\0', *len) != NULL
		   ? NULL
		   : text;
}

int
ses_db_is_passing(const struct seshat_err *err)
{
	if (err->code != SESHAT_ESYS)
		return 0;
	switch (err->sys & 0xff) {
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_PROTOCOL:
	case SQLITE_SCHEMA:
		return 1;
	default:
		return 0;
	}
}

void
ses_db_wait(void)
{
	const struct timespec ts = {.tv_nsec = WAIT_MS * 1000000L};

	(void)nanosleep(&ts, NULL);
}

int
ses_db_bind(sqlite3_stmt *st, const char *text, struct seshat_err *err)
{
	(void)sqlite3_reset(st);
	return sqlite3_bind_text(st, 1, text, -1, SQLITE_TRANSIENT) == SQLITE_OK
		   ? 0
		   : ses_fail_nomem(err);
}

/* Drop what a try that failed had found. */
static void
cut_list(struct ses_session_list *l, size_t n)
{
	while (l->n > n)
		ses_session_free(&l->v[--l->n]);
}

int
ses_db_search(const char *path,
    int (*once)(void *arg, sqlite3 *db, struct ses_session_list *out,
	struct seshat_err *err),
    void *arg, struct ses_session_list *out, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	size_t from = out->n;
	sqlite3 *db = NULL;
	int rc = -1;
	int i;

	if (access(path, F_OK) < 0)
		return 0;
	for (i = 0; i < TRIES; i++) {
		rc = ses_db_open(&db, path, &why);
		if (rc == 0)
			rc = once(arg, db, out, &why);
		ses_db_close(db);
		if (rc == 0)
			return 0;
		cut_list(out, from);
		if (!ses_db_is_passing(&why))
			break;
		ses_db_wait();
	}
	return ses_session_unreadable(out, path, &why, err);
}

int
ses_db_column(sqlite3_stmt *st, const char *name)
{
	int n = sqlite3_column_count(st);
	const char *have;
	int i;

	for (i = 0; i < n; i++) {
		have = sqlite3_column_name(st, i);
		if (have != NULL && strcmp(have, name) == 0)
			return i;
	}
	return -1;
}

int
ses_db_is_file(const char *name, const char *base)
{
	const char *rest = name + strlen(base);

	return ses_str_starts(name, base) &&
	       (*rest == '\0' || strcmp(rest, "-wal") == 0 ||
		   strcmp(rest, "-journal") == 0);
}

void
ses_db_base64(struct ses_buf *out, const void *data, size_t len)
{
	char *room;

	ses_buf_str(out, "{\"$base64\":\"");
	room = ses_buf_room(out, SES_BASE64_LEN(len));
	if (room != NULL)
		ses_buf_grew(out, ses_base64_encode(data, len, 1, room));
	ses_buf_str(out, "\"}");
}
