#ifndef SES_BASE64_H
#define SES_BASE64_H

#include <stddef.h>

/* Base 64 (RFC 4648, section 4), with = at the end (padded) or without. */

/* Characters for n bytes at most. */
#define SES_BASE64_LEN(n) (((n) + 2) / 3 * 4)

/** Write the characters for len bytes, no NUL; how many they are. */
size_t ses_base64_encode(const void *data, size_t len, int padded, char *out);

/**
 * ses_base64_decode(text, len, padded, out):
 * Bytes that come out, at most len / 4 * 3 + 2; -1 when the text is not
 * exactly what ses_base64_encode makes of them.
 */
long ses_base64_decode(
    const char *text, size_t len, int padded, unsigned char *out);

#endif
