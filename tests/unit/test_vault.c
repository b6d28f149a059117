#include "unit/vault_test.h"

#include "base/str.h"
#include "vault/doc.h"
#include "vault/index.h"
#include "vault/pin.h"
#include "vault/read.h"
#include "vault/sessions.h"
#include "vault/summary.h"
#include "vault/verify.h"

static int
read_all(const char *stream, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_sink sink = ses_sink_buf(out);

	ses_buf_clear(out);
	return ses_session_read(store, &where, stream, &sink, err);
}

static void
reads_parts_in_order_and_a_torn_line_only_last(void **state)
{
	struct writer w = {"0000000a", "11111111", 1000, 8, 5000, 0, 0};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};

	(void)state;
	FAILS(read_all(NULL, &b, &err), SESHAT_ENOTFOUND);
	put_part(&w, "one\n", 0);
	put_part(&w, "tw", 1);
	OK(read_all(NULL, &b, &err));
	assert_string_equal(ses_buf_cstr(&b), "one\ntw");
	put_part(&w, "two\n", 0);
	OK(read_all(NULL, &b, &err));
	assert_string_equal(ses_buf_cstr(&b), "one\ntwo\n");
	FAILS(read_all("0000000b", &b, &err), SESHAT_ENOTFOUND);
	ses_buf_free(&b);
}

static void
tail_gives_the_last_lines(void **state)
{
	struct writer w = {"0000000a", "11111111", 1000, 8, 5000, 0, 0};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	struct ses_sink sink = ses_sink_buf(&b);
	static const char *const want[] = {
	    "f", "e\nf", "d\ne\nf", "c\nd\ne\nf", "b\nc\nd\ne\nf"};
	uint64_t n;

	(void)state;
	put_part(&w, "a\nb\n", 0);
	put_part(&w, "c", 1);
	put_part(&w, "c\nd\n", 0);
	put_part(&w, "e\n", 0);
	put_part(&w, "f", 1);
	for (n = 1; n <= 5; n++) {
		ses_buf_clear(&b);
		OK(ses_session_tail(store, &where, NULL, n, &sink, &err));
		assert_string_equal(ses_buf_cstr(&b), want[n - 1]);
	}
	ses_buf_clear(&b);
	OK(ses_session_tail(store, &where, NULL, 99, &sink, &err));
	assert_string_equal(ses_buf_cstr(&b), "a\nb\nc\nd\ne\nf");
	ses_buf_free(&b);
}

static void
a_line_is_read_from_its_own_part_on(void **state)
{
	struct writer w = {"0000000a", "11111111", 1000, 8, 5000, 0, 0};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	struct ses_sink sink = ses_sink_buf(&b);
	static const char *const want[] = {"a\nb\nc\nd\ne\nf", "b\nc\nd\ne\nf",
	    "c\nd\ne\nf", "d\ne\nf", "e\nf", "f", "", ""};
	struct ses_part_cache *cache;
	uint64_t gets[2];
	uint64_t before;
	uint64_t n;

	(void)state;
	put_part(&w, "a\nb\n", 0);
	put_part(&w, "c", 1);
	put_part(&w, "c\nd\n", 0);
	put_part(&w, "e\n", 0);
	put_part(&w, "f", 1);
	for (n = 1; n <= 8; n++) {
		ses_buf_clear(&b);
		OK(ses_session_from(store, &where, NULL, n, NULL, &sink, &err));
		assert_string_equal(ses_buf_cstr(&b), want[n - 1]);
	}
	/* what was read is kept, and only that */
	cache = ses_part_cache_new(1 << 20);
	assert_non_null(cache);
	for (n = 0; n < 2; n++) {
		before = ses_store_counts(store).get;
		ses_buf_clear(&b);
		OK(ses_session_from(
		    store, &where, NULL, 3, cache, &sink, &err));
		assert_string_equal(ses_buf_cstr(&b), "c\nd\ne\nf");
		gets[n] = ses_store_counts(store).get - before;
	}
	assert_int_equal(gets[0] - gets[1], 3);
	ses_part_cache_free(cache);
	/* what stands in front of it is not opened */
	damage("part-00000000-0000000a.jsonl.gz");
	ses_buf_clear(&b);
	OK(ses_session_from(store, &where, NULL, 5, NULL, &sink, &err));
	assert_string_equal(ses_buf_cstr(&b), "e\nf");
	FAILS(ses_session_from(store, &where, NULL, 2, NULL, &sink, &err),
	    SESHAT_ECORRUPT);
	ses_buf_free(&b);
}

