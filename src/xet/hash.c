#include "base/hash.h"
#include "xet/hash.h"

static const unsigned char keys[][BLAKE3_KEY_LEN] = {
    [SES_XET_OF_CHUNK] = {102, 151, 245, 119, 91, 149, 80, 222, 49, 53, 203,
	172, 165, 151, 24, 28, 157, 228, 33, 16, 155, 235, 43, 88, 180, 208,
	176, 75, 147, 173, 242, 41},
    [SES_XET_OF_NODE] = {1, 126, 197, 199, 165, 71, 41, 150, 253, 148, 102, 102,
	180, 138, 2, 230, 93, 221, 83, 111, 55, 199, 109, 210, 248, 99, 82, 230,
	74, 83, 113, 63},
    [SES_XET_OF_FILE] = {0},
    [SES_XET_OF_RANGE] = {127, 24, 87, 214, 206, 86, 237, 102, 18, 127, 249, 19,
	231, 165, 195, 243, 164, 205, 38, 213, 181, 219, 73, 230, 65, 36, 152,
	127, 40, 251, 148, 195},
};

_Static_assert(SES_XET_HASH == BLAKE3_OUT_LEN, "a hash of BLAKE3");

void
ses_xet_hash_init(blake3_hasher *h, enum ses_xet_key key)
{
	blake3_hasher_init_keyed(h, keys[key]);
}

void
ses_xet_hash(enum ses_xet_key key, const void *data, size_t len,
    unsigned char out[SES_XET_HASH])
{
	blake3_hasher h;

	ses_xet_hash_init(&h, key);
	blake3_hasher_update(&h, data, len);
	blake3_hasher_finalize(&h, out, SES_XET_HASH);
}

void
ses_xet_hex(const unsigned char hash[SES_XET_HASH], char out[SES_XET_HEX])
{
	unsigned char turned[SES_XET_HASH];
	size_t i;

	for (i = 0; i < SES_XET_HASH; i++)
		turned[i] = hash[i ^ 7];
	ses_hex(turned, SES_XET_HASH, out);
}
