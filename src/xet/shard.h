#ifndef SES_XET_SHARD_H
#define SES_XET_SHARD_H

#include "xet/xorb.h"

/*
 * What is told of a file once its xorbs are stored: of which ranges of which
 * xorbs it consists (one range for each xorb: all of it), and what chunks are
 * in those.  48 bytes for each thing, all sizes fit 32 bits since a xorb is
 * small.
 */
#define SES_XET_SHARD ((size_t)64 << 20) /* bytes, at most */

/* Start from {0}. */
struct ses_xet_shard {
	struct ses_buf terms;
	struct ses_buf ranges; /* by which the storage checks the terms */
	struct ses_buf xorbs;
	uint32_t n;
};

/** Add a xorb by its names (ses_xorb_name); *is_new: it is not one of those
 * that were added before, which is where the same content comes again. Errors:
 * SESHAT_ELIMIT, the shard would be too large. */
int ses_xet_shard_add(struct ses_xet_shard *s, const struct ses_xorb *x,
    const unsigned char hash[SES_XET_HASH],
    const unsigned char range[SES_XET_HASH], int *is_new,
    struct seshat_err *err);

/** Append all of it. */
int ses_xet_shard_end(const struct ses_xet_shard *s,
    const unsigned char file[SES_XET_HASH], struct ses_buf *out,
    struct seshat_err *err);

void ses_xet_shard_free(struct ses_xet_shard *s);

#endif
