/*
 * A file of any bytes where an agent keeps a session: a transcript, a document,
 * a database.  The first line says whose and where: "goose .local/share/x.db",
 * below the home.  What is found has an id that can name a session and text for
 * people in one line; of a database each row is one line, of JSON where it is
 * seshat that makes it, and counting, walking and looking back agree.
 */
#include "fuzz/folder.h"

#include <sys/stat.h>

#include <jansson.h>
#include <sqlite3.h>
#include <string.h>

#include "harness/harness.h"
#include "harness/rows.h"
#include "harness/session.h"

#define LINE 160 /* the first one, at most */

struct walk {
	int as_it_is; /* the rows are lines that the agent has made */
	int is_damaged;
	uint64_t last;
	uint64_t n;
};

static int
on_row(void *arg, uint64_t cursor, const char *line, size_t len,
    struct seshat_err *err)
{
	struct walk *w = arg;
	json_t *doc;

	(void)err;
	MUST(cursor > w->last || w->is_damaged);
	MUST(len > 0 && line[len - 1] == '\n');
	MUST(memchr(line, '\n', len) == line + len - 1);
	doc = json_loadb(line, len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	if (doc == NULL && !w->as_it_is)
		(void)fprintf(stderr, "no JSON: %.*s", (int)len, line);
	MUST(doc != NULL || w->as_it_is);
	json_decref(doc);
	w->last = cursor;
	w->n++;
	return 0;
}

/* Whether SQLite finds no damage in it: what is damaged may say two things. */
static int
is_sound(const char *path)
{
	sqlite3_stmt *st = NULL;
	sqlite3 *db = NULL;
	int rc;

	rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) ==
		 SQLITE_OK &&
	     sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &st, NULL) ==
		 SQLITE_OK &&
	     sqlite3_step(st) == SQLITE_ROW &&
	     strcmp((const char *)sqlite3_column_text(st, 0), "ok") == 0;
	(void)sqlite3_finalize(st);
	(void)sqlite3_close(db);
	return rc;
}

static void
read_rows(const struct ses_session *s)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_rows *r = NULL;
	struct walk w = {
	    .as_it_is = strcmp(s->harness->name, "openclaw") == 0 ||
			strcmp(s->harness->name, "openhands") == 0,
	    .is_damaged = s->rows->is_folder == 0 && !is_sound(s->path)};
	uint64_t after;
	uint64_t n;

	if (ses_rows_open(&r, s->path, s->rows, s->key, 0, &err) < 0)
		return;
	if (ses_rows_each(r, 0, ses_rows_highest(r), on_row, &w, &err) == 0 &&
	    ses_rows_count(r, ses_rows_highest(r), &n, &err) == 0 &&
	    !w.is_damaged)
		MUST(n == w.n && w.last == (n > 0 ? ses_rows_highest(r) : 0));
	if (ses_rows_back(r, ses_rows_highest(r), 1, &after, &err) == 0)
		MUST(after <= ses_rows_highest(r));
	ses_rows_free(r);
}

static void
is_one_line(const char *text)
{
	MUST(text == NULL || strpbrk(text, "\n\r") == NULL);
}

static void
look(const struct ses_harness_ops *harness)
{
	const struct ses_discover q = {.harness = harness};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_session_list l = {0};
	struct ses_session again = {0};
	size_t i;

	if (ses_discover(&q, &l, &err) == 0)
		MUST(l.unreadable == 0 || l.unreadable_why[0] != '\0');
	for (i = 0; i < l.n; i++) {
		MUST(ses_session_id_ok(l.v[i].id, strlen(l.v[i].id)));
		MUST(l.v[i].path[0] == '/');
		is_one_line(l.v[i].title);
		if (l.v[i].rows != NULL)
			read_rows(&l.v[i]);
		else if (harness->identify(
			     harness, l.v[i].path, &again, &err) == 0)
			MUST(strcmp(again.id, l.v[i].id) == 0);
		ses_session_free(&again);
	}
	ses_session_list_free(&l);
}

/* The folders of a path below the folder: 1, or 0 when it is none to use. */
static int
make_folders(const char *path)
{
	char whole[96 + LINE];
	char *p;

	if (path[0] == '/' || strstr(path, "..") != NULL ||
	    strstr(path, "./") != NULL)
		return 0;
	(void)snprintf(whole, sizeof(whole), "%s/%s", folder(), path);
	for (p = whole + strlen(folder()) + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(whole, 0700) < 0 && access(whole, X_OK) < 0)
			return 0;
		*p = '/';
	}
	return p[-1] != '/' && p[-1] != '.';
}

/* Nothing of the machine's own is looked at. */
static void
keep_to_the_folder(void)
{
	static const char *const elsewhere[] = {"XDG_DATA_HOME",
	    "XDG_CONFIG_HOME", "XDG_STATE_HOME", "CLAUDE_CONFIG_DIR",
	    "CODEX_HOME", "HERMES_HOME", "SESHAT_SESSIONS_DIR"};
	size_t i;

	for (i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		MUST(unsetenv(elsewhere[i]) == 0);
	MUST(setenv("HOME", folder(), 1) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *line = (const char *)data;
	const char *end = len > 0 ? memchr(data, '\n', len) : NULL;
	const struct ses_harness_ops *harness;
	char first[LINE];
	char *path;
	char *slash;

	if (end == NULL || end - line >= LINE || len > (256U << 10) ||
	    memchr(line, '\0', (size_t)(end - line)) != NULL)
		return 0;
	memcpy(first, line, (size_t)(end - line));
	first[end - line] = '\0';
	path = strchr(first, ' ');
	if (path == NULL)
		return 0;
	*path++ = '\0';
	harness = ses_harness_named(first);
	keep_to_the_folder();
	if (harness == NULL)
		return 0;
	if (make_folders(path)) {
		folder_put(path, end + 1, len - (size_t)(end + 1 - line));
		look(harness);
	}
	path += strspn(path, "/");
	slash = strchr(path, '/');
	if (slash != NULL)
		*slash = '\0';
	if (path[0] != '\0' && strcmp(path, ".") != 0 &&
	    strcmp(path, "..") != 0)
		folder_drop(path);
	return 0;
}
