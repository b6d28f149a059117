#ifndef XET_SAMPLE_H
#define XET_SAMPLE_H

/* What the tests of src/xet share: bytes of which everybody knows what comes of
 * them, and hashes to and from how people write them. */
#include "unit/test.h"

#include "base/hash.h"
#include "xet/hash.h"

/* The first len bytes of SplitMix64, its numbers in little endian. */
static inline unsigned char *
sample_noise(uint64_t seed, size_t len)
{
	unsigned char *out = malloc(len + 8);
	uint64_t z;
	size_t at;
	size_t i;

	assert_non_null(out);
	for (at = 0; at < len; at += 8) {
		seed += UINT64_C(0x9E3779B97F4A7C15);
		z = (seed ^ seed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
		z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
		z ^= z >> 31;
		for (i = 0; i < 8; i++)
			out[at + i] = (unsigned char)(z >> (8 * i));
	}
	return out;
}

/* The bytes of a hash in its string form. */
static inline void
sample_hash(const char *hex, unsigned char out[SES_XET_HASH])
{
	unsigned char turned[SES_XET_HASH];
	size_t i;

	assert_int_equal(strlen(hex), SES_XET_HEX - 1);
	assert_int_equal(ses_unhex(hex, SES_XET_HASH, turned), 0);
	for (i = 0; i < SES_XET_HASH; i++)
		out[i] = turned[i / 8 * 8 + 7 - i % 8];
}

static inline void
is_hash(const void *hash, const char *want)
{
	char hex[SES_XET_HEX];

	ses_xet_hex(hash, hex);
	assert_string_equal(hex, want);
}

#endif
