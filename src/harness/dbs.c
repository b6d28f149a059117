/* The functions that all agents of dbs.h share. */
/* The DT_ constants are BSD's. */
#define _DEFAULT_SOURCE
#include <sys/stat.h>

#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "base/xdg.h"
#include "harness/dbs.h"
#include "harness/line.h"
#include "harness/session.h"

static const struct ses_dbs *
agent_of(const struct ses_harness_ops *self)
{
	return (const struct ses_dbs *)self;
}

int
ses_dbs_expand(const char *spec, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf name = {0};
	const char *rest;
	const char *set;

	ses_buf_clear(out);
	if (spec[0] != '$') {
		if (ses_xdg_expand(spec, out, err) < 0)
			return -1;
		(void)ses_buf_cstr(out);
		return ses_buf_check(out, err) < 0 ? -1 : 1;
	}
	rest = strchr(spec, '/');
	if (rest == NULL)
		rest = spec + strlen(spec);
	ses_buf_add(&name, spec + 1, (size_t)(rest - spec) - 1);
	set = getenv(ses_buf_cstr(&name));
	if (set != NULL && set[0] == '/')
		ses_buf_fmt(out, "%s%s", set, rest);
	(void)ses_buf_cstr(out);
	ses_buf_free(&name);
	if (ses_buf_check(out, err) < 0)
		return -1;
	return out->len > 0;
}

/* The first of the folders that are searched. */
static int
first_root(const struct ses_dbs *a, struct ses_buf *out, struct seshat_err *err)
{
	const char *const *spec;
	int rc = 0;

	for (spec = a->roots; rc == 0 && *spec != NULL && **spec != '\0';
	     spec++)
		rc = ses_dbs_expand(*spec, out, err);
	return rc;
}

/* A path that the variable has and that is not absolute is one below the folder
 * of the agent's data; ":memory:" is none. */
static int
expand_below(const struct ses_dbs *a, const char *spec, struct ses_buf *out,
    struct seshat_err *err)
{
	const char *set = spec[0] == '$' ? getenv(spec + 1) : NULL;
	int rc;

	if (set == NULL || set[0] == '\0' || set[0] == ':')
		return 0;
	rc = first_root(a, out, err);
	if (rc <= 0)
		return rc;
	ses_buf_fmt(out, "/%s", set);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err) < 0 ? -1 : 1;
}

/* The databases that the environment names: their number, or -1. */
static int
each_named(const struct ses_dbs *a, ses_dbs_each *each, void *arg,
    struct seshat_err *err)
{
	const char *const *spec;
	struct ses_buf path = {0};
	int n = 0;
	int rc = 0;

	for (spec = a->files; rc >= 0 && spec != NULL && *spec != NULL;
	     spec++) {
		rc = ses_dbs_expand(*spec, &path, err);
		if (rc == 0)
			rc = expand_below(a, *spec, &path, err);
		if (rc <= 0)
			continue;
		n++;
		rc = each(arg, path.data, NULL, err);
	}
	ses_buf_free(&path);
	return rc < 0 ? -1 : n;
}

/* Those, else what the lists name. */
static int
each_database(const struct ses_dbs *a, ses_dbs_each *each, void *arg,
    struct seshat_err *err)
{
	int n = each_named(a, each, arg, err);

	if (n == 0 && ses_dbs_projects(a, each, arg, err) < 0)
		return -1;
	return n;
}

static int
add_folder(void *arg, const char *path, const char *cwd, struct seshat_err *err)
{
	struct ses_buf folder = {0};
	int rc;

	(void)cwd;
	ses_str_dirname(path, &folder);
	(void)ses_buf_cstr(&folder);
	rc = ses_buf_check(&folder, err);
	if (rc == 0)
		rc = ses_root_add(arg, folder.data, err);
	ses_buf_free(&folder);
	return rc;
}

/* The folders that are searched where nothing else is named. */
static int
add_roots(const struct ses_dbs *a, struct ses_buf *out, struct seshat_err *err)
{
	const char *const *spec;
	struct ses_buf path = {0};
	int found = 0;
	int rc = 0;

	for (spec = a->roots; rc >= 0 && *spec != NULL; spec++) {
		if ((*spec)[0] == '\0') {
			found = 0;
			continue;
		}
		if (found)
			continue;
		rc = ses_dbs_expand(*spec, &path, err);
		if (rc <= 0)
			continue;
		found = 1;
		rc = ses_root_add(out, path.data, err);
	}
	ses_buf_free(&path);
	return rc < 0 ? -1 : 0;
}

