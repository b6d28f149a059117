#include <openssl/evp.h>
#include <stdlib.h>

#include "base/mem.h"
#include "pack/gunzip.h"
#include "pack/member.h"
#include "share/encode.h"

/* Of the session, packed at once. */
#define BLOCK ((size_t)1 << 20)

/* Of base64, at once: whole lines, as EVP_EncodeUpdate writes them. */
#define LINES ((size_t)48 * 128)

/* All of a spool into a sink, packed: one gzip member for each block. */
static int
push_packed(const struct ses_spool *s, const struct ses_sink *to,
    struct seshat_err *err)
{
	struct ses_packer packer = {0};
	struct ses_buf out = {0};
	char *block = ses_calloc(1, BLOCK);
	uint64_t at = 0;
	size_t got = 0;
	int rc = block == NULL ? ses_fail_nomem(err) : 0;

	while (rc == 0) {
		rc = ses_spool_read(s, block, BLOCK, at, &got, err);
		if (rc < 0 || (got == 0 && at > 0))
			break;
		ses_buf_clear(&out);
		rc = ses_member_pack(&packer, "", 0, block, got, &out, err);
		if (rc == 0)
			rc = ses_sink_write(to, out.data, out.len, err);
		at += got;
		if (got == 0)
			break;
	}
	ses_packer_free(&packer);
	ses_buf_free(&out);
	free(block);
	return rc;
}

/* Base64 in lines. */
struct base64 {
	EVP_ENCODE_CTX *c;
	const struct ses_sink *next;
};

static int
encode(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct base64 *b = arg;
	unsigned char out[LINES / 48 * 65 + 80];
	const unsigned char *p = data;
	size_t n;
	int got;

	for (; len > 0; p += n, len -= n) {
		n = len < LINES ? len : LINES;
		if (EVP_EncodeUpdate(b->c, out, &got, p, (int)n) != 1)
			return ses_fail(err, SESHAT_EFORMAT, "base64 failed");
		if (ses_sink_write(b->next, out, (size_t)got, err) < 0)
			return -1;
	}
	return 0;
}

static int
decode(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct base64 *b = arg;
	unsigned char out[LINES + 80];
	const unsigned char *p = data;
	size_t n;
	int got;

	for (; len > 0; p += n, len -= n) {
		n = len < LINES ? len : LINES;
		if (EVP_DecodeUpdate(b->c, out, &got, p, (int)n) < 0)
			return ses_fail(
			    err, SESHAT_ECORRUPT, "it is not base64");
		if (ses_sink_write(b->next, out, (size_t)got, err) < 0)
			return -1;
	}
	return 0;
}

static int
encode_gzip(const struct ses_spool *text, const struct ses_sink *to,
    struct seshat_err *err)
{
	struct base64 b = {.c = EVP_ENCODE_CTX_new(), .next = to};
	struct ses_sink sink = {encode, &b};
	unsigned char rest[80];
	int got = 0;
	int rc;

	if (b.c == NULL)
		return ses_fail_nomem(err);
	EVP_EncodeInit(b.c);
	rc = push_packed(text, &sink, err);
	if (rc == 0) {
		EVP_EncodeFinal(b.c, rest, &got);
		rc = ses_sink_write(to, rest, (size_t)got, err);
	}
	EVP_ENCODE_CTX_free(b.c);
	return rc;
}

int
ses_bundle_encode(const struct ses_spool *text,
    enum ses_bundle_encoding encoding, const struct ses_age_to *to,
    struct ses_spool *out, struct seshat_err *err)
{
	struct ses_sink sink = ses_spool_sink(out);
	struct ses_age_writer *w = NULL;
	struct ses_age_to armoured;
	struct ses_sink in;
	int rc;

	if (encoding == SES_BUNDLE_GZIP)
		return encode_gzip(text, &sink, err);
	armoured = *to;
	armoured.armour = 1;
	if (ses_age_writer_open(&w, &armoured, &sink, err) < 0)
		return -1;
	in = ses_age_writer_sink(w);
	rc = encoding == SES_BUNDLE_AGE ? ses_spool_push(text, &in, err)
					: push_packed(text, &in, err);
	if (rc == 0)
		rc = ses_age_writer_close(w, err);
	ses_age_writer_free(w);
	return rc;
}

/* Through base64 into next. */
static int
decode_base64(const struct ses_spool *stored, const struct ses_sink *next,
    struct seshat_err *err)
{
	struct base64 b = {.c = EVP_ENCODE_CTX_new(), .next = next};
	struct ses_sink sink = {decode, &b};
	unsigned char rest[80];
	int got = 0;
	int rc;

	if (b.c == NULL)
		return ses_fail_nomem(err);
	EVP_DecodeInit(b.c);
	rc = ses_spool_push(stored, &sink, err);
	if (rc == 0 && EVP_DecodeFinal(b.c, rest, &got) != 1)
		rc = ses_fail(err, SESHAT_ECORRUPT, "its base64 is cut short");
	EVP_ENCODE_CTX_free(b.c);
	return rc;
}

/* Through age into next. */
static int
decrypt(const struct ses_spool *stored, const struct ses_age_keys *keys,
    const struct ses_sink *next, struct seshat_err *err)
{
	struct ses_age_reader *r = NULL;
	struct ses_sink sink;
	int rc;

	if (ses_age_reader_open(&r, keys, next, err) < 0)
		return -1;
	sink = ses_age_reader_sink(r);
	rc = ses_spool_push(stored, &sink, err);
	if (rc == 0)
		rc = ses_age_reader_close(r, err);
	ses_age_reader_free(r);
	return rc;
}

/* No more than so much into a spool. */
struct limited {
	struct ses_spool *to;
	uint64_t max;
};

static int
add_limited(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct limited *l = arg;

	if (l->to->size + len > l->max)
		return ses_fail(err, SESHAT_ELIMIT,
		    "it is longer than %llu bytes", (unsigned long long)l->max);
	return ses_spool_add(l->to, data, len, err);
}

int
ses_bundle_decode(const struct ses_spool *stored,
    enum ses_bundle_encoding encoding, const struct ses_age_keys *keys,
    uint64_t max, struct ses_spool *out, struct seshat_err *err)
{
	struct limited l = {out, max};
	struct ses_sink end = {add_limited, &l};
	struct ses_gunzip gunzip = {0};
	struct ses_sink in;
	int rc;

	if (encoding == SES_BUNDLE_AGE)
		return decrypt(stored, keys, &end, err);
	if (ses_gunzip_open(&gunzip, max, &end, err) < 0)
		return -1;
	in = ses_gunzip_sink(&gunzip);
	rc = encoding == SES_BUNDLE_GZIP ? decode_base64(stored, &in, err)
					 : decrypt(stored, keys, &in, err);
	if (rc == 0)
		rc = ses_gunzip_close(&gunzip, err);
	ses_gunzip_free(&gunzip);
	return rc;
}
