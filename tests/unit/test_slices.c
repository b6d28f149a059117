/* Pages of a large archived object, of which slices are kept. */
#include "unit/stream_test.h"

#include <zstd.h>

#include "base/lines.h"
#include "pack/archive.h"
#include "vault/gap.h"

#define LINE    100
#define LINES   120000
#define LONG    60000 /* a line that is longer than a slice */
#define LONGER  700000
#define CACHE   ((size_t)16 << 20)
#define ARCHIVE "archive-0000000a-00000000-00000000-01234567.jsonl.zst"

/* What a test reads: lines from a number on, each as it should be. */
struct page {
	struct ses_lines lines;
	struct ses_buf want;
	char mark;     /* of the text that it should be */
	uint64_t n;    /* the last line that came, or was told as lost */
	uint64_t most; /* stop behind so many; 0: never */
	uint64_t come;
	uint64_t gap; /* lines that were told as lost: from */
	uint64_t gap_to;
};

static void
add_line(struct ses_buf *b, uint64_t n, char mark)
{
	int width = n == LONG ? LONGER : LINE - 2;

	ses_buf_fmt(b, "%c%0*llu\n", mark, width, (unsigned long long)n);
}

static int
on_line(void *arg, const char *line, size_t len, struct seshat_err *err)
{
	struct page *p = arg;

	ses_buf_clear(&p->want);
	if (++p->n > LINES)
		ses_buf_str(&p->want, "behind\n");
	else
		add_line(&p->want, p->n, p->mark);
	assert_int_equal(len + 1, p->want.len);
	assert_memory_equal(line, p->want.data, len);
	if (++p->come == p->most)
		return ses_fail(err, SESHAT_ECANCELLED, "enough");
	return 0;
}

static int
on_gap(void *arg, const struct ses_gap *gap, struct seshat_err *err)
{
	struct page *p = arg;

	(void)err;
	ses_lines_drop(&p->lines);
	/* a part that is lost is told of from its first line on */
	assert_in_range(gap->first, 1, p->n + 1);
	p->gap = p->n + 1;
	p->gap_to = gap->last;
	p->n = gap->last;
	return 0;
}

/* Read so many lines (0: all) from one on; the objects that were read. */
static uint64_t
page(struct page *p, struct ses_part_cache *cache, uint64_t from, uint64_t most)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_lines_how how = {
	    .from = from, .cache = cache, .gap = on_gap, .arg = p};
	uint64_t before = ses_store_counts(store).get;
	struct ses_sink sink;
	char mark = p->mark;
	int rc;

	*p = (struct page){.mark = mark, .n = from - 1, .most = most};
	p->lines = (struct ses_lines){
	    .line = on_line, .arg = p, .max = (size_t)LONGER * 2};
	sink = ses_lines_sink(&p->lines);
	rc = ses_session_lines(store, &where, &how, &sink, &err);
	if (rc < 0)
		assert_int_equal(err.code, SESHAT_ECANCELLED);
	assert_int_equal(rc<0, most> 0);
	ses_lines_drop(&p->lines);
	(void)ses_lines_close(&p->lines, &err);
	ses_buf_free(&p->want);
	return ses_store_counts(store).get - before;
}

/* Put the archived object, whatever was there. */
static void
put_archive(struct stream *st, char mark)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_part_head head = {.opened = 1000, .rules = 1};
	struct ses_buf text = {0};
	struct ses_buf frame = {0};
	struct ses_buf b = {0};
	struct ses_buf key = {0};
	size_t room;
	uint64_t n;

	for (n = 1; n <= LINES; n++)
		add_line(&text, n, mark);
	memcpy(head.w, st->w.w, sizeof(head.w));
	head.to = head.size = text.len;
	head.lines = LINES;
	head.crc = head.x = ses_crc32(0, text.data, text.len);
	ses_sha256_of(text.data, text.len, head.h);
	memcpy(head.k, head.h, sizeof(head.k));
	/* as large as it is, it would take long at the level that is used */
	room = ZSTD_compressBound(text.len);
	assert_non_null(ses_buf_room(&frame, room));
	ses_buf_grew(&frame, ZSTD_compress(ses_buf_room(&frame, room), room,
				 text.data, text.len, 1));
	head.frame = frame.len;
	ses_part_head_format(&head, &key);
	OK(ses_archive_head(key.data, key.len, &b, &err));
	ses_buf_add(&b, frame.data, frame.len);
	session_key(&key, ARCHIVE);
	OK(ses_store_put(store, key.data,
	    &(struct ses_put){.data = b.data, .len = b.len}, NULL, &err));
	st->e[0] = (struct ses_entry){.last = 0};
	memcpy(st->e[0].name, ARCHIVE, sizeof(ARCHIVE));
	ses_entry_of_head(&st->e[0], &head, 0, b.len, head.crc);
	st->w.at = head.to;
	ses_buf_free(&text);
	ses_buf_free(&frame);
	ses_buf_free(&b);
	ses_buf_free(&key);
}

