/*
 * Whether a catalog's list is what a walk through the store finds, whatever
 * happens to the store in between; and whether what says that it is fresh is
 * right.  The accidents are those of a seed, which a failure names.
 */
#include "unit/vault_test.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/time.h"
#include "catalog/catalog.h"
#include "catalog/keeper.h"
#include "unit/test.h"
#include "vault/doc.h"
#include "vault/index.h"
#include "vault/label.h"
#include "vault/pin.h"
#include "vault/sessions.h"

#define T0     INT64_C(1760000000000)
#define TICK   INT64_C(100) /* as in catalog/proof.c, ms */
#define NAMES  12
#define SEEDS  6
#define ROUNDS 60

static struct ses_catalog *catalog;
static struct ses_catalog *other; /* of another process, so to speak */
static uint32_t dice;

static int
set_up_fresh(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	if (set_up(state) < 0 || setenv("XDG_CACHE_HOME", dir, 1) != 0)
		return -1;
	dice = 1;
	return ses_catalog_open(&catalog, store, &err) < 0 ||
		       ses_catalog_open(&other, store, &err) < 0
		   ? -1
		   : 0;
}

static int
tear_down_fresh(void **state)
{
	ses_catalog_free(catalog);
	ses_catalog_free(other);
	return tear_down(state);
}

static unsigned
roll(unsigned n)
{
	dice = dice * 1664525 + 1013904223;
	return (dice >> 8) % n;
}

static struct ses_where
any_where(void)
{
	static const char *const harness[] = {"codex", "claude-code", "pi"};
	static const char *const project[] = {"demo", "notes"};
	static char id[4][16];
	static unsigned at;
	unsigned n = roll(NAMES);
	char *to = id[at++ % 4];

	(void)snprintf(to, 16, "s%u", n);
	return (struct ses_where){project[roll(2)], harness[n % 3], to};
}

static const char *
any_owner(void)
{
	static const char *const owners[] = {"a", "a-b", "c"};

	return owners[roll(3)];
}

static json_t *
row_of(const struct ses_where *w)
{
	json_t *row = json_object();

	ses_doc_set_str(row, "id", w->id);
	ses_doc_set_str(row, "harness", w->harness);
	ses_doc_set_str(row, "project", w->project);
	ses_doc_set_str(row, "stream", roll(4) == 0 ? "s2" : "s1");
	if (roll(4) == 0)
		ses_doc_set_str(row, "parent_session_id", "s0");
	ses_doc_set_time(row, "last_event_at", T0 + (int64_t)roll(50) * 1000);
	/* few of them, and none: what was written last is not always later */
	ses_doc_set_time(row, "last_uploaded_at",
	    roll(8) == 0 ? 0 : T0 + (int64_t)roll(5) * 1000);
	ses_doc_set_u64(row, "total_uploaded_bytes", roll(3));
	ses_doc_set_u64(row, "lines", roll(100));
	return row;
}

static void
put_rows(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_where w = any_where();
	struct ses_where v = any_where();
	json_t *rows[2] = {row_of(&w), row_of(&v)};

	OK(ses_index_update(store, any_owner(), rows, 1 + roll(2), &err));
	json_decref(rows[0]);
	json_decref(rows[1]);
}

static void
put_meta(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_where w = any_where();
	struct ses_buf key = {0};
	json_t *doc = row_of(&w);

	ses_key_session(&key, &w);
	ses_buf_str(&key, "meta.json");
	OK(ses_doc_put(store, ses_buf_cstr(&key), doc, 0, &err));
	json_decref(doc);
	ses_buf_free(&key);
}

static int
edit(void *arg, json_t *row, struct seshat_err *err)
{
	(void)arg;
	(void)err;
	ses_doc_set_u64(row, "lines", roll(100));
	if (roll(3) == 0)
		ses_doc_set_time(row, "last_uploaded_at", T0);
	return 0;
}

static int
first_object(void *arg, const struct ses_store_object *o, struct seshat_err *e)
{
	(void)e;
	(void)snprintf(arg, 200, "%s", o->key);
	return 1;
}

static void
lose_object(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char key[200] = "";

	assert_true(ses_index_objects(store, first_object, key, &err) >= 0);
	if (key[0] != '\0')
		OK(ses_store_del(store, key, &err));
}

static void
mangle_pin(const struct ses_where *w)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf key = {0};

	ses_key_pin(&key, w);
	OK(ses_store_put(store, ses_buf_cstr(&key),
	    &(struct ses_put){.data = "{", .len = 1}, NULL, &err));
	ses_buf_free(&key);
}

