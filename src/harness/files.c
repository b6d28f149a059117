/*
 * What the rows of the table have in common: folders are walked, and files
 * that fit a pattern are sessions.
 */
/* The DT_ constants are BSD's. */
#define _DEFAULT_SOURCE
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "base/xdg.h"
#include "harness/files.h"
#include "harness/owned.h"
#include "harness/twin.h"

/* A search: what is wanted, and where it has come to. */
struct search {
	const struct ses_files *row;
	const struct ses_discover *q;
	struct ses_session_list *out;
	struct ses_looks looks;
	struct ses_owner owner; /* loaded when it is needed */
	size_t root_len;        /* of a path: the root's, with a slash */
};

/* The row that the functions of a table serve. */
static const struct ses_files *
row_of(const struct ses_harness_ops *self)
{
	return (const struct ses_files *)(const void *)self;
}

/* The value of "$VAR/x", or NULL if it does not count; *rest is "/x" then. */
static const char *
value_of(const char *root, const char **rest)
{
	const char *end = root + strcspn(root, "/");
	char name[64];
	const char *v;

	if ((size_t)(end - root) > sizeof(name))
		return NULL;
	memcpy(name, root + 1, (size_t)(end - root) - 1);
	name[end - root - 1] = '\0';
	*rest = end;
	v = getenv(name);
	return v == NULL || v[strspn(v, " \t")] == '\0' ? NULL : v;
}

/* Where XDG's variable says, or would by default. */
static int
add_xdg(const char *root, struct ses_buf *out, struct seshat_err *err)
{
	static const struct {
		const char *name;
		const char *otherwise;
	} bases[] = {
	    {"$XDG_DATA_HOME/", ".local/share"},
	    {"$XDG_CONFIG_HOME/", ".config"},
	    {"$XDG_STATE_HOME/", ".local/state"},
	};
	const char *rest = NULL;
	const char *v;
	size_t i;

	for (i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		if (!ses_str_starts(root, bases[i].name))
			continue;
		v = value_of(root, &rest);
		rest = root + strlen(bases[i].name) - 1;
		if (v != NULL && v[0] == '/')
			ses_buf_str(out, v);
		else if (ses_xdg_home(out, err) < 0)
			return -1;
		else
			ses_buf_fmt(out, "/%s", bases[i].otherwise);
		ses_buf_str(out, rest);
		return 1;
	}
	return 0;
}

/* Append the folder of one root: 1; 0, it does not count; 2, and none behind
 * it does; -1. */
static int
root_of(const char *root, struct ses_buf *out, struct seshat_err *err)
{
	const char *rest = "";
	const char *v;
	int rc = add_xdg(root, out, err);

	if (rc != 0)
		return rc;
	if (root[0] != '$')
		return ses_xdg_expand(root, out, err) < 0 ? -1 : 1;
	v = value_of(root, &rest);
	if (v == NULL)
		return 0;
	if (ses_xdg_expand(v, out, err) < 0)
		return -1;
	ses_buf_str(out, rest);
	return 2;
}

int
ses_files_roots(const struct ses_harness_ops *self,
    const struct ses_discover *q, struct ses_buf *out, struct seshat_err *err)
{
	const struct ses_files *row = row_of(self);
	struct ses_buf b = {0};
	size_t i;
	int rc = 0;

	(void)q;
	for (i = 0; i < SES_FILES_ROOTS && row->roots[i] != NULL && rc < 2;
	     i++) {
		ses_buf_clear(&b);
		rc = root_of(row->roots[i], &b, err);
		(void)ses_buf_cstr(&b);
		if (rc > 0 && (ses_buf_check(&b, err) < 0 ||
				  ses_root_add(out, b.data, err) < 0))
			rc = -1;
		if (rc < 0)
			break;
	}
	ses_buf_free(&b);
	return rc < 0 ? -1 : 0;
}

int
ses_files_holds(const struct ses_harness_ops *self, const char *below)
{
	const struct ses_files *row = row_of(self);
	size_t i;

	for (i = 0; i < SES_FILES_KINDS && row->forms[i].pattern != NULL; i++)
		if (ses_files_leads(row->forms[i].pattern, below))
			return 1;
	return 0;
}

