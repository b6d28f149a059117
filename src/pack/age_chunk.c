#include <openssl/crypto.h>

#include "pack/age_chunk.h"

int
ses_age_chunks_init(struct ses_age_chunks *c,
    const unsigned char file_key[SES_AGE_FILE_KEY],
    const unsigned char nonce[SES_AGE_CHUNK_NONCE], int seals,
    struct seshat_err *err)
{
	unsigned char key[SES_AGE_KEY];
	int rc = ses_age_hkdf((struct ses_bytes){file_key, SES_AGE_FILE_KEY},
	    (struct ses_bytes){nonce, SES_AGE_CHUNK_NONCE}, "payload", key,
	    err);

	c->n = 0;
	if (rc == 0)
		rc = ses_aead_init(&c->aead, key, seals, err);
	OPENSSL_cleanse(key, sizeof(key));
	return rc;
}

/* Its number in 11 bytes, of which 8 suffice, then whether it is the last. */
static void
next_nonce(struct ses_age_chunks *c, int last, unsigned char out[SES_AGE_NONCE])
{
	uint64_t n = c->n++;
	size_t i;

	for (i = 0; i < SES_AGE_NONCE - 1; i++, n >>= 8)
		out[SES_AGE_NONCE - 2 - i] = n & 255;
	out[SES_AGE_NONCE - 1] = last ? 1 : 0;
}

int
ses_age_chunk_seal(struct ses_age_chunks *c, unsigned char *data, size_t len,
    int last, struct seshat_err *err)
{
	unsigned char nonce[SES_AGE_NONCE];

	next_nonce(c, last, nonce);
	return ses_aead_seal(&c->aead, nonce, data, len, err);
}

int
ses_age_chunk_open(struct ses_age_chunks *c, unsigned char *data, size_t len,
    int last, struct seshat_err *err)
{
	unsigned char nonce[SES_AGE_NONCE];
	uint64_t before = c->n * SES_AGE_CHUNK;
	int rc;

	next_nonce(c, last, nonce);
	rc = ses_aead_open(&c->aead, nonce, data, len, err);
	/* an empty chunk behind others would be another file for the same
	 * content */
	if (rc == 0 || (rc > 0 && len == SES_AGE_TAG && before > 0))
		return ses_fail(err, SESHAT_ECORRUPT,
		    "damaged or cut off, somewhere behind byte %llu of the "
		    "content",
		    (unsigned long long)before);
	return rc < 0 ? -1 : 0;
}
