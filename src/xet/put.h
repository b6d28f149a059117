#ifndef SES_XET_PUT_H
#define SES_XET_PUT_H

#include <stdint.h>

#include "base/buf.h"

/* Numbers as they stand in xorbs and shards, in little endian. */

/** Write the low len bytes of v. */
static inline void
ses_xet_le(uint64_t v, size_t len, unsigned char *out)
{
	size_t i;

	for (i = 0; i < len; i++)
		out[i] = (unsigned char)(v >> (8 * i));
}

/** Append one of 4 bytes. */
static inline void
ses_xet_put32(uint32_t v, struct ses_buf *out)
{
	unsigned char b[4];

	ses_xet_le(v, sizeof(b), b);
	ses_buf_add(out, b, sizeof(b));
}

#endif
