/* How git names a file's bytes: SHA-1 of "blob", their number, a NUL, and them
 * (git's own documentation, "Git Objects"). */
#include <openssl/evp.h>
#include <stdio.h>

#include "share/bundle.h"

static int
begin(EVP_MD_CTX *c, uint64_t len)
{
	char head[32];
	int n =
	    snprintf(head, sizeof(head), "blob %llu", (unsigned long long)len);

	return c != NULL && EVP_DigestInit_ex(c, EVP_sha1(), NULL) == 1 &&
	       EVP_DigestUpdate(c, head, (size_t)n + 1) == 1;
}

static void
finish(EVP_MD_CTX *c, int good, char out[SES_BUNDLE_BLOB])
{
	unsigned char md[EVP_MAX_MD_SIZE];

	out[0] = '\0';
	if (good && EVP_DigestFinal_ex(c, md, NULL) == 1)
		ses_hex(md, 20, out);
	EVP_MD_CTX_free(c);
}

void
ses_bundle_blob(const void *data, size_t len, char out[SES_BUNDLE_BLOB])
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();

	finish(c, begin(c, len) && EVP_DigestUpdate(c, data, len) == 1, out);
}

int
ses_bundle_blob_of(const struct ses_spool *s, char out[SES_BUNDLE_BLOB],
    struct seshat_err *err)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	int good = begin(c, s->size);
	char block[8192];
	uint64_t at = 0;
	size_t got = 0;
	int rc;

	do {
		rc = ses_spool_read(s, block, sizeof(block), at, &got, err);
		good = good && EVP_DigestUpdate(c, block, got) == 1;
		at += got;
	} while (rc == 0 && got > 0);
	finish(c, good && rc == 0, out);
	return rc;
}
