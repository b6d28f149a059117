/* What a file in Hugging Face's form is made of: cuts, hashes, trees, and the
 * shard at its limit. */
#include "unit/test.h"

#include "unit/xet_sample.h"
#include "xet/chunk.h"
#include "xet/gear.h"
#include "xet/shard.h"

#define ALL_ZERO                                                               \
	"0000000000000000000000000000000000000000000000000000000000000000"

/* The lengths that it is cut into are these. */
static void
is_cut_at(const unsigned char *data, size_t len, const size_t *ends, size_t n)
{
	struct ses_xet_cutter c = {0};
	size_t at = 0;
	size_t i = 0;
	int is_end;

	while (at < len) {
		at += ses_xet_cut(&c, data + at, len - at, &is_end);
		if (is_end || at == len) {
			assert_in_range(i, 0, n - 1);
			assert_int_equal(at, ends[i++]);
		}
	}
	assert_int_equal(i, n);
}

static void
known_files_are_cut_where_others_cut_them(void **state)
{
	static const size_t of_noise[] = {84493, 134421, 144853, 243318, 271793,
	    336457, 467529, 494581, 582000, 596735, 616815, 653164, 678202,
	    724510, 815591, 827760, 958832, 991092, 1000000};
	static const size_t of_59[] = {
	    131072, 262144, 393216, 524288, 655360, 786432, 917504, 1000000};
	static const size_t of_17[] = {131072, 200000};
	unsigned char *data = sample_noise(0, 1000000);

	(void)state;
	assert_int_equal(data[0], 175);
	assert_int_equal(data[127], 132);
	assert_int_equal(data[111111], 118);
	is_cut_at(data, 1000000, of_noise, 19);
	memset(data, 59, 1000000);
	is_cut_at(data, 1000000, of_59, 8);
	/* whoever tests a hash of less than 64 bytes cuts it at 8128 */
	memset(data, 0x11, 200000);
	is_cut_at(data, 200000, of_17, 2);
	free(data);
}

/* The rule as it is written, every byte looked at. */
static size_t
plain_cut(const unsigned char *data, size_t len)
{
	uint64_t gear = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		gear = (gear << 1) + ses_xet_gear[data[i]];
		if (i + 1 < 8192)
			continue;
		if (i + 1 == 131072 || (gear & 0xFFFF000000000000U) == 0)
			return i + 1;
	}
	return len;
}

static void
bytes_that_are_not_looked_at_change_nothing(void **state)
{
	const unsigned rounds = is_small_run() ? 3 : 30;
	const size_t len = 600000;
	unsigned round;

	(void)state;
	for (round = 0; round < rounds; round++) {
		unsigned char *data = sample_noise(100 + round, len);
		struct ses_xet_cutter c = {0};
		size_t at = 0;
		size_t n;
		int is_end;

		/* also a short period, which is cut all the time or never */
		if (round % 3 == 2)
			for (n = round + 1; n < len; n++)
				data[n] = data[n - round - 1];
		while (at < len) {
			n = ses_xet_cut(&c, data + at, len - at, &is_end);
			assert_int_equal(n, plain_cut(data + at, len - at));
			at += n;
		}
		free(data);
	}
}

static void
a_cut_can_come_at_the_least_length(void **state)
{
	/* a window whose hash begins with 16 zero bits, from the noise */
	unsigned char *noise = sample_noise(0, 84493);
	unsigned char data[8300] = {0};
	struct ses_xet_cutter c = {0};
	int is_end;

	(void)state;
	memcpy(data + 8192 - 64, noise + 84493 - 64, 64);
	assert_int_equal(ses_xet_cut(&c, data, sizeof(data), &is_end), 8192);
	assert_true(is_end);
	/* a byte earlier it is too soon */
	memset(data, 0, sizeof(data));
	memcpy(data + 8191 - 64, noise + 84493 - 64, 64);
	assert_int_equal(
	    ses_xet_cut(&c, data, sizeof(data), &is_end), sizeof(data));
	assert_false(is_end);
	free(noise);
}

