/* Which sessions are meant. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "publish/publish.h"
#include "vault/doc.h"
#include "vault/sessions.h"

static int
by_name(const void *a, const void *b)
{
	static const char *const names[] = {"project", "harness", "id"};
	const json_t *const *x = a;
	const json_t *const *y = b;
	size_t i;
	int c = 0;

	for (i = 0; i < sizeof(names) / sizeof(names[0]) && c == 0; i++)
		c = strcmp(
		    ses_doc_str(*x, names[i]), ses_doc_str(*y, names[i]));
	return c;
}

/* Whether the row is the session, or a subagent of it. */
static int
is_of(const json_t *row, const struct ses_found *f)
{
	const char *id = ses_doc_str(row, "id");
	size_t len = strlen(f->id);

	return strcmp(ses_doc_str(row, "harness"), f->harness) == 0 &&
	       strncmp(id, f->id, len) == 0 &&
	       (id[len] == '\0' ||
		   (id[len] == '.' && strcmp(f->harness, "claude-code") == 0));
}

static int
is_wanted(const json_t *row, const struct ses_found *f, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is_of(row, &f[i]))
			return 1;
	return n == 0;
}

/* Those that are wanted, in order. */
static int
choose(const json_t *rows, const struct ses_found *f, size_t n, json_t *out,
    struct seshat_err *err)
{
	json_t **v = ses_calloc(json_array_size(rows) + 1, sizeof(json_t *));
	json_t *row;
	size_t found = 0;
	size_t i;
	int rc = 0;

	if (v == NULL)
		return ses_fail_nomem(err);
	json_array_foreach(rows, i, row)
	{
		if (is_wanted(row, f, n))
			v[found++] = row;
	}
	qsort(v, found, sizeof(json_t *), by_name);
	for (i = 0; i < found && rc == 0; i++)
		rc = json_array_append(out, v[i]);
	free(v);
	return rc < 0 ? ses_fail_nomem(err) : 0;
}

int
ses_publish_select(struct ses_store *from, const char *const *ids, size_t n,
    const char *project, json_t **rows, struct seshat_err *err)
{
	struct ses_found *f = ses_calloc(n + 1, sizeof(*f));
	json_t *all = NULL;
	json_t *out = json_array();
	size_t i;
	int rc = 0;

	if (f == NULL || out == NULL)
		rc = ses_fail_nomem(err);
	for (i = 0; i < n && rc == 0; i++)
		rc = ses_vault_find(from, ids[i], &f[i], err);
	if (rc == 0)
		rc = ses_vault_list(from, project, NULL, &all, err);
	if (rc == 0)
		rc = choose(all, f, n, out, err);
	for (i = 0; f != NULL && i < n; i++)
		ses_found_free(&f[i]);
	free(f);
	json_decref(all);
	if (rc == 0)
		*rows = out;
	else
		json_decref(out);
	return rc;
}