/* Set out to the id that a path tells: 1; 0, none, or it makes none; -1. */
static int
id_of(const struct ses_files_match *m, const struct ses_owner *owner,
    struct ses_buf *out, struct seshat_err *err)
{
	ses_buf_clear(out);
	if (m->id == NULL)
		return 0;
	if (owner != NULL)
		return ses_owned_id(owner, m->id, m->id_len, out, err) < 0 ? -1
									   : 1;
	if (m->parent != NULL)
		ses_buf_fmt(out, "%.*s.", (int)m->parent_len, m->parent);
	ses_buf_add(out, m->id, m->id_len);
	(void)ses_buf_cstr(out);
	if (ses_buf_check(out, err) < 0)
		return -1;
	return ses_session_id_ok(out->data, out->len);
}

static int
copy(char **to, const char *s, size_t len, struct seshat_err *err)
{
	*to = ses_str_ndup(s, len);
	return *to == NULL ? ses_fail_nomem(err) : 0;
}

/* What is known of a file by its path; released by ses_look_take. */
static int
look_of(const struct ses_files *row, const struct ses_owner *owner,
    const char *path, const char *below, struct ses_look *x,
    struct seshat_err *err)
{
	struct ses_files_match m = {0};
	struct ses_buf id = {0};
	int rc;

	*x = (struct ses_look){0};
	if (strstr(path + (below - path) - 1, "/.") != NULL ||
	    !ses_files_match(row, below, &m))
		return 0;
	/* a folder that is named after the session, not after its parent */
	if (m.parent != NULL && m.parent_len == m.id_len &&
	    memcmp(m.parent, m.id, m.id_len) == 0)
		m.parent = NULL;
	rc = id_of(&m, owner, &id, err);
	if (rc < 0 || (rc == 0 && row->forms[m.form].id == NULL))
		goto out;
	x->form = (int)m.form;
	if ((rc > 0 && copy(&x->id, id.data, id.len, err) < 0) ||
	    (m.parent != NULL &&
		copy(&x->parent, m.parent, m.parent_len, err) < 0) ||
	    copy(&x->path, path, strlen(path), err) < 0)
		rc = -1;
	else
		rc = 1;
out:
	ses_buf_free(&id);
	return rc;
}

/* Packed beside the plain file, which counts while both are there. */
static int
is_packed_twin(const char *path)
{
	char *plain;
	int there;

	if (!ses_twin_is(path))
		return 0;
	plain = ses_str_ndup(path, ses_twin_plain_len(path));
	there = plain != NULL && access(plain, F_OK) == 0;
	free(plain);
	return there;
}

static int
file(struct search *s, const struct ses_folder *f, const char *name,
    struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_look x = {0};
	int rc = ses_folder_join(f, name, &path, err);

	if (rc == 0)
		rc = look_of(s->row, s->row->owned ? &s->owner : NULL,
		    path.data, path.data + s->root_len, &x, err);
	if (rc > 0 && ((x.id != NULL && s->q->id != NULL &&
			   strcmp(x.id, s->q->id) != 0) ||
			  is_packed_twin(path.data)))
		rc = 0;
	else if (rc > 0)
		rc = ses_look_take(&s->looks, &x, err);
	ses_look_free(&x);
	ses_buf_free(&path);
	return rc;
}

/* A file, or a folder; a root and what is right below it may be links. */
static int
entry(void *arg, const struct ses_folder *f, const char *name, int type,
    struct seshat_err *err)
{
	struct search *s = arg;
	struct ses_buf path = {0};
	int is_root = f->depth == 0;
	int leads;
	int rc;

	if (is_root)
		s->root_len = f->path.len + 1;
	if (type == DT_REG)
		return file(s, f, name, err);
	if (f->depth >= SES_FOLDER_DEPTH || (type != DT_DIR && !is_root))
		return 0;
	rc = ses_folder_join(f, name, &path, err);
	leads =
	    rc == 0 && ses_files_holds(&s->row->ops, path.data + s->root_len);
	ses_buf_free(&path);
	return !leads
		   ? rc
		   : ses_folder_each(s->out, f, name, is_root, entry, s, err);
}

/* What a reader of files needs. */
struct reading {
	const struct ses_files *row;
	const struct ses_discover *q;
};