/* A session of an archived object and a part behind it. */
static void
put_session(struct stream *st)
{
	*st =
	    (struct stream){.w = {"0000000a", "11111111", 1000, 8, 5000, 0, 1}};
	put_archive(st, 'a');
	st->n = 1;
	put_part(&st->w, "behind\n", 0);
	put_checkpoint(st, 0);
}

static void
a_page_is_read_once_and_those_beside_it_with_it(void **state)
{
	static const uint64_t at[] = {
	    1, 17, 5000, LONG - 1, LONG + 1, LINES - 2};
	struct ses_part_cache *cache = ses_part_cache_new(CACHE);
	struct page p = {.mark = 'a'};
	struct stream st;
	uint64_t first;
	size_t i;

	(void)state;
	put_session(&st);
	assert_non_null(cache);
	first = page(&p, cache, 1, 3);
	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		(void)page(&p, cache, at[i], 3);
		assert_int_equal(page(&p, cache, at[i], 3), first - 1);
		assert_int_equal(p.gap, 0);
	}
	/* both of what is kept and of what is not, to the end */
	(void)page(&p, cache, 4000, 0);
	assert_int_equal(p.n, LINES + 1);
	(void)page(&p, NULL, LONG, 0);
	assert_int_equal(p.n, LINES + 1);
	(void)page(&p, cache, LINES + 1, 1);
	ses_part_cache_free(cache);
}

static void
one_that_is_larger_than_the_cache_is_read_all_the_same(void **state)
{
	static const size_t max[] = {1000, 1 << 18, 1 << 20, 4 << 20};
	struct page p = {.mark = 'a'};
	struct ses_part_cache *cache;
	struct stream st;
	size_t i;

	(void)state;
	put_session(&st);
	for (i = 0; i < sizeof(max) / sizeof(max[0]); i++) {
		cache = ses_part_cache_new(max[i]);
		assert_non_null(cache);
		(void)page(&p, cache, 1, 0);
		assert_int_equal(p.n, LINES + 1);
		(void)page(&p, cache, LONG, 2);
		(void)page(&p, cache, 3000, 40000);
		assert_int_equal(p.gap, 0);
		ses_part_cache_free(cache);
	}
}

static void
what_was_kept_hides_no_damage_of_the_rest(void **state)
{
	struct ses_part_cache *cache = ses_part_cache_new(CACHE);
	struct page p = {.mark = 'a'};
	struct stream st;

	(void)state;
	put_session(&st);
	assert_non_null(cache);
	(void)page(&p, cache, 1, 3);
	damage(ARCHIVE);
	/* what was checked then is as right as it was */
	(void)page(&p, cache, 100, 3);
	assert_int_equal(p.gap, 0);
	/* the lines that are whole in it, no others, and what is behind */
	(void)page(&p, cache, 100, 0);
	assert_in_range(p.gap, (2 << 20) / LINE - 1, (2 << 20) / LINE + 1);
	assert_int_equal(p.gap_to, LINES);
	assert_int_equal(p.n, LINES + 1);
	/* nothing of what was not kept, and none of it is kept now */
	(void)page(&p, cache, LONG, 0);
	assert_int_equal(p.gap, LONG);
	assert_int_equal(p.gap_to, LINES);
	assert_int_equal(p.come, 1);
	(void)page(&p, cache, LONG, 0);
	assert_int_equal(p.gap, LONG);
	ses_part_cache_free(cache);
}

static void
another_object_of_the_same_name_is_not_taken_for_what_was_kept(void **state)
{
	struct ses_part_cache *cache = ses_part_cache_new(CACHE);
	struct page p = {.mark = 'a'};
	struct stream st;

	(void)state;
	put_session(&st);
	assert_non_null(cache);
	(void)page(&p, cache, 1, 3);
	put_archive(&st, 'b');
	put_checkpoint(&st, 0);
	p.mark = 'b';
	(void)page(&p, cache, 1, 3);
	assert_int_equal(p.gap, 0);
	assert_int_equal(p.come, 3);
	ses_part_cache_free(cache);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_page_is_read_once_and_those_beside_it_with_it),
	    TEST(one_that_is_larger_than_the_cache_is_read_all_the_same),
	    TEST(what_was_kept_hides_no_damage_of_the_rest),
	    TEST(
		another_object_of_the_same_name_is_not_taken_for_what_was_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
