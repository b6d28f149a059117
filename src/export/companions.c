/* What stands beside a transcript, as entries of an archive. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/str.h"
#include "export/companions.h"
#include "pack/zip.h"

int
ses_companion_is_folder(const char *name)
{
	const size_t len = strlen(SES_COMPANION_FOLDER);

	/* to some file systems letters of any case are the same */
	if (strncasecmp(name, SES_COMPANION_FOLDER, len) != 0)
		return 0;
	name += len;
	if (name[0] == '-' && name[1] >= '2' &&
	    name[1] <= '0' + SES_COMPANION_FOLDERS)
		name += 2;
	return name[0] == '\0' || name[0] == '/';
}

/* "<folder>/<name>" without the case of its letters. */
static int
fold(int folder, const char *name, struct ses_buf *out, struct seshat_err *err)
{
	size_t i;

	ses_buf_clear(out);
	ses_buf_fmt(out, "%d/%s", folder, name);
	(void)ses_buf_cstr(out);
	if (ses_buf_check(out, err) < 0)
		return -1;
	for (i = 0; i < out->len; i++)
		if (out->data[i] >= 'A' && out->data[i] <= 'Z')
			out->data[i] = (char)(out->data[i] - 'A' + 'a');
	return 0;
}

/* Whether path is free: neither a file nor a folder, and no folder of it a
 * file.  Files are true, folders false. */
static int
is_free(json_t *taken, char *path)
{
	char *slash = path;
	int is_file;

	if (json_object_get(taken, path) != NULL)
		return 0;
	while ((slash = strchr(slash, '/')) != NULL) {
		*slash = '\0';
		is_file = json_is_true(json_object_get(taken, path));
		*slash++ = '/';
		if (is_file)
			return 0;
	}
	return 1;
}

static int
take(json_t *taken, char *path, struct seshat_err *err)
{
	char *slash = path;
	int rc = json_object_set_new(taken, path, json_true());

	while (rc == 0 && (slash = strchr(slash, '/')) != NULL) {
		*slash = '\0';
		rc = json_object_set_new(taken, path, json_false());
		*slash++ = '/';
	}
	return rc < 0 ? ses_fail_nomem(err) : 0;
}

int
ses_companion_entry(json_t *taken, const char *name, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_buf entry = {0};
	struct ses_buf key = {0};
	int folder = 1;
	int rc = 0;

	if (ses_zip_name(name, strlen(name), &entry) < 0)
		goto out;
	(void)ses_buf_cstr(&entry);
	rc = ses_buf_check(&entry, err);
	for (; rc == 0 && folder <= SES_COMPANION_FOLDERS; folder++) {
		rc = fold(folder, entry.data, &key, err);
		if (rc < 0 || !is_free(taken, key.data))
			continue;
		ses_buf_str(out, SES_COMPANION_FOLDER);
		if (folder > 1)
			ses_buf_fmt(out, "-%d", folder);
		ses_buf_fmt(out, "/%s", entry.data);
		(void)ses_buf_cstr(out);
		rc = ses_buf_check(out, err) < 0 ? -1
						 : take(taken, key.data, err);
		rc = rc < 0 ? -1 : 1;
	}
out:
	ses_buf_free(&entry);
	ses_buf_free(&key);
	return rc;
}

void
ses_companion_rows_free(struct ses_companion_rows *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		free(l->v[i].path);
		free(l->v[i].entry);
	}
	free(l->v);
	*l = (struct ses_companion_rows){0};
}

static int
add(void *arg, const struct ses_companion *c, struct seshat_err *err)
{
	struct ses_companion_rows *l = arg;
	size_t cap = l->cap > 0 ? 2 * l->cap : 16;
	struct ses_companion_row *row = l->v;

	if (l->n == l->cap) {
		row = ses_realloc(l->v, cap * sizeof(*row));
		if (row == NULL)
			return ses_fail_nomem(err);
		l->v = row;
		l->cap = cap;
	}
	row += l->n;
	*row = (struct ses_companion_row){
	    .path = ses_str_dup(c->path), .stored = c->stored};
	if (row->path == NULL)
		return ses_fail_nomem(err);
	/* the name is the end of the path */
	row->name = row->path + strlen(c->path) - strlen(c->name);
	l->n++;
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	const struct ses_companion_row *x = a;
	const struct ses_companion_row *y = b;

	return strcmp(x->name, y->name);
}

static int
name_all(struct ses_companion_rows *l, struct seshat_err *err)
{
	json_t *taken = json_object();
	struct ses_buf entry = {0};
	size_t i;
	int rc = taken == NULL ? ses_fail_nomem(err) : 0;

	for (i = 0; rc >= 0 && i < l->n; i++) {
		ses_buf_clear(&entry);
		rc = ses_companion_entry(taken, l->v[i].name, &entry, err);
		if (rc <= 0)
			continue;
		l->v[i].entry = ses_str_dup(entry.data);
		if (l->v[i].entry == NULL)
			rc = ses_fail_nomem(err);
	}
	ses_buf_free(&entry);
	json_decref(taken);
	return rc < 0 ? -1 : 0;
}

/* A far store fetches the small ones beforehand. */
static int
expect(const struct ses_companion_rows *l, struct ses_store *s,
    const struct ses_where *w, struct seshat_err *err)
{
	struct ses_buf keys = {0};
	const char **v;
	const char *p;
	size_t n = 0;
	size_t i;
	int rc = 0;

	if ((ses_store_caps(s) & SES_STORE_LOCAL) || l->n == 0)
		return 0;
	v = ses_calloc(l->n, sizeof(*v));
	if (v == NULL)
		return ses_fail_nomem(err);
	for (i = 0; rc == 0 && i < l->n; i++) {
		if (!ses_companion_is_small(l->v[i].stored))
			continue;
		ses_key_session(&keys, w);
		rc = ses_companion_key(l->v[i].path, &keys, err);
		ses_buf_add(&keys, "", 1);
		n++;
	}
	if (rc == 0)
		rc = ses_buf_check(&keys, err);
	p = keys.data;
	for (i = 0; rc == 0 && i < n; i++, p += strlen(p) + 1)
		v[i] = p;
	if (rc == 0)
		ses_store_expect(s, v, n);
	ses_buf_free(&keys);
	free(v);
	return rc;
}

int
ses_companion_rows_load(struct ses_companion_rows *l, struct ses_store *s,
    const struct ses_where *w, const char *writer, struct seshat_err *err)
{
	*l = (struct ses_companion_rows){0};
	if (ses_companions_of(s, w, writer, add, l, err) < 0)
		return -1;
	if (l->n > 1)
		qsort(l->v, l->n, sizeof(*l->v), by_name);
	return name_all(l, err) < 0 || expect(l, s, w, err) < 0 ? -1 : 0;
}
