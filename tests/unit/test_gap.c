/* Reading the lines of a session round what is damaged. */
#include "unit/stream_test.h"

#include "base/lines.h"
#include "vault/gap.h"
#include "vault/summary.h"

/* What came of it: "3:text\n" for a line, "4-5!\n" for a gap. */
struct got {
	struct ses_lines lines;
	struct ses_buf out;
	uint64_t n;   /* lines so far */
	uint64_t gap; /* first line of a gap that the next may go on with */
	/* At line when the parts from to to of st are merged. */
	struct stream *st;
	uint64_t when;
	size_t from;
	size_t to;
};

static void
end_gap(struct got *g)
{
	if (g->gap > 0)
		ses_buf_fmt(&g->out, "%llu-%llu!\n", (unsigned long long)g->gap,
		    (unsigned long long)g->n);
	g->gap = 0;
}

static int
on_line(void *arg, const char *line, size_t len, struct seshat_err *err)
{
	struct got *g = arg;

	(void)err;
	end_gap(g);
	ses_buf_fmt(
	    &g->out, "%llu:%.*s\n", (unsigned long long)++g->n, (int)len, line);
	if (g->n == g->when)
		merge(g->st, g->from, g->to);
	return 0;
}

static int
on_gap(void *arg, const struct ses_gap *gap, struct seshat_err *err)
{
	struct got *g = arg;

	(void)err;
	ses_lines_drop(&g->lines);
	if (gap->last == SES_GAP_OPEN) {
		end_gap(g);
		ses_buf_fmt(
		    &g->out, "%llu-?!\n", (unsigned long long)gap->first);
		return 0;
	}
	if (g->gap == 0)
		g->gap = gap->first;
	assert_true(gap->last >= gap->first);
	assert_true(gap->last > g->n);
	assert_true(gap->first <= g->n + 1);
	g->n = gap->last;
	return 0;
}

/* Read, and compare with what is wanted. */
static void
reads(const struct ses_lines_how *plan, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct got g = {0};
	struct ses_lines_how how = *plan;
	struct ses_sink sink;

	g.lines =
	    (struct ses_lines){.line = on_line, .arg = &g, .max = 1 << 20};
	g.n = how.from > 0 ? how.from - 1 : 0;
	how.gap = on_gap;
	how.arg = &g;
	sink = ses_lines_sink(&g.lines);
	OK(ses_session_lines(store, &where, &how, &sink, &err));
	OK(ses_lines_close(&g.lines, &err));
	end_gap(&g);
	assert_string_equal(ses_buf_cstr(&g.out), want);
	ses_buf_free(&g.out);
}

static void
from(uint64_t line, const char *want)
{
	reads(&(struct ses_lines_how){.from = line}, want);
}

static void
goes_on_behind_a_part_that_is_damaged(void **state)
{
	struct writer w = {"0000000a", "11111111", 1000, 8, 5000, 0, 0};

	(void)state;
	put_part(&w, "a\nb\n", 0);
	put_part(&w, "c\n", 0);
	put_part(&w, "d\ne\n", 0);
	from(0, "1:a\n2:b\n3:c\n4:d\n5:e\n");
	damage("part-00000001-0000000a.jsonl.gz");
	from(1, "1:a\n2:b\n3-3!\n4:d\n5:e\n");
	from(2, "2:b\n3-3!\n4:d\n5:e\n");
	from(3, "3-3!\n4:d\n5:e\n");
	from(4, "4:d\n5:e\n");
	from(6, "");
	from(9, "");
	damage("part-00000002-0000000a.jsonl.gz");
	from(1, "1:a\n2:b\n3-5!\n");
	from(5, "4-5!\n");
	from(6, "");
}

