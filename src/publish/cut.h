#ifndef SES_PUBLISH_CUT_H
#define SES_PUBLISH_CUT_H

#include "base/hash.h"
#include "base/spool.h"

/* A text cut into the parts that it is published in. */

#define SES_PUB_CUT (UINT64_C(8) << 20) /* bytes of a new part, or one line */

struct ses_pub_cut {
	uint64_t from;
	uint64_t to;
	uint64_t lines; /* a last one without its newline is one, too */
	char sha256[SES_SHA256_HEX];
};

struct ses_pub_cuts {
	struct ses_pub_cut *v;
	size_t n;
	size_t cap;
};

/**
 * ses_pub_cut(text, lines, n, out, err):
 * Cut the text into parts of lines[0] to lines[n - 1] lines, as far as it goes,
 * and what is left into parts of at most SES_PUB_CUT bytes, or one longer line.
 * Owns: the caller frees out->v, also after an error.
 */
int ses_pub_cut(const struct ses_spool *text, const uint64_t *lines, size_t n,
    struct ses_pub_cuts *out, struct seshat_err *err);

/** SHA-256 of the first size bytes. */
int ses_pub_sha256(const struct ses_spool *text, uint64_t size,
    char out[SES_SHA256_HEX], struct seshat_err *err);

#endif
