/* What session logs say of a session: where it stands, by a plain count of the
 * same lines and entries. */
#include "unit/catalog_test.h"

#include "base/time.h"
#include "catalog/logged.h"
#include "unit/test.h"

#define LINES   120
#define ENTRIES 300
#define BASE    INT64_C(1767225600000) /* 2026-01-01 */

static const struct ses_where log_where = {
    "demo", "seshat-log", "0123-abcd@11223344"};
static const struct ses_where odd_where = {
    "demo", "seshat-log", "odd@11223344"};

/* The session, and what is to be found in it. */
static int64_t line_time[LINES + 2]; /* 0: none */
static struct wanted {
	int64_t time;
	int is_odd; /* in the other log */
	uint64_t line;
	uint64_t before;
} wanted[ENTRIES];
static size_t n_wanted;

static int
set_up_runs(void **state)
{
	n_wanted = 0;
	return set_up_catalog(state);
}

static void
update(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_catalog_how how = {0};
	struct ses_catalog_done done;

	OK(ses_catalog_update(catalog, &how, &done, &err));
}

/* Put the text as the next part of a session. */
static void
put(struct writer *w, const struct ses_where *of, struct ses_buf *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_part_head head;
	struct ses_buf b = {0};
	struct ses_buf key = {0};
	char name[SES_PART_NAME];

	make_part(w, ses_buf_cstr(text), 0, &head, &b);
	ses_key_part(name, w->seq++, w->stream);
	ses_key_session(&key, of);
	ses_buf_str(&key, name);
	OK(ses_store_put(store, ses_buf_cstr(&key),
	    &(struct ses_put){
		.data = b.data, .len = b.len, .how = SES_PUT_CREATE},
	    NULL, &err));
	w->at = head.to;
	ses_buf_free(&b);
	ses_buf_free(&key);
}

/* A line in which somebody says something of so many bytes. */
static void
add_line(struct ses_buf *out, int64_t time, size_t len)
{
	char text[SES_TIME_MAX];

	ses_buf_str(out, "{");
	if (time != 0) {
		ses_time_format(time, text);
		ses_buf_fmt(out, "\"timestamp\":\"%s\",", text);
	}
	ses_buf_str(out, "\"type\":\"response_item\",\"payload\":{\"type\":"
			 "\"message\",\"role\":\"user\",\"content\":[{\"type\":"
			 "\"input_text\",\"text\":\"");
	while (len-- > 0)
		ses_buf_str(out, "x");
	ses_buf_str(out, "\"}]}}\n");
}

static void
add_entry(struct ses_buf *out, const char *id, int64_t time)
{
	char text[SES_TIME_MAX];

	ses_time_format(time, text);
	ses_buf_fmt(out,
	    "{\"session_id\":\"%s\",\"timestamp\":\"%s\",\"skill\":\"review\","
	    "\"final_status\":\"ok\"}\n",
	    id, text);
}

/* In front of the first line with a later time; one without a time of its own
 * has that of the line before it, which is no later. */
static uint64_t
place_of(int64_t time)
{
	uint64_t i;

	for (i = 1; i <= LINES; i++)
		if (line_time[i] > time)
			return i;
	return SES_RUN_END;
}

static int
by_place(const void *a, const void *b)
{
	const struct wanted *x = a;
	const struct wanted *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->is_odd != y->is_odd)
		return x->is_odd - y->is_odd;
	return (x->line > y->line) - (x->line < y->line);
}

static uint64_t seed = 7;

static uint64_t
random_to(uint64_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return (seed >> 33) % n;
}

/* Lines of which some are long, so that they are in several blocks. */
static void
write_session(void)
{
	struct writer w = {.stream = "11111111", .w = "aaaaaaaa", .opened = 1};
	struct ses_buf text = {0};
	uint64_t i;

	for (i = 1; i <= LINES; i++) {
		line_time[i] = random_to(4) == 0
				   ? 0
				   : BASE + (int64_t)(i * 1000) +
					 (int64_t)random_to(8) * 1000;
		add_line(&text, line_time[i], 1 + random_to(6000));
		if (i % 50 == 0 || i == LINES) {
			put(&w, &where, &text);
			ses_buf_clear(&text);
		}
	}
	ses_buf_free(&text);
}

