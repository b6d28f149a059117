#ifndef SES_AGE_CRYPTO_H
#define SES_AGE_CRYPTO_H

#include <openssl/evp.h>

#include "base/err.h"

/* What age asks of libcrypto.  Each call fails with SESHAT_ESYS, and says why,
 * when the library cannot do it. */

#define SES_AGE_KEY   32 /* bytes of all keys but the file's */
#define SES_AGE_TAG   16 /* by which sealed bytes are longer */
#define SES_AGE_NONCE 12

/* ChaCha20-Poly1305 (RFC 8439) under one key, in one direction. */
struct ses_aead {
	EVP_CIPHER_CTX *ctx;
	int seals;
};

/** Begin; release with ses_aead_free. */
int ses_aead_init(struct ses_aead *a, const unsigned char key[SES_AGE_KEY],
    int seals, struct seshat_err *err);

/** Seal len bytes in place; their tag goes behind them. */
int ses_aead_seal(struct ses_aead *a, const unsigned char nonce[SES_AGE_NONCE],
    unsigned char *data, size_t len, struct seshat_err *err);

/** Open len bytes in place, the last of which are the tag: 1; 0 when they are
 * not what was sealed, and then they are to be thrown away. */
int ses_aead_open(struct ses_aead *a, const unsigned char nonce[SES_AGE_NONCE],
    unsigned char *data, size_t len, struct seshat_err *err);

void ses_aead_free(struct ses_aead *a);

/* Bytes that are only borrowed. */
struct ses_bytes {
	const void *data;
	size_t len;
};

/** HKDF-SHA-256 (RFC 5869); an empty salt is none. */
int ses_age_hkdf(struct ses_bytes key, struct ses_bytes salt, const char *info,
    unsigned char out[SES_AGE_KEY], struct seshat_err *err);

/** scrypt (RFC 7914) with N = 2^work, r = 8, p = 1: 2^work KiB of memory. */
int ses_age_scrypt(const char *passphrase, struct ses_bytes salt, unsigned work,
    unsigned char out[SES_AGE_KEY], struct seshat_err *err);

/** What belongs to an X25519 secret (RFC 7748). */
int ses_age_public(const unsigned char secret[SES_AGE_KEY],
    unsigned char out[SES_AGE_KEY], struct seshat_err *err);

/** X25519.  Errors: SESHAT_EFORMAT, nothing secret comes of this point. */
int ses_age_shared(const unsigned char secret[SES_AGE_KEY],
    const unsigned char point[SES_AGE_KEY], unsigned char out[SES_AGE_KEY],
    struct seshat_err *err);

/** HMAC-SHA-256. */
int ses_age_mac(const unsigned char key[SES_AGE_KEY], struct ses_bytes text,
    unsigned char out[SES_AGE_KEY], struct seshat_err *err);

/** Random bytes for keys and nonces. */
int ses_age_random(void *out, size_t len, struct seshat_err *err);

#endif