static void
where_no_numbers_are_known_it_ends_or_goes_on_without(void **state)
{
	struct writer w = {"0000000a", "11111111", 1000, 8, 5000, 0, 0};
	struct ses_lines_how how = {.unnumbered = 1};

	(void)state;
	put_part(&w, "a\nb\n", 0);
	put_part(&w, "c\n", 0);
	put_part(&w, "d\ne\n", 0);
	put_part(&w, "f\n", 0);
	del("part-00000001-0000000a.jsonl.gz");
	from(0, "1:a\n2:b\n3-?!\n");
	from(7, "3-?!\n");
	reads(&how, "1:a\n2:b\n3-?!\n3:d\n4:e\n5:f\n");
	how.from = 2;
	reads(&how, "2:b\n3-?!\n3:d\n4:e\n5:f\n");
	how.from = 0;
	how.tail = 2;
	reads(&how, "1:e\n2:f\n");
	how.tail = 4;
	reads(&how, "1:b\n3-?!\n2:d\n3:e\n4:f\n");
}

static void
the_summary_counts_lines_that_cannot_be_read(void **state)
{
	struct writer w = {"0000000a", "11111111", 1000, 8, 5000, 0, 0};
	struct seshat_err err = SESHAT_ERR_INIT;
	json_t *doc = NULL;

	(void)state;
	put_part(&w, "a\nb\n", 0);
	put_part(&w, "c\n", 0);
	put_part(&w, "d\ne\n", 0);
	damage("part-00000001-0000000a.jsonl.gz");
	OK(ses_vault_summary(store, &where, NULL, &doc, &err));
	assert_int_equal(ses_doc_u64(doc, "lines"), 5);
	assert_string_equal(ses_doc_str(doc, "damage"), "");
	json_decref(doc);
	del("part-00000001-0000000a.jsonl.gz");
	OK(ses_vault_summary(store, &where, NULL, &doc, &err));
	assert_string_equal(ses_doc_str(doc, "damage"), "part 1 is missing");
	json_decref(doc);
}

/* Read all while parts from to to are merged, at line when. */
static void
reads_while_merged(struct stream *st, uint64_t when, size_t first, size_t last,
    const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct got g = {.st = st, .when = when, .from = first, .to = last};
	const struct ses_lines_how how = {.gap = on_gap, .arg = &g};
	struct ses_sink sink;

	g.lines =
	    (struct ses_lines){.line = on_line, .arg = &g, .max = 1 << 20};
	sink = ses_lines_sink(&g.lines);
	OK(ses_session_lines(store, &where, &how, &sink, &err));
	OK(ses_lines_close(&g.lines, &err));
	end_gap(&g);
	assert_string_equal(ses_buf_cstr(&g.out), want);
	ses_buf_free(&g.out);
}

static void
what_was_merged_meanwhile_is_no_damage(void **state)
{
	static const char all[] = "1:a\n2:b\n3:c\n4:d\n5:e\n6:f\n7:g\n8:h\n";
	static const size_t ranges[][2] = {{0, 4}, {1, 3}, {2, 3}, {3, 4}};
	struct stream st;
	uint64_t when;
	size_t i;

	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		for (when = 1; when <= 8; when++) {
			st = (struct stream){
			    .w = {"0000000a", "11111111", 1000, 8, 5000, 0, 0}};
			put_part(&st.w, "a\nb\n", 0);
			put_part(&st.w, "c\nd", 0); /* a piece, then the rest */
			put_part(&st.w, "\ne\n", 0);
			put_part(&st.w, "f\n", 0);
			put_part(&st.w, "g\nh\n", 0);
			put_checkpoint(&st, 0);
			reads_while_merged(
			    &st, when, ranges[i][0], ranges[i][1], all);
			assert_int_equal(tear_down(state), 0);
			assert_int_equal(set_up(state), 0);
		}
}

static void
a_gap_is_told_once_while_others_are_merged(void **state)
{
	struct stream st = {.w = {"0000000a", "11111111", 1000, 8, 5000, 0, 0}};

	(void)state;
	put_part(&st.w, "a\nb\n", 0);
	put_part(&st.w, "c\n", 0);
	put_part(&st.w, "d\n", 0);
	put_part(&st.w, "e\nf\n", 0);
	put_checkpoint(&st, 0);
	damage("part-00000001-0000000a.jsonl.gz");
	reads_while_merged(&st, 2, 2, 3, "1:a\n2:b\n3-3!\n4:d\n5:e\n6:f\n");
}

/* Any stream, with any parts damaged: a line is there if all parts that have a
 * byte of it are. */

#define PARTS 12
#define LINES 64

