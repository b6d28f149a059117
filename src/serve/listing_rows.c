#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "serve/listing_rows.h"
#include "vault/doc.h"

/* What a row amounts to: as long as nobody else has stored bytes of it. */
static uint64_t
size_of(const json_t *row)
{
	uint64_t n = ses_doc_u64(row, "total_source_bytes");

	return n > 0 ? n : ses_doc_u64(row, "total_uploaded_bytes");
}

/* Where a row stands in a list. */
struct placed {
	json_t *row;
	int64_t key;
	const char *harness;
	const char *id;
};

static struct placed
place_of(json_t *row, int by_size)
{
	return (struct placed){row,
	    by_size ? (int64_t)size_of(row)
		    : ses_doc_time(row, "last_event_at"),
	    ses_doc_str(row, "harness"), ses_doc_str(row, "session_id")};
}

static int
by_place(const void *a, const void *b)
{
	const struct placed *x = a;
	const struct placed *y = b;
	int c;

	if (x->key != y->key)
		return x->key < y->key ? 1 : -1;
	c = strcmp(x->id, y->id);
	return c != 0 ? c : strcmp(x->harness, y->harness);
}

static int
is_in(const char *text, const char *q, size_t len)
{
	for (; *text != '\0'; text++)
		if (strncasecmp(text, q, len) == 0)
			return 1;
	return 0;
}

/* Whether the text stands in one of the fields that people know it by. */
static int
has_text(const json_t *row, const char *q, const json_t *named)
{
	static const char *const fields[] = {
	    "title", "session_id", "project", "cwd"};
	const char *project = ses_doc_str(row, "project");
	size_t len = strlen(q);
	size_t i;

	if (len == 0)
		return 1;
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (is_in(ses_doc_str(row, fields[i]), q, len))
			return 1;
	for (i = 0; i < json_array_size(named); i++)
		if (strcmp(json_string_value(json_array_get(named, i)),
			project) == 0)
			return 1;
	return 0;
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

	if (parent == NULL || (own[0] == '\0' && parent[0] == '\0'))
		return 1;
	if (own[0] == '\0' || parent[0] != '\0')
		return strcmp(own, parent) == 0;
	name_of(row, "parent_session_id", &name);
	there = json_object_get(fam->there, ses_buf_cstr(&name)) != NULL;
	ses_buf_free(&name);
	return !there;
}

static int
fits(const json_t *row, const struct family *fam,
    const struct ses_listing_filter *f, const json_t *named)
{
	return (f->harness == NULL ||
		   strcmp(ses_doc_str(row, "harness"), f->harness) == 0) &&
	       (f->q == NULL || has_text(row, f->q, named)) &&
	       fits_parent(row, fam, f->parent);
}

/* The first behind the cursor. */
static int
find_first(const struct placed *v, size_t n, const char *cursor, size_t *first,
    struct seshat_err *err)
{
	struct ses_buf harness = {0};
	struct placed last = {0};
	int rc = 0;

	*first = 0;
	if (cursor == NULL)
		return 0;
	rc = ses_catalog_cursor(cursor, &last.key, &harness, &last.id, err);
	if (rc == 0) {
		last.harness = harness.data;
		while (*first < n && by_place(&v[*first], &last) <= 0)
			++*first;
	}
	ses_buf_free(&harness);
	return rc;
}

static int
take_page(const struct placed *v, size_t n, const struct family *fam,
    const struct ses_listing_filter *f, struct ses_listing *out,
    struct seshat_err *err)
{
	struct ses_buf name = {0};
	json_t *row;
	size_t from;
	size_t i;

