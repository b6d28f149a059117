/* Catalogs that are not whole, damaged, slow, or without a place. */
#include "unit/catalog_test.h"

#include <errno.h>
#include <fcntl.h>

#include "catalog/db.h"
#include "catalog/keeper.h"
#include "serve/api.h"
#include "unit/test.h"

/* A part of n lines of Codex's, in each of which other words stand. */
static void
put_lines(int n)
{
	struct writer w = {.stream = "11111111", .w = "aaaaaaaa", .opened = 1};
	struct ses_buf b = {0};
	int i;

	for (i = 0; i < n; i++)
		ses_buf_fmt(&b,
		    "{\"timestamp\":\"2026-01-01T00:00:01.000Z\",\"type\":"
		    "\"response_item\",\"payload\":{\"type\":\"message\","
		    "\"role\":\"user\",\"content\":[{\"type\":\"input_text\","
		    "\"text\":\"wombat h%dx h%dy h%dz h%dv\"}]}}\n",
		    i, i, i * 7, i * 13);
	put_part(&w, ses_buf_cstr(&b), 0);
	ses_buf_free(&b);
}

static void
update(int sessions_only)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_catalog_how how = {.sessions_only = sessions_only};
	struct ses_catalog_done done;

	OK(ses_catalog_update(catalog, &how, &done, &err));
	assert_false(done.busy);
}

static int
on_hit(void *arg, const struct ses_catalog_hit *h)
{
	(void)arg;
	(void)h;
	return 0;
}

static int
search(struct ses_catalog *c, const char *text, int64_t limit_ms,
    const volatile int *stop, struct ses_catalog_found *found,
    struct seshat_err *err)
{
	const struct ses_catalog_query q = {
	    .text = text, .limit = 100, .limit_ms = limit_ms, .stop = stop};

	return ses_catalog_search(c, &q, on_hit, NULL, found, err);
}

static uint64_t
hits(const char *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_catalog_found found;

	OK(search(catalog, text, 0, NULL, &found, &err));
	assert_true(found.extent.is_whole);
	return found.hits;
}

static void
tells_how_much_is_there(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_catalog_found found;

	(void)state;
	put_lines(3);
	OK(search(catalog, "wombat", 0, NULL, &found, &err));
	assert_false(found.extent.is_whole);
	assert_int_equal(found.extent.sessions, 0);
	update(1);
	OK(search(catalog, "wombat", 0, NULL, &found, &err));
	assert_false(found.extent.is_whole);
	assert_int_equal(found.extent.sessions, 1);
	assert_int_equal(found.extent.taken, 0);
	update(0);
	assert_int_equal(hits("wombat"), 3);
	/* what comes later does not unmake it */
	update(1);
	assert_int_equal(hits("wombat"), 3);
}

/* A query that keeps the database busy. */
static const char *
slow_query(void)
{
	static char text[1200];
	char *p = text;
	int i;

	for (i = 0; i < 60; i++)
		p += sprintf(p, "%sh* wombat", i > 0 ? " " : "") - 7;
	return text;
}

static void
ends_a_slow_search(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_catalog_found found;
	int stop = 1;

	(void)state;
	put_lines(20000);
	update(0);
	FAILS(search(catalog, slow_query(), 1, NULL, &found, &err),
	    SESHAT_ELIMIT);
	assert_int_equal(err.sys, ETIMEDOUT);
	assert_non_null(strstr(err.msg, "took too long: narrow it"));
	err.sys = 0;
	FAILS(search(catalog, slow_query(), 0, &stop, &found, &err),
	    SESHAT_ECANCELLED);
	/* the next one has its own time */
	assert_int_equal(hits("h17x"), 1);
}

