#include <stdint.h>

#include "base/base64.h"

size_t
ses_base64_encode(const void *data, size_t len, int padded, char *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = data;
	char *to = out;
	uint32_t v;

	for (; len >= 3; p += 3, len -= 3) {
		v = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
		*to++ = digits[v >> 18];
		*to++ = digits[v >> 12 & 63];
		*to++ = digits[v >> 6 & 63];
		*to++ = digits[v & 63];
	}
	if (len > 0) {
		v = (uint32_t)p[0] << 16 | (len > 1 ? (uint32_t)p[1] << 8 : 0);
		*to++ = digits[v >> 18];
		*to++ = digits[v >> 12 & 63];
		if (len > 1)
			*to++ = digits[v >> 6 & 63];
		for (; padded && len < 3; len++)
			*to++ = '=';
	}
	return (size_t)(to - out);
}

/* What a digit stands for; 64 and more when it is none. */
static uint32_t
value(char c)
{
	static const unsigned char values['z' - '+' + 1] = {62, 99, 99, 99, 63,
	    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 99, 99, 99, 99, 99, 99, 99,
	    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
	    19, 20, 21, 22, 23, 24, 25, 99, 99, 99, 99, 99, 99, 26, 27, 28, 29,
	    30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46,
	    47, 48, 49, 50, 51};

	return c >= '+' && c <= 'z' ? values[c - '+'] : 99;
}

/* The two or three digits behind the last group of four. */
static long
decode_rest(const char *text, size_t len, unsigned char *out)
{
	uint32_t a = value(text[0]);
	uint32_t b = len > 1 ? value(text[1]) : 99;
	uint32_t c = len > 2 ? value(text[2]) : 0;

	/* the bits that no byte needs are 0 */
	if ((a | b | c) > 63 || ((len == 2 ? b & 15 : c & 3) != 0))
		return -1;
	out[0] = (unsigned char)(a << 2 | b >> 4);
	if (len > 2)
		out[1] = (unsigned char)(b << 4 | c >> 2);
	return (long)len - 1;
}

long
ses_base64_decode(const char *text, size_t len, int padded, unsigned char *out)
{
	size_t at;
	long n = 0;
	long rest;
	uint32_t a;
	uint32_t b;
	uint32_t c;
	uint32_t d;

	if (padded && len % 4 != 0)
		return -1;
	if (padded && len > 0 && text[len - 1] == '=')
		len -= text[len - 2] == '=' ? 2 : 1;
	for (at = 0; at + 4 <= len; at += 4) {
		a = value(text[at]);
		b = value(text[at + 1]);
		c = value(text[at + 2]);
		d = value(text[at + 3]);
		if ((a | b | c | d) > 63)
			return -1;
		out[n++] = (unsigned char)(a << 2 | b >> 4);
		out[n++] = (unsigned char)(b << 4 | c >> 2);
		out[n++] = (unsigned char)(c << 6 | d);
	}
	if (at == len)
		return n;
	rest = decode_rest(text + at, len - at, out + n);
	return rest < 0 ? -1 : n + rest;
}
