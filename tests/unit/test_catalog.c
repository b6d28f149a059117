/* The catalog of a store whose parts a test writes by hand. */
#include "unit/catalog_test.h"

#include "catalog/keeper.h"
#include "unit/test.h"
#include "vault/stream.h"

/* A line of Codex's in which a user says so; in one of a few buffers. */
static const char *
says(const char *text)
{
	static char line[8][300];
	static unsigned n;
	char *to = line[n++ % 8];

	(void)snprintf(to, 300,
	    "{\"timestamp\":\"2026-01-01T00:00:01.000Z\",\"type\":"
	    "\"response_item\",\"payload\":{\"type\":\"message\",\"role\":"
	    "\"user\",\"content\":[{\"type\":\"input_text\",\"text\":"
	    "\"%s\"}]}}\n",
	    text);
	return to;
}

static uint64_t
update(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_catalog_how how = {0};
	struct ses_catalog_done done;

	OK(ses_catalog_update(catalog, &how, &done, &err));
	assert_false(done.busy);
	return done.damaged;
}

static uint64_t last_line;
static int damaged; /* the last hit's session is */

static int
on_hit(void *arg, const struct ses_catalog_hit *h)
{
	(void)arg;
	assert_string_equal(h->id, where.id);
	assert_string_equal(h->project, where.project);
	last_line = h->line;
	damaged = h->damaged;
	return 0;
}

static uint64_t
hits(const char *query)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_catalog_query q = {.text = query, .limit = 100};
	struct ses_catalog_found found;

	OK(ses_catalog_search(catalog, &q, on_hit, NULL, &found, &err));
	return found.hits;
}

/* The writer's next part, as the mirror tells of it. */
static int
tell(struct writer *w, const char *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_part_head head;
	struct ses_entry e = {.first = w->seq, .last = w->seq};
	struct ses_buf b = {0};
	int rc;

	make_part(w, text, 0, &head, &b);
	ses_key_part(e.name, w->seq, w->stream);
	ses_entry_of_head(&e, &head, 0, b.len, 0);
	put_part(w, text, 0);
	rc = ses_catalog_add(
	    catalog, &where, w->stream, &e, text, strlen(text), &err);
	ses_buf_free(&b);
	return rc;
}

static void
test_grows(void **state)
{
	struct writer w = {.stream = "11111111", .w = "aaaaaaaa", .opened = 1};

	(void)state;
	put_part(&w, says("one wombat"), 0);
	assert_int_equal(update(), 0);
	assert_int_equal(hits("wombat"), 1);
	put_part(&w, says("two wombats, wombat"), 0);
	assert_int_equal(update(), 0);
	assert_int_equal(hits("wombat"), 2);
	assert_int_equal(last_line, 1);
	assert_int_equal(hits("two"), 1);
	assert_int_equal(last_line, 2);
	assert_int_equal(update(), 0);
	assert_int_equal(hits("wombat"), 2);
}

static void
test_is_told(void **state)
{
	struct writer w = {.stream = "11111111", .w = "aaaaaaaa", .opened = 1};

	(void)state;
	/* nothing is known of the session yet */
	assert_int_equal(tell(&w, says("one wombat")), 0);
	assert_int_equal(update(), 0);
	assert_int_equal(tell(&w, says("two wombat")), 1);
	assert_int_equal(hits("wombat"), 2);
	/* one is missed: those that follow have to wait */
	put_part(&w, says("three wombat"), 0);
	assert_int_equal(tell(&w, says("four wombat")), 0);
	assert_int_equal(hits("wombat"), 2);
	assert_int_equal(update(), 0);
	assert_int_equal(hits("wombat"), 4);
	assert_int_equal(tell(&w, says("five wombat")), 1);
	assert_int_equal(update(), 0);
	assert_int_equal(hits("wombat"), 5);
	assert_int_equal(hits("five"), 1);
	assert_int_equal(last_line, 5);
}

