/* A file as Hugging Face's storage takes it: what other clients make of the
 * same bytes, whatever the pieces, and what fails on the way. */
#include "unit/test.h"

#include "base/mem.h"
#include "unit/xet_sample.h"
#include "xet/shard.h"
#include "xet/xet.h"

#define MIB ((size_t)1 << 20)
#define ALL_ZERO                                                               \
	"0000000000000000000000000000000000000000000000000000000000000000"

/* What arrived. */
struct got {
	struct ses_buf xorbs; /* one behind the other */
	size_t n;
	size_t largest;
	char first[SES_XET_HEX];
	unsigned fail_at; /* which xorb is refused; 0: none */
	char file[SES_XET_HEX];
	struct ses_buf shard;
};

static int
take(void *arg, const char hash[SES_XET_HEX], const void *xorb, size_t len,
    struct seshat_err *err)
{
	struct got *g = arg;

	g->n++;
	if (g->n == g->fail_at)
		return ses_fail(err, SESHAT_EAUTH, "not yours");
	if (g->n == 1)
		memcpy(g->first, hash, SES_XET_HEX);
	if (len > g->largest)
		g->largest = len;
	ses_buf_add(&g->xorbs, xorb, len);
	return 0;
}

static void
got_free(struct got *g)
{
	ses_buf_free(&g->xorbs);
	ses_buf_free(&g->shard);
}

static int
put(struct got *g, const void *data, size_t len, size_t piece,
    struct seshat_err *err)
{
	const unsigned char *p = data;
	struct ses_xet *x = NULL;
	int rc = ses_xet_open(&x, take, g, err);
	size_t n;

	for (; rc == 0 && len > 0; p += n, len -= n) {
		n = len < piece ? len : piece;
		rc = ses_xet_add(x, p, n, err);
	}
	if (rc == 0)
		rc = ses_xet_end(x, g->file, &g->shard, err);
	ses_xet_free(x);
	return rc;
}

/* The nth record of the shard. */
static const unsigned char *
record(const struct got *g, size_t n)
{
	assert_in_range((n + 1) * SES_XET_RECORD, 0, g->shard.len);
	return (const unsigned char *)g->shard.data + n * SES_XET_RECORD;
}

