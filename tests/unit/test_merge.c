#include "unit/test.h"

#include <zlib.h>

#include "pack/member.h"
#include "pack/splice.h"
#include "vault/doc.h"
#include "vault/garbage.h"
#include "vault/plan.h"

/* Objects as a stream has them, and what merging costs. */
#define MOST 20000
struct stream {
	struct ses_entry v[MOST];
	size_t n;
	uint32_t next_seq;
	uint64_t size;
	uint64_t moved;
};

static struct stream st;
static uint64_t chance;

static uint64_t
below(uint64_t n)
{
	chance = chance * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (chance >> 33) % n;
}

static void
start(uint64_t seed)
{
	st.n = 0;
	st.next_seq = 0;
	st.size = 0;
	st.moved = 0;
	chance = seed;
}

static void
add(uint64_t size, int torn)
{
	assert_true(st.n < MOST);
	st.v[st.n++] = (struct ses_entry){.first = st.next_seq,
	    .last = st.next_seq,
	    .size = size,
	    .torn = torn};
	st.next_seq++;
	st.size += torn ? 0 : size;
}

/* What is planned must be in order, fit, and be more than torn lines. */
static void
check_plan(const struct ses_plan *p, size_t n)
{
	uint64_t size;
	size_t at = 0;
	size_t i;
	size_t j;
	int whole;

	for (i = 0; i < p->n; i++) {
		assert_true(p->v[i].lo >= at);
		assert_true(p->v[i].hi >= p->v[i].lo + 2 && p->v[i].hi <= n);
		size = 0;
		whole = 0;
		for (j = p->v[i].lo; j < p->v[i].hi; j++) {
			size += st.v[j].torn ? 0 : st.v[j].size;
			whole |= !st.v[j].torn;
		}
		assert_true(whole);
		assert_true(size <= SES_PLAN_FULL);
		at = p->v[i].hi;
	}
}

static void
do_plan(const struct ses_plan *p)
{
	struct ses_entry e;
	size_t to = 0;
	size_t i = 0;
	size_t r = 0;

	while (i < st.n) {
		if (r == p->n || i < p->v[r].lo) {
			st.v[to++] = st.v[i++];
			continue;
		}
		e = (struct ses_entry){
		    .first = st.v[i].first, .last = st.v[p->v[r].hi - 1].last};
		for (; i < p->v[r].hi; i++)
			e.size += st.v[i].torn ? 0 : st.v[i].size;
		st.moved += e.size;
		st.v[to++] = e;
		r++;
	}
	st.n = to;
}

/* How many runs were merged; done again it must change nothing. */
static size_t
merge(unsigned fan)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	size_t n = st.n > 0 && st.v[st.n - 1].torn ? st.n - 1 : st.n;
	struct ses_plan p;
	size_t runs;

	OK(ses_plan_make(&p, st.v, n, fan, &err));
	check_plan(&p, n);
	runs = p.n;
	do_plan(&p);
	ses_plan_free(&p);
	n = st.n > 0 && st.v[st.n - 1].torn ? st.n - 1 : st.n;
	OK(ses_plan_make(&p, st.v, n, fan, &err));
	assert_int_equal(p.n, 0);
	ses_plan_free(&p);
	return runs;
}

static void
covers_all(void)
{
	uint64_t size = 0;
	uint32_t seq = 0;
	size_t i;

	for (i = 0; i < st.n; i++) {
		assert_int_equal(st.v[i].first, seq);
		seq = st.v[i].last + 1;
		size += st.v[i].torn ? 0 : st.v[i].size;
	}
	assert_int_equal(seq, st.next_seq);
	assert_int_equal(size, st.size);
}

/* So many generations can n parts have. */
static uint64_t
generations(uint64_t n, unsigned fan)
{
	uint64_t g = 1;

	for (n /= fan; n > 0; n /= SES_PLAN_NEXT)
		g++;
	return g;
}

/* How big a part is, in sessions of five kinds. */
static uint64_t
any_size(unsigned kind)
{
	switch (kind) {
	case 0:
		return 1 + below(300);
	case 1:
		return 1 + below(200000);
	case 2:
		return 1 + below(SES_PLAN_FULL);
	case 3:
		return 1 + below(below(50) == 0 ? UINT64_C(16) << 20 : 2000);
	default:
		return 1 + below(1 + below(5000000));
	}
}

