#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "base/utf8.h"
#include "pack/zip.h"
#include "vault/doc.h"
#include "vault/workspace.h"

#define FOLDER     "workspace/"
#define MANIFEST   "workspace.json"
#define NAME_LIMIT 200 /* of a component; file systems have 255 */
#define KEY_LIMIT  700 /* below the session; a store has 1,024 for all */
#define HASHED     "=sha256="

int
ses_workspace_leaves_out(const char *name, int is_folder)
{
	static const char *const segments[] = {"__pycache__", ".pytest_cache",
	    ".ruff_cache", ".mypy_cache", ".ipynb_checkpoints", ".DS_Store",
	    ".git"};
	static const char *const suffixes[] = {
	    ".pyc", ".pyo", ".pyd", ".egg-info"};
	size_t i;

	(void)is_folder;
	for (i = 0; i < sizeof(segments) / sizeof(segments[0]); i++)
		if (strcmp(name, segments[i]) == 0)
			return 1;
	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (ses_str_ends(name, suffixes[i]))
			return 1;
	return 0;
}

static void
add_component(struct ses_buf *out, const char *name, size_t len)
{
	char hex[SES_SHA256_HEX];
	size_t before = out->len;
	char *copy = ses_str_ndup(name, len);

	if (copy == NULL) {
		out->bad = 1;
		return;
	}
	ses_key_component(out, copy);
	if (out->len - before > NAME_LIMIT || ses_str_starts(copy, HASHED)) {
		out->len = before;
		ses_sha256_of(name, len, hex);
		ses_buf_fmt(out, HASHED "%.32s", hex);
	}
	free(copy);
}

int
ses_workspace_key(const char *path, struct ses_buf *out, struct seshat_err *err)
{
	size_t before = out->len;
	size_t len;

	ses_buf_str(out, FOLDER);
	for (;; path += len + 1) {
		len = strcspn(path, "/");
		add_component(out, path, len);
		if (path[len] == '\0')
			break;
		ses_buf_str(out, "/");
	}
	if (ses_buf_check(out, err) < 0)
		return -1;
	if (out->len - before > KEY_LIMIT)
		return ses_fail(err, SESHAT_ELIMIT, "its path is too long");
	return 0;
}

void
ses_workspace_free(struct ses_workspace *ws)
{
	json_decref(ws->doc);
	json_decref(ws->sizes);
	*ws = (struct ses_workspace){0};
}

/* The session's key and name behind it. */
static int
key_of(const struct ses_where *w, const char *name, struct ses_buf *out,
    struct seshat_err *err)
{
	ses_key_session(out, w);
	ses_buf_str(out, name);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

struct listing {
	struct ses_workspace *ws;
	size_t session; /* length of the session's key */
	int add;
};

/* An object of which nobody wrote down what it is. */
static int
add_unknown(
    struct listing *l, const struct ses_store_object *o, struct seshat_err *err)
{
	const char *key = o->key + l->session;
	struct ses_workfile f = {.key = key,
	    .size = o->size,
	    .added = o->mtime,
	    .mtime_ns = ses_time_ns(o->mtime)};
	struct ses_buf path = {0};
	struct ses_buf name = {0};
	const char *below = key + strlen(FOLDER);
	int rc = 0;

	/* a name that is none of a file is left where it is */
	if (ses_key_decode(&path, below, strlen(below)) == 0 && !path.bad &&
	    ses_zip_name(path.data != NULL ? path.data : "", path.len, &name) ==
		0) {
		f.path = ses_buf_cstr(&name);
		rc = ses_workspace_set(l->ws, &f, err);
	}
	ses_buf_free(&path);
	ses_buf_free(&name);
	return rc;
}

static int
see(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct listing *l = arg;

	if (json_object_set_new(l->ws->sizes, o->key + l->session,
		json_integer((json_int_t)o->size)) < 0)
		return ses_fail_nomem(err);
	return l->add ? add_unknown(l, o, err) : 0;
}

/* Which objects there are; add: they become files. */
static int
list(struct ses_store *s, const struct ses_where *w, struct ses_workspace *ws,
    int add, struct seshat_err *err)
{
	struct listing l = {.ws = ws, .add = add};
	struct ses_store_list what = {0};
	struct ses_buf prefix = {0};
	int rc = -1;

	ws->sizes = json_object();
	if (ws->sizes == NULL)
		return ses_fail_nomem(err);
	ses_key_session(&prefix, w);
	l.session = prefix.len;
	ses_buf_str(&prefix, FOLDER);
	what.prefix = ses_buf_cstr(&prefix);
	if (ses_buf_check(&prefix, err) == 0)
		rc = ses_store_list(s, &what, see, &l, err);
	ses_buf_free(&prefix);
	return rc;
}

int
ses_workspace_load(struct ses_store *s, const struct ses_where *w,
    struct ses_workspace *out, struct seshat_err *err)
{
	struct ses_workspace ws = {0};
	struct ses_buf key = {0};
	int unknown;
	int rc = key_of(w, MANIFEST, &key, err);

