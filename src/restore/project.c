/*
 * What an agent keeps of a project beside its sessions goes before the last of
 * them: one that is still at the old place says that there is something left.
 */
#include <sys/stat.h>

#include <errno.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "harness/place.h"
#include "restore/moving.h"
#include "vault/doc.h"

/* A look for sessions that stay in a folder. */
struct stays {
	const struct ses_relocate *r;
	struct ses_buf dir;
	struct ses_buf path;
	const char *except; /* that goes next */
	int dry_run;
};

static int
will_go(const struct stays *s)
{
	if (s->except != NULL && strcmp(s->path.data, s->except) == 0)
		return 1;
	return s->dry_run && ses_relocate_has(&s->r->moved_from, s->path.data);
}

static int
try_entry(
    void *arg, const char *name, unsigned char type, struct seshat_err *err)
{
	struct stays *s = arg;

	(void)type;
	if (!ses_str_ends(name, ".jsonl"))
		return 0;
	ses_buf_clear(&s->path);
	ses_buf_fmt(&s->path, "%s/%s", s->dir.data, name);
	(void)ses_buf_cstr(&s->path);
	if (ses_buf_check(&s->path, err) < 0)
		return -1;
	return !will_go(s);
}

/* Whether others stay in the folder of path: 1, 0 or -1. */
static int
others_stay(const struct ses_relocate *r, int dry_run, const char *path,
    const char *except, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct stays s = {.r = r, .except = except, .dry_run = dry_run};
	int rc;

	ses_str_dirname(path, &s.dir);
	(void)ses_buf_cstr(&s.dir);
	rc = ses_buf_check(&s.dir, err);
	if (rc == 0) {
		rc = ses_fs_each(s.dir.data, try_entry, &s, &why);
		if (rc < 0 && why.code == SESHAT_ENOMEM)
			rc = ses_fail_nomem(err);
		else if (rc < 0)
			rc = 1; /* nobody knows */
	}
	ses_buf_free(&s.dir);
	ses_buf_free(&s.path);
	return rc;
}

static int
is_free(const char *path)
{
	struct stat st;

	return lstat(path, &st) < 0 && errno == ENOENT;
}

static int
keep(json_t *row, const char *why, struct seshat_err *err)
{
	ses_doc_begin();
	ses_doc_set_str(row, "why", why);
	return ses_doc_check(err);
}

/* Move it; what cannot be moved keeps no session. */
static int
go(json_t *row, const char *from, const char *to, int dry_run,
    struct seshat_err *err)
{
	struct ses_buf dir = {0};
	int rc;

	ses_str_dirname(to, &dir);
	(void)ses_buf_cstr(&dir);
	rc = ses_buf_check(&dir, err);
	if (rc == 0 && !dry_run)
		rc = ses_fs_mkdirs_durable(dir.data, 0700, err);
	if (rc == 0 && !dry_run && rename(from, to) < 0) {
		rc = keep(row, strerror(errno), err);
		goto out;
	}
	if (rc == 0 && !dry_run)
		rc = ses_fs_sync_dir(dir.data, err);
	if (rc == 0) {
		ses_doc_begin();
		ses_doc_set_str(row, "action", "moved");
		ses_doc_set_str(row, "why", NULL);
		rc = ses_doc_check(err);
	}
out:
	ses_buf_free(&dir);
	return rc;
}

/* The folder of the project of a transcript. */
static int
name_folder(const struct ses_place_ops *place, const char *transcript,
    struct ses_buf *out, struct seshat_err *err)
{
	ses_str_dirname(transcript, out);
	ses_buf_fmt(out, "/%s", place->of_project);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

/* Those of the row after. */
static const char *
next_paths(const char *paths)
{
	paths += strlen(paths) + 1;
	return paths + strlen(paths) + 1;
}

/* The row of that folder: made, if there is such a folder. */
static int
find_row(struct ses_relocate *r, const char *from, const char *to, json_t **out,
    struct seshat_err *err)
{
	const char *paths = r->folder_paths.data;
	struct stat st;
	json_t *row;
	size_t i;