static void
accident(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_where w = any_where();
	struct ses_buf ignored = {0};
	char name[64];
	const char *names[1] = {name};

	(void)snprintf(name, sizeof(name), "%s/%s", w.harness, w.id);
	switch (roll(16)) {
	case 0:
		OK(ses_index_remove(store, any_owner(), names, 1, &err));
		break;
	case 1:
		OK(ses_index_edit(store, any_owner(), edit, NULL, &err));
		break;
	case 2:
		OK(ses_pin_drop(store, &w, &err));
		break;
	case 3:
		OK(ses_vault_remove(store, &w, &err));
		break;
	case 4:
		OK(ses_removed_undo(store, &w, &err));
		break;
	case 5:
		OK(ses_pin_mend(store, &w, &err));
		break;
	case 6:
		mangle_pin(&w);
		break;
	case 7:
		lose_object();
		break;
	case 8:
	case 9:
		put_meta();
		break;
	case 10:
		/* there may be no such project */
		(void)ses_label_save(store, w.project, "A name", &err);
		break;
	case 11:
	case 12:
	case 13:
		put_rows();
		break;
	default:
		(void)ses_pin_make(store, &w, &ignored, &err);
	}
	ses_buf_free(&ignored);
}

/* The rows by their names, as a walk has them. */
static json_t *
by_name(json_t *rows)
{
	json_t *out = json_object();
	struct ses_buf name = {0};
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (json_object_get(row, "id") != NULL) {
			ses_doc_set_str(
			    row, "session_id", ses_doc_str(row, "id"));
			(void)json_object_del(row, "id");
		}
		ses_buf_clear(&name);
		ses_buf_fmt(&name, "%s/%s", ses_doc_str(row, "harness"),
		    ses_doc_str(row, "session_id"));
		(void)json_object_set(out, ses_buf_cstr(&name), row);
	}
	assert_int_equal(json_object_size(out), json_array_size(rows));
	json_decref(rows);
	ses_buf_free(&name);
	return out;
}

static void
check_list(unsigned seed, unsigned n)
{
	const struct ses_catalog_filter f = {0};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf next = {0};
	uint64_t total = 0;
	json_t *walked = NULL;
	json_t *listed = NULL;
	const char *name;
	json_t *row;

	OK(ses_vault_list(store, NULL, NULL, &walked, &err));
	/* what only who reads the text finds out */
	OK(ses_catalog_mark(catalog, walked, &err));
	OK(ses_catalog_list(catalog, &f, &listed, &total, &next, &err));
	walked = by_name(walked);
	listed = by_name(listed);
	json_object_foreach(walked, name, row)
	{
		if (!json_equal(row, json_object_get(listed, name)))
			fail_msg("seed %u, round %u: %s:\nwalk %s\nlist %s",
			    seed, n, name, json_dumps(row, JSON_SORT_KEYS),
			    json_dumps(
				json_object_get(listed, name), JSON_SORT_KEYS));
	}
	assert_int_equal(json_object_size(walked), json_object_size(listed));
	json_decref(walked);
	json_decref(listed);
	ses_buf_free(&next);
}

static void
update(struct ses_catalog *c, int sessions_only)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_catalog_how how = {.sessions_only = sessions_only};
	struct ses_catalog_done done;

	OK(ses_catalog_update(c, &how, &done, &err));
	assert_false(done.busy);
}

static int
is_fresh(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	int is = ses_catalog_is_fresh(catalog, &err);

	assert_true(is >= 0);
	return is;
}

/* Until a time that is written now cannot be that of a change before. */
static void
let_tick_pass(void)
{
	int64_t began = ses_time_now();

	while (ses_time_now() - began <= TICK)
		ses_time_pause(5);
}

static void
run_seed(unsigned seed)
{
	unsigned n;
	unsigned i;

	dice = seed;
	for (n = 0; n < ROUNDS; n++) {
		for (i = roll(4); i > 0; i--) {
			accident();
			if (is_fresh())
				check_list(seed, n);
		}
		if (n % 8 == 0)
			let_tick_pass();
		if (is_fresh())
			check_list(seed, n);
		update(roll(2) == 0 ? catalog : other, roll(3) != 0);
		check_list(seed, n);
		if (n % 8 == 0)
			assert_int_equal(is_fresh(), 1);
	}
}

static void
test_a_list_is_what_a_walk_finds(void **state)
{
	unsigned seed;
	unsigned n = is_small_run() ? 1 : SEEDS;

	(void)state;
	for (seed = 1; seed <= n; seed++)
		run_seed(seed);
}

/* The listing was proved fresh; now something happens. */
static void
begin_fresh(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf project = {0};
	json_t *row;

	OK(ses_pin_make(store, &where, &project, &err));
	row = row_of(&where);
	OK(ses_index_update(store, "a", &row, 1, &err));
	json_decref(row);
	ses_buf_free(&project);
	let_tick_pass();
	update(catalog, 1);
	assert_int_equal(is_fresh(), 1);
}

static void
test_what_came_within_a_tick_is_no_proof(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_where w = {"demo", "codex", "other"};
	struct ses_buf project = {0};

	(void)state;
	begin_fresh();
	OK(ses_pin_make(store, &w, &project, &err));
	assert_int_equal(is_fresh(), 0);
	update(catalog, 1);
	assert_int_equal(is_fresh(), 0);
	ses_buf_free(&project);
}