/* Two logs: some entries are of another session. */
static void
write_logs(void)
{
	struct writer w[2] = {
	    {.stream = "22222222", .w = "aaaaaaaa", .opened = 1},
	    {.stream = "33333333", .w = "aaaaaaaa", .opened = 1}};
	struct ses_buf text[2] = {{0}, {0}};
	uint64_t line[2] = {0, 0};
	uint64_t is_odd;
	int64_t time;
	size_t i;

	for (i = 0; i < ENTRIES; i++) {
		is_odd = random_to(3) == 0;
		time = BASE + (int64_t)random_to(140) * 1000;
		line[is_odd]++;
		if (random_to(5) == 0) {
			add_entry(&text[is_odd], "0123-abcde", time);
			continue;
		}
		add_entry(&text[is_odd], where.id, time);
		wanted[n_wanted++] = (struct wanted){
		    time, (int)is_odd, line[is_odd], place_of(time)};
	}
	qsort(wanted, n_wanted, sizeof(*wanted), by_place);
	put(&w[0], &log_where, &text[0]);
	put(&w[1], &odd_where, &text[1]);
	ses_buf_free(&text[0]);
	ses_buf_free(&text[1]);
}

static void
is_wanted(const struct ses_run *run, const struct wanted *want)
{
	assert_string_equal(
	    run->log, want->is_odd ? odd_where.id : log_where.id);
	assert_int_equal(run->line, want->line);
	assert_int_equal(run->time, want->time);
}

/* What stands in front of the line from, or behind, is handed out. */
static void
walks_from(uint64_t from)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_runs *r;
	struct ses_run run;
	size_t i = 0;

	while (i < n_wanted && wanted[i].before < from)
		i++;
	OK(ses_runs_open(&r, catalog, where.harness, where.id, from, &err));
	assert_non_null(r);
	for (; i < n_wanted; i++) {
		assert_int_equal(ses_runs_next(r, &run, &err), 1);
		is_wanted(&run, &wanted[i]);
		assert_int_equal(run.before, wanted[i].before);
	}
	assert_int_equal(ses_runs_next(r, &run, &err), 0);
	ses_runs_free(r);
}

static void
in_any_order(int log_first)
{
	uint64_t from;

	pin(&log_where);
	pin(&odd_where);
	if (log_first) {
		/* the lines' times are the same for the same seed */
		write_session();
		write_logs();
		update();
	} else {
		write_session();
		update();
		write_logs();
		update();
	}
	for (from = 1; from <= LINES + 2; from++)
		walks_from(from);
}

static void
test_stands_before_the_first_later_line(void **state)
{
	(void)state;
	in_any_order(0);
}

static void
test_whatever_came_first(void **state)
{
	(void)state;
	in_any_order(1);
}

static void
test_finds_and_skips(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_runs *r;
	struct ses_run run;
	uint64_t before;
	uint64_t n;
	size_t first;
	size_t i;

	(void)state;
	in_any_order(0);
	OK(ses_runs_open(&r, catalog, where.harness, where.id, 1, &err));
	OK(ses_runs_count(r, &n, &err));
	assert_int_equal(n, n_wanted);
	for (i = first = 0; i < n_wanted; i++) {
		const char *log =
		    wanted[i].is_odd ? odd_where.id : log_where.id;

		if (wanted[i].before != wanted[first].before)
			first = i;
		assert_int_equal(
		    ses_runs_find(r, log, wanted[i].line, &before, &n, &err),
		    1);
		assert_int_equal(before, wanted[i].before);
		assert_int_equal(n, i - first);
		OK(ses_runs_seek(r, log, wanted[i].line, &err));
		assert_int_equal(ses_runs_next(r, &run, &err), 1);
		is_wanted(&run, &wanted[i]);
	}
	assert_int_equal(
	    ses_runs_find(r, log_where.id, 100000, &before, &n, &err), 0);
	ses_runs_free(r);
	OK(ses_runs_open(&r, catalog, where.harness, where.id, 1, &err));
	for (i = 0; ses_runs_next(r, &run, &err) > 0; i += n) {
		is_wanted(&run, &wanted[i++]);
		OK(ses_runs_skip(r, &n, &err));
		assert_true(i + n == n_wanted ||
			    wanted[i + n].before != wanted[i - 1].before);
		assert_int_equal(
		    wanted[i + n - 1].before, wanted[i - 1].before);
	}
	assert_int_equal(i, n_wanted);
	ses_runs_free(r);
}

