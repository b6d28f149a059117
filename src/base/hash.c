/* The block function behind SHA256_Update keeps its state in a plain struct,
 * which EVP hides: we need it to go on with a hash in another process. */
#define OPENSSL_API_COMPAT 0x10100000L

#include <stdio.h>
#include <string.h>

#include <isa-l.h>
#include <openssl/sha.h>
#include <zlib.h>

#include "base/hash.h"

static void
load(SHA256_CTX *c, const struct ses_sha256 *s)
{
	memset(c, 0, sizeof(*c));
	memcpy(c->h, s->h, sizeof(s->h));
	memcpy(c->data, s->tail, sizeof(s->tail));
	c->num = (unsigned)(s->len % 64);
	c->Nl = (SHA_LONG)(s->len << 3);
	c->Nh = (SHA_LONG)(s->len >> 29);
	c->md_len = SHA256_DIGEST_LENGTH;
}

void
ses_sha256_init(struct ses_sha256 *s)
{
	SHA256_CTX c;

	SHA256_Init(&c);
	memset(s, 0, sizeof(*s));
	memcpy(s->h, c.h, sizeof(s->h));
}

void
ses_sha256_add(struct ses_sha256 *s, const void *data, size_t len)
{
	SHA256_CTX c;

	load(&c, s);
	SHA256_Update(&c, data, len);
	memcpy(s->h, c.h, sizeof(s->h));
	memcpy(s->tail, c.data, sizeof(s->tail));
	s->len += len;
}

static int
hash_on(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	(void)err;
	ses_sha256_add(arg, data, len);
	return 0;
}

struct ses_sink
ses_sha256_sink(struct ses_sha256 *s)
{
	return (struct ses_sink){.write = hash_on, .arg = s};
}

void
ses_sha256_hex(const struct ses_sha256 *s, char out[SES_SHA256_HEX])
{
	unsigned char md[SHA256_DIGEST_LENGTH];
	SHA256_CTX c;

	load(&c, s);
	SHA256_Final(md, &c);
	ses_hex(md, sizeof(md), out);
}

void
ses_sha256_of(const void *data, size_t len, char out[SES_SHA256_HEX])
{
	struct ses_sha256 s;

	ses_sha256_init(&s);
	ses_sha256_add(&s, data, len);
	ses_sha256_hex(&s, out);
}

void
ses_sha256_save(const struct ses_sha256 *s, char out[SES_SHA256_MID])
{
	size_t i;

	for (i = 0; i < 8; i++)
		(void)snprintf(out + 8 * i, 9, "%08x", s->h[i]);
	(void)snprintf(out + 64, 18, "-%016llx", (unsigned long long)s->len);
	out[81] = '-';
	ses_hex(s->tail, (size_t)(s->len % 64), out + 82);
}

int
ses_sha256_load(struct ses_sha256 *s, const char *text)
{
	struct ses_sha256 r = {0};
	unsigned char b[8];
	size_t i;

	if (strlen(text) < 82 || text[64] != '-' || text[81] != '-')
		return -1;
	for (i = 0; i < 8; i++) {
		if (ses_unhex(text + 8 * i, 4, b) < 0)
			return -1;
		r.h[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
			 (uint32_t)b[2] << 8 | b[3];
	}
	if (ses_unhex(text + 65, 8, b) < 0)
		return -1;
	for (i = 0; i < 8; i++)
		r.len = r.len << 8 | b[i];
	if (strlen(text + 82) != 2 * (size_t)(r.len % 64) ||
	    ses_unhex(text + 82, (size_t)(r.len % 64), r.tail) < 0)
		return -1;
	*s = r;
	return 0;
}

/* The hash of what a block, in which the key is mixed with a byte, begins. */
static void
hmac_half(const unsigned char block[64], unsigned char mix, const void *text,
    size_t len, unsigned char out[SES_HMAC])
{
	unsigned char mixed[64];
	char hex[SES_SHA256_HEX];
	struct ses_sha256 s;
	size_t i;

	for (i = 0; i < sizeof(mixed); i++)
		mixed[i] = block[i] ^ mix;
	ses_sha256_init(&s);
	ses_sha256_add(&s, mixed, sizeof(mixed));
	ses_sha256_add(&s, text, len);
	ses_sha256_hex(&s, hex);
	(void)ses_unhex(hex, SES_HMAC, out);
}

void
ses_hmac_sha256(const void *key, size_t key_len, const void *text, size_t len,
    unsigned char out[SES_HMAC])
{
	unsigned char block[64] = {0};
	unsigned char inner[SES_HMAC];

	memcpy(block, key, key_len < sizeof(block) ? key_len : sizeof(block));
	hmac_half(block, 0x36, text, len, inner);
	hmac_half(block, 0x5c, inner, sizeof(inner), out);
}

uint32_t
ses_crc32(uint32_t crc, const void *data, size_t len)
{
	return crc32_gzip_refl(crc, data, len);
}

uint32_t
ses_crc32_join(uint32_t a, uint32_t b, uint64_t b_len)
{
	/* zlib takes a negative length for one without an end */
	return (uint32_t)crc32_combine(a, b, (z_off_t)(b_len & INT64_MAX));
}

void
ses_crc32_hex(uint32_t crc, char out[9])
{
	(void)snprintf(out, 9, "%08x", crc);
}

void
ses_hex(const unsigned char *data, size_t n, char *out)
{
	static const char hex[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++) {
		out[2 * i] = hex[data[i] >> 4];
		out[2 * i + 1] = hex[data[i] & 15];
	}
	out[2 * n] = '\0';
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
ses_unhex(const char *hex, size_t n, unsigned char *out)
{
	size_t i;
	int hi;
	int lo;

	for (i = 0; i < n; i++) {
		hi = digit(hex[2 * i]);
		lo = hi < 0 ? -1 : digit(hex[2 * i + 1]);
		if (lo < 0)
			return -1;
		out[i] = (unsigned char)(hi << 4 | lo);
	}
	return 0;
}

int
ses_crc32_parse(const char *hex, size_t len, uint32_t *out)
{
	unsigned char b[4];

	if (len != 8 || ses_unhex(hex, 4, b) < 0)
		return -1;
	*out = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	       (uint32_t)b[2] << 8 | b[3];
	return 0;
}