static void
test_one_that_comes_back_is_as_its_index_has_it(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf project = {0};

	(void)state;
	begin_fresh();
	OK(ses_pin_drop(store, &where, &err));
	update(catalog, 1);
	check_list(0, 0);
	OK(ses_pin_make(store, &where, &project, &err));
	update(catalog, 1);
	check_list(0, 1);
	ses_buf_free(&project);
}

static void
test_another_store_in_its_place_is_none(void **state)
{
	struct ses_buf from = {0};
	struct ses_buf to = {0};

	(void)state;
	begin_fresh();
	ses_buf_fmt(&from, "%s/v", dir);
	ses_buf_fmt(&to, "%s/w", dir);
	assert_int_equal(rename(ses_buf_cstr(&from), ses_buf_cstr(&to)), 0);
	assert_int_equal(is_fresh(), 0);
	update(catalog, 1);
	check_list(0, 0);
	let_tick_pass();
	/* an empty one is told, too, once it is seen */
	update(catalog, 1);
	assert_int_equal(is_fresh(), 1);
	assert_int_equal(rename(ses_buf_cstr(&to), ses_buf_cstr(&from)), 0);
	assert_int_equal(is_fresh(), 0);
	update(catalog, 1);
	check_list(0, 1);
	ses_buf_free(&from);
	ses_buf_free(&to);
}

static void
test_one_made_anew_proves_nothing(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char hex[SES_SHA256_HEX];
	struct ses_buf path = {0};

	(void)state;
	begin_fresh();
	ses_sha256_of(
	    ses_store_name(store), strlen(ses_store_name(store)), hex);
	ses_buf_fmt(&path, "%s/seshat/catalog/%.16s.db", dir, hex);
	assert_int_equal(unlink(ses_buf_cstr(&path)), 0);
	assert_int_equal(is_fresh(), 0);
	assert_int_equal(ses_catalog_is_listed(catalog, &err), 0);
	update(catalog, 1);
	assert_int_equal(ses_catalog_is_listed(catalog, &err), 1);
	check_list(0, 0);
	ses_buf_free(&path);
}

static int
on_hit(void *arg, const struct ses_catalog_hit *h)
{
	(void)arg;
	assert_string_equal(h->id, where.id);
	return 0;
}

static void
test_text_of_the_removed_goes_with_the_next_text(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct writer w = {.stream = "11111111", .w = "aaaaaaaa", .opened = 1};
	const struct ses_catalog_query q = {.text = "wombat", .limit = 9};
	struct ses_catalog_found found;

	(void)state;
	begin_fresh();
	put_part(&w,
	    "{\"timestamp\":\"2026-01-01T00:00:01.000Z\",\"type\":"
	    "\"response_item\",\"payload\":{\"type\":\"message\",\"role\":"
	    "\"user\",\"content\":[{\"type\":\"input_text\",\"text\":"
	    "\"a wombat\"}]}}\n",
	    0);
	update(catalog, 0);
	OK(ses_catalog_search(catalog, &q, on_hit, NULL, &found, &err));
	assert_int_equal(found.hits, 1);
	OK(ses_vault_remove(store, &where, &err));
	update(catalog, 1);
	check_list(0, 0);
	update(catalog, 0);
	OK(ses_catalog_search(catalog, &q, on_hit, NULL, &found, &err));
	assert_int_equal(found.hits, 0);
}

static void
test_a_keeper_lists(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_where w = {"demo", "codex", "other"};
	struct ses_buf project = {0};
	struct ses_keeper *k = NULL;
	char url[128];

	(void)state;
	begin_fresh();
	(void)snprintf(url, sizeof(url), "file://%s/v", dir);
	OK(ses_keeper_start(&k, url, NULL, &err));
	/* it marks what it could not read, then no more */
	assert_int_equal(ses_keeper_fresh(k, 60000), 1);
	OK(ses_pin_make(store, &w, &project, &err));
	assert_int_equal(ses_keeper_listed(k, 60000), 1);
	check_list(0, 0);
	OK(ses_pin_drop(store, &w, &err));
	assert_int_equal(ses_keeper_listed(k, 60000), 1);
	check_list(0, 1);
	assert_int_equal(ses_keeper_fresh(k, 60000), 1);
	ses_keeper_stop(k);
	ses_buf_free(&project);
}

#define TEST(f)                                                                \
	cmocka_unit_test_setup_teardown(f, set_up_fresh, tear_down_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_list_is_what_a_walk_finds),
	    TEST(test_what_came_within_a_tick_is_no_proof),
	    TEST(test_one_that_comes_back_is_as_its_index_has_it),
	    TEST(test_another_store_in_its_place_is_none),
	    TEST(test_one_made_anew_proves_nothing),
	    TEST(test_text_of_the_removed_goes_with_the_next_text),
	    TEST(test_a_keeper_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
