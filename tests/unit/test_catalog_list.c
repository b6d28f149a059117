/* Lists of a catalog whose rows a test makes by hand. */
#include "unit/vault_test.h"

#include "catalog/rows.h"
#include "serve/listing_rows.h"
#include "unit/test.h"
#include "vault/doc.h"

#define T0    INT64_C(1760000000000)
#define LIMIT 7

static struct ses_catalog *catalog;
static json_t *all; /* what a walk through the pages has shown, by id */

/* The n-th session; times and sizes are shared by several. */
static json_t *
row_of(unsigned n)
{
	static const char *const harness[] = {"claude-code", "codex", "gemini"};
	json_t *row = json_object();
	char text[64];

	(void)snprintf(text, sizeof(text), "s%06u|x", n * 7919 % 1000000);
	ses_doc_set_str(row, "id", text);
	ses_doc_set_str(row, "harness", harness[n % 3]);
	(void)snprintf(text, sizeof(text), "project-%u", n % 10);
	ses_doc_set_str(row, "project", text);
	(void)snprintf(text, sizeof(text), "Title 100%% of NUMBER_%u", n);
	ses_doc_set_str(row, "title", text);
	if (n % 4 == 1)
		ses_doc_set_str(row, "parent_session_id", "s000000|x");
	ses_doc_set_time(
	    row, "last_event_at", T0 + (int64_t)(n * 31 % 97) * 1000);
	ses_doc_set_u64(row, "total_source_bytes", n * 17 % 89 + 1);
	ses_doc_set_u64(row, "total_uploaded_bytes", n);
	ses_doc_set_u64(row, "stored_bytes", 2);
	return row;
}

static void
put(json_t *row)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	OK(ses_rows_put(catalog, row, "", &err));
	json_decref(row);
}

static void
fill(unsigned n)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	unsigned i;

	OK(ses_catalog_exec(catalog, "BEGIN;", &err));
	for (i = 0; i < n; i++)
		put(row_of(i));
	OK(ses_catalog_exec(catalog, "COMMIT;", &err));
}

static int
set_up_list(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	if (set_up(state) < 0 || setenv("XDG_CACHE_HOME", dir, 1) != 0)
		return -1;
	all = json_object();
	return ses_catalog_open(&catalog, store, &err);
}

static int
tear_down_list(void **state)
{
	json_decref(all);
	ses_catalog_free(catalog);
	return tear_down(state);
}

/* A page; *total to how many there are in all. */
static json_t *
page(const struct ses_catalog_filter *f, uint64_t *total, struct ses_buf *next)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	json_t *rows = NULL;

	OK(ses_catalog_list(catalog, f, &rows, total, next, &err));
	return rows;
}

static uint64_t
total_of(const struct ses_catalog_filter *f)
{
	struct ses_buf next = {0};
	uint64_t total = 0;
	json_t *rows = page(f, &total, &next);

	assert_int_equal(json_array_size(rows),
	    f->limit > 0 && total > f->limit ? f->limit : total);
	assert_int_equal(next.len > 0, json_array_size(rows) < total);
	json_decref(rows);
	ses_buf_free(&next);
	return total;
}

/* Whether b may follow a. */
static int
is_order(const json_t *a, const json_t *b, int by_size)
{
	int64_t x = by_size ? (int64_t)ses_doc_u64(a, "total_source_bytes")
			    : ses_doc_time(a, "last_event_at");
	int64_t y = by_size ? (int64_t)ses_doc_u64(b, "total_source_bytes")
			    : ses_doc_time(b, "last_event_at");

	if (x != y)
		return x > y;
	return strcmp(ses_doc_str(a, "session_id"),
		   ses_doc_str(b, "session_id")) < 0;
}

/* Walk through all pages; between calls between after each. */
static size_t
walk(struct ses_catalog_filter f, void (*between)(unsigned n))
{
	struct ses_buf cursor = {0};
	struct ses_buf next = {0};
	uint64_t total = 0;
	json_t *last = NULL;
	json_t *rows;
	json_t *row;
	unsigned n = 0;
	size_t i;

	f.limit = LIMIT;
	do {
		f.cursor = n++ > 0 ? ses_buf_cstr(&cursor) : NULL;
		rows = page(&f, &total, &next);
		json_array_foreach(rows, i, row)
		{
			if (last != NULL && !is_order(last, row, f.by_size))
				fail_msg("%s comes too late",
				    ses_doc_str(row, "session_id"));
			json_decref(last);
			last = json_incref(row);
			if (json_object_get(
				all, ses_doc_str(row, "session_id")) != NULL)
				fail_msg("%s comes twice",
				    ses_doc_str(row, "session_id"));
			(void)json_object_set(
			    all, ses_doc_str(row, "session_id"), row);
		}
		json_decref(rows);
		ses_buf_clear(&cursor);
		ses_buf_add(&cursor, next.data, next.len);
		if (between != NULL)
			between(n);
	} while (next.len > 0);
	json_decref(last);
	ses_buf_free(&cursor);
	ses_buf_free(&next);
	return json_object_size(all);
}