	json_array_foreach(r->folders, i, row)
	{
		if (strcmp(paths, from) == 0) {
			*out = row;
			return 0;
		}
		paths = next_paths(paths);
	}
	*out = NULL;
	if (lstat(from, &st) < 0 || !S_ISDIR(st.st_mode) ||
	    strcmp(from, to) == 0)
		return 0;
	ses_doc_begin();
	row = json_object();
	ses_doc_set_path(row, "from", from);
	ses_doc_set_path(row, "to", to);
	ses_doc_set_str(row, "action", "kept");
	ses_doc_set_str(row, "why", NULL);
	if (json_array_append_new(r->folders, row) < 0)
		return ses_fail_nomem(err);
	ses_buf_add(&r->folder_paths, from, strlen(from) + 1);
	ses_buf_add(&r->folder_paths, to, strlen(to) + 1);
	*out = row;
	return ses_buf_check(&r->folder_paths, err) < 0 ? -1
							: ses_doc_check(err);
}

int
ses_project_before(const struct ses_moving *m, struct seshat_err *err)
{
	const struct ses_place_ops *place = m->s->harness->place;
	struct ses_buf from = {0};
	struct ses_buf to = {0};
	json_t *row = NULL;
	int rc = 0;

	if (place->of_project == NULL || m->s->parent != NULL)
		return 0;
	if (name_folder(place, m->s->path, &from, err) < 0 ||
	    name_folder(place, m->to.data, &to, err) < 0 ||
	    find_row(m->r, from.data, to.data, &row, err) < 0)
		rc = -1;
	else if (row != NULL && !m->how->dry_run && is_free(to.data)) {
		rc = others_stay(m->r, 0, from.data, m->s->path, err);
		if (rc >= 0)
			rc = rc == 0 && !is_free(from.data)
				 ? go(row, from.data, to.data, 0, err)
				 : 0;
	}
	ses_buf_free(&from);
	ses_buf_free(&to);
	return rc;
}

int
ses_project_after(const struct ses_relocate_how *how, struct ses_relocate *r,
    struct seshat_err *err)
{
	const char *from = r->folder_paths.data;
	const char *to;
	json_t *row;
	size_t i;
	int rc = 0;

	json_array_foreach(r->folders, i, row)
	{
		to = from + strlen(from) + 1;
		if (strcmp(ses_doc_str(row, "action"), "moved") == 0) {
			rc = 0;
		} else if (!is_free(to)) {
			rc = keep(row, "there is another folder", err);
		} else {
			rc = others_stay(r, how->dry_run, from, NULL, err);
			if (rc > 0)
				rc =
				    keep(row, "other sessions stay there", err);
			else if (rc == 0)
				rc = go(row, from, to, how->dry_run, err);
		}
		if (rc < 0)
			return -1;
		from = next_paths(from);
	}
	return 0;
}

/* The folder of the directory itself in the first place that is searched. */
static int
find_of(const struct ses_relocate_how *how, const struct ses_place_ops *place,
    const char *cwd, struct ses_buf *transcript, struct seshat_err *err)
{
	const struct ses_placing p = {
	    .id = "x", .cwd = cwd, .source = "", .roots = how->roots};
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_placed placed = {0};
	int rc = place->at(&p, &placed, &why);

	if (rc < 0 && why.code == SESHAT_ENOMEM) {
		rc = ses_fail_nomem(err);
	} else if (rc == 0) {
		ses_buf_str(transcript, placed.path.data);
		(void)ses_buf_cstr(transcript);
		rc = ses_buf_check(transcript, err) < 0 ? -1 : 1;
	} else {
		rc = 0; /* it has no place here */
	}
	ses_buf_free(&placed.path);
	return rc;
}

int
ses_project_alone(const struct ses_relocate_how *how,
    const struct ses_place_ops *place, const char *old, struct ses_relocate *r,
    struct seshat_err *err)
{
	struct ses_buf at = {0};
	struct ses_buf to_at = {0};
	struct ses_buf from = {0};
	struct ses_buf to = {0};
	struct ses_buf found = {0};
	json_t *row = NULL;
	int rc;

	if (place->of_project == NULL)
		return 0;
	rc = find_of(how, place, old, &at, err);
	if (rc > 0)
		rc = find_of(how, place, how->to, &to_at, err);
	if (rc <= 0)
		goto out;
	rc = -1;
	if (name_folder(place, at.data, &from, err) < 0 ||
	    name_folder(place, to_at.data, &to, err) < 0)
		goto out;
	rc = is_free(from.data)
		 ? 1
		 : others_stay(r, how->dry_run, from.data, NULL, err);
	/* it may be that of another one whose folder is named alike */
	if (rc == 0)
		rc = ses_relocate_find(place, at.data, old, &found, err);
	if (rc == 0)
		rc = find_row(r, from.data, to.data, &row, err);
out:
	ses_buf_free(&at);
	ses_buf_free(&to_at);
	ses_buf_free(&from);
	ses_buf_free(&to);
	ses_buf_free(&found);
	return rc < 0 ? -1 : 0;
}