static void
the_table_is_the_published_one(void **state)
{
	unsigned char bytes[256 * 8];
	char sha[SES_SHA256_HEX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] =
		    (unsigned char)(ses_xet_gear[i / 8] >> (8 * (i % 8)));
	ses_sha256_of(bytes, sizeof(bytes), sha);
	assert_string_equal(sha, "e1d3936666d7ae7a977c958e9afcc75f"
				 "90aaca758ce5fbe4ece61dffefe1912c");
}

static void
a_hash_is_written_eight_bytes_at_a_time(void **state)
{
	unsigned char bytes[SES_XET_HASH];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)i;
	is_hash(bytes, "07060504030201000f0e0d0c0b0a0908"
		       "17161514131211101f1e1d1c1b1a1918");
}

struct leaf {
	const char *hash;
	uint64_t len;
};

/* The root of these, and the hash of a file that has it. */
static void
is_tree(const struct leaf *leaves, size_t n, const char *xorb, const char *file)
{
	struct ses_xet_tree *t = calloc(1, sizeof(*t));
	unsigned char hash[SES_XET_HASH];
	size_t i;

	assert_non_null(t);
	for (i = 0; i < n; i++) {
		sample_hash(leaves[i].hash, hash);
		ses_xet_tree_add(t, hash, leaves[i].len);
	}
	ses_xet_tree_end(t, hash);
	is_hash(hash, xorb);
	ses_xet_hash(SES_XET_OF_FILE, hash, sizeof(hash), hash);
	is_hash(hash, file);
	/* and it can be used again */
	ses_xet_tree_end(t, hash);
	is_hash(hash, ALL_ZERO);
	free(t);
}

#define A "cfc5d07f6f03c29bbf424132963fe08d19a37d5757aaf520bf08119f05cd56d6"

static void
trees_have_the_roots_that_others_compute(void **state)
{
	static const struct leaf three[] = {{A, 100},
	    {"c3e67584b5c4fc2a89837ec39e40f2c8"
	     "a6bb0b2987ac94cd4b31e5fbdd210a72",
		200},
	    {"0d2beb91b9196929a5ddec9f6e306924"
	     "ddf4a24268e3e59fd8464738d525af37",
		300}};
	static const struct leaf four[] = {
	    {A, 100}, {A, 100}, {A, 100}, {A, 100}};

	(void)state;
	is_tree(three, 1, A,
	    "8e16257caa3fe079d484d872a8975264"
	    "b2ff683b0d6db9028cc7c0f968a45661");
	is_tree(three, 3,
	    "71ec1275fca074724e2dd666921b3277"
	    "c7cee603e4d025bcab2d4050015be2bc",
	    "54e55dccc6653c612bdb5576c5d3cb34"
	    "bb31bc4e100248abccf4c908b3ef7715");
	is_tree(four, 4,
	    "89f2ada89ff8c96763c6b25010e6dd76"
	    "a4c05b1466207633ea559acf2093211b",
	    "2cdba690d0e09563596e0cda626d43eb"
	    "4c96ef1e994fe72d9b2f5a83cfcd36dd");
}

/* Of a row of n nodes: how many belong to the first group. */
static size_t
group(unsigned char (*nodes)[SES_XET_HASH], size_t n)
{
	size_t i;

	if (n <= 2)
		return n;
	for (i = 2; i < n && i < 9; i++) {
		if ((nodes[i][24] & 3) == 0)
			return i + 1;
	}
	return n < 9 ? n : 9;
}