/* A number of a record. */
static uint32_t
number(const unsigned char *record, size_t i)
{
	const unsigned char *p = record + SES_XET_HASH + 4 * i;

	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

struct vector {
	const char *text; /* or */
	int byte;         /* again and again; -1: noise */
	uint64_t seed;
	size_t len;
	uint32_t chunks;
	const char *chunk; /* the first */
	const char *xorb;
	const char *file;
	const char *range;
};

static const struct vector vectors[] = {
    {.text = "hello world\n",
	.chunks = 1,
	.chunk = "6899563fa6b6abb19b8ecdd9f662a6c9"
		 "acfca9fd4ff9f513086ec6c5685193ab",
	.xorb = "6899563fa6b6abb19b8ecdd9f662a6c9"
		"acfca9fd4ff9f513086ec6c5685193ab",
	.file = "a302d931b8763df0bfb9926b9ff26b11"
		"c2a77d5be8dde4ce1c8bb7202a6a8681",
	.range = "d84ad4e9bba4ab4d3e7ecfb8c052e405"
		 "dfa5829c57cca7e9b1160501366b3b76"},
    {.text = "content",
	.chunks = 1,
	.chunk = "1a29f954b2417916c11a9fc8c9a472a1"
		 "2f3cda1ee011a5d8cfe01e34ee5b98ef",
	.xorb = "1a29f954b2417916c11a9fc8c9a472a1"
		"2f3cda1ee011a5d8cfe01e34ee5b98ef",
	.file = "a4b19569f5cc1abb6c9d3ee71afb9e87"
		"4cd84a9848c1d7ea18d3e9a6bc2a4d3a",
	.range = "4c809e8657fb0018b1cbb4bbce300f4b"
		 "3325cb874f547baab38436a583ea44a5"},
    {.byte = -1,
	.seed = 0,
	.len = 1000000,
	.chunks = 19,
	.chunk = "6eca1e7dadaf08cca5d82d318c800f07"
		 "c2ddcec115a7e8627e5edd9605b94b8d",
	.xorb = "6f2ce16ca5e317f0100ff0e7e5bf40a0"
		"de9032e9ee1ad04b6b8ff4e36cdfbf6c",
	.file = "3d17b2d7d64a0e011b6717a52d9a16bd"
		"2c3f05b743fa8adf52a7d75dafab6d89",
	.range = "6daf15a7ed258b91f607e8f5e6723a85"
		 "64292d12c8104c156f7bad9c255a0180"},
    {.byte = -1,
	.seed = 1,
	.len = 100000,
	.chunks = 2,
	.chunk = "2520f307e75abcb6555d51e9019c4fb6"
		 "eaa48883cb20c6fb5841450e5192f8b1",
	.xorb = "813336786da4ab5e2bee9d20f6fc1889"
		"4e337cff5054f2d53630aeee4bc75943",
	.file = "05dc459539d43701083e0e74085f5497"
		"99643c12e9703f62a131d9d34f7bf53e",
	.range = "0e8d7db14c88e7d3b1eb338b43578c1b"
		 "1f04c506275e1280e81e604c9da75acb"},
    {.byte = 59,
	.len = 1000000,
	.chunks = 8,
	.chunk = "d3b528b30528f3ad802a015cdf93c531"
		 "d4da754a1f8c0d341a8f111fd8b6f04e",
	.xorb = "a6b5a7f0bb38b6fd5fb39031eb7564e1"
		"8ea0e7a0b7bea87de54ed1db8bc85884",
	.file = "53f845640fcd1c7440befff65bd93434"
		"c83a30c6559a705597d61f2ef64e2f88",
	.range = "966713ec6609aa2aa74c90a2fa7771f6"
		 "068114b4ea12cf569142b436d6e3676c"},
    {.byte = -1,
	.seed = 7,
	.len = 8 * MIB,
	.chunks = 141,
	.chunk = "e6029cadf2a6692699a7e839f134d0e6"
		 "109a571f02feafbd53447a5d96cbde1b",
	.xorb = "9adec6f894f708e41b9c8532b3d7105c"
		"150a25d74ba69e6765df7e9938792130",
	.file = "5a666237a6d30b6c61156ce89cfe9f62"
		"3da4ce5c8d36a2c7450d5541dda74f87",
	.range = "921d04af2e3a196089c5a20e39d0929b"
		 "a80138a0fc40d4afc8b75b6e04eae99b"},
};

static unsigned char *
bytes_of(const struct vector *v, size_t *len)
{
	unsigned char *data;

	*len = v->text == NULL ? v->len : strlen(v->text);
	data = sample_noise(v->seed, *len);
	if (v->text != NULL)
		memcpy(data, v->text, *len);
	else if (v->byte >= 0)
		memset(data, v->byte, *len);
	return data;
}

static void
is_as_told(const struct vector *v)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct got g = {0};
	size_t len;
	unsigned char *data = bytes_of(v, &len);

	OK(put(&g, data, len, len, &err));
	assert_int_equal(g.n, 1);
	assert_string_equal(g.first, v->xorb);
	assert_string_equal(g.file, v->file);
	is_hash(record(&g, 1), v->file);
	assert_int_equal(number(record(&g, 1), 0), 0x80000000U);
	assert_int_equal(number(record(&g, 1), 1), 1);
	is_hash(record(&g, 2), v->xorb);
	assert_int_equal(number(record(&g, 2), 1), len);
	assert_int_equal(number(record(&g, 2), 3), v->chunks);
	is_hash(record(&g, 3), v->range);
	is_hash(record(&g, 5), v->xorb);
	assert_int_equal(number(record(&g, 5), 1), v->chunks);
	assert_int_equal(number(record(&g, 5), 2), len);
	assert_int_equal(number(record(&g, 5), 3), g.xorbs.len);
	assert_int_equal(g.xorbs.len, len + v->chunks * SES_XET_CHUNK_HEAD);
	is_hash(record(&g, 6), v->chunk);
	assert_int_equal(g.shard.len, (7 + v->chunks) * SES_XET_RECORD);
	got_free(&g);
	free(data);
}

static void
known_files_come_to_what_others_make_of_them(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		if (!is_small_run() || vectors[i].len < MIB)
			is_as_told(&vectors[i]);
	}
}

