#ifndef SES_JSON_PLAIN_H
#define SES_JSON_PLAIN_H

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#if defined(__SSE2__)
/* A bit for each of 16 bytes that is no plain one.  They are compared as
 * signed, so that those from 0x80 on are below a space too. */
static inline unsigned
ses_json_odd(__m128i x)
{
	__m128i control = _mm_cmplt_epi8(x, _mm_set1_epi8(' '));
	__m128i del = _mm_cmpeq_epi8(x, _mm_set1_epi8(0x7f));
	__m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
	__m128i slash = _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'));

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(
	    _mm_or_si128(control, del), _mm_or_si128(quote, slash)));
}
#endif

/**
 * The end of what a JSON string holds as it is, from s on: printable ASCII but
 * for quote and backslash.  Strings are most of what JSON is, so they are
 * walked 16 bytes at a time where every processor of the family can (all
 * x86-64 have SSE2).
 */
static inline const char *
ses_json_plain(const char *s, const char *end)
{
#if defined(__SSE2__)
	unsigned odd;

	for (; end - s >= 16; s += 16) {
		odd = ses_json_odd(_mm_loadu_si128((const void *)s));
		if (odd != 0)
			return s + __builtin_ctz(odd);
	}
	if (end - s >= 8) {
		odd = ses_json_odd(_mm_loadl_epi64((const void *)s)) & 0xff;
		if (odd != 0)
			return s + __builtin_ctz(odd);
		s += 8;
	}
#endif
	while (s < end && (unsigned char)*s >= 0x20 &&
	       (unsigned char)*s < 0x7f && *s != '"' && *s != '\\')
		s++;
	return s;
}

#endif
