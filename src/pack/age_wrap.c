#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/base64.h"
#include "pack/age_crypto.h"
#include "pack/age_header.h"

#define X25519_LABEL "age-encryption.org/v1/X25519"
#define SCRYPT_LABEL "age-encryption.org/v1/scrypt"

/* Each key that wraps is used once, so the nonce need not differ. */
static const unsigned char no_nonce[SES_AGE_NONCE];

static int
seal_key(const unsigned char wrap_key[SES_AGE_KEY],
    const unsigned char file_key[SES_AGE_FILE_KEY], unsigned char sealed[32],
    struct seshat_err *err)
{
	struct ses_aead a;
	int rc;

	if (ses_aead_init(&a, wrap_key, 1, err) < 0)
		return -1;
	memcpy(sealed, file_key, SES_AGE_FILE_KEY);
	rc = ses_aead_seal(&a, no_nonce, sealed, SES_AGE_FILE_KEY, err);
	ses_aead_free(&a);
	return rc;
}

/* 1; 0 when it is not for this key. */
static int
open_key(const unsigned char wrap_key[SES_AGE_KEY],
    const unsigned char sealed[32], unsigned char file_key[SES_AGE_FILE_KEY],
    struct seshat_err *err)
{
	unsigned char opened[32];
	struct ses_aead a;
	int rc;

	if (ses_aead_init(&a, wrap_key, 0, err) < 0)
		return -1;
	memcpy(opened, sealed, sizeof(opened));
	rc = ses_aead_open(&a, no_nonce, opened, sizeof(opened), err);
	ses_aead_free(&a);
	if (rc > 0)
		memcpy(file_key, opened, SES_AGE_FILE_KEY);
	OPENSSL_cleanse(opened, sizeof(opened));
	return rc;
}

/* The key that wraps, from our secret and their point. */
static int
x25519_key(const unsigned char secret[SES_AGE_KEY],
    const unsigned char point[SES_AGE_KEY],
    const unsigned char share[SES_AGE_KEY],
    const struct ses_age_recipient *recipient, unsigned char key[SES_AGE_KEY],
    struct seshat_err *err)
{
	unsigned char shared[SES_AGE_KEY];
	unsigned char salt[2 * SES_AGE_KEY];
	int rc = ses_age_shared(secret, point, shared, err);

	memcpy(salt, share, SES_AGE_KEY);
	memcpy(salt + SES_AGE_KEY, recipient->key, SES_AGE_KEY);
	if (rc == 0)
		rc = ses_age_hkdf((struct ses_bytes){shared, sizeof(shared)},
		    (struct ses_bytes){salt, sizeof(salt)}, X25519_LABEL, key,
		    err);
	OPENSSL_cleanse(shared, sizeof(shared));
	return rc;
}

static int
scrypt_key(const char *passphrase, const unsigned char salt[16], unsigned work,
    unsigned char key[SES_AGE_KEY], struct seshat_err *err)
{
	unsigned char labelled[sizeof(SCRYPT_LABEL) - 1 + 16];

	memcpy(labelled, SCRYPT_LABEL, sizeof(SCRYPT_LABEL) - 1);
	memcpy(labelled + sizeof(SCRYPT_LABEL) - 1, salt, 16);
	return ses_age_scrypt(passphrase,
	    (struct ses_bytes){labelled, sizeof(labelled)}, work, key, err);
}

/* 1, 0 or -1: what is wrapped for this identity. */
static int
try_identity(const struct ses_age_wrap *w, const struct ses_age_identity *id,
    unsigned char file_key[SES_AGE_FILE_KEY], struct seshat_err *err)
{
	unsigned char key[SES_AGE_KEY];
	int rc = x25519_key(
	    id->secret, w->share, w->share, &id->recipient, key, err);

	if (rc < 0 && err->code == SESHAT_EFORMAT)
		ses_fail(err, SESHAT_ECORRUPT,
		    "damaged: a stanza holds no key of X25519");
	if (rc == 0)
		rc = open_key(key, w->sealed, file_key, err);
	OPENSSL_cleanse(key, sizeof(key));
	return rc;
}

static int
unwrap_x25519(const struct ses_age_header *h, const struct ses_age_keys *keys,
    unsigned char file_key[SES_AGE_FILE_KEY], struct seshat_err *err)
{
	const struct ses_age_identities *ids = keys->identities;
	size_t n = h->wraps.len / sizeof(struct ses_age_wrap);
	struct ses_age_wrap w;
	size_t i;
	size_t k;
	int rc;

	if (n == 0)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "it is encrypted to recipients of the kind '%s', which is "
		    "not supported: open it with age",
		    h->other);
	if (ids == NULL || ids->n == 0)
		return ses_fail(err, SESHAT_EAUTH,
		    "it is encrypted to keys and not with a passphrase: give "
		    "the file of the identity that opens it (--identity, or "
		    "SESHAT_IDENTITY)");
	for (i = 0; i < n; i++) {
		memcpy(&w, h->wraps.data + i * sizeof(w), sizeof(w));
		for (k = 0; k < ids->n; k++) {
			rc = try_identity(&w, &ids->v[k], file_key, err);
			if (rc != 0)
				return rc < 0 ? -1 : 0;
		}
	}
	return ses_fail(err, SESHAT_EAUTH,
	    "it is encrypted to other recipients: none of the identities that "
	    "were given (%zu) opens it",
	    ids->n);
}