static void
a_xorb_and_a_shard_are_known_by_the_byte(void **state)
{
	static const char xorb[] = "000c0000000c000068656c6c6f20776f726c640a";
	static const char shard[] =
	    "48465265706f4d6574614461746100556967456a7b815783a5bdd95ccdd14aa9"
	    "02000000000000000000000000000000"
	    "f03d76b831d902a3116bf29f6b92b9bfcee4dde85b7da7c281866a2a20b78b1c"
	    "00000080010000000000000000000000"
	    "b1abb6a63f569968c9a662f6d9cd8e9b13f5f94ffda9fcacab935168c5c66e08"
	    "000000000c0000000000000001000000"
	    "4daba4bbe9d44ad805e452c0b8cf7e3ee9a7cc579c82a5df763b6b36010516b1"
	    "00000000000000000000000000000000"
	    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
	    "00000000000000000000000000000000"
	    "b1abb6a63f569968c9a662f6d9cd8e9b13f5f94ffda9fcacab935168c5c66e08"
	    "00000000010000000c00000014000000"
	    "b1abb6a63f569968c9a662f6d9cd8e9b13f5f94ffda9fcacab935168c5c66e08"
	    "000000000c0000000000000000000000"
	    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
	    "00000000000000000000000000000000";
	struct seshat_err err = SESHAT_ERR_INIT;
	char sha[SES_SHA256_HEX];
	struct got g = {0};
	char hex[800];

	(void)state;
	ses_buf_str(&g.shard, "before");
	OK(put(&g, "hello world\n", 12, 12, &err));
	assert_int_equal(g.xorbs.len, 20);
	ses_hex((const unsigned char *)g.xorbs.data, g.xorbs.len, hex);
	assert_string_equal(hex, xorb);
	assert_int_equal(g.shard.len, 6 + 384);
	assert_memory_equal(g.shard.data, "before", 6);
	ses_hex((const unsigned char *)g.shard.data + 6, 384, hex);
	assert_string_equal(hex, shard);
	ses_sha256_of(g.shard.data + 6, 384, sha);
	assert_string_equal(sha, "888da2c3a5bedaf1963cc8ac5ab116ed"
				 "b663a426371797dee490007d73b691f3");
	got_free(&g);
}

static void
an_empty_file_is_a_shard_alone(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_xet *x = NULL;
	struct got g = {0};

	(void)state;
	OK(ses_xet_open(&x, take, &g, &err));
	OK(ses_xet_add(x, NULL, 0, &err));
	OK(ses_xet_end(x, g.file, &g.shard, &err));
	ses_xet_free(x);
	assert_int_equal(g.n, 0);
	assert_string_equal(g.file, ALL_ZERO);
	assert_int_equal(g.shard.len, 4 * SES_XET_RECORD);
	is_hash(record(&g, 1), ALL_ZERO);
	assert_int_equal(number(record(&g, 1), 0), 0x80000000U);
	assert_int_equal(number(record(&g, 1), 1), 0);
	assert_int_equal(record(&g, 2)[0], 0xff);
	assert_int_equal(record(&g, 3)[0], 0xff);
	got_free(&g);
	ses_xet_free(NULL);
}

static void
the_pieces_do_not_matter(void **state)
{
	static const size_t pieces[] = {
	    1, 7, 63, 64, 65, 4096, 8127, 8128, 8129, 131071, 131073};
	const size_t len = is_small_run() ? 200000 : 1000000;
	struct seshat_err err = SESHAT_ERR_INIT;
	unsigned char *data = sample_noise(3, len);
	struct got whole = {0};
	size_t i;

	(void)state;
	memset(
	    data + len / 2, 'x', len / 4); /* chunks of the greatest length */
	OK(put(&whole, data, len, len, &err));
	for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct got g = {0};

		OK(put(&g, data, len, pieces[i], &err));
		assert_string_equal(g.file, whole.file);
		assert_int_equal(g.shard.len, whole.shard.len);
		assert_memory_equal(
		    g.shard.data, whole.shard.data, g.shard.len);
		assert_int_equal(g.xorbs.len, whole.xorbs.len);
		assert_memory_equal(
		    g.xorbs.data, whole.xorbs.data, g.xorbs.len);
		got_free(&g);
	}
	got_free(&whole);
	free(data);
}

/* The bytes of the file, from its xorbs. */
static void
is_content(const struct got *g, const unsigned char *data, size_t len)
{
	const unsigned char *p = (const unsigned char *)g->xorbs.data;
	const unsigned char *end = p + g->xorbs.len;
	size_t at = 0;
	size_t n;

	while (p < end) {
		n = p[1] | (size_t)p[2] << 8 | (size_t)p[3] << 16;
		assert_int_equal(p[0], 0);
		assert_int_equal(p[4], 0);
		assert_memory_equal(p + 1, p + 5, 3);
		assert_in_range(n, 1, SES_XET_CHUNK_MAX);
		assert_true(at + n <= len);
		assert_memory_equal(p + SES_XET_CHUNK_HEAD, data + at, n);
		at += n;
		p += SES_XET_CHUNK_HEAD + n;
	}
	assert_int_equal(at, len);
}

