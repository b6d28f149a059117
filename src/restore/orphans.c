/* Working directories that are gone, and where they may be now. */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "harness/place.h"
#include "restore/relocate.h"
#include "vault/doc.h"

#define LOOK_MAX 2000 /* entries of a folder */

/* A look for a checkout of the same name. */
struct guess {
	const char *name;
	const char *gone;
	struct ses_buf dir; /* that is looked into */
	struct ses_buf found;
	size_t n_found;
	size_t n_seen;
};

static int
exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

/* A folder with a repository in it. */
static int
try_path(struct guess *g, const char *between, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf git = {0};
	int rc;

	ses_buf_fmt(&path, "%s%s%s/%s",
	    strcmp(g->dir.data, "/") == 0 ? "" : g->dir.data,
	    between[0] != '\0' ? "/" : "", between, g->name);
	ses_buf_fmt(&git, "%s/.git", ses_buf_cstr(&path));
	(void)ses_buf_cstr(&git);
	rc = ses_buf_check(&path, err);
	if (rc == 0)
		rc = ses_buf_check(&git, err);
	if (rc == 0 && strcmp(path.data, g->gone) != 0 &&
	    (g->found.len == 0 || strcmp(path.data, g->found.data) != 0) &&
	    exists(git.data)) {
		g->n_found++;
		ses_buf_clear(&g->found);
		ses_buf_str(&g->found, path.data);
		(void)ses_buf_cstr(&g->found);
		rc = ses_buf_check(&g->found, err);
	}
	ses_buf_free(&path);
	ses_buf_free(&git);
	return rc;
}

static int
try_entry(
    void *arg, const char *name, unsigned char type, struct seshat_err *err)
{
	struct guess *g = arg;

	(void)type;
	if (name[0] == '.')
		return 0;
	return ++g->n_seen > LOOK_MAX ? 1 : try_path(g, name, err);
}

/* Beside it and one level below, from the nearest folder that is still there
 * and from the one above that. */
static int
look_around(struct guess *g, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf up = {0};
	int levels = 0;
	int rc = 0;

	ses_buf_str(&g->dir, g->gone);
	while (rc == 0 && levels < 2 && g->dir.len > 1) {
		ses_buf_clear(&up);
		ses_str_dirname(ses_buf_cstr(&g->dir), &up);
		ses_buf_clear(&g->dir);
		ses_buf_str(&g->dir, ses_buf_cstr(&up));
		(void)ses_buf_cstr(&g->dir);
		rc = ses_buf_check(&g->dir, err);
		if (rc < 0 || !exists(g->dir.data))
			continue;
		levels++;
		g->n_seen = 0;
		rc = try_path(g, "", err);
		if (rc == 0 &&
		    ses_fs_each(g->dir.data, try_entry, g, &why) < 0 &&
		    why.code == SESHAT_ENOMEM)
			rc = ses_fail_nomem(err);
	}
	ses_buf_free(&up);
	return rc;
}

static int
add_guess(json_t *row, struct seshat_err *err)
{
	const char *cwd = ses_doc_str(row, "cwd");
	struct guess g = {.name = ses_str_basename(cwd), .gone = cwd};
	int rc = 0;

	if (exists(cwd)) { /* it was moved back, its sessions were not */
		ses_buf_str(&g.found, cwd);
		(void)ses_buf_cstr(&g.found);
		g.n_found = 1;
		rc = ses_buf_check(&g.found, err);
	} else {
		rc = look_around(&g, err);
	}
	if (rc == 0) {
		ses_doc_begin();
		ses_doc_set_str(row, "moved_to",
		    g.n_found == 1 ? ses_buf_cstr(&g.found) : NULL);
		rc = ses_doc_check(err);
	}
	ses_buf_free(&g.dir);
	ses_buf_free(&g.found);
	return rc;
}

static json_t *
row_of(json_t *rows, const struct ses_session *s, const char *cwd,
    const char *folder, int relocated)
{
	const char *name = relocated ? "folder" : "harness";
	const char *same = relocated ? folder : s->harness->name;
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (strcmp(ses_doc_str(row, "cwd"), cwd) == 0 &&
		    json_is_true(json_object_get(row, "relocated")) ==
			relocated &&
		    strcmp(ses_doc_str(row, name), same) == 0)
			return row;
	}
	return NULL;
}

