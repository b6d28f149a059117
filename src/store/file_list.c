/* Listing a file store in the order an object store would give. */
#define _GNU_SOURCE /* DT_DIR and its kind */

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/file.h"

#define DEPTH_MAX 32 /* levels of folders; keys are shorter than that */
#define LINKS_MAX 2  /* folders on the way that are reached by links */

struct walk {
	const struct ses_file_store *f;
	const struct ses_store_list *what;
	ses_store_seen *seen;
	void *arg;
	struct ses_buf key; /* where the walk is */
	int depth;
};

/* The names of one folder; folders end in "/", so that plain byte order is
 * the order of the keys below them. */
struct names {
	char **v;
	size_t n;
	size_t cap;
	const struct walk *w;
};

/* Whether a link in the folder at hand leads to a folder that the walk is in,
 * or is one link too many: a few of them make more paths than anybody can
 * go.  1, 0 or -1. */
static int
leads_astray(
    const struct walk *w, const struct stat *to, struct seshat_err *err)
{
	const char *key = w->key.data != NULL ? w->key.data : "";
	size_t at = 0;
	struct ses_buf path = {0};
	struct stat sb;
	int links = 0;
	int astray = 0;

	ses_buf_str(&path, w->f->root);
	for (;;) {
		(void)ses_buf_cstr(&path);
		if (ses_buf_check(&path, err) < 0)
			return -1;
		astray |= stat(path.data, &sb) == 0 &&
			  sb.st_dev == to->st_dev && sb.st_ino == to->st_ino;
		/* the root may be a link */
		links +=
		    at > 0 && lstat(path.data, &sb) == 0 && S_ISLNK(sb.st_mode);
		if (at >= w->key.len)
			break;
		ses_buf_str(&path, "/");
		for (; at < w->key.len && key[at] != '/'; at++)
			ses_buf_add(&path, key + at, 1);
		at++;
	}
	ses_buf_free(&path);
	return astray || links >= LINKS_MAX;
}

/* What a name is that is no plain file or folder: 1 a folder, 0 a file, -1
 * neither, -2 and err. */
static int
kind_of(const struct walk *w, const char *path, struct seshat_err *err)
{
	struct stat sb;
	int rc;

	if (stat(path, &sb) < 0)
		return -1;
	if (!S_ISDIR(sb.st_mode))
		return S_ISREG(sb.st_mode) ? 0 : -1;
	if (lstat(path, &sb) < 0 || S_ISDIR(sb.st_mode))
		return 1;
	rc = stat(path, &sb) < 0 ? 1 : leads_astray(w, &sb, err);
	return rc < 0 ? -2 : rc > 0 ? -1 : 1;
}

/* 1 a folder, 0 a file, -1 neither, -2 and err when memory ran out. */
static int
is_folder(const struct walk *w, const char *name, unsigned char d_type,
    struct seshat_err *err)
{
	struct ses_buf path = {0};
	int kind;

	if (d_type == DT_DIR || d_type == DT_REG)
		return d_type == DT_DIR;
	if (d_type != DT_UNKNOWN && d_type != DT_LNK)
		return -1;
	ses_buf_fmt(&path, "%s/%.*s%s", w->f->root, (int)w->key.len,
	    w->key.data != NULL ? w->key.data : "", name);
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0)
		return -2;
	kind = kind_of(w, path.data, err);
	ses_buf_free(&path);
	return kind;
}

/* Whether keys that begin with key can be wanted. */
static int
wanted(const struct walk *w, const char *key, size_t len)
{
	const char *prefix = w->what->prefix;
	size_t n = strlen(prefix);
	const char *after = w->what->after;

	if (memcmp(key, prefix, len < n ? len : n) != 0)
		return 0;
	if (key[len - 1] != '/' && len < n)
		return 0;
	if (after == NULL)
		return 1;
	if (key[len - 1] == '/' && strncmp(after, key, len) == 0)
		return 1;
	return strcmp(key, after) > 0;
}