static void
a_missing_part_is_damage_and_names_the_bytes(void **state)
{
	struct writer w = {"0000000a", "11111111", 1000, 4, 5000, 0, 0};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};

	(void)state;
	put_part(&w, "one\n", 0);
	put_part(&w, "two\n", 0);
	put_part(&w, "three\n", 0);
	del("part-00000001-0000000a.jsonl.gz");
	FAILS(read_all(NULL, &b, &err), SESHAT_ECORRUPT);
	assert_non_null(strstr(err.msg, "from 4 on"));
	assert_string_equal(ses_buf_cstr(&b), "one\n");
	ses_buf_free(&b);
}

static void
a_damaged_part_is_told_and_nothing_wrong_is_printed(void **state)
{
	struct writer w = {"0000000a", "11111111", 1000, 4, 5000, 0, 0};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};

	(void)state;
	put_part(&w, "one\n", 0);
	put_part(&w, "two\n", 0);
	put_part(&w, "three\n", 0);
	damage("part-00000001-0000000a.jsonl.gz");
	FAILS(read_all(NULL, &b, &err), SESHAT_ECORRUPT);
	assert_string_equal(ses_buf_cstr(&b), "one\n");
	ses_buf_free(&b);
}

/* As a part that was put, and any gzip takes it. */
static void
a_text_that_does_not_fit_its_hash_is_damage(void **state)
{
	struct writer w = {"0000000a", "11111111", 1000, 4, 5000, 0, 0};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_packer packer = {0};
	struct ses_part_head head;
	struct ses_buf extra = {0};
	struct ses_buf part = {0};
	struct ses_buf key = {0};

	(void)state;
	put_part(&w, "one\n", 0);
	make_part(&w, "two\n", 0, &head, &part);
	ses_part_head_format(&head, &extra);
	ses_buf_clear(&part);
	OK(ses_member_pack(
	    &packer, extra.data, extra.len, "tWo\n", 4, &part, &err));
	session_key(&key, "part-00000001-0000000a.jsonl.gz");
	OK(ses_store_put(store, key.data,
	    &(struct ses_put){.data = part.data, .len = part.len}, NULL, &err));
	FAILS(read_all(NULL, &part, &err), SESHAT_ECORRUPT);
	assert_string_equal(ses_buf_cstr(&part), "one\n");
	ses_packer_free(&packer);
	ses_buf_free(&extra);
	ses_buf_free(&part);
	ses_buf_free(&key);
}

static int problems;

static void
count_problem(void *arg, const struct ses_stream *st, const struct ses_entry *e,
    const char *what)
{
	(void)arg;
	(void)st;
	(void)e;
	(void)what;
	problems++;
}

static void
verify(int want)
{
	struct ses_verify v = {.problem = count_problem};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_streams l;

	problems = 0;
	OK(ses_streams_load(store, &where, &l, &err));
	OK(ses_streams_verify(store, &where, &l, &v, &err));
	assert_int_equal(problems, want);
	assert_int_equal(v.problems, want);
	ses_streams_free(&l);
}

static void
verify_finds_damage_holes_and_foreign_parts(void **state)
{
	struct writer w = {"0000000a", "11111111", 1000, 4, 5000, 0, 0};
	struct writer other = {"0000000a", "22222222", 1000, 4, 5000, 14, 3};

	(void)state;
	put_part(&w, "one\n", 0);
	put_part(&w, "two\n", 0);
	put_part(&w, "three\n", 0);
	verify(0);
	put_part(&other, "four\n", 0);
	verify(1);
	del("part-00000003-0000000a.jsonl.gz");
	damage("part-00000001-0000000a.jsonl.gz");
	verify(1);
	del("part-00000001-0000000a.jsonl.gz");
	verify(1);
}

/* Which stream is the current one after these were written. */
static const char *
current(void)
{
	static char id[SES_STREAM_ID];
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_streams l;
	const struct ses_stream *st;

	OK(ses_streams_load(store, &where, &l, &err));
	st = ses_streams_current(&l);
	memcpy(id, st == NULL ? "none    " : st->id, SES_STREAM_ID);
	ses_streams_free(&l);
	return id;
}

