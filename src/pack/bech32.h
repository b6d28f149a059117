#ifndef SES_BECH32_H
#define SES_BECH32_H

#include "base/err.h"

/*
 * Bech32 (BIP-173): a prefix, "1", bytes in groups of five bits, a checksum.
 */
#define SES_BECH32_MAX  90 /* characters */
#define SES_BECH32_DATA 52 /* bytes that may be in it */

struct ses_bech32 {
	char prefix[SES_BECH32_MAX]; /* in lower case, and a NUL */
	int upper;                   /* all letters are capitals */
	unsigned char data[SES_BECH32_DATA];
	size_t len;
};

/**
 * ses_bech32_decode(text, len, out, err):
 * Errors: SESHAT_EFORMAT, and what is wrong, without the text.
 */
int ses_bech32_decode(const char *text, size_t len, struct ses_bech32 *out,
    struct seshat_err *err);

/** Write the text for what is in b, which must fit, and a NUL. */
void ses_bech32_encode(
    const struct ses_bech32 *b, char out[SES_BECH32_MAX + 1]);

#endif