	if (rc == 0)
		ws.doc = ses_doc_get(s, key.data, err);
	ses_buf_free(&key);
	if (rc < 0)
		return -1;
	if (ws.doc != NULL) {
		memcpy(ws.tag, ses_store_tag(s), sizeof(ws.tag) - 1);
		ws.is_there = 1;
	} else if (err->code != SESHAT_ENOTFOUND &&
		   err->code != SESHAT_ECORRUPT) {
		return -1;
	} else {
		ws.is_there = err->code == SESHAT_ECORRUPT;
	}
	unknown = ws.doc == NULL;
	if (unknown)
		ws.doc = json_object();
	if (list(s, w, &ws, unknown, err) < 0) {
		ses_workspace_free(&ws);
		return -1;
	}
	*out = ws;
	return 0;
}

/* Whether it is a name that ses_zip_name has made: it is printed, and stands in
 * lists of lines. */
static int
is_name(const char *path)
{
	size_t len = strlen(path);
	struct ses_buf name = {0};
	int ok = ses_zip_name(path, len, &name) == 0;
	uint32_t c;
	size_t n;

	ses_buf_free(&name);
	for (; ok && len > 0; path += n, len -= n) {
		n = ses_utf8_next(path, len, &c);
		ok =
		    n > 0 && c >= 0x20 && !(c >= 0x7f && c < 0xa0) && c != '\\';
	}
	return ok;
}

/* A row as it stands in the document; -1 if it is none to be trusted. */
static int
read_row(const struct ses_workspace *ws, const char *path, const json_t *row,
    struct ses_workfile *out)
{
	const json_t *stored;
	const char *crc = ses_doc_str(row, "crc32");
	const char *sha = ses_doc_str(row, "sha256");
	const char *key = ses_doc_str(row, "key");

	*out = (struct ses_workfile){.path = path,
	    .key = key,
	    .size = ses_doc_u64(row, "size"),
	    .mtime_ns = (int64_t)ses_doc_u64(row, "mtime_ns"),
	    .added = ses_doc_time(row, "added_at"),
	    .packs = !json_is_false(json_object_get(row, "packs")),
	    .rules = (unsigned)ses_doc_u64(row, "rules")};
	stored = json_object_get(ws->sizes, key);
	out->stored = ws->sizes == NULL ? out->size
		      : stored == NULL  ? UINT64_MAX
					: (uint64_t)json_integer_value(stored);
	if (strlen(sha) == SES_SHA256_HEX - 1 &&
	    ses_crc32_parse(crc, strlen(crc), &out->crc) == 0)
		memcpy(out->sha256, sha, sizeof(out->sha256));
	/* it comes from a store: neither may lead elsewhere */
	return ses_str_starts(key, FOLDER) && ses_store_is_key(key) &&
		       is_name(path)
		   ? 0
		   : -1;
}

static json_t *
files_of(const struct ses_workspace *ws)
{
	return json_object_get(ws->doc, "files");
}

int
ses_workspace_get(
    const struct ses_workspace *ws, const char *path, struct ses_workfile *out)
{
	const json_t *row = json_object_get(files_of(ws), path);

	return row != NULL && read_row(ws, path, row, out) == 0;
}

int
ses_workspace_set(struct ses_workspace *ws, const struct ses_workfile *f,
    struct seshat_err *err)
{
	json_t *files = files_of(ws);
	json_t *row;
	char crc[9];

	ses_doc_begin();
	if (!json_is_object(files)) {
		files = json_object();
		(void)json_object_set_new(ws->doc, "files", files);
	}
	row = json_object();
	ses_doc_set_str(row, "key", f->key);
	ses_doc_set_u64(row, "size", f->size);
	ses_doc_set_u64(
	    row, "mtime_ns", f->mtime_ns < 0 ? 0 : (uint64_t)f->mtime_ns);
	ses_doc_set_time(row, "added_at", f->added);
	ses_crc32_hex(f->crc, crc);
	if (f->sha256[0] != '\0') {
		ses_doc_set_str(row, "crc32", crc);
		ses_doc_set_str(row, "sha256", f->sha256);
		(void)json_object_set_new(row, "packs", json_boolean(f->packs));
		ses_doc_set_u64(row, "rules", f->rules);
	}
	(void)json_object_set_new(files, f->path, row);
	return ses_doc_check(err);
}

void
ses_workspace_drop(struct ses_workspace *ws, const char *path)
{
	(void)json_object_del(files_of(ws), path);
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct ses_workfile *)a)->path,
	    ((const struct ses_workfile *)b)->path);
}

int
ses_workspace_files(const struct ses_workspace *ws, struct ses_workfile **out,
    size_t *n, struct seshat_err *err)
{
	json_t *files = files_of(ws);
	size_t count = json_object_size(files);
	struct ses_workfile *v;
	const char *path;
	json_t *row;
	size_t at = 0;

	v = ses_calloc(count > 0 ? count : 1, sizeof(*v));
	if (v == NULL)
		return ses_fail_nomem(err);
	json_object_foreach(files, path, row)
	{
		if (at < count && read_row(ws, path, row, &v[at]) == 0)
			at++;
	}
	if (at > 1)
		qsort(v, at, sizeof(*v), by_path);
	*out = v;
	*n = at;
	return 0;
}

int
ses_workspace_save(struct ses_store *s, const struct ses_where *w,
    struct ses_workspace *ws, struct seshat_err *err)
{
	struct ses_buf key = {0};
	int rc = key_of(w, MANIFEST, &key, err);

	ses_doc_begin();
	ses_doc_set_u64(ws->doc, "schema_version", 1);
	ses_doc_set_time(ws->doc, "updated_at", ses_time_now());
	if (rc == 0)
		rc = ses_doc_check(err);
	if (rc == 0)
		rc = ses_doc_put_over(
		    s, key.data, ws->doc, ws->is_there ? ws->tag : NULL, err);
	ses_buf_free(&key);
	return rc;
}