static void
the_current_stream_is_the_last_complete_one(void **state)
{
	struct writer old = {"0000000a", "11111111", 1000, 4, 5000, 0, 0};
	struct writer mine = {"0000000b", "11111111", 2000, 8, 4000, 0, 0};
	struct writer other = {"0000000c", "22222222", 500, 4, 4500, 0, 0};

	(void)state;
	put_part(&mine, "xxx\n", 0); /* not complete: 4 of 8 */
	assert_string_equal(current(), "0000000b");
	put_part(&old, "one\n", 0);
	assert_string_equal(current(), "0000000a");
	put_part(&mine, "yyy\n", 0); /* complete and opened later */
	assert_string_equal(current(), "0000000b");
	put_part(&other, "two\n", 0); /* another writer, a later event */
	assert_string_equal(current(), "0000000c");
}

static void
an_event_of_the_future_is_one_of_when_it_was_put(void **state)
{
	const int64_t future = INT64_C(4070908800000); /* 2099 */
	struct writer bad = {"0000000a", "11111111", 1000, 4, future, 0, 0};
	struct writer good = {"0000000b", "22222222", 2000, 4, 0, 0, 0};
	struct seshat_err err = SESHAT_ERR_INIT;
	int64_t now;

	(void)state;
	OK(ses_store_now(store, &now, &err));
	good.event = now - 60000;
	put_part(&good, "two\n", 0);
	put_part(&bad, "one\n", 0);
	assert_string_equal(current(), "0000000a");
	/* what was put later may be later, by a day at the most */
	good.event = now + 60000;
	put_part(&good, "yyy\n", 0);
	assert_string_equal(current(), "0000000b");
}

static void
pin(const char *harness, const char *id)
{
	const struct ses_where w = {"demo", harness, id};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf project = {0};

	OK(ses_pin_make(store, &w, &project, &err));
	ses_buf_free(&project);
}

static void
the_first_pin_wins(void **state)
{
	const struct ses_where again = {"other", "codex", "abc"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf project = {0};

	(void)state;
	pin("codex", "abc");
	OK(ses_pin_make(store, &again, &project, &err));
	assert_string_equal(ses_buf_cstr(&project), "demo");
	ses_buf_free(&project);
}

static void
finds_sessions_by_any_unique_beginning(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_found f = {0};
	static const struct {
		const char *text;
		const char *id; /* NULL: several fit; "": none */
	} rows[] = {{"3fa9", "3fa9c2d1"}, {"3fa9c2d1", "3fa9c2d1"},
	    {"3fa9c2d1.a", NULL}, {"3f.agent-2", "3fa9c2d1.agent-2"},
	    {"3fa9c2d1.agent", NULL}, {"77", NULL}, {"codex/77", "7777"},
	    {"claude-code/77", "7778"}, {"zzz", ""}, {"3fa9c2d1x", ""},
	    {"9", "9"}, {"logs/a", "logs/a/b@1"},
	    {"generic/logs/a", "logs/a/b@1"}, {"logs/", "logs/a/b@1"},
	    {"codex/c", NULL}, {"nobody/77", ""}};
	size_t i;

	(void)state;
	pin("codex", "3fa9c2d1.agent-1");
	pin("codex", "3fa9c2d1");
	pin("codex", "3fa9c2d1.agent-2");
	pin("codex", "7777");
	pin("claude-code", "7778");
	pin("codex", "9");
	pin("codex", "99");
	pin("codex", "c1");
	pin("codex", "c2");
	pin("generic", "logs/a/b@1");
	/* a folder named like a harness: the harness goes before it */
	pin("generic", "codex/c3@1");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].id == NULL || rows[i].id[0] == '\0') {
			FAILS(ses_vault_find(store, rows[i].text, &f, &err),
			    rows[i].id == NULL ? SESHAT_EUSAGE
					       : SESHAT_ENOTFOUND);
			continue;
		}
		OK(ses_vault_find(store, rows[i].text, &f, &err));
		assert_string_equal(f.id, rows[i].id);
		assert_string_equal(f.project, "demo");
		ses_found_free(&f);
	}
}

