#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/time.h"
#include "serve/page_rows.h"
#include "serve/page_state.h"
#include "vault/doc.h"

#define KEEP_MS 1000

struct ses_page_cache {
	struct ses_pages *pages;
	json_t *rows;
	int64_t at; /* steady ms */
	unsigned changes;
};

struct ses_page_cache *
ses_page_cache_new(struct ses_pages *pages)
{
	struct ses_page_cache *c = ses_calloc(1, sizeof(*c));

	if (c != NULL)
		c->pages = pages;
	return c;
}

void
ses_page_cache_free(struct ses_page_cache *c)
{
	if (c != NULL)
		json_decref(c->rows);
	free(c);
}

int
ses_page_all(
    const struct ses_api_worker *w, json_t **rows, struct seshat_err *err)
{
	struct ses_page_cache *c = w->cache;
	unsigned changes;

	if (c == NULL || c->pages == NULL)
		return ses_api_list(w, NULL, rows, err);
	changes = ses_pages_changes(c->pages);
	if (c->rows == NULL || c->changes != changes ||
	    ses_time_steady() - c->at >= KEEP_MS) {
		json_decref(c->rows);
		c->rows = NULL;
		if (ses_api_list(w, NULL, &c->rows, err) < 0)
			return -1;
		/* what came while it was listed may not be in it */
		c->changes = changes;
		c->at = ses_time_steady();
	}
	*rows = json_incref(c->rows);
	return 0;
}

/* Those of one project.  In a volume a session may belong to several. */
static int
list_of(const struct ses_api_worker *w, const char *project, json_t **rows,
    struct seshat_err *err)
{
	json_t *all = NULL;
	json_t *out;
	json_t *row;
	size_t i;

	if (project == NULL)
		return ses_page_all(w, rows, err);
	if (w->store == NULL)
		return ses_api_list(w, project, rows, err);
	if (ses_page_all(w, &all, err) < 0)
		return -1;
	ses_doc_begin();
	out = json_array();
	for (i = 0; i < json_array_size(all); i++) {
		row = json_array_get(all, i);
		if (strcmp(ses_doc_str(row, "project"), project) == 0)
			(void)json_array_append(out, row);
	}
	json_decref(all);
	if (ses_doc_check(err) < 0) {
		json_decref(out);
		return -1;
	}
	*rows = out;
	return 0;
}

/* What a row amounts to: as long as nobody else has stored bytes of it. */
static uint64_t
size_of(const json_t *row)
{
	uint64_t n = ses_doc_u64(row, "total_source_bytes");

	return n > 0 ? n : ses_doc_u64(row, "total_uploaded_bytes");
}

/* Where a row stands in the list, as text whose order is the list's turned
 * round: what is larger comes first. */
static void
place_of(const json_t *row, int by_size, struct ses_buf *out)
{
	ses_buf_clear(out);
	if (by_size)
		ses_buf_fmt(out, "%020llu", (unsigned long long)size_of(row));
	else
		ses_buf_str(out, ses_doc_str(row, "last_event_at"));
	ses_buf_fmt(out, "|%s|%s", ses_doc_str(row, "harness"),
	    ses_doc_str(row, "session_id"));
	(void)ses_buf_cstr(out);
}

/* Whether the text stands in one of the fields that people know it by. */
static int
has_text(const json_t *row, const char *q)
{
	static const char *const fields[] = {
	    "title", "session_id", "project", "cwd"};
	size_t len = strlen(q);
	const char *s;
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		for (s = ses_doc_str(row, fields[i]); *s != '\0'; s++)
			if (strncasecmp(s, q, len) == 0)
				return 1;
	return len == 0;
}

/* Among all rows: how many subagents a session has, by "harness/id". */
struct family {
	json_t *there;    /* sessions */
	json_t *children; /* counts */
};

static void
name_of(const json_t *row, const char *member, struct ses_buf *out)
{
	ses_buf_clear(out);
	ses_buf_fmt(out, "%s/%s", ses_doc_str(row, "harness"),
	    ses_doc_str(row, member));
	(void)ses_buf_cstr(out);
}

