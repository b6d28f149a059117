/* The library of a vault. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "export/library_ops.h"
#include "vault/doc.h"
#include "vault/summary.h"

#define AGAIN 3 /* times that an object is gone on with */

/* Rows as 'list --json' has them; an index calls the id otherwise. */
static int
list(void *st, const char *project, json_t **rows, struct seshat_err *err)
{
	json_t *row;
	size_t i;

	if (ses_vault_list(st, project, NULL, rows, err) < 0)
		return -1;
	ses_doc_begin();
	json_array_foreach(*rows, i, row)
	{
		ses_doc_set_str(row, "session_id", ses_doc_str(row, "id"));
		(void)json_object_del(row, "id");
	}
	if (ses_doc_check(err) == 0)
		return 0;
	json_decref(*rows);
	return -1;
}

static int
projects(void *st, json_t **names, struct seshat_err *err)
{
	json_t *rows = NULL;
	json_t *all = json_array();
	json_t *sorted = NULL;
	size_t i;

	if (ses_vault_list(st, NULL, NULL, &rows, err) < 0) {
		json_decref(all);
		return -1;
	}
	for (i = 0; i < json_array_size(rows); i++)
		if (json_array_append(all,
			json_object_get(json_array_get(rows, i), "project")) <
		    0)
			break;
	if (i == json_array_size(rows))
		sorted = ses_library_sorted(all);
	json_decref(rows);
	json_decref(all);
	*names = sorted;
	return sorted == NULL ? ses_fail_nomem(err) : 0;
}

static int
find(void *st, const char *text, struct ses_found *out, struct seshat_err *err)
{
	return ses_vault_find(st, text, out, err);
}

static int
summary(
    void *st, const struct ses_found *f, json_t **out, struct seshat_err *err)
{
	struct ses_where w = ses_found_where(f);

	return ses_vault_summary(st, &w, NULL, out, err);
}

static int
files(void *st, const struct ses_found *f, ses_libfile_each *each, void *arg,
    struct seshat_err *err)
{
	struct ses_where w = ses_found_where(f);
	struct ses_workspace ws = {0};
	struct ses_workfile *v = NULL;
	struct ses_libfile file;
	size_t n = 0;
	size_t i;
	int rc = ses_workspace_load(st, &w, &ws, err);

	if (rc == 0)
		rc = ses_workspace_files(&ws, &v, &n, err);
	for (i = 0; rc == 0 && i < n; i++) {
		file = (struct ses_libfile){.name = v[i].path,
		    .path = v[i].key,
		    .size = v[i].size,
		    .mtime_ns = v[i].mtime_ns,
		    .crc = v[i].crc,
		    .packs = v[i].packs};
		memcpy(file.sha256, v[i].sha256, sizeof(file.sha256));
		if (v[i].stored != v[i].size) {
			file.kind = SES_LIBFILE_FAILED;
			file.why = v[i].stored == UINT64_MAX
				       ? "it is not in the store any more"
				       : "what is stored has another length";
		}
		rc = each(arg, &file, err);
	}
	free(v);
	ses_workspace_free(&ws);
	return rc;
}

/* Counts what passes, and lets no more pass than there was. */
struct counting {
	uint64_t at;
	uint64_t size;
	const struct ses_sink *next;
	int failed; /* the next sink did */
};

static int
count(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct counting *c = arg;

	if (len > c->size - c->at)
		return ses_fail(err, SESHAT_ECONFLICT, "changed while reading");
	c->at += len;
	c->failed = ses_sink_write(c->next, data, len, err) < 0;
	return c->failed ? -1 : 0;
}

static int
read_file(void *st, const struct ses_found *f, const struct ses_libfile *file,
    uint64_t from, const struct ses_sink *sink, struct seshat_err *err)
{
	struct ses_where w = ses_found_where(f);
	struct counting c = {.at = from, .size = file->size, .next = sink};
	struct ses_sink counter = {count, &c};
	struct ses_buf key = {0};
	int tries;
	int rc;

	ses_key_session(&key, &w);
	ses_buf_str(&key, file->path);
	(void)ses_buf_cstr(&key);
	rc = ses_buf_check(&key, err);
	for (tries = 0; rc == 0 && c.at < c.size && tries < AGAIN; tries++) {
		rc = ses_store_get(
		    st, key.data, c.at, c.size - c.at, &counter, err);
		/* it broke off: the rest */
		if (rc < 0 && !c.failed && err->code == SESHAT_ENET)
			rc = 0;
	}
	ses_buf_free(&key);
	if (rc == 0 && c.at < c.size)
		rc = ses_fail(err, SESHAT_ECONFLICT, "changed while reading");
	return rc;
}

static const struct ses_library_ops ops = {
    .list = list,
    .projects = projects,
    .find = find,
    .summary = summary,
    .files = files,
    .read = read_file,
};

int
ses_library_vault(
    struct ses_library **out, struct ses_store *store, struct seshat_err *err)
{
	struct ses_library *lib = ses_calloc(1, sizeof(*lib));

	if (lib == NULL)
		return ses_fail_nomem(err);
	*lib = (struct ses_library){.ops = &ops, .st = store, .store = store};
	*out = lib;
	return 0;
}