static void
lists_what_an_index_forgot_and_hides_what_was_removed(void **state)
{
	struct writer w = {"0000000a", "11111111", 1000, 4, 5000, 0, 0};
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_where gone = {"demo", "codex", "gone"};
	json_t *row = json_pack("{s:s,s:s,s:s,s:s}", "id", "listed", "harness",
	    "codex", "project", "demo", "title", "a title");
	json_t *rows;

	(void)state;
	put_part(&w, "one\n", 0);
	pin("codex", "0123-abcd");
	pin("codex", "listed");
	pin("codex", "gone");
	OK(ses_index_update(store, "0011223344556677", &row, 1, &err));
	json_decref(row);
	OK(ses_vault_remove(store, &gone, &err));
	OK(ses_vault_list(store, NULL, NULL, &rows, &err));
	assert_int_equal(json_array_size(rows), 2);
	assert_string_equal(
	    ses_doc_str(json_array_get(rows, 0), "id"), "0123-abcd");
	assert_int_equal(
	    ses_doc_u64(json_array_get(rows, 0), "total_source_bytes"), 4);
	assert_string_equal(
	    ses_doc_str(json_array_get(rows, 1), "title"), "a title");
	json_decref(rows);
	OK(ses_vault_list(store, "nope", NULL, &rows, &err));
	assert_int_equal(json_array_size(rows), 0);
	json_decref(rows);
}

static int
count_one(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	(void)o;
	(void)err;
	++*(size_t *)arg;
	return 0;
}

static int
keep_row(void *arg, json_t *row, struct seshat_err *err)
{
	(void)err;
	return json_array_append(arg, row);
}

static void
index_row(const char *id, const char *title, const char *uploaded)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	json_t *row = json_pack("{s:s,s:s,s:s,s:s,s:s}", "id", id, "harness",
	    "codex", "title", title, "stream", "11111111", "last_uploaded_at",
	    uploaded);

	OK(ses_index_update(store, "0011223344556677", &row, 1, &err));
	json_decref(row);
}

static void
an_index_is_folded_and_its_newest_rows_count(void **state)
{
	static const struct ses_store_list what = {.prefix = "index/"};
	struct seshat_err err = SESHAT_ERR_INIT;
	json_t *rows = json_array();
	size_t objects = 0;
	size_t most = 0;
	char text[32];
	int i;

	(void)state;
	for (i = 0; i < 40; i++) {
		(void)snprintf(text, sizeof(text), "2026-01-01T00:00:%02dZ", i);
		index_row("a", text, text);
		objects = 0;
		OK(ses_store_list(store, &what, count_one, &objects, &err));
		most = objects > most ? objects : most;
	}
	assert_int_equal(most, 16);
	/* one that was late does not count, nor does a damaged object */
	index_row("a", "late", "2025-01-01T00:00:00Z");
	index_row("b", "other", "2026-01-01T00:00:00Z");
	OK(ses_store_put(store,
	    "index/0011223344556677/000000000000-00000000.jsonl.gz",
	    &(struct ses_put){.data = "x", .len = 1}, NULL, &err));
	OK(ses_index_each(store, keep_row, rows, &err));
	assert_int_equal(json_array_size(rows), 2);
	assert_string_equal(ses_doc_str(json_array_get(rows, 0), "title"),
	    "2026-01-01T00:00:39Z");
	(void)json_array_clear(rows);
	OK(ses_index_remove(store, "0011223344556677",
	    (const char *const[]){"codex/a"}, 1, &err));
	OK(ses_index_each(store, keep_row, rows, &err));
	assert_int_equal(json_array_size(rows), 1);
	objects = 0;
	OK(ses_store_list(store, &what, count_one, &objects, &err));
	assert_int_equal(objects, 1);
	json_decref(rows);
}