/* The terms together are the file, and each has a xorb behind them. */
static void
is_told(const struct got *g, size_t n, size_t len)
{
	size_t at = 3 + 2 * n;
	uint64_t raw = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		const unsigned char *term = record(g, 2 + i);
		const unsigned char *xorb = record(g, at);

		assert_memory_equal(term, xorb, SES_XET_HASH);
		assert_int_equal(number(term, 1), number(xorb, 2));
		assert_int_equal(number(term, 2), 0);
		assert_int_equal(number(term, 3), number(xorb, 1));
		raw += number(term, 1);
		at += 1 + number(xorb, 1);
	}
	assert_true(raw == len);
	assert_int_equal(g->shard.len, (at + 1) * SES_XET_RECORD);
}

static void
a_large_file_has_several_xorbs(void **state)
{
	const size_t n = is_small_run() ? 2 : 3;
	const size_t len = n * SES_XET_XORB - 9 * MIB;
	struct seshat_err err = SESHAT_ERR_INIT;
	unsigned char *data = sample_noise(11, len);
	struct got pieces = {0};
	struct got g = {0};

	(void)state;
	OK(put(&g, data, len, len, &err));
	assert_int_equal(g.n, n);
	assert_in_range(g.largest,
	    SES_XET_XORB - SES_XET_CHUNK_MAX - SES_XET_CHUNK_HEAD,
	    SES_XET_XORB);
	assert_int_equal(number(record(&g, 1), 1), n);
	is_content(&g, data, len);
	is_told(&g, n, len);
	OK(put(&pieces, data, len, 100003, &err));
	assert_string_equal(pieces.file, g.file);
	assert_int_equal(pieces.shard.len, g.shard.len);
	assert_memory_equal(pieces.shard.data, g.shard.data, g.shard.len);
	got_free(&pieces);
	got_free(&g);
	free(data);
}

static void
a_xorb_that_comes_again_is_sent_once(void **state)
{
	/* of chunks of the greatest length 127 fit into one */
	const size_t len = (2 * 127 + 5) * SES_XET_CHUNK_MAX;
	struct seshat_err err = SESHAT_ERR_INIT;
	unsigned char *data = calloc(1, len);
	struct got g = {0};

	(void)state;
	assert_non_null(data);
	OK(put(&g, data, len, len, &err));
	assert_int_equal(g.n, 2);
	assert_int_equal(number(record(&g, 1), 1), 3);
	is_hash(record(&g, 2), g.first);
	is_hash(record(&g, 3), g.first);
	assert_int_equal(
	    g.shard.len, (2 + 3 + 3 + 1 + 1 + 127 + 1 + 5 + 1) * 48);
	got_free(&g);
	free(data);
}

static void
a_xorb_that_is_refused_ends_it(void **state)
{
	const size_t len = SES_XET_XORB + MIB;
	struct seshat_err err = SESHAT_ERR_INIT;
	unsigned char *data = sample_noise(5, len);
	unsigned i;

	(void)state;
	for (i = 1; i <= 2; i++) {
		struct got g = {.fail_at = i};

		FAILS(put(&g, data, len, MIB, &err), SESHAT_EAUTH);
		assert_string_equal(err.msg, "not yours");
		assert_int_equal(g.n, i);
		assert_int_equal(g.shard.len, 0);
		got_free(&g);
	}
	free(data);
}

static void
memory_that_runs_out_is_told(void **state)
{
	const size_t len = 3 * MIB;
	struct seshat_err err = SESHAT_ERR_INIT;
	unsigned char *data = sample_noise(6, len);
	unsigned nth = 0;
	int rc;

	(void)state;
	do {
		struct got g = {0};

		/* what the receiver takes does not count */
		assert_non_null(ses_buf_room(&g.xorbs, 2 * len));
		ses_mem_fail_at(++nth);
		rc = put(&g, data, len, 100000, &err);
		ses_mem_fail_at(0);
		if (rc < 0)
			assert_int_equal(err.code, SESHAT_ENOMEM);
		got_free(&g);
		assert_in_range(nth, 0, 100);
	} while (rc < 0);
	/* open, buffer, what it tells: several of each */
	assert_in_range(nth, 10, 100);
	free(data);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_files_come_to_what_others_make_of_them),
	    cmocka_unit_test(a_xorb_and_a_shard_are_known_by_the_byte),
	    cmocka_unit_test(an_empty_file_is_a_shard_alone),
	    cmocka_unit_test(the_pieces_do_not_matter),
	    cmocka_unit_test(a_large_file_has_several_xorbs),
	    cmocka_unit_test(a_xorb_that_comes_again_is_sent_once),
	    cmocka_unit_test(a_xorb_that_is_refused_ends_it),
	    cmocka_unit_test(memory_that_runs_out_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
