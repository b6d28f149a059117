#include "unit/stream_test.h"

#include "vault/doc.h"
#include "vault/live.h"
#include "vault/pin.h"
#include "vault/read.h"

#define ALL UINT64_MAX

static struct stream
stream_a(void)
{
	return (struct stream){
	    .w = {"0000000a", "11111111", 1000, 4, 5000, 0, 0}};
}

/* The same writer's next one, complete with its n-th byte. */
static struct stream
stream_b(uint64_t n)
{
	return (struct stream){
	    .w = {"0000000b", "11111111", 2000, n, 5000, 0, 0}};
}

/* A reader and what it was handed. */
struct reader {
	struct ses_live f;
	struct ses_buf out;
	struct ses_sink sink;
	char changed[SES_STREAM_ID]; /* to which stream */
};

static void
on_changed(void *arg, const char *stream)
{
	struct reader *r = arg;

	memcpy(r->changed, stream, SES_STREAM_ID);
}

static void
begin(struct reader *r, uint64_t tail)
{
	*r = (struct reader){
	    .f = {
		.s = store, .w = &where, .tail = tail, .changed = on_changed}};
	r->sink = ses_sink_buf(&r->out);
	r->f.out = &r->sink;
	r->f.arg = r;
}

/* Look: it answers state, and hands out text. */
static void
look(struct reader *r, unsigned at, int state, const char *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	int got;

	ses_buf_clear(&r->out);
	got = ses_live_look(&r->f, at, &err);
	if (got < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(got, state);
	assert_string_equal(ses_buf_cstr(&r->out), text);
}

static void
hands_out_parts_as_they_come_for_one_request_each(void **state)
{
	struct stream a = stream_a();
	struct reader r;
	uint64_t before;

	(void)state;
	put_part(&a.w, "one\n", 0);
	put_checkpoint(&a, 0);
	begin(&r, ALL);
	look(&r, 0, SES_LIVE_GREW, "one\n");
	before = ses_store_counts(store).get;
	look(&r, SES_LOOK_PART, SES_LIVE_IDLE, "");
	assert_int_equal(ses_store_counts(store).get, before + 1);
	put_part(&a.w, "two\n", 0);
	put_part(&a.w, "three\n", 0);
	look(&r, SES_LOOK_PART, SES_LIVE_GREW, "two\nthree\n");
	assert_int_equal(ses_store_counts(store).get, before + 4);
	assert_int_equal(ses_store_counts(store).list, 1);
	look(&r, SES_LOOK_CHECKPOINT, SES_LIVE_IDLE, "");
	look(&r, SES_LOOK_STREAMS, SES_LIVE_IDLE, "");
	put_part(&a.w, "four\n", 0);
	look(&r, SES_LOOK_STREAMS | SES_LOOK_OTHERS, SES_LIVE_GREW, "four\n");
	look(&r, SES_LOOK_PART, SES_LIVE_IDLE, "");
	ses_buf_free(&r.out);
}

static void
holds_a_torn_line_back_until_the_session_ends(void **state)
{
	struct stream a = stream_a();
	struct reader r;

	(void)state;
	put_part(&a.w, "one\n", 0);
	begin(&r, ALL);
	look(&r, 0, SES_LIVE_GREW, "one\n");
	put_part(&a.w, "tw", 1);
	look(&r, SES_LOOK_PART, SES_LIVE_GREW, "");
	look(&r, SES_LOOK_STREAMS, SES_LIVE_IDLE, "");
	put_part(&a.w, "two\n", 0);
	put_part(&a.w, "thr", 1);
	look(&r, SES_LOOK_PART, SES_LIVE_GREW, "two\n");
	put_checkpoint(&a, 0);
	look(&r, SES_LOOK_CHECKPOINT, SES_LIVE_IDLE, "");
	look(&r, SES_LOOK_STREAMS, SES_LIVE_IDLE, "");
	put_checkpoint(&a, 1);
	look(&r, SES_LOOK_CHECKPOINT, SES_LIVE_ENDED, "thr");
	ses_buf_free(&r.out);
	begin(&r, ALL);
	look(&r, 0, SES_LIVE_ENDED, "one\ntwo\nthr");
	ses_buf_free(&r.out);
}

static void
begins_with_the_last_lines_or_behind_some(void **state)
{
	static const char *const want[] = {
	    "", "d\n", "c\nd\n", "b\nc\nd\n", "a\nb\nc\nd\n", "a\nb\nc\nd\n"};
	struct stream a = stream_a();
	struct reader r;
	uint64_t n;

	(void)state;
	put_part(&a.w, "a\nb\n", 0);
	put_checkpoint(&a, 0);
	put_part(&a.w, "c\nd\n", 0);
	put_part(&a.w, "e", 1);
	for (n = 0; n < sizeof(want) / sizeof(want[0]); n++) {
		begin(&r, n);
		look(&r, 0, SES_LIVE_GREW, want[n]);
		assert_int_equal(r.f.given, 8);
		assert_int_equal(r.f.begin, 8 - strlen(want[n]));
		ses_buf_free(&r.out);
		begin(&r, ALL);
		r.f.after = n;
		look(&r, 0, SES_LIVE_GREW, want[n < 4 ? 4 - n : 0]);
		ses_buf_free(&r.out);
	}
	begin(&r, 1);
	look(&r, 0, SES_LIVE_GREW, "d\n");
	put_part(&a.w, "e\nf\n", 0);
	look(&r, SES_LOOK_PART, SES_LIVE_GREW, "e\nf\n");
	ses_buf_free(&r.out);
}

static void
goes_on_behind_its_bytes_when_parts_were_merged(void **state)
{
	struct stream a = stream_a();
	struct reader all;
	struct reader last;
	struct reader slow;

	(void)state;
	put_part(&a.w, "0\n1\n", 0);
	put_part(&a.w, "2\n", 0);
	begin(&all, ALL);
	begin(&last, 1);
	begin(&slow, ALL);
	look(&slow, 0, SES_LIVE_GREW, "0\n1\n2\n");
	put_part(&a.w, "3\n", 0);
	look(&all, 0, SES_LIVE_GREW, "0\n1\n2\n3\n");
	look(&last, 0, SES_LIVE_GREW, "3\n");
	put_part(&a.w, "4\n", 0);
	put_part(&a.w, "5\n", 0);
	put_checkpoint(&a, 0);
	merge(&a, 0, 3); /* up to 4 */
	merge(&a, 1, 1); /* 5: renamed */
	put_part(&a.w, "6\n", 0);
	/* by name there is nothing: only the checkpoint knows */
	look(&all, SES_LOOK_PART, SES_LIVE_IDLE, "");
	look(&all, SES_LOOK_CHECKPOINT, SES_LIVE_GREW, "4\n5\n6\n");
	look(&last, SES_LOOK_CHECKPOINT, SES_LIVE_GREW, "4\n5\n6\n");
	merge(&a, 0, 1);
	look(&slow, SES_LOOK_STREAMS, SES_LIVE_GREW, "3\n4\n5\n6\n");
	put_part(&a.w, "7\n", 0);
	look(&all, SES_LOOK_PART, SES_LIVE_GREW, "7\n");
	look(&last, SES_LOOK_PART, SES_LIVE_GREW, "7\n");
	look(&slow, SES_LOOK_PART, SES_LIVE_GREW, "7\n");
	assert_string_equal(slow.changed, "");
	ses_buf_free(&all.out);
	ses_buf_free(&last.out);
	ses_buf_free(&slow.out);
}

/* A reader while whose first lines come in the others are merged. */
struct slow {
	struct reader r;
	struct stream *st;
};

static int
merge_behind(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct slow *s = arg;

	if (s->st->n == 4)
		merge(s->st, 1, 3);
	ses_buf_add(&s->r.out, data, len);
	return ses_buf_check(&s->r.out, err);
}

static void
looks_again_when_parts_are_merged_while_it_reads(void **state)
{
	struct stream a = stream_a();
	struct slow s = {.st = &a};

	(void)state;
	put_part(&a.w, "0\n", 0);
	put_part(&a.w, "1\n", 0);
	put_part(&a.w, "2\n", 0);
	put_part(&a.w, "3\n", 0);
	put_checkpoint(&a, 0);
	begin(&s.r, ALL);
	s.r.sink = (struct ses_sink){merge_behind, &s};
	look(&s.r, 0, SES_LIVE_GREW, "0\n1\n2\n3\n");
	ses_buf_free(&s.r.out);
}

static void
counts_no_torn_line_that_became_whole(void **state)
{
	struct stream a = stream_a();
	struct reader all;
	struct reader last;

	(void)state;
	put_part(&a.w, "0\n", 0);
	put_part(&a.w, "1", 1);
	put_part(&a.w, "1\n", 0);
	put_part(&a.w, "2\n", 0);
	begin(&all, ALL);
	begin(&last, 1);
	look(&all, 0, SES_LIVE_GREW, "0\n1\n2\n");
	look(&last, 0, SES_LIVE_GREW, "2\n");
	assert_int_equal(last.f.begin, 4);
	put_part(&a.w, "3\n", 0);
	put_checkpoint(&a, 0);
	merge(&a, 2, 4);
	look(&all, SES_LOOK_CHECKPOINT, SES_LIVE_GREW, "3\n");
	look(&last, SES_LOOK_CHECKPOINT, SES_LIVE_GREW, "3\n");
	ses_buf_free(&all.out);
	ses_buf_free(&last.out);
}

static void
goes_on_in_a_stream_that_begins_alike(void **state)
{
	struct stream a = stream_a();
	struct stream b = stream_b(12);
	struct reader all;
	struct reader last;

	(void)state;
	put_part(&a.w, "one\n", 0);
	put_part(&a.w, "two\n", 0);
	begin(&all, ALL);
	begin(&last, 1);
	look(&all, 0, SES_LIVE_GREW, "one\ntwo\n");
	look(&last, 0, SES_LIVE_GREW, "two\n");
	put_part(&b.w, "one\n", 0);
	look(&all, SES_LOOK_STREAMS, SES_LIVE_IDLE, "");
	put_part(&b.w, "two\nxyz\n", 0);
	look(&all, SES_LOOK_STREAMS, SES_LIVE_GREW, "xyz\n");
	put_checkpoint(&b, 0);
	look(&last, SES_LOOK_STREAMS, SES_LIVE_GREW, "xyz\n");
	put_part(&b.w, "more\n", 0);
	look(&all, SES_LOOK_PART, SES_LIVE_GREW, "more\n");
	look(&last, SES_LOOK_PART, SES_LIVE_GREW, "more\n");
	assert_string_equal(all.changed, "");
	assert_string_equal(last.changed, "");
	ses_buf_free(&all.out);
	ses_buf_free(&last.out);
}

static void
says_when_the_lines_were_rewritten_and_begins_anew(void **state)
{
	struct stream a = stream_a();
	struct stream b = stream_b(4);
	struct reader r;

	(void)state;
	put_part(&a.w, "one\n", 0);
	put_part(&a.w, "two\n", 0);
	begin(&r, 1);
	look(&r, 0, SES_LIVE_GREW, "two\n");
	put_part(&b.w, "one\n", 0);
	look(&r, SES_LOOK_STREAMS, SES_LIVE_GREW, "one\n");
	assert_string_equal(r.changed, "0000000b");
	put_part(&b.w, "2\n", 0);
	look(&r, SES_LOOK_PART, SES_LIVE_GREW, "2\n");
	ses_buf_free(&r.out);
}

static void
another_machine_takes_over_only_after_a_while(void **state)
{
	struct stream a = stream_a();
	struct stream c = {.w = {"0000000c", "22222222", 1500, 4, 6000, 0, 0}};
	struct reader r;
	struct reader stays;
	struct reader ends;

	(void)state;
	put_part(&a.w, "one\n", 0);
	begin(&r, ALL);
	begin(&ends, ALL);
	begin(&stays, ALL);
	stays.f.wanted = "0000000a";
	look(&r, 0, SES_LIVE_GREW, "one\n");
	look(&ends, 0, SES_LIVE_GREW, "one\n");
	look(&stays, 0, SES_LIVE_GREW, "one\n");
	put_part(&c.w, "one\ntwo\n", 0);
	look(&r, SES_LOOK_STREAMS, SES_LIVE_IDLE, "");
	look(&r, SES_LOOK_OTHERS, SES_LIVE_GREW, "two\n");
	look(&stays, SES_LOOK_OTHERS, SES_LIVE_IDLE, "");
	/* or at once, when the first one's has ended */
	put_checkpoint(&a, 1);
	look(&stays, SES_LOOK_CHECKPOINT, SES_LIVE_ENDED, "");
	look(&ends, SES_LOOK_CHECKPOINT, SES_LIVE_GREW, "two\n");
	ses_buf_free(&r.out);
	ses_buf_free(&stays.out);
	ses_buf_free(&ends.out);
}

static void
tells_removal_from_loss(void **state)
{
	struct stream a = stream_a();
	struct seshat_err err = SESHAT_ERR_INIT;
	struct reader r;

	(void)state;
	begin(&r, ALL);
	FAILS(ses_live_look(&r.f, 0, &err), SESHAT_ENOTFOUND);
	put_part(&a.w, "one\n", 0);
	put_checkpoint(&a, 0);
	look(&r, 0, SES_LIVE_GREW, "one\n");
	del("part-00000000-0000000a.jsonl.gz");
	del("stream-0000000a.json");
	look(&r, SES_LOOK_PART, SES_LIVE_IDLE, "");
	FAILS(ses_live_look(&r.f, SES_LOOK_CHECKPOINT, &err), SESHAT_ENOTFOUND);
	OK(ses_vault_remove(store, &where, &err));
	look(&r, SES_LOOK_CHECKPOINT, SES_LIVE_REMOVED, "");
	ses_buf_free(&r.out);
}

static void
damage_hands_out_nothing_wrong_and_can_be_mended(void **state)
{
	struct stream a = stream_a();
	struct seshat_err err = SESHAT_ERR_INIT;
	struct reader r;

	(void)state;
	put_part(&a.w, "one\n", 0);
	begin(&r, ALL);
	look(&r, 0, SES_LIVE_GREW, "one\n");
	put_part(&a.w, "two\n", 0);
	damage("part-00000001-0000000a.jsonl.gz");
	FAILS(ses_live_look(&r.f, SES_LOOK_PART, &err), SESHAT_ECORRUPT);
	FAILS(ses_live_look(&r.f, SES_LOOK_STREAMS, &err), SESHAT_ECORRUPT);
	assert_non_null(strstr(err.msg, "part 1 cannot be read"));
	damage("part-00000001-0000000a.jsonl.gz"); /* back again */
	look(&r, SES_LOOK_STREAMS, SES_LIVE_GREW, "two\n");
	put_part(&a.w, "three\n", 0);
	put_part(&a.w, "four\n", 0);
	del("part-00000002-0000000a.jsonl.gz");
	look(&r, SES_LOOK_PART, SES_LIVE_IDLE, "");
	FAILS(ses_live_look(&r.f, SES_LOOK_STREAMS, &err), SESHAT_ECORRUPT);
	assert_non_null(strstr(err.msg, "part 2 is missing"));
	ses_buf_free(&r.out);
}

static int
on_gap(void *arg, uint64_t lines, const char *what, struct seshat_err *err)
{
	struct reader *r = arg;

	(void)err;
	ses_buf_fmt(&r->out, "<%llu: %s>", (unsigned long long)lines, what);
	return 0;
}

static void
what_stays_damaged_can_be_passed_over(void **state)
{
	struct stream a = stream_a();
	struct seshat_err err = SESHAT_ERR_INIT;
	struct reader r;

	(void)state;
	put_part(&a.w, "one\n", 0);
	begin(&r, ALL);
	r.f.gap = on_gap;
	look(&r, 0, SES_LIVE_GREW, "one\n");
	put_part(&a.w, "two\nthree\n", 0);
	put_part(&a.w, "four\n", 0);
	damage("part-00000001-0000000a.jsonl.gz");
	FAILS(ses_live_look(&r.f, SES_LOOK_STREAMS, &err), SESHAT_ECORRUPT);
	r.f.pass = 1;
	look(&r, SES_LOOK_STREAMS, SES_LIVE_GREW,
	    "<2: part-00000001-0000000a is damaged (damaged compressed data)>"
	    "four\n");
	r.f.pass = 0;
	put_part(&a.w, "five\n", 0);
	look(&r, SES_LOOK_PART, SES_LIVE_GREW, "five\n");
	look(&r, SES_LOOK_STREAMS, SES_LIVE_IDLE, "");
	/* what is behind it can be merged, and nothing comes twice */
	put_checkpoint(&a, 0);
	merge(&a, 2, 3);
	look(&r, SES_LOOK_STREAMS, SES_LIVE_IDLE, "");
	/* of a part without its header nobody knows how many lines it had */
	put_part(&a.w, "six\n", 0);
	put_part(&a.w, "seven\n", 0);
	put_checkpoint(&a, 0);
	del("part-00000004-0000000a.jsonl.gz");
	r.f.pass = 1;
	look(&r, SES_LOOK_STREAMS, SES_LIVE_GREW,
	    "<1: part-00000004-0000000a is missing>seven\n");
	put_part(&a.w, "eight\n", 0);
	put_part(&a.w, "nine\n", 0);
	del("part-00000006-0000000a.jsonl.gz");
	FAILS(ses_live_look(&r.f, SES_LOOK_STREAMS, &err), SESHAT_ECORRUPT);
	ses_buf_free(&r.out);
	/* who begins behind it is not told of it */
	begin(&r, ALL);
	r.f.tail = UINT64_MAX;
	r.f.after = 3;
	r.f.gap = on_gap;
	r.f.pass = 1;
	FAILS(ses_live_look(&r.f, 0, &err), SESHAT_ECORRUPT);
	assert_string_equal(ses_buf_cstr(&r.out),
	    "four\nfive\n<1: part-00000004-0000000a is missing>seven\n");
	ses_buf_free(&r.out);
}

/* A sink that takes nothing. */
static int
refuse(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	(void)arg;
	(void)data;
	(void)len;
	return ses_fail(err, SESHAT_ENOTFOUND, "full");
}

static void
tells_its_own_reader_from_the_store(void **state)
{
	struct stream a = stream_a();
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_sink full = {refuse, NULL};
	struct reader r;

	(void)state;
	put_part(&a.w, "one\n", 0);
	begin(&r, 0);
	look(&r, 0, SES_LIVE_GREW, "");
	put_part(&a.w, "two\n", 0);
	r.f.out = &full;
	FAILS(ses_live_look(&r.f, SES_LOOK_PART, &err), SESHAT_ENOTFOUND);
	assert_true(r.f.out_failed);
	ses_buf_free(&r.out);
}

static void
knows_what_a_name_means(void **state)
{
	struct stream a = stream_a();
	struct reader r;
	static const struct {
		const char *name;
		int at;
	} rows[] = {{"part-00000001-0000000a.jsonl.gz", SES_LOOK_PART},
	    {"part-00000000-0000000a.jsonl.gz", -1},
	    {"stream-0000000a.json", SES_LOOK_CHECKPOINT},
	    {"part-00000000-0000000b.jsonl.gz", SES_LOOK_STREAMS},
	    {"stream-0000000b.json", SES_LOOK_STREAMS}, {"meta.json", -1},
	    {"merged-0000000a-00000000-00000003-01234567.jsonl.gz", -1},
	    {"", SES_LOOK_STREAMS}};
	size_t i;

	(void)state;
	put_part(&a.w, "one\n", 0);
	begin(&r, ALL);
	look(&r, 0, SES_LIVE_GREW, "one\n");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(ses_live_sign(&r.f, rows[i].name), rows[i].at);
	r.f.wanted = "0000000a";
	assert_int_equal(ses_live_sign(&r.f, "stream-0000000b.json"), -1);
	ses_buf_free(&r.out);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(hands_out_parts_as_they_come_for_one_request_each),
	    WITH(holds_a_torn_line_back_until_the_session_ends),
	    WITH(begins_with_the_last_lines_or_behind_some),
	    WITH(goes_on_behind_its_bytes_when_parts_were_merged),
	    WITH(looks_again_when_parts_are_merged_while_it_reads),
	    WITH(counts_no_torn_line_that_became_whole),
	    WITH(goes_on_in_a_stream_that_begins_alike),
	    WITH(says_when_the_lines_were_rewritten_and_begins_anew),
	    WITH(another_machine_takes_over_only_after_a_while),
	    WITH(tells_removal_from_loss),
	    WITH(damage_hands_out_nothing_wrong_and_can_be_mended),
	    WITH(what_stays_damaged_can_be_passed_over),
	    WITH(tells_its_own_reader_from_the_store),
	    WITH(knows_what_a_name_means),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
