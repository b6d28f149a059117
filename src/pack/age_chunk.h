#ifndef SES_AGE_CHUNK_H
#define SES_AGE_CHUNK_H

#include "pack/age_crypto.h"
#include "pack/age_header.h"

/*
 * The content: a nonce, from which and the key of the file comes the key of
 * the content, and chunks, each sealed under its number and whether it is the
 * last.  All but the last are full, and only of nothing the last is empty.
 */
#define SES_AGE_CHUNK       ((size_t)64 * 1024)
#define SES_AGE_SEALED      (SES_AGE_CHUNK + SES_AGE_TAG)
#define SES_AGE_CHUNK_NONCE 16 /* before the first */

struct ses_age_chunks {
	struct ses_aead aead;
	uint64_t n; /* done so far */
};

/** Begin; release with ses_aead_free. */
int ses_age_chunks_init(struct ses_age_chunks *c,
    const unsigned char file_key[SES_AGE_FILE_KEY],
    const unsigned char nonce[SES_AGE_CHUNK_NONCE], int seals,
    struct seshat_err *err);

/** Seal the next one in place; its tag goes behind it. */
int ses_age_chunk_seal(struct ses_age_chunks *c, unsigned char *data,
    size_t len, int last, struct seshat_err *err);

/** Open the next one in place; len counts its tag.  Errors: SESHAT_ECORRUPT;
 * what is at data then is nothing. */
int ses_age_chunk_open(struct ses_age_chunks *c, unsigned char *data,
    size_t len, int last, struct seshat_err *err);

#endif
