#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "export/library_ops.h"
#include "vault/doc.h"

void
ses_library_free(struct ses_library *lib)
{
	if (lib == NULL)
		return;
	if (lib->ops->free != NULL)
		lib->ops->free(lib->st);
	free(lib);
}

struct ses_store *
ses_library_store(const struct ses_library *lib)
{
	return lib->store;
}

static int
latest_first(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a;
	const json_t *y = *(json_t *const *)b;
	int c = strcmp(
	    ses_doc_str(y, "last_event_at"), ses_doc_str(x, "last_event_at"));

	if (c == 0)
		c = strcmp(
		    ses_doc_str(x, "session_id"), ses_doc_str(y, "session_id"));
	return c != 0 ? c
		      : strcmp(ses_doc_str(x, "harness"),
			    ses_doc_str(y, "harness"));
}

/* The array's values in another order. */
static int
sort(json_t **rows, int (*order)(const void *, const void *),
    struct seshat_err *err)
{
	size_t n = json_array_size(*rows);
	json_t **v = ses_calloc(n > 0 ? n : 1, sizeof(json_t *));
	json_t *sorted = json_array();
	size_t i;
	int rc = 0;

	if (v == NULL || sorted == NULL) {
		free(v);
		json_decref(sorted);
		return ses_fail_nomem(err);
	}
	for (i = 0; i < n; i++)
		v[i] = json_array_get(*rows, i);
	if (n > 1)
		qsort(v, n, sizeof(json_t *), order);
	for (i = 0; rc == 0 && i < n; i++)
		if (json_array_append(sorted, v[i]) < 0)
			rc = ses_fail_nomem(err);
	free(v);
	json_decref(rc == 0 ? *rows : sorted);
	if (rc == 0)
		*rows = sorted;
	return rc;
}

int
ses_library_list(struct ses_library *lib, const char *project, json_t **rows,
    struct seshat_err *err)
{
	json_t *v = NULL;

	if (lib->ops->list(lib->st, project, &v, err) < 0)
		return -1;
	if (sort(&v, latest_first, err) < 0) {
		json_decref(v);
		return -1;
	}
	*rows = v;
	return 0;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(json_string_value(*(json_t *const *)a),
	    json_string_value(*(json_t *const *)b));
}

json_t *
ses_library_sorted(const json_t *names)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	json_t *seen = json_object();
	json_t *out = json_array();
	const char *name;
	size_t i;

	for (i = 0; i < json_array_size(names); i++) {
		name = json_string_value(json_array_get(names, i));
		if (name == NULL || json_object_get(seen, name) != NULL)
			continue;
		if (json_object_set_new(seen, name, json_true()) < 0 ||
		    json_array_append_new(out, json_string(name)) < 0)
			break;
	}
	if (i < json_array_size(names) || sort(&out, by_text, &ignored) < 0) {
		json_decref(out);
		out = NULL;
	}
	json_decref(seen);
	return out;
}

int
ses_library_projects(
    struct ses_library *lib, json_t **names, struct seshat_err *err)
{
	return lib->ops->projects(lib->st, names, err);
}

int
ses_library_has_project(
    struct ses_library *lib, const char *project, struct seshat_err *err)
{
	json_t *names = NULL;
	size_t i;
	int has = 0;

	if (lib->ops->projects(lib->st, &names, err) < 0)
		return -1;
	for (i = 0; !has && i < json_array_size(names); i++)
		has = strcmp(json_string_value(json_array_get(names, i)),
			  project) == 0;
	json_decref(names);
	return has;
}

int
ses_library_find(struct ses_library *lib, const char *text,
    struct ses_found *out, struct seshat_err *err)
{
	return lib->ops->find(lib->st, text, out, err);
}

int
ses_library_summary(struct ses_library *lib, const struct ses_found *f,
    json_t **out, struct seshat_err *err)
{
	return lib->ops->summary(lib->st, f, out, err);
}

int
ses_library_files(struct ses_library *lib, const struct ses_found *f,
    ses_libfile_each *each, void *arg, struct seshat_err *err)
{
	return lib->ops->files(lib->st, f, each, arg, err);
}

int
ses_library_read(struct ses_library *lib, const struct ses_found *f,
    const struct ses_libfile *file, uint64_t from, const struct ses_sink *sink,
    struct seshat_err *err)
{
	return lib->ops->read(lib->st, f, file, from, sink, err);
}