static int
count(json_t *rows, const struct ses_session *s, const char *cwd,
    const char *folder, int relocated, struct seshat_err *err)
{
	json_t *row = row_of(rows, s, cwd, folder, relocated);

	ses_doc_begin();
	if (row == NULL) {
		row = json_object();
		ses_doc_set_str(row, "harness", s->harness->name);
		ses_doc_set_path(row, "cwd", cwd);
		ses_doc_set_path(row, "folder", folder);
		if (json_object_set_new(
			row, "relocated", json_boolean(relocated)) < 0 ||
		    json_array_append_new(rows, row) < 0)
			return ses_fail_nomem(err);
	}
	ses_doc_set_u64(row, "sessions", ses_doc_u64(row, "sessions") + 1);
	ses_doc_set_u64(row, "bytes", ses_doc_u64(row, "bytes") + s->size);
	if (ses_doc_time(row, "last_write_at") < s->mtime)
		ses_doc_set_time(row, "last_write_at", s->mtime);
	return ses_doc_check(err);
}

/* Whether a folder is that of no directory of this machine; known has what was
 * found of others. */
static int
is_nowhere(json_t *known, const struct ses_session *s, const char *folder,
    struct seshat_err *err)
{
	json_t *was = json_object_get(known, folder);
	struct ses_buf found = {0};
	int rc;

	if (was != NULL)
		return json_is_true(was);
	rc = ses_relocate_find(s->harness->place, s->path, NULL, &found, err);
	ses_buf_free(&found);
	if (rc < 0)
		return -1;
	if (json_object_set_new(known, folder, json_boolean(rc == 0)) < 0)
		return ses_fail_nomem(err);
	return rc == 0;
}

static int
see(json_t *rows, json_t *known, const struct ses_session *s,
    struct seshat_err *err)
{
	struct ses_buf home = {0};
	struct ses_buf folder = {0};
	struct stat st;
	int rc;

	if (s->harness->place == NULL || !s->harness->place->by_cwd ||
	    s->harness->place->home == NULL || s->parent != NULL ||
	    s->cwd == NULL)
		return 0;
	ses_str_dirname(s->path, &folder);
	(void)ses_buf_cstr(&folder);
	rc = ses_buf_check(&folder, err);
	if (rc == 0)
		rc = ses_relocate_home(s, &home, err);
	if (rc > 0) {
		rc = home.data != NULL && stat(home.data, &st) < 0 &&
		     (errno == ENOENT || errno == ENOTDIR);
		if (rc > 0)
			rc = count(rows, s, home.data, folder.data, 0, err);
	} else if (rc == 0) {
		rc = is_nowhere(known, s, folder.data, err);
		if (rc > 0)
			rc = count(rows, s, s->cwd, folder.data, 1, err);
	}
	ses_buf_free(&home);
	ses_buf_free(&folder);
	return rc;
}

/* Whether its agent finds it wherever it was at work. */
static unsigned
is_by_id(const struct ses_session *s)
{
	const struct ses_place_ops *place = s->harness->place;

	return place != NULL && !place->by_cwd && place->resume != NULL &&
	       s->parent == NULL;
}

int
ses_orphans(const struct ses_buf *roots, json_t **rows, uint64_t *others,
    struct seshat_err *err)
{
	const struct ses_discover q = {.roots = roots};
	struct ses_session_list l = {0};
	json_t *out = json_array();
	json_t *known = json_object();
	uint64_t by_id = 0;
	size_t i;
	int rc = out == NULL || known == NULL ? ses_fail_nomem(err)
					      : ses_discover(&q, &l, err);

	for (i = 0; rc == 0 && i < l.n; i++) {
		by_id += is_by_id(&l.v[i]);
		rc = see(out, known, &l.v[i], err);
	}
	for (i = 0; rc == 0 && i < json_array_size(out); i++)
		rc = add_guess(json_array_get(out, i), err);
	ses_session_list_free(&l);
	json_decref(known);
	if (rc == 0) {
		*rows = json_incref(out);
		*others = by_id;
	}
	json_decref(out);
	return rc;
}
