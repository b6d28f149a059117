#ifndef SES_XET_MERKLE_H
#define SES_XET_MERKLE_H

#include "xet/hash.h"

/*
 * The tree over chunks whose root names a xorb and, hashed again, a file.  A
 * node stands over 3 to 9 below it: it ends behind the first from the third on
 * whose hash says so, or with the ninth; only the last of a row may stand over
 * fewer.  That needs no look ahead, so the rows grow all at once and hold
 * nothing but the node that is not full.
 */
#define SES_XET_FAN    9
#define SES_XET_LEVELS 24 /* 3 to the 22 chunks: more than a shard can hold */
#define SES_XET_LINE   (64 + 3 + 20 + 1) /* a hash, " : ", a length, \n */

struct ses_xet_row {
	char text[SES_XET_FAN * SES_XET_LINE + 1];
	size_t text_len;
	size_t pending; /* nodes in text */
	uint64_t len;   /* bytes of the file below them */
	uint64_t n;     /* nodes of the row so far */
	unsigned char last[SES_XET_HASH];
};

/* {0} is a tree of nothing. */
struct ses_xet_tree {
	struct ses_xet_row rows[SES_XET_LEVELS];
	size_t height; /* rows that have nodes */
};

/** Add a chunk of len bytes. */
void ses_xet_tree_add(struct ses_xet_tree *t,
    const unsigned char hash[SES_XET_HASH], uint64_t len);

/** The root, all zeroes of nothing; t is {0} then. */
void ses_xet_tree_end(struct ses_xet_tree *t, unsigned char out[SES_XET_HASH]);

#endif