static void
test_torn(void **state)
{
	struct writer w = {.stream = "11111111", .w = "aaaaaaaa", .opened = 1};
	const char *line = says("two wombat");
	char torn[300];

	(void)state;
	put_part(&w, says("one wombat"), 0);
	(void)snprintf(torn, sizeof(torn), "%.*s", (int)strlen(line) - 1, line);
	put_part(&w, torn, 1);
	assert_int_equal(update(), 0);
	assert_int_equal(hits("wombat"), 2);
	put_part(&w, line, 0);
	put_part(&w, says("three wombat"), 0);
	assert_int_equal(update(), 0);
	assert_int_equal(hits("wombat"), 3);
	assert_int_equal(hits("three"), 1);
	assert_int_equal(last_line, 3);
}

/* How many of the rows a list marks as damaged. */
static size_t
marked(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	json_t *rows = json_pack("[{s:s,s:s},{s:s,s:s}]", "session_id",
	    where.id, "harness", where.harness, "session_id", "another",
	    "harness", where.harness);
	size_t n = 0;

	OK(ses_catalog_mark(catalog, rows, &err));
	for (size_t i = 0; i < json_array_size(rows); i++)
		n += json_object_get(json_array_get(rows, i), "damage") != NULL;
	json_decref(rows);
	return n;
}

static uint64_t
damaged_in_stats(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_catalog_filter all = {0};
	json_t *doc;
	uint64_t n;

	OK(ses_catalog_stats(catalog, &all, &doc, &err));
	n = (uint64_t)json_integer_value(json_object_get(doc, "damaged"));
	json_decref(doc);
	return n;
}

static void
test_damaged(void **state)
{
	struct writer w = {.stream = "11111111", .w = "aaaaaaaa", .opened = 1};

	(void)state;
	put_part(&w, says("one wombat"), 0);
	put_part(&w, says("two wombat"), 0);
	put_part(&w, says("three wombat"), 0);
	damage("part-00000001-11111111.jsonl.gz");
	assert_int_equal(update(), 1);
	assert_int_equal(hits("wombat"), 2);
	assert_int_equal(hits("three"), 1);
	assert_int_equal(last_line, 3);
	assert_int_equal(damaged, 1);
	assert_int_equal(marked(), 1);
	assert_int_equal(damaged_in_stats(), 1);
	/* what comes is taken in, and nothing twice */
	put_part(&w, says("four wombat"), 0);
	assert_int_equal(update(), 1);
	assert_int_equal(hits("wombat"), 3);
	assert_int_equal(hits("four"), 1);
	assert_int_equal(last_line, 4);
	damage("part-00000001-11111111.jsonl.gz"); /* as it was */
	assert_int_equal(marked(), 0);
	assert_int_equal(update(), 0);
	assert_int_equal(hits("wombat"), 4);
	assert_int_equal(hits("two"), 1);
	assert_int_equal(last_line, 2);
	assert_int_equal(damaged, 0);
	assert_int_equal(damaged_in_stats(), 0);
}

/* A line of which a piece is damaged is lost whole, and counts as one. */
static void
test_piece(void **state)
{
	struct writer w = {.stream = "11111111", .w = "aaaaaaaa", .opened = 1};
	const char *two = says("two wombat");
	char piece[300];
	char rest[600];
	size_t half = strlen(two) / 2;

	(void)state;
	(void)snprintf(piece, sizeof(piece), "%.*s", (int)half, two);
	(void)snprintf(rest, sizeof(rest), "%s%s%s", two + half,
	    says("three wombat"), says("four wombat"));
	put_part(&w, says("one wombat"), 0);
	put_part(&w, piece, 0);
	put_part(&w, rest, 0);
	damage("part-00000001-11111111.jsonl.gz");
	assert_int_equal(update(), 1);
	assert_int_equal(hits("wombat"), 3);
	assert_int_equal(hits("three"), 1);
	assert_int_equal(last_line, 3);
	assert_int_equal(hits("two"), 0);
	damage("part-00000001-11111111.jsonl.gz"); /* as it was */
	assert_int_equal(update(), 0);
	assert_int_equal(hits("two"), 1);
	assert_int_equal(last_line, 2);
	assert_int_equal(hits("wombat"), 4);
}

