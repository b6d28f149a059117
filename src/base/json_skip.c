/*
 * The end of a string or of what stands in brackets.
 *
 * Most bytes of a transcript are passed more than once: to find where the
 * line's object ends, where its message does, the message's content, a block of
 * this. So brackets are looked for in 64 bytes at a time: one bit each for the
 * quotes, backslashes and brackets among them, and what is inside of strings is
 * masked out by arithmetic on the bits instead of by a walk from quote to
 * quote.
 */
#include <stdint.h>
#include <string.h>

#include "base/json_skip.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define WIDE __attribute__((target("avx2,pclmul")))
#endif

/* Past the quote that ends a string; q is behind the one that begins it. */
static const char *
string_plain(const char *q, const char *end)
{
	const char *b;

	while (q < end && (q = memchr(q, '"', (size_t)(end - q))) != NULL) {
		for (b = q; b[-1] == '\\'; b--)
			continue; /* stops at the opening quote at the latest */
		if ((q - b) % 2 == 0)
			return q + 1;
		q++;
	}
	return NULL;
}

const char *
ses_json_skip_out_plain(const char *p, const char *end)
{
	size_t depth = 1;

	while (p != NULL && p < end) {
		if (*p == '"') {
			p = string_plain(p + 1, end);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if ((*p == '}' || *p == ']') && --depth == 0)
			return p + 1;
		p++;
	}
	return NULL;
}

#if defined(__x86_64__)

/* Where the processor has what it takes, which the base of the family has not:
 * with 16 bytes at a time the bits are no faster than the walk. */
#define BLOCK 64

static int
is_wide(void)
{
	return __builtin_cpu_supports("avx2") &&
	       __builtin_cpu_supports("pclmul");
}

/* A block of bytes; those behind the end are spaces. */
struct block {
	__m256i low;
	__m256i high;
};

static inline WIDE struct block
load(const char *p, const char *end)
{
	char last[BLOCK];

	if (end - p < BLOCK) {
		memset(last, ' ', sizeof(last));
		memcpy(last, p, (size_t)(end - p));
		p = last;
	}
	return (struct block){_mm256_loadu_si256((const void *)p),
	    _mm256_loadu_si256((const void *)(p + 32))};
}

/* A bit for each byte that is c, the first byte's the lowest. */
static inline WIDE uint64_t
equal(const struct block *b, char c)
{
	__m256i all = _mm256_set1_epi8(c);
	__m256i low = _mm256_cmpeq_epi8(b->low, all);
	__m256i high = _mm256_cmpeq_epi8(b->high, all);

	return (uint32_t)_mm256_movemask_epi8(low) |
	       (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

/* Which bytes a backslash escapes: those behind a run of an odd number of
 * backslashes.  carry: whether the first byte is one; the next block's. */
static inline uint64_t
escaped(uint64_t slash, uint64_t *carry)
{
	const uint64_t even = 0x5555555555555555U;
	uint64_t behind = *carry;
	uint64_t from_odd;
	uint64_t ends;

	if (slash == 0) {
		*carry = 0;
		return behind;
	}
	slash &= ~behind;
	behind |= slash << 1;
	from_odd = slash & ~even & ~behind; /* runs that begin at an odd bit */
	*carry = (uint64_t)__builtin_add_overflow(from_odd, slash, &ends);
	return (even ^ ends << 1) & behind;
}

/* Of each bit, whether the number of those set up to it is odd. */
static inline WIDE uint64_t
odd(uint64_t x)
{
	__m128i product = _mm_clmulepi64_si128(
	    _mm_cvtsi64_si128((long long)x), _mm_set1_epi8(-1), 0);

	return (uint64_t)_mm_cvtsi128_si64(product);
}

static WIDE const char *
string_wide(const char *p, const char *end)
{
	struct block b;
	uint64_t carry = 0;
	uint64_t quote;

	for (; p < end; p += BLOCK) {
		b = load(p, end);
		quote = equal(&b, '"');
		quote &= ~escaped(equal(&b, '\\'), &carry);
		if (quote != 0)
			return p + __builtin_ctzll(quote) + 1;
	}
	return NULL;
}

static WIDE const char *
out_wide(const char *from, const char *end)
{
	const char *p;
	struct block b;
	uint64_t carry = 0;
	uint64_t inside = 0; /* all bits: a string goes on */
	uint64_t slash;
	uint64_t open;
	uint64_t bracket;
	size_t depth = 1;

	for (p = from; p < end; p += BLOCK) {
		b = load(p, end);
		slash = equal(&b, '\\');
		inside ^= odd(equal(&b, '"') & ~escaped(slash, &carry));
		if ((slash & ~inside) != 0) /* there it escapes nothing */
			return ses_json_skip_out_plain(from, end);
		/* in ASCII, [ and { differ in this bit, and so ] and } */
		b.low = _mm256_or_si256(b.low, _mm256_set1_epi8(0x20));
		b.high = _mm256_or_si256(b.high, _mm256_set1_epi8(0x20));
		open = equal(&b, '{');
		bracket = (open | equal(&b, '}')) & ~inside;
		for (; bracket != 0; bracket &= bracket - 1) {
			if ((open & bracket & -bracket) != 0)
				depth++;
			else if (--depth == 0)
				return p + __builtin_ctzll(bracket) + 1;
		}
		inside = inside >> 63 != 0 ? ~(uint64_t)0 : 0;
	}
	return NULL;
}

const char *
ses_json_skip_string(const char *p, const char *end)
{
	return is_wide() ? string_wide(p + 1, end) : string_plain(p + 1, end);
}

const char *
ses_json_skip_out(const char *p, const char *end)
{
	return is_wide() ? out_wide(p, end) : ses_json_skip_out_plain(p, end);
}

#else

const char *
ses_json_skip_string(const char *p, const char *end)
{
	return string_plain(p + 1, end);
}

const char *
ses_json_skip_out(const char *p, const char *end)
{
	return ses_json_skip_out_plain(p, end);
}

#endif