static int
add_name(
    void *arg, const char *name, unsigned char d_type, struct seshat_err *err)
{
	struct names *l = arg;
	struct ses_buf b = {0};
	char **v;
	int folder;

	if (ses_str_starts(name, ".tmp-"))
		return 0;
	folder = is_folder(l->w, name, d_type, err);
	if (folder < 0)
		return folder == -2 ? -1 : 0;
	v = ses_grow(l->v, l->n, &l->cap, sizeof(*v));
	if (v == NULL)
		return ses_fail_nomem(err);
	l->v = v;
	ses_buf_fmt(&b, "%s%s", name, folder ? "/" : "");
	(void)ses_buf_cstr(&b);
	if (ses_buf_check(&b, err) < 0)
		return -1;
	l->v[l->n++] = b.data;
	return 0;
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int walk_folder(struct walk *w, struct seshat_err *err);

static int
hand_out(struct walk *w, struct seshat_err *err)
{
	struct ses_store_object o = {.key = w->key.data};
	struct ses_buf path = {0};
	struct stat sb = {0};
	int there = 1;

	if (o.key[w->key.len - 1] != '/') {
		ses_buf_fmt(&path, "%s/%s", w->f->root, o.key);
		(void)ses_buf_cstr(&path);
		if (ses_buf_check(&path, err) < 0)
			return -1;
		there = stat(path.data, &sb) == 0;
		ses_buf_free(&path);
	}
	o.size = (uint64_t)sb.st_size;
	o.mtime =
	    (int64_t)sb.st_mtim.tv_sec * 1000 + sb.st_mtim.tv_nsec / 1000000;
	/* deleted while we listed: it is not there */
	return there ? w->seen(w->arg, &o, err) : 0;
}

static int
visit(struct walk *w, const char *name, struct seshat_err *err)
{
	size_t len = w->key.len;
	int rc = 0;

	ses_buf_str(&w->key, name);
	(void)ses_buf_cstr(&w->key);
	if (ses_buf_check(&w->key, err) < 0)
		return -1;
	if (wanted(w, w->key.data, w->key.len)) {
		if (!ses_str_ends(name, "/") ||
		    (w->what->shallow && w->key.len > strlen(w->what->prefix)))
			rc = hand_out(w, err);
		else if (w->depth < DEPTH_MAX)
			rc = walk_folder(w, err);
	}
	w->key.len = len;
	return rc;
}

static int
walk_folder(struct walk *w, struct seshat_err *err)
{
	struct names l = {.w = w};
	struct ses_buf path = {0};
	size_t i;
	int rc;

	ses_buf_fmt(&path, "%s/%.*s", w->f->root, (int)w->key.len,
	    w->key.data != NULL ? w->key.data : "");
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0)
		return -1;
	rc = ses_fs_each(path.data, add_name, &l, err);
	if (rc < 0 && w->what->denied != NULL &&
	    (err->sys == EACCES || err->sys == EIO)) {
		w->what->denied(
		    w->what->denied_arg, ses_buf_cstr(&w->key), err);
		rc = 0;
	}
	/* no such folder: nothing in it; but a store that is a file is none */
	if (rc < 0 && err->sys == ENOTDIR && w->depth == 0)
		err->code = SESHAT_EUNSUPPORTED;
	else if (rc < 0 && err->code == SESHAT_ENOTFOUND)
		rc = 0;
	if (rc == 0 && l.n > 0)
		qsort(l.v, l.n, sizeof(*l.v), by_bytes);
	w->depth++;
	for (i = 0; i < l.n; i++) {
		if (rc == 0)
			rc = visit(w, l.v[i], err);
		free(l.v[i]);
	}
	w->depth--;
	free(l.v);
	ses_buf_free(&path);
	return rc;
}

int
ses_file_list(void *st, const struct ses_store_list *what, ses_store_seen *seen,
    void *arg, struct seshat_err *err)
{
	struct walk w = {.f = st, .what = what, .seen = seen, .arg = arg};
	const char *slash = strrchr(what->prefix, '/');
	int rc;

	w.f->notes->counts.list++;
	/* start at the deepest folder the prefix names in full */
	if (slash != NULL)
		ses_buf_add(
		    &w.key, what->prefix, (size_t)(slash - what->prefix) + 1);
	rc = ses_buf_check(&w.key, err) < 0 ? -1 : walk_folder(&w, err);
	ses_buf_free(&w.key);
	return rc;
}