static void
answers_503_to_a_slow_search(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_api api = {.store = ses_store_url(store), .search_ms = 1};
	struct ses_request r = {
	    .arg = &api, .n_params = 1, .param = {{"q", slow_query()}}};
	struct ses_answer a = {.status = 200};
	void *worker = NULL;

	(void)state;
	put_lines(20000);
	update(0);
	OK(ses_keeper_start(&api.keeper, api.store, NULL, &err));
	assert_int_equal(ses_keeper_fresh(api.keeper, 30000), 1);
	OK(ses_api_worker_open(&api, &worker, &err));
	OK(ses_api_search(&r, &a, worker, &err));
	assert_int_equal(a.status, 503);
	assert_non_null(strstr(ses_buf_cstr(&a.body), "narrow it down"));
	ses_answer_reset(&a);
	r.param[0].value = "h17x";
	api.search_ms = 0;
	OK(ses_api_search(&r, &a, worker, &err));
	assert_int_equal(a.status, 200);
	ses_answer_reset(&a);
	ses_api_worker_close(worker);
	ses_keeper_stop(api.keeper);
}

static void
takes_a_wrong_question_for_no_damage(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	(void)state;
	put_lines(3);
	update(0);
	FAILS(ses_catalog_exec(catalog, "SELECT nothing_of_the_kind();", &err),
	    SESHAT_ESYS);
	assert_false(catalog->is_damaged);
	assert_int_equal(hits("wombat"), 3);
}

static void
gives_up_what_is_damaged_all_the_time(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_catalog_found found;
	int i;

	(void)state;
	put_lines(3);
	for (i = 0; i < 4; i++) {
		update(0);
		assert_int_equal(hits("wombat"), 3);
		OK(ses_catalog_exec(catalog, "DROP TABLE ft;", &err));
		FAILS(search(catalog, "wombat", 0, NULL, &found, &err),
		    SESHAT_ECORRUPT);
	}
	/* it was not made anew for the fourth time */
	FAILS(ses_catalog_remake(catalog, &err), SESHAT_ECORRUPT);
	assert_non_null(strstr(err.msg, "again and again"));
}

/* What another process reads of a log that was cut. */
static void
makes_anew_what_cannot_be_read_to_its_end(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_catalog_found found;
	struct ses_catalog *other = NULL;
	char wal[256];

	(void)state;
	put_lines(300);
	update(0);
	OK(ses_catalog_open(&other, store, &err));
	(void)snprintf(wal, sizeof(wal), "%s-wal", catalog->path);
	assert_int_equal(truncate(wal, 5000), 0);
	FAILS(search(other, "wombat", 0, NULL, &found, &err), SESHAT_ECORRUPT);
	ses_catalog_free(other);
	update(0);
	assert_int_equal(hits("wombat"), 300);
}

static void
finds_another_place_and_leaves_nothing_there(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_catalog *c = NULL;
	struct stat st;
	char file[100];
	char stale[100];
	char own[200];

	(void)state;
	put_lines(3);
	(void)snprintf(file, sizeof(file), "%s/file", dir);
	(void)snprintf(stale, sizeof(stale), "%s/seshat-catalog-abcdef", dir);
	assert_int_equal(close(open(file, O_CREAT | O_WRONLY, 0600)), 0);
	assert_int_equal(mkdir(stale, 0700), 0);
	assert_int_equal(setenv("XDG_CACHE_HOME", file, 1), 0);
	OK(ses_catalog_open(&c, store, &err));
	assert_int_equal(stat(stale, &st), -1);
	assert_non_null(c->own);
	(void)snprintf(own, sizeof(own), "%s", c->own);
	assert_memory_equal(own, dir, strlen(dir));
	assert_int_equal(stat(own, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	ses_catalog_free(catalog);
	catalog = c;
	update(0);
	assert_int_equal(hits("wombat"), 3);
	ses_catalog_free(catalog);
	catalog = NULL;
	assert_int_equal(stat(own, &st), -1);
}

#define TEST(f)                                                                \
	cmocka_unit_test_setup_teardown(f, set_up_catalog, tear_down_catalog)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(tells_how_much_is_there),
	    TEST(ends_a_slow_search),
	    TEST(answers_503_to_a_slow_search),
	    TEST(takes_a_wrong_question_for_no_damage),
	    TEST(gives_up_what_is_damaged_all_the_time),
	    TEST(makes_anew_what_cannot_be_read_to_its_end),
	    TEST(finds_another_place_and_leaves_nothing_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