	if (find_first(v, n, f->cursor, &from, err) < 0)
		return -1;
	for (i = from; i < n && (f->limit == 0 || i - from < f->limit); i++) {
		if (f->plain) {
			(void)json_array_append(out->rows, v[i].row);
			continue;
		}
		/* others have the rows, too */
		row = json_copy(v[i].row);
		name_of(row, "session_id", &name);
		ses_doc_set_u64(row, "subagents",
		    ses_doc_u64(fam->children, ses_buf_cstr(&name)));
		(void)json_array_append_new(out->rows, row);
	}
	if (i < n && i > from)
		ses_buf_fmt(&out->next, "%lld|%s|%s", (long long)v[i - 1].key,
		    v[i - 1].harness, v[i - 1].id);
	(void)ses_buf_cstr(&out->next);
	out->total = n;
	ses_buf_free(&name);
	return ses_buf_check(&out->next, err);
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
ses_listing_choose(const json_t *all, const struct ses_listing_filter *f,
    const json_t *named, struct ses_listing *out, struct seshat_err *err)
{
	struct family fam = {0};
	struct placed *v = ses_calloc(json_array_size(all) + 1, sizeof(*v));
	json_t *row;
	size_t n = 0;
	size_t i;
	int rc;

	ses_doc_begin();
	if (v == NULL)
		return ses_fail_nomem(err);
	count_family(all, &fam);
	out->rows = json_array();
	out->all = json_array_size(all);
	out->harnesses = f->plain ? NULL : harnesses_of(all);
	for (i = 0; i < json_array_size(all); i++) {
		row = json_array_get(all, i);
		if (fits(row, &fam, f, named))
			v[n++] = place_of(row, f->by_size);
	}
	if (n > 1)
		qsort(v, n, sizeof(*v), by_place);
	rc = take_page(v, n, &fam, f, out, err);
	free(v);
	json_decref(fam.there);
	json_decref(fam.children);
	return rc < 0 ? -1 : ses_doc_check(err);
}

static void
add_up(json_t *o, const json_t *row)
{
	static const char *const sums[][2] = {
	    {"uploaded", "total_uploaded_bytes"}, {"lines", "lines"},
	    {"stored_bytes", "stored_bytes"}};
	const char *last = ses_doc_str(row, "last_event_at");
	size_t i;

	ses_doc_set_u64(o, "sessions", ses_doc_u64(o, "sessions") + 1);
	ses_doc_set_u64(o, "bytes", ses_doc_u64(o, "bytes") + size_of(row));
	for (i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
		ses_doc_set_u64(o, sums[i][0],
		    ses_doc_u64(o, sums[i][0]) + ses_doc_u64(row, sums[i][1]));
	if (strcmp(last, ses_doc_str(o, "last_event_at")) > 0)
		ses_doc_set_str(o, "last_event_at", last);
}

static json_t *
sum_of(json_t *sums, const char *name)
{
	json_t *o = json_object_get(sums, name);

	if (o == NULL) {
		o = json_pack("{s:s}", "id", name);
		(void)json_object_set_new(sums, name, o);
	}
	return o;
}

int
ses_listing_sums(const json_t *rows, const json_t *names, json_t **out,
    struct seshat_err *err)
{
	json_t *sums = json_object();
	json_t *all = json_array();
	json_t *list;
	const char *name;
	json_t *o;
	size_t i;

	ses_doc_begin();
	for (i = 0; i < json_array_size(rows); i++) {
		o = json_array_get(rows, i);
		add_up(sum_of(sums, ses_doc_str(o, "project")), o);
	}
	for (i = 0; i < json_array_size(names); i++)
		(void)sum_of(sums, json_string_value(json_array_get(names, i)));
	json_object_foreach(sums, name, o)
	{
		(void)json_array_append_new(all, json_string(name));
	}
	list = ses_library_sorted(all);
	json_decref(all);
	for (i = 0; i < json_array_size(list); i++)
		(void)json_array_set(list, i,
		    json_object_get(
			sums, json_string_value(json_array_get(list, i))));
	json_decref(sums);
	if (list == NULL || ses_doc_check(err) < 0) {
		json_decref(list);
		return ses_fail_nomem(err);
	}
	*out = list;
	return 0;
}
