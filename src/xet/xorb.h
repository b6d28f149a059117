#ifndef SES_XET_XORB_H
#define SES_XET_XORB_H

#include "xet/chunk.h"
#include "xet/merkle.h"

/*
 * A container of chunks: each stands behind a header of 8 bytes, that says its
 * length.  What the shard tells of the chunks is gathered on the way.
 */
#define SES_XET_CHUNK_HEAD 8
#define SES_XET_RECORD     48 /* bytes of anything in a shard */

struct ses_xorb {
	unsigned char *data;
	size_t len;
	size_t cap;
	size_t start; /* of the header of the chunk that is not whole */
	uint32_t n;   /* whole chunks */
	uint32_t raw; /* bytes of them, without headers */
	struct ses_xet_tree tree;
	blake3_hasher range;
	struct ses_buf records; /* of the chunks, as a shard has them */
};

/** Make it empty, keeping the memory. */
void ses_xorb_clear(struct ses_xorb *x);

/** Whether it has room for any chunk. */
int ses_xorb_has_room(const struct ses_xorb *x);

/** Begin a chunk: there must be room. */
int ses_xorb_begin(struct ses_xorb *x, struct seshat_err *err);

/** Add bytes to the chunk: not more than SES_XET_CHUNK_MAX in all. */
int ses_xorb_add(
    struct ses_xorb *x, const void *data, size_t len, struct seshat_err *err);

/** End the chunk, which has bytes.  hash, len: what the tree of the file wants
 * to know. */
int ses_xorb_end(struct ses_xorb *x, unsigned char hash[SES_XET_HASH],
    size_t *len, struct seshat_err *err);

/** Name it, once it is not added to any more: by its hash, and the one of the
 * range of all its chunks. */
void ses_xorb_name(struct ses_xorb *x, unsigned char hash[SES_XET_HASH],
    unsigned char range[SES_XET_HASH]);

void ses_xorb_free(struct ses_xorb *x);

#endif