static void
test_pages_show_each_session_once(void **state)
{
	const struct ses_catalog_filter filters[] = {{0}, {.by_size = 1},
	    {.project = "project-3"}, {.project = "project-3", .by_size = 1},
	    {.harness = "codex"}, {.harness = "codex", .by_size = 1},
	    {.parent = ""}, {.parent = "s000000|x", .by_size = 1},
	    {.text = "number_1"}, {.text = "number_1", .by_size = 1}};
	size_t i;

	(void)state;
	fill(300);
	for (i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		assert_int_equal(walk(filters[i], NULL), total_of(&filters[i]));
		assert_int_not_equal(json_object_size(all), 0);
		(void)json_object_clear(all);
	}
}

/* One shown at the beginning gets new text, one comes, one goes. */
static void
change(unsigned n)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	json_t *row = row_of(1000 + n);

	if (n > 20)
		ses_doc_set_time(row, "last_event_at", T0 + 1000000 + n);
	put(row);
	if (n == 1) {
		row = row_of(25); /* the latest of all as it is */
		ses_doc_set_time(row, "last_event_at", T0 + 2000000);
		put(row);
	}
	if (n == 5)
		OK(ses_catalog_exec(catalog,
		    "DELETE FROM session WHERE last_event ="
		    " (SELECT min(last_event) FROM session);",
		    &err));
}

static void
test_rows_that_stay_are_shown_whatever_changes(void **state)
{
	json_t *row;
	unsigned left = 0;
	unsigned i;

	(void)state;
	fill(300);
	(void)walk((struct ses_catalog_filter){0}, change);
	for (i = 0; i < 300; i++) {
		row = row_of(i);
		if (json_object_get(all, ses_doc_str(row, "id")) == NULL) {
			/* those that were deleted */
			assert_int_equal(
			    ses_doc_time(row, "last_event_at"), T0);
			left++;
		}
		json_decref(row);
	}
	assert_int_equal(left, 4);
}

static uint64_t
count_of(int (*fits)(unsigned n))
{
	uint64_t n = 0;
	unsigned i;

	for (i = 0; i < 300; i++)
		n += fits(i) != 0;
	return n;
}

static int
is_project(unsigned n)
{
	return n % 10 == 3;
}

static int
is_both(unsigned n)
{
	return n % 10 == 3 && n % 3 == 1;
}

static int
is_top(unsigned n)
{
	/* the session that began them is one of harness 0 */
	return n % 4 != 1 || n % 3 != 0;
}

static int
is_late(unsigned n)
{
	return n * 31 % 97 >= 50;
}

static void
test_filters(void **state)
{
	static const struct {
		struct ses_catalog_filter f;
		int (*fits)(unsigned n);
	} v[] = {{{.project = "project-3"}, is_project},
	    {{.project = "project-3", .harness = "codex"}, is_both},
	    {{.parent = ""}, is_top}, {{.since = T0 + 50000}, is_late},
	    {{.text = "PROJECT-3"}, is_project}};
	size_t i;

	(void)state;
	fill(300);
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		assert_int_equal(total_of(&v[i].f), count_of(v[i].fits));
	/* nothing in a text means more than itself */
	assert_int_equal(
	    total_of(&(struct ses_catalog_filter){.text = "100%"}), 300);
	assert_int_equal(
	    total_of(&(struct ses_catalog_filter){.text = "1%0"}), 0);
	assert_int_equal(
	    total_of(&(struct ses_catalog_filter){.text = "number_299"}), 1);
	assert_int_equal(
	    total_of(&(struct ses_catalog_filter){.text = "number?299"}), 0);
	assert_int_equal(
	    total_of(&(struct ses_catalog_filter){.text = "S000000"}), 1);
	assert_int_equal(total_of(&(struct ses_catalog_filter){.text = ""}),
	    total_of(&(struct ses_catalog_filter){.limit = 3}));
	assert_int_equal(
	    total_of(&(struct ses_catalog_filter){.project = "'"}), 0);
}