/* 4,000 flushes by chance. */
static void
live(uint64_t seed)
{
	static const unsigned fans[] = {2, 3, 8, 64};
	uint64_t generation;
	unsigned fan;
	unsigned kind;
	int i;

	start(seed);
	fan = fans[below(4)];
	kind = (unsigned)below(5);
	for (i = 0; i < 4000; i++) {
		add(any_size(kind), below(40) == 0);
		if (st.next_seq % fan == 0)
			(void)merge(fan);
	}
	covers_all();
	generation = generations(4000, fan);
	assert_true(st.n <= UINT64_C(2) * fan +
				(SES_PLAN_NEXT + 1) * generation +
				2 * (st.size / SES_PLAN_FULL + 1));
	/* once for each generation, and when they are closed */
	assert_true(st.moved <= st.size * (generation + 2));
}

static void
plans_for_few_objects_and_few_moves(void **state)
{
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= 60; seed++)
		live(seed);
}

static void
a_hundred_thousand_flushes_are_few_objects(void **state)
{
	size_t most = 0;
	int i;

	(void)state;
	start(1);
	for (i = 0; i < 100000; i++) {
		add(500, 0);
		if (st.next_seq % SES_PLAN_FAN == 0)
			(void)merge(SES_PLAN_FAN);
		most = st.n > most ? st.n : most;
	}
	covers_all();
	assert_true(most <= 64 + 4 * 8 + 2 * (50000000 / SES_PLAN_FULL + 1));
	assert_true(st.moved <= 6 * st.size);
}

static void
all_that_fits_is_one(void **state)
{
	(void)state;
	start(1);
	add(100, 0);
	assert_int_equal(merge(0), 0);
	add(100, 1);
	assert_int_equal(merge(0), 0); /* it is the last, and counts */
	add(100, 0);
	assert_int_equal(merge(0), 1);
	assert_int_equal(st.n, 1);
	add(SES_PLAN_FULL - 200, 0);
	assert_int_equal(merge(0), 1);
	assert_int_equal(st.n, 1);
	add(1, 0);
	add(UINT64_C(2) * SES_PLAN_FULL, 0);
	add(100, 1);
	add(100, 1);
	add(100, 1);
	assert_int_equal(merge(0), 0); /* torn ones alone are nothing */
	assert_int_equal(st.n, 6);
	add(7, 0);
	assert_int_equal(merge(0), 1);
	assert_int_equal(st.n, 4);
	covers_all();
}

/* Parts of a stream and what they hold together. */
static struct ses_buf text;

static void
make_part(struct ses_packer *p, uint64_t from, const char *content,
    struct ses_part_head *head, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf extra = {0};
	size_t len = strlen(content);

	*head = (struct ses_part_head){.w = "0123abcd",
	    .opened = 1000,
	    .opened_size = 5,
	    .from = from,
	    .to = from + len,
	    .size = len,
	    .lines = 1,
	    .last_event = 5000 - (int64_t)from,
	    .x = ses_crc32(0, content, len),
	    .rules = 3};
	ses_sha256_of(content, len, head->h);
	ses_sha256_of(content, len, head->k);
	if (from == 0)
		strcpy(head->redactions, "jwt:2,npm-token:1");
	else
		strcpy(head->redactions, "pem:4,jwt:3");
	ses_part_head_format(head, &extra);
	ses_buf_clear(out);
	OK(ses_member_pack(p, extra.data, extra.len, content, len, out, &err));
	ses_buf_free(&extra);
}

static int
splice(struct ses_splice *s, const struct ses_buf *object,
    const struct ses_part_head *head, const char *content,
    struct seshat_err *err)
{
	struct ses_sink sink = ses_splice_sink(s);

	assert_int_equal(
	    ses_sink_write(&sink, content, strlen(content), err), 0);
	return ses_splice_add(s, object->data, object->len, head, err);
}