static void
count_family(const json_t *rows, struct family *f)
{
	struct ses_buf name = {0};
	const json_t *row;
	size_t i;

	f->there = json_object();
	f->children = json_object();
	for (i = 0; i < json_array_size(rows); i++) {
		row = json_array_get(rows, i);
		name_of(row, "session_id", &name);
		(void)json_object_set_new(
		    f->there, ses_buf_cstr(&name), json_true());
		if (ses_doc_str(row, "parent_session_id")[0] == '\0')
			continue;
		name_of(row, "parent_session_id", &name);
		ses_doc_set_u64(f->children, ses_buf_cstr(&name),
		    ses_doc_u64(f->children, ses_buf_cstr(&name)) + 1);
	}
	ses_buf_free(&name);
}

static int
fits_parent(const json_t *row, const struct family *fam, const char *parent)
{
	const char *own = ses_doc_str(row, "parent_session_id");
	struct ses_buf name = {0};
	int there;

	if (parent == NULL || own[0] == '\0')
		return parent == NULL || parent[0] == '\0';
	if (parent[0] != '\0')
		return strcmp(own, parent) == 0;
	name_of(row, "parent_session_id", &name);
	there = json_object_get(fam->there, ses_buf_cstr(&name)) != NULL;
	ses_buf_free(&name);
	return !there;
}

static int
fits(const json_t *row, const struct family *fam,
    const struct ses_page_filter *f)
{
	return (f->harness == NULL ||
		   strcmp(ses_doc_str(row, "harness"), f->harness) == 0) &&
	       (f->q == NULL || has_text(row, f->q)) &&
	       fits_parent(row, fam, f->parent);
}

struct placed {
	json_t *row;
	char *place;
};

static int
by_place(const void *a, const void *b)
{
	return strcmp(((const struct placed *)b)->place,
	    ((const struct placed *)a)->place);
}

/* The rows that fit, in their order. */
static int
gather(const json_t *all, const struct family *fam,
    const struct ses_page_filter *f, struct placed *v, size_t *n)
{
	struct ses_buf place = {0};
	json_t *row;
	size_t i;

	*n = 0;
	for (i = 0; i < json_array_size(all); i++) {
		row = json_array_get(all, i);
		if (!fits(row, fam, f))
			continue;
		place_of(row, f->by_size, &place);
		if (place.bad)
			break;
		v[*n].row = row;
		v[(*n)++].place = place.data;
		place = (struct ses_buf){0};
	}
	ses_buf_free(&place);
	if (i < json_array_size(all))
		return -1;
	if (*n > 1)
		qsort(v, *n, sizeof(*v), by_place);
	return 0;
}

static void
take_page(const struct placed *v, size_t n, const struct family *fam,
    const struct ses_page_filter *f, struct ses_page_rows *out)
{
	struct ses_buf name = {0};
	size_t from = 0;
	size_t i;

	while (f->cursor != NULL && from < n &&
	       strcmp(v[from].place, f->cursor) >= 0)
		from++;
	for (i = from; i < n && i - from < f->limit; i++) {
		name_of(v[i].row, "session_id", &name);
		ses_doc_set_u64(v[i].row, "subagents",
		    ses_doc_u64(fam->children, ses_buf_cstr(&name)));
		(void)json_array_append(out->rows, v[i].row);
	}
	if (i < n && i > from)
		ses_buf_str(&out->next, v[i - 1].place);
	(void)ses_buf_cstr(&out->next);
	out->total = n;
	ses_buf_free(&name);
}

static json_t *
harnesses_of(const json_t *rows)
{
	json_t *all = json_array();
	json_t *sorted;
	size_t i;

	for (i = 0; i < json_array_size(rows); i++)
		(void)json_array_append(
		    all, json_object_get(json_array_get(rows, i), "harness"));
	sorted = ses_library_sorted(all);
	json_decref(all);
	return sorted;
}

