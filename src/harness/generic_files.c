/*
 * Which files the harness "generic" has, and what they are called: the path
 * below the root, unless an earlier root has that one, too.
 */
/* The DT_ constants are BSD's. */
#define _DEFAULT_SOURCE
#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "harness/generic.h"
#include "harness/owned.h"

static const char ending[] = ".jsonl";

/* A file, and how it was come by. */
struct file {
	char *path;
	const char *below; /* the path below the root */
	const char *name;  /* the last component */
	size_t root;       /* its number */
	int through_link;  /* a folder on the way is a link */
	int is_link;
	uint64_t dev; /* of what it leads to */
	uint64_t ino;
	uint64_t dir_dev; /* of its folder */
	uint64_t dir_ino;
};

struct files {
	struct file *v;
	size_t n;
	size_t cap;
};

/* A walk below one root. */
struct walk {
	struct files *files;
	struct ses_session_list *found;
	size_t root;
	size_t root_len; /* bytes of a path that are the root's, with a slash */
};

static int
add(struct walk *w, struct file *x, struct seshat_err *err)
{
	struct files *l = w->files;
	struct file *v;

	v = ses_grow(l->v, l->n, &l->cap, sizeof(*v));
	if (v == NULL)
		return ses_fail_nomem(err);
	l->v = v;
	x->below = x->path + w->root_len;
	x->name = ses_str_basename(x->path);
	l->v[l->n++] = *x;
	x->path = NULL;
	return 0;
}

static int
file(struct walk *w, const struct ses_folder *f, const struct stat *dir,
    const char *name, int through_link, struct seshat_err *err)
{
	struct file x = {.root = w->root, .through_link = through_link};
	struct ses_buf path = {0};
	struct stat st;
	int rc;

	if (!ses_str_ends(name, ending) || strlen(name) <= strlen(ending) ||
	    fstatat(f->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0; /* or it is gone already */
	x.is_link = S_ISLNK(st.st_mode);
	if ((x.is_link && fstatat(f->fd, name, &st, 0) < 0) ||
	    !S_ISREG(st.st_mode))
		return 0;
	x.dev = (uint64_t)st.st_dev;
	x.ino = (uint64_t)st.st_ino;
	x.dir_dev = (uint64_t)dir->st_dev;
	x.dir_ino = (uint64_t)dir->st_ino;
	rc = ses_folder_join(f, name, &path, err);
	if (rc == 0) {
		x.path = path.data;
		path = (struct ses_buf){0};
		rc = add(w, &x, err);
	}
	free(x.path);
	ses_buf_free(&path);
	return rc;
}

/* A folder and those in it; a root and what is right below it may be
 * links. */
static int
folder(struct walk *w, const struct ses_folder *at, const char *name,
    int through_link, int depth, struct seshat_err *err)
{
	struct ses_folder f = {0};
	struct stat dir;
	const char *entry;
	int type;
	int rc = ses_folder_enter(w->found, &f, at, name, depth <= 1, err);

	if (rc <= 0)
		return rc;
	if (fstat(f.fd, &dir) < 0) {
		rc = ses_fail_errno(err, "%s", f.path.data);
		goto out;
	}
	while ((rc = ses_folder_next(&f, &entry, &type, err)) > 0) {
		if (type == DT_REG)
			rc = file(w, &f, &dir, entry, through_link, err);
		else if (depth < SES_FOLDER_DEPTH &&
			 (type == DT_DIR || depth == 0))
			rc = folder(w, &f, entry,
			    through_link || type == DT_LNK, depth + 1, err);
		if (rc < 0)
			break;
	}
out:
	ses_folder_close(&f);
	return rc;
}

static int
compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* One file beside its other names, the one that is to be kept first: no link
 * before links, and of one place the earlier root. */
static int
by_file(const void *a, const void *b)
{
	const struct file *x = a;
	const struct file *y = b;
	int c = compare(x->dev, y->dev);

	if (c == 0)
		c = compare(x->ino, y->ino);
	if (c == 0)
		c = x->is_link - y->is_link;
	if (c == 0 && !x->is_link)
		c = compare(x->dir_dev, y->dir_dev);
	if (c == 0 && !x->is_link)
		c = compare(x->dir_ino, y->dir_ino);
	if (c == 0 && !x->is_link)
		c = strcmp(x->name, y->name);
	if (c == 0)
		c = x->through_link - y->through_link;
	if (c == 0)
		c = compare(x->root, y->root);
	return c != 0 ? c : strcmp(x->below, y->below);
}

/* Whether y is x by another name.  A hard link elsewhere is not: which of the
 * two is kept would change with what else is linked. */
static int
is_again(const struct file *x, const struct file *y)
{
	if (x->dev != y->dev || x->ino != y->ino)
		return 0;
	return y->is_link ||
	       (x->dir_dev == y->dir_dev && x->dir_ino == y->dir_ino &&
		   strcmp(x->name, y->name) == 0);
}

static void
drop_twins(struct files *l)
{
	size_t kept = 0;
	size_t i;

	if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), by_file);
	for (i = 0; i < l->n; i++) {
		if (kept > 0 && is_again(&l->v[kept - 1], &l->v[i]))
			free(l->v[i].path);
		else
			l->v[kept++] = l->v[i];
	}
	l->n = kept;
}

static int
by_name(const void *a, const void *b)
{
	const struct file *x = a;
	const struct file *y = b;
	int c = strcmp(x->below, y->below);

	return c != 0 ? c : compare(x->root, y->root);
}

/* Give the files their ids, and hand them over. */
static int
name_all(struct files *l, struct ses_looks *out, struct seshat_err *err)
{
	struct ses_owner owner;
	struct ses_buf id = {0};
	struct ses_look x = {0};
	const struct file *f;
	size_t len;
	size_t i;
	int rc = -1;

	if (l->n == 0)
		return 0;
	qsort(l->v, l->n, sizeof(*l->v), by_name);
	if (ses_owner_load(&owner, err) < 0)
		return -1;
	for (i = 0; i < l->n; i++) {
		f = &l->v[i];
		len = strlen(f->below) - strlen(ending);
		rc = i > 0 && strcmp(f[-1].below, f->below) == 0
			 ? ses_owned_hash(
			       &owner, f->below, len, f->path, &id, err)
			 : ses_owned_id(&owner, f->below, len, &id, err);
		if (rc < 0)
			goto out;
		x.id = ses_str_dup(id.data);
		x.path = ses_str_dup(f->path);
		if (x.id == NULL || x.path == NULL) {
			free(x.id);
			free(x.path);
			rc = ses_fail_nomem(err);
			goto out;
		}
		rc = ses_look_take(out, &x, err);
		if (rc < 0)
			goto out;
	}
out:
	ses_buf_free(&id);
	return rc;
}

int
ses_generic_files(const struct ses_buf *roots, struct ses_looks *out,
    struct ses_session_list *found, struct seshat_err *err)
{
	struct files files = {0};
	struct walk w = {.files = &files, .found = found};
	const char *root = roots->data;
	size_t i;
	int rc = 0;

	for (; rc == 0 && root < roots->data + roots->len;
	     root += strlen(root) + 1) {
		w.root_len = strlen(root) + 1;
		rc = folder(&w, NULL, root, 0, 0, err);
		w.root++;
	}
	if (rc == 0) {
		drop_twins(&files);
		rc = name_all(&files, out, err);
	}
	for (i = 0; i < files.n; i++)
		free(files.v[i].path);
	free(files.v);
	return rc;
}