static void
is_one_member(const struct ses_buf *b, uint64_t body)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_part_head head;
	struct ses_member m;
	char hex[SES_SHA256_HEX];
	unsigned char *out = malloc(text.len + 1);
	z_stream z = {0};

	assert_non_null(out);
	assert_int_equal(inflateInit2(&z, 31), Z_OK);
	z.next_in = (Bytef *)b->data;
	z.avail_in = (uInt)b->len;
	z.next_out = out;
	z.avail_out = (uInt)text.len + 1;
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.avail_in, 0);
	assert_int_equal(z.total_out, text.len);
	assert_memory_equal(out, text.data, text.len);
	inflateEnd(&z);
	free(out);
	OK(ses_member_parse(b->data, b->len, &m, &err));
	assert_int_equal(m.body, body);
	OK(ses_part_head_parse(m.extra, m.extra_len, &head, &err));
	ses_sha256_of(text.data, text.len, hex);
	assert_string_equal(head.h, hex);
	assert_int_equal(head.x, ses_crc32(0, text.data, text.len));
	assert_int_equal(head.from, 0);
	assert_int_equal(head.to, text.len);
	assert_int_equal(head.size, text.len);
	assert_int_equal(head.lines, 2);
	assert_int_equal(head.last_event, 5000);
	assert_string_equal(head.redactions, "jwt:5,npm-token:1,pem:4");
	assert_int_equal(head.torn, 0);
	assert_int_equal(head.inside, 1);
	assert_int_equal(head.rules, 0);
	assert_int_equal(head.opened_size, 4);
}

static void
parts_are_spliced_into_one_member(void **state)
{
	static const char a[] = "{\"a\":1}\n";
	static const char b[] = "{\"b\":2}\n";
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_packer p = {0};
	static struct ses_part_head first;
	static struct ses_part_head second;
	struct ses_buf one = {0};
	struct ses_buf two = {0};
	struct ses_buf out = {0};
	struct ses_splice s = {0};
	uint64_t body;

	(void)state;
	ses_buf_clear(&text);
	ses_buf_str(&text, a);
	ses_buf_str(&text, b);
	make_part(&p, 0, a, &first, &one);
	make_part(&p, strlen(a), b, &second, &two);
	ses_splice_begin(&s, 0);
	OK(splice(&s, &one, &first, a, &err));
	/* what does not go on there, or is not what it says */
	FAILS(splice(&s, &one, &first, a, &err), SESHAT_ECORRUPT);
	FAILS(splice(&s, &two, &second, a + 1, &err), SESHAT_ECORRUPT);
	second.w[0] = 'f';
	FAILS(splice(&s, &two, &second, b, &err), SESHAT_ECORRUPT);
	second.w[0] = '0';
	second.torn = 1;
	FAILS(splice(&s, &two, &second, b, &err), SESHAT_ECORRUPT);
	second.torn = 0;
	second.inside = 1;
	second.rules = 0;
	second.opened_size = 4;
	OK(splice(&s, &two, &second, b, &err));
	assert_int_equal(s.n, 2);
	OK(ses_splice_close(&s, &out, &body, &err));
	is_one_member(&out, body);
	/* bodies that are not what was added never become an object */
	ses_splice_begin(&s, 0);
	OK(splice(&s, &one, &first, a, &err));
	s.bodies.data[s.bodies.len / 2] ^= 0x10;
	ses_buf_clear(&out);
	FAILS(ses_splice_close(&s, &out, &body, &err), SESHAT_ECORRUPT);
	ses_splice_free(&s);
	ses_packer_free(&p);
	ses_buf_free(&one);
	ses_buf_free(&two);
	ses_buf_free(&out);
	ses_buf_free(&text);
}

static void
rows_are_joined_by_the_bytes_they_were(void **state)
{
	static const char a[] = "row one\n";
	static const char b[] = "row two, [REDACTED]\n";
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_packer p = {0};
	struct ses_part_head head;
	struct ses_buf one = {0};
	struct ses_splice s = {0};
	uint32_t x;

	(void)state;
	ses_splice_begin(&s, 1);
	make_part(&p, 0, a, &head, &one);
	head.to = 1;
	FAILS(splice(&s, &one, &head, a, &err), SESHAT_ECORRUPT);
	head.source = strlen(a);
	OK(splice(&s, &one, &head, a, &err));
	make_part(&p, 1, b, &head, &one);
	head.to = 2;
	head.source = 15; /* before it was redacted */
	head.x = ses_crc32(0, "row two, secret\n", 15);
	OK(splice(&s, &one, &head, b, &err));
	x = ses_crc32(ses_crc32(0, a, strlen(a)), "row two, secret\n", 15);
	assert_int_equal(s.head.x, x);
	assert_int_equal(s.head.source, strlen(a) + 15);
	ses_splice_free(&s);
	ses_packer_free(&p);
	ses_buf_free(&one);
}