struct sample {
	char text[PARTS][64];
	int bad[PARTS];
	int n;
	char line[LINES][64]; /* without its newline */
	int lost[LINES];
	int lines;
};

static unsigned seed = 7;

static unsigned
any(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

/* Some whole lines, or a piece of one; the last part ends a line. */
static void
make_sample(struct sample *s)
{
	int i;
	int k;

	*s = (struct sample){.n = 3 + (int)any(PARTS - 3)};
	for (i = 0; i < s->n; i++) {
		for (k = (int)any(3); k >= 0; k--)
			(void)sprintf(s->text[i] + strlen(s->text[i]),
			    "p%d-%d%s", i, k,
			    k == 0 && i + 1 < s->n && any(3) == 0 ? "" : "\n");
		s->bad[i] = any(3) == 0;
	}
	for (i = 0; i < s->n; i++) {
		for (const char *p = s->text[i]; *p != '\0'; p++) {
			s->lost[s->lines] |= s->bad[i];
			if (*p == '\n')
				s->lines++;
			else
				strncat(s->line[s->lines], p, 1);
		}
	}
}

static void
want_from(const struct sample *s, int from_line, struct ses_buf *out)
{
	int i = from_line - 1;
	int first;

	ses_buf_clear(out);
	while (i < s->lines) {
		first = i;
		while (i < s->lines && s->lost[i])
			i++;
		if (i > first)
			ses_buf_fmt(out, "%d-%d!\n", first + 1, i);
		if (i < s->lines) {
			ses_buf_fmt(out, "%d:%s\n", i + 1, s->line[i]);
			i++;
		}
	}
	(void)ses_buf_cstr(out);
}

/* The same, of which a first gap may begin before it: where its part does. */
static void
like(uint64_t line, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct got g = {.n = line - 1};
	const struct ses_lines_how how = {
	    .from = line, .gap = on_gap, .arg = &g};
	struct ses_sink sink;
	const char *bar;
	const char *found;

	g.lines =
	    (struct ses_lines){.line = on_line, .arg = &g, .max = 1 << 20};
	sink = ses_lines_sink(&g.lines);
	OK(ses_session_lines(store, &where, &how, &sink, &err));
	OK(ses_lines_close(&g.lines, &err));
	end_gap(&g);
	found = ses_buf_cstr(&g.out);
	bar = strchr(want, '-');
	if (bar != NULL && strspn(want, "0123456789") == (size_t)(bar - want)) {
		assert_non_null(strchr(found, '-'));
		found = strchr(found, '-');
		want = bar;
	}
	assert_string_equal(found, want);
	ses_buf_free(&g.out);
}

static void
any_part_takes_only_its_own_lines_away(void **state)
{
	struct sample s;
	struct ses_buf want = {0};
	struct stream st;
	char name[SES_PART_NAME];
	int round;
	int i;

	for (round = 0; round < 60; round++) {
		make_sample(&s);
		st = (struct stream){
		    .w = {"0000000a", "11111111", 1000, 8, 5000, 0, 0}};
		for (i = 0; i < s.n; i++)
			put_part(&st.w, s.text[i], 0);
		/* without a checkpoint headers tell; with one all may go */
		if (round % 2)
			put_checkpoint(&st, 0);
		for (i = 0; i < s.n; i++) {
			ses_key_part(name, (uint32_t)i, st.w.stream);
			if (s.bad[i] && round % 4 == 3)
				del(name);
			else if (s.bad[i])
				damage(name);
		}
		for (i = 1; i <= s.lines + 1; i++) {
			want_from(&s, i, &want);
			like((uint64_t)i, want.data);
		}
		assert_int_equal(tear_down(state), 0);
		assert_int_equal(set_up(state), 0);
	}
	ses_buf_free(&want);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(goes_on_behind_a_part_that_is_damaged),
	    TEST(where_no_numbers_are_known_it_ends_or_goes_on_without),
	    TEST(the_summary_counts_lines_that_cannot_be_read),
	    TEST(what_was_merged_meanwhile_is_no_damage),
	    TEST(a_gap_is_told_once_while_others_are_merged),
	    TEST(any_part_takes_only_its_own_lines_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
