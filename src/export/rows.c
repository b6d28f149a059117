/* Which sessions an export has, and what their folders are called. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "export/rows.h"
#include "export/slug.h"
#include "vault/doc.h"

static void
row_free(struct ses_plan_row *row)
{
	free(row->label);
	free(row->slug);
	free(row->id);
	free(row->harness);
	free(row->project);
	json_decref(row->summary);
	*row = (struct ses_plan_row){0};
}

void
ses_plan_rows_free(struct ses_plan_row *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		row_free(&v[i]);
	free(v);
}

/* A text of the row in memory of its own, NULL where it has none. */
static int
copy(const json_t *doc, const char *name, char **out, struct seshat_err *err)
{
	const char *s = json_string_value(json_object_get(doc, name));

	*out = s == NULL ? NULL : ses_str_dup(s);
	return s != NULL && *out == NULL ? ses_fail_nomem(err) : 0;
}

static int
set_row(struct ses_plan_row *row, const json_t *doc, struct seshat_err *err)
{
	if (copy(doc, "title", &row->label, err) < 0 ||
	    copy(doc, "session_id", &row->id, err) < 0 ||
	    copy(doc, "harness", &row->harness, err) < 0 ||
	    copy(doc, "project", &row->project, err) < 0)
		return -1;
	if (row->id == NULL || row->harness == NULL || row->project == NULL)
		return ses_fail(
		    err, SESHAT_ECORRUPT, "a session without a name is listed");
	return 0;
}

static int
of_project(struct ses_library *lib, const char *project,
    struct ses_plan_row **v, size_t *n, struct seshat_err *err)
{
	json_t *rows = NULL;
	size_t i;
	int rc = ses_library_list(lib, project, &rows, err);

	if (rc < 0)
		return -1;
	*v = ses_calloc(json_array_size(rows) + 1, sizeof(**v));
	if (*v == NULL) {
		json_decref(rows);
		return ses_fail_nomem(err);
	}
	for (i = 0; rc == 0 && i < json_array_size(rows); i++) {
		*n = i + 1;
		rc = set_row(&(*v)[i], json_array_get(rows, i), err);
	}
	json_decref(rows);
	if (rc < 0 || *n > 0)
		return rc;
	rc = ses_library_has_project(lib, project, err);
	if (rc < 0)
		return -1;
	return rc > 0 ? ses_fail(err, SESHAT_EFORMAT,
			    "project '%s' has no sessions", project)
		      : ses_fail(
			    err, SESHAT_ENOTFOUND, "no project '%s'", project);
}

static int
is_there(const struct ses_plan_row *v, size_t n, const struct ses_plan_row *row)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].id != NULL && strcmp(v[i].id, row->id) == 0 &&
		    strcmp(v[i].harness, row->harness) == 0)
			return 1;
	return 0;
}

static int
of_ids(struct ses_library *lib, const struct ses_export_how *how,
    struct ses_plan_row **v, size_t *n, struct seshat_err *err)
{
	struct ses_found f;
	json_t *doc = NULL;
	size_t i;
	int rc;

	*v = ses_calloc(how->n_ids + 1, sizeof(**v));
	if (*v == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < how->n_ids; i++) {
		if (ses_library_find(lib, how->ids[i], &f, err) < 0)
			return -1;
		rc = ses_library_summary(lib, &f, &doc, err);
		ses_found_free(&f);
		if (rc < 0)
			return -1;
		(*v)[*n].summary = doc;
		rc = set_row(&(*v)[(*n)++], doc, err);
		if (rc < 0)
			return -1;
		if (is_there(*v, *n - 1, &(*v)[*n - 1]))
			row_free(&(*v)[--*n]);
	}
	return 0;
}

static int
by_slug(const void *a, const void *b)
{
	const struct ses_plan_row *x = a;
	const struct ses_plan_row *y = b;
	int c = strcmp(x->slug, y->slug);

	if (c == 0)
		c = strcmp(x->id, y->id);
	return c != 0 ? c : strcmp(x->harness, y->harness);
}

