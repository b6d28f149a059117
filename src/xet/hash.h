#ifndef SES_XET_HASH_H
#define SES_XET_HASH_H

#include <stddef.h>

#include <blake3.h>

#include "xet/xet.h"

/* All of them are BLAKE3 under a key that says of what. */
#define SES_XET_HASH 32 /* bytes */

enum ses_xet_key {
	SES_XET_OF_CHUNK, /* its bytes */
	SES_XET_OF_NODE,  /* the text of what is below it (merkle.h) */
	SES_XET_OF_FILE,  /* the root of its tree */
	SES_XET_OF_RANGE, /* the hashes of a range of chunks */
};

/** Begin a hash: go on with blake3_hasher_update. */
void ses_xet_hash_init(blake3_hasher *h, enum ses_xet_key key);

/** The hash of one block. */
void ses_xet_hash(enum ses_xet_key key, const void *data, size_t len,
    unsigned char out[SES_XET_HASH]);

/** As it stands in addresses and JSON: four numbers of eight bytes, the lowest
 * byte first, in hex. */
void ses_xet_hex(const unsigned char hash[SES_XET_HASH], char out[SES_XET_HEX]);

#endif