static void
counts_are_added_as_long_as_there_is_room(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char to[SES_PART_REDACTIONS] = "";
	char from[SES_PART_REDACTIONS] = "";
	size_t i;

	(void)state;
	OK(ses_part_add_counts(to, "a:1,bb:2", &err));
	assert_string_equal(to, "a:1,bb:2");
	OK(ses_part_add_counts(to, "b:1,bb:10,c:3", &err));
	assert_string_equal(to, "a:1,bb:12,b:1,c:3");
	OK(ses_part_add_counts(to, "", &err));
	assert_string_equal(to, "a:1,bb:12,b:1,c:3");
	for (i = 0; i < sizeof(from) - 3; i++)
		from[i] = 'x';
	memcpy(from + i, ":1", 3);
	FAILS(ses_part_add_counts(to, from, &err), SESHAT_ELIMIT);
	assert_string_equal(to, "a:1,bb:12,b:1,c:3");
}

static int
collect(void *arg, const char *name, struct seshat_err *err)
{
	(void)err;
	ses_buf_fmt(arg, "%.31s ", name);
	return 0;
}

/* A checkpoint of merged parts 0 to 7 and the parts 8 and 9. */
static json_t *
checkpoint(void)
{
	static const char format[] =
	    "{s:s,s:i,s:[{s:s,s:[i,i],s:[i,i],s:s,s:s},"
	    "{s:s,s:[i,i],s:[i,i],s:s,s:s},{s:s,s:[i,i],s:[i,i],s:s,s:s}]}";
	json_t *doc =
	    json_pack(format, "stream", "0123abcd", "next_seq", 10, "parts",
		"key", "merged-0123abcd-00000000-00000007-aaaaaaaa.jsonl.gz",
		"seq", 0, 7, "cursor_range", 0, 80, "x", "00000000", "crc32",
		"00000000", "key", "part-00000008-0123abcd.jsonl.gz", "seq", 8,
		8, "cursor_range", 80, 90, "x", "00000000", "crc32", "00000000",
		"key", "part-00000009-0123abcd.jsonl.gz", "seq", 9, 9,
		"cursor_range", 90, 99, "x", "00000000", "crc32", "00000000");

	assert_non_null(doc);
	return doc;
}

static void
garbage_goes_when_it_is_old_and_replaced(void **state)
{
	const int64_t then = INT64_C(1767225600000);
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_entry e = {.name = "part-"};
	struct ses_buf got = {0};
	json_t *doc = checkpoint();
	uint32_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		e.first = e.last = i;
		ses_garbage_add(doc, &e, then + i);
	}
	e.first = e.last = 4;
	ses_garbage_add(doc, &e, then + 3600000);
	ses_key_merged(e.name, "0123abcd", 5, 6, "bbbbbbbb");
	ses_garbage_add(doc, &e, then + 1);
	/* in use, of another stream, nowhere, and none */
	ses_key_merged(e.name, "0123abcd", 0, 7, "aaaaaaaa");
	ses_garbage_add(doc, &e, then + 1);
	ses_key_merged(e.name, "ffffffff", 0, 1, "aaaaaaaa");
	ses_garbage_add(doc, &e, then + 1);
	strcpy(e.name, "part-");
	e.first = 7;
	e.last = 99999;
	ses_garbage_add(doc, &e, then + 1);
	assert_int_equal(json_array_size(json_object_get(doc, "garbage")), 7);
	OK(ses_garbage_take(doc, then + SES_GARBAGE_MS, collect, &got, &err));
	assert_int_equal(got.len, 0);
	OK(ses_garbage_take(
	    doc, then + SES_GARBAGE_MS + 700000, collect, &got, &err));
	assert_string_equal(ses_buf_cstr(&got),
	    "part-00000000-0123abcd.jsonl.gz part-00000001-0123abcd.jsonl.gz "
	    "part-00000002-0123abcd.jsonl.gz part-00000003-0123abcd.jsonl.gz "
	    "merged-0123abcd-00000005-000000 part-00000007-0123abcd.jsonl.gz ");
	assert_int_equal(json_array_size(json_object_get(doc, "garbage")), 1);
	json_decref(doc);
	ses_buf_free(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plans_for_few_objects_and_few_moves),
	    cmocka_unit_test(a_hundred_thousand_flushes_are_few_objects),
	    cmocka_unit_test(all_that_fits_is_one),
	    cmocka_unit_test(parts_are_spliced_into_one_member),
	    cmocka_unit_test(rows_are_joined_by_the_bytes_they_were),
	    cmocka_unit_test(counts_are_added_as_long_as_there_is_room),
	    cmocka_unit_test(garbage_goes_when_it_is_old_and_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