int
ses_page_rows(const struct ses_api_worker *w, const struct ses_page_filter *f,
    struct ses_page_rows *out, struct seshat_err *err)
{
	struct family fam = {0};
	struct placed *v = NULL;
	json_t *all = NULL;
	size_t n = 0;
	size_t i;
	int rc = -1;

	*out = (struct ses_page_rows){0};
	if (list_of(w, f->project, &all, err) < 0)
		return -1;
	ses_doc_begin();
	count_family(all, &fam);
	out->rows = json_array();
	out->all = json_array_size(all);
	out->harnesses = harnesses_of(all);
	v = ses_calloc(json_array_size(all) + 1, sizeof(*v));
	if (v == NULL || gather(all, &fam, f, v, &n) < 0) {
		ses_fail_nomem(err);
		goto out;
	}
	take_page(v, n, &fam, f, out);
	rc = ses_doc_check(err);
out:
	for (i = 0; i < n; i++)
		free(v[i].place);
	free(v);
	json_decref(fam.there);
	json_decref(fam.children);
	json_decref(all);
	if (rc < 0)
		ses_page_rows_free(out);
	return rc;
}

void
ses_page_rows_free(struct ses_page_rows *rows)
{
	json_decref(rows->rows);
	json_decref(rows->harnesses);
	ses_buf_free(&rows->next);
	*rows = (struct ses_page_rows){0};
}

static void
add_up(json_t *o, const json_t *row)
{
	const char *last = ses_doc_str(row, "last_event_at");

	ses_doc_set_u64(o, "sessions", ses_doc_u64(o, "sessions") + 1);
	ses_doc_set_u64(o, "bytes", ses_doc_u64(o, "bytes") + size_of(row));
	ses_doc_set_u64(
	    o, "lines", ses_doc_u64(o, "lines") + ses_doc_u64(row, "lines"));
	ses_doc_set_u64(o, "stored_bytes",
	    ses_doc_u64(o, "stored_bytes") + ses_doc_u64(row, "stored_bytes"));
	if (strcmp(last, ses_doc_str(o, "last_event_at")) > 0)
		ses_doc_set_str(o, "last_event_at", last);
}

int
ses_page_projects(
    const struct ses_api_worker *w, json_t **out, struct seshat_err *err)
{
	json_t *names = NULL;
	json_t *rows = NULL;
	json_t *sums;
	json_t *list;
	const char *name;
	json_t *o;
	size_t i;

	if (ses_page_all(w, &rows, err) < 0)
		return -1;
	ses_doc_begin();
	/* a vault knows no other projects than its sessions'; a volume does */
	if (w->store == NULL && ses_library_projects(w->lib, &names, err) < 0) {
		json_decref(rows);
		return -1;
	}
	sums = json_object();
	for (i = 0; i < json_array_size(rows); i++) {
		name = ses_doc_str(json_array_get(rows, i), "project");
		o = json_object_get(sums, name);
		if (o == NULL) {
			o = json_pack("{s:s}", "id", name);
			(void)json_object_set_new(sums, name, o);
		}
		add_up(o, json_array_get(rows, i));
	}
	for (i = 0; i < json_array_size(names); i++) {
		name = json_string_value(json_array_get(names, i));
		if (json_object_get(sums, name) == NULL)
			(void)json_object_set_new(
			    sums, name, json_pack("{s:s}", "id", name));
	}
	json_decref(names);
	names = json_array();
	json_object_foreach(sums, name, o)
	{
		(void)json_array_append_new(names, json_string(name));
	}
	list = ses_library_sorted(names);
	json_decref(names);
	for (i = 0; i < json_array_size(list); i++)
		(void)json_array_set(list, i,
		    json_object_get(
			sums, json_string_value(json_array_get(list, i))));
	json_decref(rows);
	json_decref(sums);
	if (list == NULL || ses_doc_check(err) < 0) {
		json_decref(list);
		return ses_fail_nomem(err);
	}
	*out = list;
	return 0;
}