int
ses_dbs_roots(const struct ses_harness_ops *self, const struct ses_discover *q,
    struct ses_buf *out, struct seshat_err *err)
{
	const struct ses_dbs *a = agent_of(self);
	int n = each_database(a, add_folder, out, err);

	(void)q;
	if (n != 0)
		return n < 0 ? -1 : 0;
	return add_roots(a, out, err);
}

int
ses_dbs_holds(const struct ses_harness_ops *self, const char *below)
{
	int depth = 1;

	for (; *below != '\0'; below++)
		depth += *below == '/';
	return depth <= agent_of(self)->depth;
}

/* A search of one agent's databases. */
struct search {
	const struct ses_dbs *agent;
	const struct ses_discover *q;
	struct ses_session_list *out;
	/* of the database at hand: */
	const char *path;
	const char *cwd; /* of all its sessions, or NULL */
	struct stat st;
	int columns[6]; /* where what stands in the rows of list; -1: nowhere */
};
enum { ID, PARENT, CWD, TITLE, TIME, ROWS };

/* The text of a column, or NULL: absent, empty, no text or with a NUL. */
static const char *
text_of(const struct search *s, sqlite3_stmt *row, int what, size_t *len)
{
	return ses_db_text(row, s->columns[what], len);
}

static int
take(const struct search *s, sqlite3_stmt *row, int what, size_t max, char **to,
    struct seshat_err *err)
{
	size_t len;
	const char *text = text_of(s, row, what, &len);

	if (text == NULL || len > max)
		return 0;
	/* of several folders the first */
	return ses_session_set(
	    to, text, what == CWD ? strcspn(text, "\n") : len, err);
}

static int
take_title(const struct search *s, sqlite3_stmt *row, char **to,
    struct seshat_err *err)
{
	size_t len;
	const char *text = text_of(s, row, TITLE, &len);

	return text == NULL ? 0 : ses_line_title_of(text, len, to, err);
}

/* The name of the folder that the database is in. */
static const char *
folder_of(const struct search *s, size_t *len)
{
	const char *end = ses_str_basename(s->path);
	const char *p;

	for (p = --end; p > s->path && p[-1] != '/'; p--)
		;
	*len = (size_t)(end - p);
	return p;
}

/* 1 when the row is a session to be listed. */
static int
read_row(
    void *arg, sqlite3_stmt *row, struct ses_session *x, struct seshat_err *err)
{
	struct search *s = arg;
	struct seshat_err why = SESHAT_ERR_INIT;
	size_t len;
	const char *id = text_of(s, row, ID, &len);
	sqlite3_int64 n = sqlite3_column_int64(row, s->columns[ROWS]);

	if (s->agent->by_folder) {
		id = folder_of(s, &len);
		if (s->q->id != NULL &&
		    (strlen(s->q->id) != len || memcmp(s->q->id, id, len) != 0))
			return 0;
	}
	if (id == NULL || !ses_session_id_ok(id, len)) {
		ses_fail(&why, SESHAT_EFORMAT,
		    "a session has an id that cannot name it");
		return ses_session_unreadable(s->out, s->path, &why, err);
	}
	x->harness = &s->agent->ops;
	x->rows = s->agent->rows;
	ses_session_stat(x, &s->st);
	x->size = 0;
	x->n_rows = x->end = n < 0 ? 0 : (uint64_t)n;
	if (s->columns[TIME] >= 0 &&
	    sqlite3_column_int64(row, s->columns[TIME]) > 0)
		x->mtime = sqlite3_column_int64(row, s->columns[TIME]);
	if (ses_session_set(&x->id, id, len, err) < 0 ||
	    ses_session_set(&x->key, id, len, err) < 0 ||
	    ses_session_set(&x->path, s->path, strlen(s->path), err) < 0 ||
	    take(s, row, CWD, PATH_MAX, &x->cwd, err) < 0 ||
	    take(s, row, PARENT, 200, &x->parent, err) < 0 ||
	    take_title(s, row, &x->title, err) < 0)
		return -1;
	if (x->cwd == NULL && s->cwd != NULL &&
	    ses_session_set(&x->cwd, s->cwd, strlen(s->cwd), err) < 0)
		return -1;
	return s->q->cwd == NULL || x->parent != NULL ||
	       (x->cwd != NULL && strcmp(x->cwd, s->q->cwd) == 0);
}