/* Without a catalog, in one pass. */
static void
test_logs_alone_say_the_same(void **state)
{
	struct ses_logged *l;
	const struct ses_run *run;
	uint64_t line;
	size_t i = 0;

	(void)state;
	in_any_order(0);
	l = ses_logged_load(store, catalog, where.harness, where.id);
	assert_non_null(l);
	for (line = 1; line <= LINES; line++)
		while ((run = ses_logged_next(l, line_time[line])) != NULL) {
			assert_true(i < n_wanted);
			assert_int_equal(wanted[i].before, line);
			is_wanted(run, &wanted[i++]);
		}
	for (; (run = ses_logged_next(l, INT64_MAX)) != NULL; i++)
		is_wanted(run, &wanted[i]);
	assert_int_equal(i, n_wanted);
	ses_logged_free(l);
	/* by its name alone */
	l = ses_logged_load(store, NULL, where.harness, where.id);
	for (i = 0; (run = ses_logged_next(l, INT64_MAX)) != NULL; i++)
		assert_string_equal(run->log, log_where.id);
	assert_true(i > 0 && i < n_wanted);
	ses_logged_free(l);
	assert_null(ses_logged_load(store, NULL, where.harness, "0123"));
}

static void
test_a_removed_log_is_gone(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_runs *r;
	struct ses_run run;
	uint64_t n;

	(void)state;
	in_any_order(0);
	OK(ses_vault_remove(store, &log_where, &err));
	OK(ses_vault_remove(store, &odd_where, &err));
	update();
	OK(ses_runs_open(&r, catalog, where.harness, where.id, 1, &err));
	assert_int_equal(ses_runs_next(r, &run, &err), 0);
	OK(ses_runs_count(r, &n, &err));
	assert_int_equal(n, 0);
	ses_runs_free(r);
}

/* An entry as its row has it. */
static void
shorten(const char *entry, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_json v;

	ses_buf_clear(out);
	(void)ses_json_peek(entry, strlen(entry), &v);
	ses_run_data(&v, out);
	OK(ses_json_parse(ses_buf_cstr(out), out->len, &v, &err));
	assert_int_equal(v.type, '{');
}

static void
test_long_entries_are_cut(void **state)
{
	struct ses_buf entry = {0};
	struct ses_buf out = {0};
	int i;

	(void)state;
	shorten("{\"session_id\": \"a\", \"skill\": \"s\"}", &out);
	assert_string_equal(out.data, "{\"session_id\":\"a\",\"skill\":\"s\"}");
	/* no JSON, but near enough for a line of a transcript */
	shorten(
	    "{\"session_id\":\"a\",\"skill\":\"s\",\"input\":[01,],}", &out);
	assert_string_equal(out.data,
	    "{\"session_id\":\"a\",\"skill\":\"s\",\"input\":\"[01,]\","
	    "\"truncated\":true}");
	ses_buf_str(&entry, "{\"session_id\":\"a\",\"input\":\"");
	for (i = 0; i < 10000; i++)
		ses_buf_str(&entry, "ü");
	ses_buf_str(&entry, "\",\"attempts\":[");
	for (i = 0; i < 100; i++)
		ses_buf_fmt(&entry,
		    "%s{\"attempt\":%d,\"verified\":true,\"x\":1}",
		    i > 0 ? "," : "", i);
	ses_buf_str(&entry, "],\"duration_ms\":7,\"final_status\":null}");
	shorten(ses_buf_cstr(&entry), &out);
	assert_true(out.len < 3000);
	assert_non_null(strstr(out.data, "\"duration_ms\":7,"));
	assert_non_null(
	    strstr(out.data, "{\"attempt\":19,\"verified\":true}]"));
	assert_null(strstr(out.data, "final_status"));
	ses_buf_free(&entry);
	ses_buf_free(&out);
}

int
main(void)
{
#define WITH(name)                                                             \
	cmocka_unit_test_setup_teardown(name, set_up_runs, tear_down_catalog)
	const struct CMUnitTest tests[] = {
	    WITH(test_stands_before_the_first_later_line),
	    WITH(test_whatever_came_first),
	    WITH(test_finds_and_skips),
	    WITH(test_logs_alone_say_the_same),
	    WITH(test_a_removed_log_is_gone),
	    cmocka_unit_test(test_long_entries_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