static void
test_size_is_what_was_stored_where_none_is_known(void **state)
{
	struct ses_buf next = {0};
	uint64_t total = 0;
	json_t *row = row_of(999);
	json_t *rows;

	(void)state;
	fill(300);
	(void)json_object_del(row, "total_source_bytes");
	put(row);
	rows = page(&(struct ses_catalog_filter){.by_size = 1, .limit = 1},
	    &total, &next);
	assert_int_equal(
	    ses_doc_u64(json_array_get(rows, 0), "total_uploaded_bytes"), 999);
	json_decref(rows);
	ses_buf_free(&next);
}

static void
test_projects_are_added_up(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	json_t *rows = NULL;
	const json_t *o;

	(void)state;
	fill(300);
	OK(ses_catalog_projects(catalog, &rows, &err));
	assert_int_equal(json_array_size(rows), 10);
	o = json_array_get(rows, 3);
	assert_string_equal(ses_doc_str(o, "id"), "project-3");
	assert_int_equal(ses_doc_u64(o, "sessions"), 30);
	/* 3 + 13 + ... + 293 */
	assert_int_equal(ses_doc_u64(o, "bytes"), 4440);
	assert_int_equal(ses_doc_u64(o, "stored_bytes"), 60);
	assert_true(ses_doc_time(o, "last_event_at") > T0);
	json_decref(rows);
}

static void
test_a_cursor_of_nobody_is_refused(void **state)
{
	static const char *const cursors[] = {
	    "", "x", "12", "12|codex", "|a|b"};
	struct ses_catalog_filter f = {.limit = 3};
	struct ses_buf next = {0};
	uint64_t total = 0;
	json_t *rows = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cursors) / sizeof(cursors[0]); i++) {
		struct seshat_err err = SESHAT_ERR_INIT;

		f.cursor = cursors[i];
		assert_int_equal(
		    ses_catalog_list(catalog, &f, &rows, &total, &next, &err),
		    -1);
		assert_int_equal(err.code, SESHAT_EUSAGE);
	}
	ses_buf_free(&next);
}

static void
test_damage_is_told_and_mended(void **state)
{
	const struct ses_catalog_filter f = {.limit = 3};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf next = {0};
	uint64_t total = 0;
	json_t *rows = NULL;

	(void)state;
	fill(30);
	OK(ses_catalog_exec(catalog, "UPDATE session SET row = '{';", &err));
	assert_int_equal(
	    ses_catalog_list(catalog, &f, &rows, &total, &next, &err), -1);
	assert_int_equal(err.code, SESHAT_ECORRUPT);
	assert_int_equal(total_of(&f), 0);
	ses_buf_free(&next);
}

/* The rows of a project, as a walk would find them. */
static json_t *
walked(const char *project)
{
	const struct ses_catalog_filter f = {.project = project};
	struct ses_buf next = {0};
	uint64_t total = 0;
	json_t *rows = page(&f, &total, &next);

	ses_buf_free(&next);
	return rows;
}

/* What pages show of the catalog, as ses_listing_choose has it. */
static void
list_catalog(const struct ses_listing_filter *f, const json_t *named,
    struct ses_listing *out)
{
	const struct ses_catalog_filter all_of = {.project = f->project};
	const struct ses_catalog_filter cf = {.project = f->project,
	    .harness = f->harness,
	    .parent = f->parent,
	    .text = f->q,
	    .named = named,
	    .by_size = f->by_size,
	    .cursor = f->cursor,
	    .limit = f->limit};
	struct seshat_err err = SESHAT_ERR_INIT;
	json_t *row;
	uint64_t n;
	size_t i;

	*out = (struct ses_listing){0};
	OK(ses_catalog_list(
	    catalog, &cf, &out->rows, &out->total, &out->next, &err));
	OK(ses_catalog_count(catalog, &all_of, &out->all, &err));
	OK(ses_catalog_harnesses(catalog, f->project, &out->harnesses, &err));
	json_array_foreach(out->rows, i, row)
	{
		OK(ses_catalog_subagents(catalog, f->project,
		    ses_doc_str(row, "harness"), ses_doc_str(row, "session_id"),
		    &n, &err));
		ses_doc_set_u64(row, "subagents", n);
	}
}

/* Page for page; the cursors of one do for the other. */
static size_t
compare_lists(struct ses_listing_filter f, const json_t *named)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_listing one = {0};
	struct ses_listing other = {0};
	struct ses_buf cursor = {0};
	json_t *rows = walked(f.project);
	size_t n = 0;

	f.limit = LIMIT;
	do {
		f.cursor = n > 0 ? ses_buf_cstr(&cursor) : NULL;
		list_catalog(&f, named, &one);
		other = (struct ses_listing){0};
		OK(ses_listing_choose(rows, &f, named, &other, &err));
		assert_true(json_equal(one.rows, other.rows));
		assert_true(json_equal(one.harnesses, other.harnesses));
		assert_int_equal(one.total, other.total);
		assert_int_equal(one.all, other.all);
		assert_string_equal(
		    ses_buf_cstr(&one.next), ses_buf_cstr(&other.next));
		n += json_array_size(one.rows);
		ses_buf_clear(&cursor);
		ses_buf_add(&cursor, one.next.data, one.next.len);
		ses_listing_free(&one);
		ses_listing_free(&other);
	} while (cursor.len > 0);
	ses_buf_free(&cursor);
	json_decref(rows);
	return n;
}

