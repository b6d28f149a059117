#ifndef SES_XET_H
#define SES_XET_H

#include "base/buf.h"

/*
 * What Hugging Face's storage takes instead of a file: the file cut into chunks
 * where its content says so, the chunks in containers that are called xorbs,
 * and a shard, which tells what the file is made of (the write side of their
 * Xet protocol, as xet-core has it).  Chunks are stored as they are, and nobody
 * is asked what the storage has already.  No network here.
 *
 * The same bytes give the same chunks, xorbs and shard, whatever the pieces
 * they came in.  Memory is bounded by one xorb, and 48 bytes for each chunk and
 * 96 for each xorb, which is what the shard holds; at the end it is held twice.
 */

#define SES_XET_HEX 65 /* a hash in its string form, and a NUL */

/* Bytes of a xorb, at most.  64 MiB would be allowed; this many are in memory
 * and are sent again when a request fails. */
#define SES_XET_XORB ((size_t)16 << 20)

/* Takes one xorb, of at most SES_XET_XORB bytes.  The storage must have it
 * before it gets the shard. */
typedef int ses_xet_send(void *arg, const char hash[SES_XET_HEX],
    const void *xorb, size_t len, struct seshat_err *err);

/* One file on its way. */
struct ses_xet;

/** ses_xet_open(out, send, arg, err): begin a file. */
int ses_xet_open(struct ses_xet **out, ses_xet_send *send, void *arg,
    struct seshat_err *err);

/** Add bytes, in pieces of any size, none included.  After a failure x can only
 * be freed.
 * Errors: SESHAT_ELIMIT, the shard would be larger than is allowed (a file of
 * some 85 GiB, or 11 at worst); whatever send answers. */
int ses_xet_add(
    struct ses_xet *x, const void *data, size_t len, struct seshat_err *err);

/** Send the last xorb.  file: the hash of the file, all '0' of an empty one,
 * for which nothing is sent; shard: is appended.  Then x can only be freed.
 * Errors: as ses_xet_add. */
int ses_xet_end(struct ses_xet *x, char file[SES_XET_HEX],
    struct ses_buf *shard, struct seshat_err *err);

void ses_xet_free(struct ses_xet *x);

#endif