static int
slug_of(struct ses_plan_row *row, int with_id, struct seshat_err *err)
{
	struct ses_buf b = {0};

	ses_slug(row->label != NULL ? row->label : row->id, &b);
	if (b.len == 0)
		ses_slug_id(row->id, &b);
	else if (with_id) {
		ses_buf_str(&b, "-");
		ses_slug_id(row->id, &b);
	}
	free(row->slug);
	row->slug = ses_str_dup(ses_buf_cstr(&b));
	ses_buf_free(&b);
	return row->slug == NULL ? ses_fail_nomem(err) : 0;
}

/* Of rows in order: those whose slug another one has get another, which is
 * told by the id. */
static int
tell_apart(struct ses_plan_row *v, size_t n, struct seshat_err *err)
{
	size_t i;
	size_t j;
	size_t k;

	for (i = 0; i < n; i = j) {
		for (j = i + 1; j < n && strcmp(v[j].slug, v[i].slug) == 0; j++)
			;
		for (k = i; j - i > 1 && k < j; k++)
			if (slug_of(&v[k], 1, err) < 0)
				return -1;
	}
	qsort(v, n, sizeof(*v), by_slug);
	return 0;
}

/* Put the first number behind the row's slug that makes it nobody's. */
static int
number(json_t *taken, struct ses_plan_row *row, struct seshat_err *err)
{
	json_t *last = json_object_get(taken, row->slug);
	json_int_t n = json_integer_value(last);
	struct ses_buf b = {0};

	do {
		ses_buf_clear(&b);
		ses_buf_fmt(&b, "%s-%lld", row->slug, (long long)++n);
	} while (json_object_get(taken, ses_buf_cstr(&b)) != NULL);
	(void)json_integer_set(last, n);
	free(row->slug);
	row->slug = ses_str_dup(ses_buf_cstr(&b));
	ses_buf_free(&b);
	return row->slug == NULL || json_object_set_new(
					taken, row->slug, json_integer(1)) < 0
		   ? ses_fail_nomem(err)
		   : 0;
}

/* Of rows in order: what is equal even so, for ids begin alike or a label looks
 * like what another became. */
static int
number_rest(struct ses_plan_row *v, size_t n, struct seshat_err *err)
{
	json_t *taken = json_object(); /* slug -> last number behind it */
	json_t *seen = json_object();
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < n; i++)
		if (json_object_set_new(taken, v[i].slug, json_integer(1)) < 0)
			rc = ses_fail_nomem(err);
	for (i = 0; rc == 0 && i < n; i++) {
		if (json_object_get(seen, v[i].slug) != NULL)
			rc = number(taken, &v[i], err);
		else if (json_object_set_new(seen, v[i].slug, json_true()) < 0)
			rc = ses_fail_nomem(err);
	}
	json_decref(taken);
	json_decref(seen);
	if (rc == 0)
		qsort(v, n, sizeof(*v), by_slug);
	return rc;
}

static int
name_folders(
    struct ses_plan_row *v, size_t n, int is_many, struct seshat_err *err)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (!is_many)
			v[i].slug = ses_str_dup("");
		else if (slug_of(&v[i], 0, err) < 0)
			return -1;
		if (v[i].slug == NULL)
			return ses_fail_nomem(err);
	}
	if (!is_many || n < 2)
		return 0;
	qsort(v, n, sizeof(*v), by_slug);
	return tell_apart(v, n, err) < 0 || number_rest(v, n, err) < 0 ? -1 : 0;
}

int
ses_plan_rows(struct ses_library *lib, const struct ses_export_how *how,
    struct ses_plan_row **out, size_t *n, struct seshat_err *err)
{
	int is_many = how->project != NULL || how->n_ids > 1;

	*n = 0;
	*out = NULL;
	if ((how->project != NULL ? of_project(lib, how->project, out, n, err)
				  : of_ids(lib, how, out, n, err)) < 0)
		return -1;
	return name_folders(*out, *n, is_many, err);
}
