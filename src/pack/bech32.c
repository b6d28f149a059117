#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <openssl/crypto.h>

#include "pack/bech32.h"

#define CHECKSUM 6 /* characters */

static const char digits[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/* One more group of five bits into the remainder; it is 1 in the end. */
static uint32_t
step(uint32_t sum, uint32_t five)
{
	static const uint32_t generator[] = {
	    0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
	uint32_t top = sum >> 25;
	size_t i;

	sum = (sum & 0x1ffffff) << 5 ^ five;
	for (i = 0; i < 5; i++)
		sum ^= (top >> i & 1) != 0 ? generator[i] : 0;
	return sum;
}

/* The remainder of the prefix, which counts bit by bit. */
static uint32_t
begin(const char *prefix, size_t len)
{
	uint32_t sum = 1;
	size_t i;

	for (i = 0; i < len; i++)
		sum = step(sum, (unsigned char)prefix[i] >> 5);
	sum = step(sum, 0);
	for (i = 0; i < len; i++)
		sum = step(sum, prefix[i] & 31);
	return sum;
}

/* In lower case; -1 when the cases are mixed or it is not all visible. */
static int
to_lower(const char *text, size_t len, char *out, int *upper)
{
	int lower = 0;
	size_t i;

	*upper = 0;
	for (i = 0; i < len; i++) {
		if (text[i] < 33 || text[i] > 126)
			return -1;
		out[i] = text[i];
		if (text[i] >= 'A' && text[i] <= 'Z') {
			out[i] = (char)(text[i] - 'A' + 'a');
			*upper = 1;
		} else if (text[i] >= 'a' && text[i] <= 'z') {
			lower = 1;
		}
	}
	return *upper && lower ? -1 : 0;
}

/* The groups of five bits as bytes; -1 unless the rest is less than a group
 * and zero. */
static int
to_bytes(const unsigned char *fives, size_t n, struct ses_bech32 *out)
{
	uint32_t bits = 0;
	unsigned held = 0;
	size_t i;

	out->len = 0;
	for (i = 0; i < n; i++) {
		bits = (bits << 5 | fives[i]) & 0xfff;
		held += 5;
		if (held >= 8) {
			held -= 8;
			out->data[out->len++] = (unsigned char)(bits >> held);
		}
	}
	return held >= 5 || (bits & ((1U << held) - 1)) != 0 ? -1 : 0;
}

/* What is behind the "1": n characters with the checksum. */
static int
read_data(
    const char *p, size_t n, struct ses_bech32 *out, struct seshat_err *err)
{
	unsigned char fives[SES_BECH32_MAX];
	uint32_t sum = begin(out->prefix, strlen(out->prefix));
	const char *digit;
	size_t i;
	int rc = -1;

	for (i = 0; i < n; i++) {
		digit = memchr(digits, p[i], 32);
		if (digit == NULL) {
			ses_fail(err, SESHAT_EFORMAT,
			    "it has a character that cannot be there");
			goto out;
		}
		fives[i] = (unsigned char)(digit - digits);
		sum = step(sum, fives[i]);
	}
	if (sum != 1)
		ses_fail(err, SESHAT_EFORMAT,
		    "its checksum is wrong: it was not copied exactly");
	else if (to_bytes(fives, n - CHECKSUM, out) < 0)
		ses_fail(err, SESHAT_EFORMAT, "it does not end at a byte");
	else
		rc = 0;
out:
	OPENSSL_cleanse(fives, sizeof(fives));
	return rc;
}

int
ses_bech32_decode(const char *text, size_t len, struct ses_bech32 *out,
    struct seshat_err *err)
{
	char lower[SES_BECH32_MAX];
	size_t one = len;
	int rc = -1;

	if (len > sizeof(lower))
		return ses_fail(err, SESHAT_EFORMAT,
		    "it is longer than %d characters", SES_BECH32_MAX);
	if (to_lower(text, len, lower, &out->upper) < 0) {
		ses_fail(err, SESHAT_EFORMAT,
		    "it mixes small and capital letters, or has others");
		goto out;
	}
	while (one > 0 && lower[one - 1] != '1')
		one--;
	if (one < 2 || len - one < CHECKSUM) {
		ses_fail(err, SESHAT_EFORMAT, "it is cut off");
		goto out;
	}
	memcpy(out->prefix, lower, one - 1);
	out->prefix[one - 1] = '\0';
	rc = read_data(lower + one, len - one, out, err);
out:
	OPENSSL_cleanse(lower, sizeof(lower));
	return rc;
}

void
ses_bech32_encode(const struct ses_bech32 *b, char out[SES_BECH32_MAX + 1])
{
	size_t n = strlen(b->prefix);
	uint32_t sum = begin(b->prefix, n);
	uint32_t bits = 0;
	unsigned held = 0;
	size_t i;

	assert(n + 1 + (b->len * 8 + 4) / 5 + CHECKSUM <= SES_BECH32_MAX);
	memcpy(out, b->prefix, n);
	out[n++] = '1';
	for (i = 0; i < b->len || held > 0;) {
		if (held < 5 && i < b->len) {
			bits = (bits << 8 | b->data[i++]) & 0xfff;
			held += 8;
		} else if (held < 5) {
			bits <<= 5 - held;
			held = 5;
		}
		held -= 5;
		sum = step(sum, bits >> held & 31);
		out[n++] = digits[bits >> held & 31];
	}
	for (i = 0; i < CHECKSUM; i++)
		sum = step(sum, 0);
	sum ^= 1;
	for (i = 0; i < CHECKSUM; i++)
		out[n++] = digits[sum >> 5 * (5 - i) & 31];
	out[n] = '\0';
	for (i = 0; b->upper && i < n; i++)
		if (out[i] >= 'a' && out[i] <= 'z')
			out[i] = (char)(out[i] - 'a' + 'A');
}