static int
unwrap_scrypt(const struct ses_age_header *h, const struct ses_age_keys *keys,
    unsigned char file_key[SES_AGE_FILE_KEY], struct seshat_err *err)
{
	char passphrase[SES_AGE_PASSPHRASE] = "";
	unsigned char key[SES_AGE_KEY];
	int rc;

	if (keys->ask == NULL)
		return ses_fail(err, SESHAT_EAUTH,
		    "it is encrypted with a passphrase and not to keys: the "
		    "passphrase is needed");
	rc = keys->ask(keys->arg, passphrase, err);
	if (rc == 0)
		rc = scrypt_key(passphrase, h->salt, h->work, key, err);
	OPENSSL_cleanse(passphrase, sizeof(passphrase));
	if (rc == 0)
		rc = open_key(key, h->sealed, file_key, err);
	else
		rc = -1;
	OPENSSL_cleanse(key, sizeof(key));
	if (rc == 0)
		return ses_fail(err, SESHAT_EAUTH, "the passphrase is wrong");
	return rc < 0 ? -1 : 0;
}

/* The HMAC of a header. */
static int
sign(const unsigned char file_key[SES_AGE_FILE_KEY], const char *text,
    size_t len, unsigned char mac[SES_AGE_KEY], struct seshat_err *err)
{
	unsigned char key[SES_AGE_KEY];
	int rc = ses_age_hkdf((struct ses_bytes){file_key, SES_AGE_FILE_KEY},
	    (struct ses_bytes){NULL, 0}, "header", key, err);

	if (rc == 0)
		rc = ses_age_mac(key, (struct ses_bytes){text, len}, mac, err);
	OPENSSL_cleanse(key, sizeof(key));
	return rc;
}

int
ses_age_header_unwrap(const struct ses_age_header *h, const char *text,
    const struct ses_age_keys *keys, unsigned char file_key[SES_AGE_FILE_KEY],
    struct seshat_err *err)
{
	unsigned char mac[SES_AGE_KEY];
	int rc = h->work > 0 ? unwrap_scrypt(h, keys, file_key, err)
			     : unwrap_x25519(h, keys, file_key, err);

	if (rc < 0 || sign(file_key, text, h->signed_len, mac, err) < 0)
		return -1;
	if (CRYPTO_memcmp(mac, h->mac, sizeof(mac)) != 0)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "damaged: the header is not as it was written");
	return 0;
}

static void
put_base64(struct ses_buf *out, const void *data, size_t len)
{
	char text[SES_BASE64_LEN(48)];

	ses_buf_add(out, text, ses_base64_encode(data, len, 0, text));
}

static void
put_stanza(struct ses_buf *out, struct ses_bytes arg, const char *more,
    const unsigned char sealed[32])
{
	put_base64(out, arg.data, arg.len);
	ses_buf_str(out, more);
	put_base64(out, sealed, 32);
	ses_buf_str(out, "\n");
}

static int
write_x25519(const struct ses_age_recipient *to,
    const unsigned char file_key[SES_AGE_FILE_KEY], struct ses_buf *out,
    struct seshat_err *err)
{
	unsigned char secret[SES_AGE_KEY];
	unsigned char key[SES_AGE_KEY];
	struct ses_age_wrap w;
	char text[SES_AGE_RECIPIENT];
	int rc = -1;

	if (ses_age_random(secret, sizeof(secret), err) < 0 ||
	    ses_age_public(secret, w.share, err) < 0)
		goto out;
	if (x25519_key(secret, to->key, w.share, to, key, err) < 0) {
		ses_age_recipient_text(to, text);
		ses_fail_in(err, "%s", text);
		goto out;
	}
	if (seal_key(key, file_key, w.sealed, err) < 0)
		goto out;
	ses_buf_str(out, "-> X25519 ");
	put_stanza(
	    out, (struct ses_bytes){w.share, sizeof(w.share)}, "\n", w.sealed);
	rc = 0;
out:
	OPENSSL_cleanse(secret, sizeof(secret));
	OPENSSL_cleanse(key, sizeof(key));
	return rc;
}

static int
write_scrypt(const struct ses_age_to *to,
    const unsigned char file_key[SES_AGE_FILE_KEY], struct ses_buf *out,
    struct seshat_err *err)
{
	unsigned work = to->work > 0 ? to->work : SES_AGE_WORK;
	unsigned char key[SES_AGE_KEY];
	unsigned char sealed[32];
	unsigned char salt[16];
	char more[16];
	int rc = -1;

	if (ses_age_random(salt, sizeof(salt), err) == 0 &&
	    scrypt_key(to->passphrase, salt, work, key, err) == 0 &&
	    seal_key(key, file_key, sealed, err) == 0)
		rc = 0;
	OPENSSL_cleanse(key, sizeof(key));
	if (rc < 0)
		return -1;
	(void)snprintf(more, sizeof(more), " %u\n", work);
	ses_buf_str(out, "-> scrypt ");
	put_stanza(out, (struct ses_bytes){salt, sizeof(salt)}, more, sealed);
	return 0;
}

int
ses_age_header_write(const struct ses_age_to *to,
    const unsigned char file_key[SES_AGE_FILE_KEY], struct ses_buf *out,
    struct seshat_err *err)
{
	unsigned char mac[SES_AGE_KEY];
	size_t i;

	ses_buf_str(out, "age-encryption.org/v1\n");
	if (to->passphrase != NULL && write_scrypt(to, file_key, out, err) < 0)
		return -1;
	for (i = 0; i < to->n; i++)
		if (write_x25519(&to->recipients[i], file_key, out, err) < 0)
			return -1;
	ses_buf_str(out, "---");
	if (ses_buf_check(out, err) < 0 ||
	    sign(file_key, out->data, out->len, mac, err) < 0)
		return -1;
	ses_buf_str(out, " ");
	put_base64(out, mac, sizeof(mac));
	ses_buf_str(out, "\n");
	return ses_buf_check(out, err);
}