/* The root as it is told: row by row, all nodes at hand. */
static void
plain_root(unsigned char (*nodes)[SES_XET_HASH], uint64_t *lens, size_t n,
    unsigned char out[SES_XET_HASH])
{
	struct ses_buf text = {0};
	char hex[SES_XET_HEX];
	uint64_t len;
	size_t above;
	size_t size;
	size_t at;
	size_t i;

	while (n > 1) {
		above = 0;
		for (at = 0; at < n; at += size) {
			size = group(nodes + at, n - at);
			len = 0;
			for (i = at; i < at + size; i++) {
				ses_xet_hex(nodes[i], hex);
				ses_buf_fmt(&text, "%s : %llu\n", hex,
				    (unsigned long long)lens[i]);
				len += lens[i];
			}
			ses_xet_hash(
			    SES_XET_OF_NODE, text.data, text.len, nodes[above]);
			lens[above++] = len;
			ses_buf_clear(&text);
		}
		n = above;
	}
	memcpy(out, nodes[0], SES_XET_HASH);
	ses_buf_free(&text);
}

static void
trees_that_grow_equal_those_made_row_by_row(void **state)
{
	enum { MOST = 700 };
	static unsigned char nodes[MOST][SES_XET_HASH];
	static struct ses_xet_tree t;
	const size_t step = is_small_run() ? 37 : 1;
	unsigned char *noise = sample_noise(9, sizeof(nodes));
	unsigned char want[SES_XET_HASH];
	unsigned char got[SES_XET_HASH];
	uint64_t lens[MOST];
	size_t n;
	size_t i;

	(void)state;
	for (n = 1; n <= MOST; n += step) {
		memcpy(nodes, noise, sizeof(nodes));
		for (i = 0; i < n; i++) {
			lens[i] = UINT64_C(1) << (i % 50);
			ses_xet_tree_add(&t, nodes[i], lens[i]);
		}
		ses_xet_tree_end(&t, got);
		plain_root(nodes, lens, n, want);
		assert_memory_equal(got, want, sizeof(want));
	}
	free(noise);
}

static void
a_shard_that_would_be_too_large_is_refused(void **state)
{
	enum { CHUNKS = 2000 };
	struct seshat_err err = SESHAT_ERR_INIT;
	unsigned char hash[SES_XET_HASH] = {0};
	struct ses_xorb *x = calloc(1, sizeof(*x));
	struct ses_xet_shard s = {0};
	struct ses_buf out = {0};
	uint32_t n = 0;
	int is_new;

	(void)state;
	assert_non_null(x);
	x->n = CHUNKS;
	assert_non_null(ses_buf_room(&x->records, CHUNKS * SES_XET_RECORD));
	memset(x->records.data, 1, CHUNKS * SES_XET_RECORD);
	ses_buf_grew(&x->records, CHUNKS * SES_XET_RECORD);
	while (ses_xet_shard_add(&s, x, hash, hash, &is_new, &err) == 0) {
		assert_true(is_new);
		n++;
		memcpy(hash, &n, sizeof(n));
		assert_in_range(n, 0, 1000);
	}
	assert_int_equal(err.code, SESHAT_ELIMIT);
	assert_non_null(strstr(err.msg, "64 MiB"));
	/* it is as it was, and what comes again has room */
	memset(hash, 0, sizeof(hash));
	OK(ses_xet_shard_add(&s, x, hash, hash, &is_new, &err));
	assert_false(is_new);
	OK(ses_xet_shard_end(&s, hash, &out, &err));
	assert_int_equal(out.len, (4 + n * (3 + CHUNKS) + 2) * SES_XET_RECORD);
	assert_in_range(out.len, SES_XET_SHARD - (3 + CHUNKS) * SES_XET_RECORD,
	    SES_XET_SHARD);
	ses_buf_free(&out);
	ses_xet_shard_free(&s);
	ses_buf_free(&x->records);
	free(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_table_is_the_published_one),
	    cmocka_unit_test(a_hash_is_written_eight_bytes_at_a_time),
	    cmocka_unit_test(known_files_are_cut_where_others_cut_them),
	    cmocka_unit_test(bytes_that_are_not_looked_at_change_nothing),
	    cmocka_unit_test(a_cut_can_come_at_the_least_length),
	    cmocka_unit_test(trees_have_the_roots_that_others_compute),
	    cmocka_unit_test(trees_that_grow_equal_those_made_row_by_row),
	    cmocka_unit_test(a_shard_that_would_be_too_large_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