/* A server may tell only seconds. */
static void
of_rows_of_one_second_the_one_with_more_bytes_counts(void **state)
{
	static const struct {
		int bytes;
		const char *ended; /* NULL: no */
	} in[] = {{20, "2026-01-01T00:00:00Z"}, {20, NULL}, {24, NULL},
	    {20, "2026-01-01T00:00:00Z"}};
	static const struct {
		int bytes;
		int ended;
	} out[] = {{20, 1}, {20, 1}, {24, 0}, {24, 0}};
	struct seshat_err err = SESHAT_ERR_INIT;
	json_t *rows = json_array();
	json_t *row;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(in) / sizeof(in[0]); i++) {
		row = json_pack("{s:s,s:s,s:s,s:s,s:i,s:s?}", "id", "a",
		    "harness", "codex", "stream", "11111111",
		    "last_uploaded_at", "2026-01-01T00:00:00Z",
		    "total_uploaded_bytes", in[i].bytes, "ended_at",
		    in[i].ended);
		OK(ses_index_update(store, "0011223344556677", &row, 1, &err));
		json_decref(row);
		(void)json_array_clear(rows);
		OK(ses_index_each(store, keep_row, rows, &err));
		assert_int_equal(json_array_size(rows), 1);
		row = json_array_get(rows, 0);
		assert_int_equal(
		    ses_doc_u64(row, "total_uploaded_bytes"), out[i].bytes);
		assert_int_equal(
		    ses_doc_time(row, "ended_at") != 0, out[i].ended);
	}
	json_decref(rows);
}

static void
removal_leaves_only_the_sign_and_goes_on_when_killed(void **state)
{
	struct writer w = {"0000000a", "11111111", 1000, 4, 5000, 0, 0};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_streams l;

	(void)state;
	put_part(&w, "one\n", 0);
	pin("codex", "0123-abcd");
	assert_int_equal(ses_removed_get(store, &where, &err), 0);
	OK(ses_vault_remove(store, &where, &err));
	OK(ses_vault_remove(store, &where, &err));
	assert_int_equal(ses_removed_get(store, &where, &err), 1);
	OK(ses_streams_load(store, &where, &l, &err));
	assert_int_equal(l.n, 0);
	ses_streams_free(&l);
	OK(ses_removed_undo(store, &where, &err));
	assert_int_equal(ses_removed_get(store, &where, &err), 0);
}

static void
the_summary_counts_what_is_there(void **state)
{
	struct writer w = {"0000000a", "11111111", 1000, 4, 5000, 0, 0};
	struct seshat_err err = SESHAT_ERR_INIT;
	json_t *doc;

	(void)state;
	put_part(&w, "one\ntwo\n", 0);
	put_part(&w, "thr", 1);
	put_part(&w, "three\n", 0);
	OK(ses_vault_summary(store, &where, NULL, &doc, &err));
	assert_int_equal(ses_doc_u64(doc, "lines"), 3);
	assert_int_equal(ses_doc_u64(doc, "total_source_bytes"), 14);
	assert_int_equal(ses_doc_u64(doc, "total_uploaded_bytes"), 14);
	json_decref(doc);
}

static void
keys_keep_strange_names_inside_the_vault(void **state)
{
	struct ses_buf b = {0};
	struct ses_buf back = {0};
	static const char *const names[] = {
	    "..", ".", "a/b", ".tmp-x", "x y%z", "\xc3\xa9", "plain_1.2=@+-"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ses_buf_clear(&b);
		ses_buf_clear(&back);
		ses_key_component(&b, names[i]);
		assert_null(strchr(ses_buf_cstr(&b), '/'));
		assert_false(ses_str_starts(b.data, ".."));
		assert_int_equal(ses_key_decode(&back, b.data, b.len), 0);
		assert_string_equal(ses_buf_cstr(&back), names[i]);
	}
	ses_buf_free(&b);
	ses_buf_free(&back);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(reads_parts_in_order_and_a_torn_line_only_last),
	    WITH(tail_gives_the_last_lines),
	    WITH(a_line_is_read_from_its_own_part_on),
	    WITH(a_missing_part_is_damage_and_names_the_bytes),
	    WITH(a_damaged_part_is_told_and_nothing_wrong_is_printed),
	    WITH(a_text_that_does_not_fit_its_hash_is_damage),
	    WITH(verify_finds_damage_holes_and_foreign_parts),
	    WITH(the_current_stream_is_the_last_complete_one),
	    WITH(an_event_of_the_future_is_one_of_when_it_was_put),
	    WITH(the_first_pin_wins),
	    WITH(finds_sessions_by_any_unique_beginning),
	    WITH(lists_what_an_index_forgot_and_hides_what_was_removed),
	    WITH(an_index_is_folded_and_its_newest_rows_count),
	    WITH(of_rows_of_one_second_the_one_with_more_bytes_counts),
	    WITH(removal_leaves_only_the_sign_and_goes_on_when_killed),
	    WITH(the_summary_counts_what_is_there),
	    cmocka_unit_test(keys_keep_strange_names_inside_the_vault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