static int
read_all(struct search *s, sqlite3_stmt *all, struct seshat_err *err)
{
	static const char *const names[] = {
	    "id", "parent", "cwd", "title", "time", "n"};
	/* as they are called where a version may not have them */
	static const char *const also[] = {
	    NULL, "parent_id", "folder_paths", NULL, NULL, NULL};
	size_t i;

	if (s->q->id != NULL && ses_db_bind(all, s->q->id, err) < 0)
		return -1;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		s->columns[i] = ses_db_column(all, names[i]);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (s->columns[i] < 0 && also[i] != NULL)
			s->columns[i] = ses_db_column(all, also[i]);
	return ses_db_sessions(all, read_row, s, s->out, err);
}

static int
search_once(void *arg, sqlite3 *db, struct ses_session_list *out,
    struct seshat_err *err)
{
	struct search *s = arg;
	sqlite3_stmt *all = NULL;
	int rc = s->agent->is_one == NULL
		     ? 1
		     : ses_db_has(db, s->agent->is_one, err);

	if (rc <= 0)
		return rc;
	s->out = out;
	rc = ses_db_prepare(db, s->agent->list, &all, err);
	if (rc == 0)
		rc = read_all(s, all, err);
	(void)sqlite3_finalize(all);
	return rc;
}

static int
search_database(
    void *arg, const char *path, const char *cwd, struct seshat_err *err)
{
	struct search *s = arg;

	if (stat(path, &s->st) < 0)
		return 0;
	s->path = path;
	s->cwd = cwd;
	return ses_db_search(path, search_once, s, s->out, err);
}

/* A folder below a root that is being walked. */
static int
walk(void *arg, const struct ses_folder *f, const char *name, int type,
    struct seshat_err *err)
{
	struct search *s = arg;
	struct ses_buf path = {0};
	int rc = 0;

	if (type == DT_REG && f->depth == s->agent->depth &&
	    fnmatch(s->agent->file, name, 0) == 0) {
		rc = ses_folder_join(f, name, &path, err);
		if (rc == 0)
			rc = search_database(s, path.data, NULL, err);
	} else if (type != DT_REG && f->depth < s->agent->depth) {
		rc = ses_folder_each(
		    s->out, f, name, f->depth == 0, walk, s, err);
	}
	ses_buf_free(&path);
	return rc;
}

int
ses_dbs_find(const struct ses_harness_ops *self, const struct ses_discover *q,
    struct ses_session_list *out, struct seshat_err *err)
{
	struct search s = {.agent = agent_of(self), .q = q, .out = out};
	struct ses_buf roots = {0};
	size_t from = out->n;
	int rc = each_database(s.agent, search_database, &s, err);

	if (rc == 0 && add_roots(s.agent, &roots, err) == 0)
		rc = ses_roots_each(out, &roots, walk, &s, err);
	ses_buf_free(&roots);
	if (rc < 0)
		return -1;
	if (q->cwd != NULL)
		ses_session_keep_families(out, from, q->cwd);
	return 0;
}

/* A database holds many: its path alone names none. */
int
ses_dbs_identify(const struct ses_harness_ops *self, const char *path,
    struct ses_session *out, struct seshat_err *err)
{
	const char *name = ses_str_basename(path);
	struct ses_buf plain = {0};
	size_t len = strlen(name);
	int is;

	(void)out;
	if (ses_str_ends(name, "-wal"))
		len -= strlen("-wal");
	else if (ses_str_ends(name, "-journal"))
		len -= strlen("-journal");
	ses_buf_add(&plain, name, len);
	is = fnmatch(agent_of(self)->file, ses_buf_cstr(&plain), 0) == 0;
	ses_buf_free(&plain);
	if (!is)
		return ses_fail(err, SESHAT_ENOTFOUND, "%s: nothing of %s",
		    path, self->summary);
	return ses_fail(err, SESHAT_EUNSUPPORTED,
	    "%s: a session of %s is known by its id, not by a path", path,
	    self->summary);
}