static int
set_id(struct ses_session *out, const struct ses_look *what, char **told,
    struct seshat_err *err)
{
	if (what->id != NULL)
		return ses_session_set(
			   &out->id, what->id, strlen(what->id), err) < 0
			   ? -1
			   : 1;
	if (*told == NULL || !ses_session_id_ok(*told, strlen(*told)))
		return 0;
	out->id = *told;
	*told = NULL;
	return 1;
}

/* Fill in a session from its open file; out->path is there already. */
static int
read_one(const void *arg, struct ses_peek *p, const struct ses_look *what,
    struct ses_session *out, struct seshat_err *err)
{
	const struct reading *r = arg;
	const struct ses_files *row = r->row;
	char *told = NULL;
	int rc = -1;

	out->harness = &row->ops;
	out->is_whole = row->forms[what->form].kind == SES_FILES_REWRITE;
	if (what->parent != NULL && ses_session_set(&out->parent, what->parent,
					strlen(what->parent), err) < 0)
		return -1;
	if (ses_files_read(row, p, what->form,
		what->parent == NULL ? r->q->cwd : NULL, out, &told, err) == 0)
		rc = set_id(out, what, &told, err);
	if (rc > 0 && row->fill != NULL && row->fill(row, out, err) < 0)
		rc = -1;
	free(told);
	if (rc <= 0)
		return rc;
	if (r->q->id != NULL && strcmp(r->q->id, out->id) != 0)
		return 0;
	/* what has a parent belongs where that does: seen to at the end */
	return r->q->cwd == NULL || out->parent != NULL ||
	       (out->cwd != NULL && strcmp(out->cwd, r->q->cwd) == 0);
}

int
ses_files_find(const struct ses_harness_ops *self, const struct ses_discover *q,
    struct ses_session_list *out, struct seshat_err *err)
{
	struct search s = {.row = row_of(self), .q = q, .out = out};
	const struct reading r = {s.row, q};
	struct ses_buf list = {0};
	size_t from = out->n;
	int rc = -1;

	if ((s.row->owned && ses_owner_load(&s.owner, err) < 0) ||
	    ses_files_roots(self, q, &list, err) < 0 ||
	    ses_roots_each(out, &list, entry, &s, err) < 0)
		goto out;
	rc = ses_look_all(&s.looks, read_one, &r, out, err);
	if (rc == 0 && q->cwd != NULL)
		ses_session_keep_families(out, from, q->cwd);
out:
	ses_buf_free(&list);
	ses_looks_free(&s.looks);
	return rc;
}

/* Below which of the roots a path stands: what follows the root, or NULL. */
static const char *
below_root(const struct ses_buf *roots, const char *path)
{
	const char *root = roots->data;
	size_t len;

	for (; root != NULL && root < roots->data + roots->len;
	     root += len + 1) {
		len = strlen(root);
		if (strncmp(path, root, len) == 0 && path[len] == '/' &&
		    path[len + 1] != '\0')
			return path + len + 1;
	}
	return NULL;
}

int
ses_files_identify(const struct ses_harness_ops *self, const char *path,
    struct ses_session *out, struct seshat_err *err)
{
	static const struct ses_discover any = {0};
	const struct reading r = {row_of(self), &any};
	struct ses_owner owner = {0};
	struct ses_buf roots = {0};
	struct ses_look x = {0};
	const char *below;
	int rc = -1;

	if ((r.row->owned && ses_owner_load(&owner, err) < 0) ||
	    ses_files_roots(self, &any, &roots, err) < 0)
		goto out;
	below = below_root(&roots, path);
	rc = below == NULL ? 0
			   : look_of(r.row, r.row->owned ? &owner : NULL, path,
				 below, &x, err);
	if (rc == 0)
		rc = ses_fail(err, SESHAT_ENOTFOUND, "%s: no session of %s",
		    path, self->name);
	else if (rc > 0)
		rc = ses_look_one(&x, read_one, &r, out, err);
out:
	ses_look_free(&x);
	ses_buf_free(&roots);
	return rc;
}

int
ses_files_describe(const struct ses_harness_ops *self, struct ses_peek *p,
    struct ses_session *out, struct seshat_err *err)
{
	char *ignored = NULL;
	int rc = ses_files_read(row_of(self), p, 0, NULL, out, &ignored, err);

	free(ignored);
	return rc;
}
