#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>

#include "pack/age_crypto.h"

/* What the library says, and forget it there. */
static int
fail(struct seshat_err *err, const char *what)
{
	unsigned long e = ERR_peek_last_error();
	const char *why = ERR_reason_error_string(e);

	ERR_clear_error();
	if (ERR_GET_REASON(e) == ERR_R_MALLOC_FAILURE)
		return ses_fail_nomem(err);
	return ses_fail(err, SESHAT_ESYS, "libcrypto, %s: %s", what,
	    why != NULL ? why : "no reason given");
}

int
ses_aead_init(struct ses_aead *a, const unsigned char key[SES_AGE_KEY],
    int seals, struct seshat_err *err)
{
	*a = (struct ses_aead){EVP_CIPHER_CTX_new(), seals};
	if (a->ctx == NULL || EVP_CipherInit_ex(a->ctx, EVP_chacha20_poly1305(),
				  NULL, key, NULL, seals) != 1) {
		ses_aead_free(a);
		return fail(err, "ChaCha20-Poly1305");
	}
	return 0;
}

int
ses_aead_seal(struct ses_aead *a, const unsigned char nonce[SES_AGE_NONCE],
    unsigned char *data, size_t len, struct seshat_err *err)
{
	int n = 0;

	if (EVP_CipherInit_ex(a->ctx, NULL, NULL, NULL, nonce, a->seals) != 1 ||
	    EVP_CipherUpdate(a->ctx, data, &n, data, (int)len) != 1 ||
	    EVP_CipherFinal_ex(a->ctx, data + n, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(
		a->ctx, EVP_CTRL_AEAD_GET_TAG, SES_AGE_TAG, data + len) != 1)
		return fail(err, "ChaCha20-Poly1305");
	return 0;
}

int
ses_aead_open(struct ses_aead *a, const unsigned char nonce[SES_AGE_NONCE],
    unsigned char *data, size_t len, struct seshat_err *err)
{
	int n = 0;

	if (len < SES_AGE_TAG)
		return 0;
	len -= SES_AGE_TAG;
	if (EVP_CipherInit_ex(a->ctx, NULL, NULL, NULL, nonce, a->seals) != 1 ||
	    EVP_CIPHER_CTX_ctrl(
		a->ctx, EVP_CTRL_AEAD_SET_TAG, SES_AGE_TAG, data + len) != 1 ||
	    EVP_CipherUpdate(a->ctx, data, &n, data, (int)len) != 1)
		return fail(err, "ChaCha20-Poly1305");
	if (EVP_CipherFinal_ex(a->ctx, data + n, &n) == 1)
		return 1;
	ERR_clear_error();
	return 0;
}

void
ses_aead_free(struct ses_aead *a)
{
	EVP_CIPHER_CTX_free(a->ctx);
	*a = (struct ses_aead){0};
}

int
ses_age_hkdf(struct ses_bytes key, struct ses_bytes salt, const char *info,
    unsigned char out[SES_AGE_KEY], struct seshat_err *err)
{
	static char sha256[] = "SHA256";
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
	OSSL_PARAM params[5];
	OSSL_PARAM *p = params;
	int ok;

	/* libcrypto only reads them */
	*p++ =
	    OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, sha256, 0);
	*p++ = OSSL_PARAM_construct_octet_string(
	    OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)key.data, key.len);
	*p++ = OSSL_PARAM_construct_octet_string(
	    OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)info, strlen(info));
	if (salt.len > 0)
		*p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT,
		    (void *)(uintptr_t)salt.data, salt.len);
	*p = OSSL_PARAM_construct_end();
	ok = ctx != NULL && EVP_KDF_derive(ctx, out, SES_AGE_KEY, params) == 1;
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	return ok ? 0 : fail(err, "HKDF");
}

int
ses_age_scrypt(const char *passphrase, struct ses_bytes salt, unsigned work,
    unsigned char out[SES_AGE_KEY], struct seshat_err *err)
{
	const uint64_t n = UINT64_C(1) << work;

	/* a block is 128 * r bytes, and there are some more */
	if (EVP_PBE_scrypt(passphrase, strlen(passphrase), salt.data, salt.len,
		n, 8, 1, (n + 64) * 1024, out, SES_AGE_KEY) != 1)
		return fail(err, "scrypt");
	return 0;
}

int
ses_age_public(const unsigned char secret[SES_AGE_KEY],
    unsigned char out[SES_AGE_KEY], struct seshat_err *err)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(
	    EVP_PKEY_X25519, NULL, secret, SES_AGE_KEY);
	size_t len = SES_AGE_KEY;
	int ok =
	    key != NULL && EVP_PKEY_get_raw_public_key(key, out, &len) == 1;

	EVP_PKEY_free(key);
	return ok ? 0 : fail(err, "X25519");
}

int
ses_age_shared(const unsigned char secret[SES_AGE_KEY],
    const unsigned char point[SES_AGE_KEY], unsigned char out[SES_AGE_KEY],
    struct seshat_err *err)
{
	EVP_PKEY *ours = EVP_PKEY_new_raw_private_key(
	    EVP_PKEY_X25519, NULL, secret, SES_AGE_KEY);
	EVP_PKEY *theirs = EVP_PKEY_new_raw_public_key(
	    EVP_PKEY_X25519, NULL, point, SES_AGE_KEY);
	EVP_PKEY_CTX *ctx = ours != NULL ? EVP_PKEY_CTX_new(ours, NULL) : NULL;
	size_t len = SES_AGE_KEY;
	int rc = -1;

	if (theirs == NULL || ctx == NULL || EVP_PKEY_derive_init(ctx) != 1 ||
	    EVP_PKEY_derive_set_peer(ctx, theirs) != 1) {
		fail(err, "X25519");
	} else if (EVP_PKEY_derive(ctx, out, &len) != 1) {
		/* it refuses when all bytes of what it gives would be 0 */
		fail(err, "X25519");
		if (err->code != SESHAT_ENOMEM)
			ses_fail(err, SESHAT_EFORMAT,
			    "no secret can be shared with this key");
	} else {
		rc = 0;
	}
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(theirs);
	EVP_PKEY_free(ours);
	return rc;
}

int
ses_age_mac(const unsigned char key[SES_AGE_KEY], struct ses_bytes text,
    unsigned char out[SES_AGE_KEY], struct seshat_err *err)
{
	if (HMAC(EVP_sha256(), key, SES_AGE_KEY, text.data, text.len, out,
		NULL) == NULL)
		return fail(err, "HMAC");
	return 0;
}

int
ses_age_random(void *out, size_t len, struct seshat_err *err)
{
	return RAND_priv_bytes(out, (int)len) == 1 ? 0 : fail(err, "random");
}