/* A part that no checkpoint lists is gone: what stood in it, and behind it, is
 * found as long as it had been read. */
static void
test_hole(void **state)
{
	struct writer w = {.stream = "11111111", .w = "aaaaaaaa", .opened = 1};

	(void)state;
	put_part(&w, says("one wombat"), 0);
	put_part(&w, says("two wombat"), 0);
	put_part(&w, says("three wombat"), 0);
	assert_int_equal(update(), 0);
	del("part-00000001-11111111.jsonl.gz");
	assert_int_equal(update(), 1);
	assert_int_equal(hits("wombat"), 3);
	put_part(&w, says("four wombat"), 0);
	assert_int_equal(update(), 1);
	assert_int_equal(hits("four"), 1);
	assert_int_equal(last_line, 4);
	assert_int_equal(marked(), 1);
}

/* Whoever reads may tell what was found, and that it is whole. */
static void
test_noted(void **state)
{
	struct writer w = {.stream = "11111111", .w = "aaaaaaaa", .opened = 1};
	const char *part = "part-00000000-11111111.jsonl.gz";
	struct seshat_err err = SESHAT_ERR_INIT;

	(void)state;
	put_part(&w, says("one wombat"), 0);
	assert_int_equal(update(), 0);
	OK(ses_catalog_note(catalog, &where, part, &err));
	assert_int_equal(marked(), 1);
	/* what was taken in stays, and it stays known */
	put_part(&w, says("two wombat"), 0);
	assert_int_equal(update(), 1);
	assert_int_equal(hits("wombat"), 2);
	assert_int_equal(marked(), 1);
	OK(ses_catalog_note(catalog, &where, NULL, &err));
	assert_int_equal(marked(), 0);
	assert_int_equal(update(), 0);
	assert_int_equal(hits("wombat"), 2);
}

static void
test_another_stream(void **state)
{
	struct writer w = {.stream = "11111111", .w = "aaaaaaaa", .opened = 1};
	struct writer v = {
	    .stream = "22222222", .w = "aaaaaaaa", .opened = 2, .event = 5};

	(void)state;
	put_part(&w, says("one wombat"), 0);
	assert_int_equal(update(), 0);
	assert_int_equal(hits("wombat"), 1);
	put_part(&v, says("one quokka"), 0);
	assert_int_equal(update(), 0);
	assert_int_equal(hits("wombat"), 0);
	assert_int_equal(hits("quokka"), 1);
	assert_int_equal(hits("one"), 1);
}

static void
test_keeper(void **state)
{
	struct writer w = {.stream = "11111111", .w = "aaaaaaaa", .opened = 1};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_keeper *k = NULL;

	(void)state;
	put_part(&w, says("one wombat"), 0);
	OK(ses_keeper_start(&k, ses_store_url(store), NULL, &err));
	assert_int_equal(ses_keeper_fresh(k, 30000), 1);
	assert_int_equal(hits("wombat"), 1);
	put_part(&w, says("two wombat"), 0);
	assert_int_equal(ses_keeper_fresh(k, 30000), 1);
	assert_int_equal(hits("wombat"), 2);
	ses_keeper_stop(k);
}

#define TEST(f)                                                                \
	cmocka_unit_test_setup_teardown(f, set_up_catalog, tear_down_catalog)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_grows),
	    TEST(test_is_told),
	    TEST(test_torn),
	    TEST(test_damaged),
	    TEST(test_piece),
	    TEST(test_hole),
	    TEST(test_noted),
	    TEST(test_another_stream),
	    TEST(test_keeper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
