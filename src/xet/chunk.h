#ifndef SES_XET_CHUNK_H
#define SES_XET_CHUNK_H

#include <stddef.h>
#include <stdint.h>

/*
 * Where a file is cut: behind a byte with which the gear hash of the 64 bytes
 * up to there begins with 16 zero bits, but never below the least length nor
 * above the greatest.  Equal to xet-core's, so that what other clients stored
 * is found again.
 */
#define SES_XET_CHUNK_MIN ((size_t)8 << 10)
#define SES_XET_CHUNK_MAX ((size_t)128 << 10)

/* {0} begins a chunk. */
struct ses_xet_cutter {
	uint64_t gear;
	size_t len; /* of the chunk so far */
};

/** How many of the len bytes (1 at least) belong to the chunk; *is_end: it ends
 * with them, and c begins the next.  Otherwise all of them do. */
size_t ses_xet_cut(
    struct ses_xet_cutter *c, const void *data, size_t len, int *is_end);

#endif