static void
compare_sums(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	json_t *rows = walked(NULL);
	json_t *sums = NULL;
	json_t *other = NULL;
	const json_t *x;
	const json_t *y;
	size_t i;

	OK(ses_listing_sums(rows, NULL, &sums, &err));
	OK(ses_catalog_projects(catalog, &other, &err));
	assert_int_equal(json_array_size(sums), json_array_size(other));
	for (i = 0; i < json_array_size(sums); i++) {
		x = json_array_get(sums, i);
		y = json_array_get(other, i);
		assert_string_equal(ses_doc_str(x, "id"), ses_doc_str(y, "id"));
		assert_int_equal(
		    ses_doc_u64(x, "bytes"), ses_doc_u64(y, "size"));
		assert_int_equal(
		    ses_doc_u64(x, "uploaded"), ses_doc_u64(y, "bytes"));
		assert_int_equal(ses_doc_time(x, "last_event_at"),
		    ses_doc_time(y, "last_event_at"));
	}
	json_decref(sums);
	json_decref(other);
	json_decref(rows);
}

static void
test_rows_in_memory_are_listed_alike(void **state)
{
	static const struct ses_listing_filter v[] = {{0}, {.parent = ""},
	    {.by_size = 1, .parent = ""}, {.project = "project-3"},
	    {.project = "project-1", .parent = ""},
	    {.harness = "codex", .q = "NUMBER_1"},
	    {.parent = "s000000|x", .by_size = 1}, {.q = "name"},
	    {.q = "name", .project = "project-4", .parent = ""}, {.q = ""}};
	json_t *named = json_pack("[s,s]", "project-4", "project-7");
	struct seshat_err err = SESHAT_ERR_INIT;
	size_t i;

	(void)state;
	fill(300);
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		assert_int_not_equal(compare_lists(v[i], named), 0);
	/* 30 of each of the two */
	assert_int_equal(compare_lists(v[7], named), 60);
	compare_sums();
	/* who began others goes: they are in the list */
	assert_int_equal(compare_lists(v[1], named), 275);
	OK(ses_rows_drop(catalog, "claude-code", "s000000|x", &err));
	assert_int_equal(compare_lists(v[1], named), 299);
	json_decref(named);
}

static int
count_steps(void *arg)
{
	++*(unsigned *)arg;
	return 0;
}

/* Steps of SQLite's machine, in hundreds. */
static unsigned
steps_of(const struct ses_catalog_filter *f)
{
	unsigned n = 0;

	sqlite3_progress_handler(catalog->db, 100, count_steps, &n);
	(void)total_of(f);
	sqlite3_progress_handler(catalog->db, 0, NULL, NULL);
	return n;
}

/* Of many sessions a page costs what it shows, and the count of what fits. */
static void
test_a_page_does_not_walk_through_all(void **state)
{
	static const struct ses_catalog_filter few[] = {{.limit = LIMIT},
	    {.limit = LIMIT, .by_size = 1},
	    {.limit = LIMIT, .parent = "s000000"},
	    {.limit = LIMIT, .project = "nowhere"},
	    {.limit = LIMIT, .harness = "nobody", .by_size = 1}};
	size_t i;

	(void)state;
	fill(6000);
	for (i = 0; i < sizeof(few) / sizeof(few[0]); i++)
		if (steps_of(&few[i]) > 20)
			fail_msg("%zu: %u00 steps", i, steps_of(&few[i]));
	/* 600 of them */
	assert_true(steps_of(&(struct ses_catalog_filter){
			.limit = LIMIT, .project = "project-3"}) < 60);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up_list, tear_down_list)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_pages_show_each_session_once),
	    TEST(test_rows_that_stay_are_shown_whatever_changes),
	    TEST(test_filters),
	    TEST(test_size_is_what_was_stored_where_none_is_known),
	    TEST(test_projects_are_added_up),
	    TEST(test_a_cursor_of_nobody_is_refused),
	    TEST(test_damage_is_told_and_mended),
	    TEST(test_rows_in_memory_are_listed_alike),
	    TEST(test_a_page_does_not_walk_through_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
