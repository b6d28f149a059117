#include <stdlib.h>

#include "base/hash.h"
#include "redact/join.h"
#include "redact/proof.h"
#include "redact/view.h"

/* A line that ends inside a word is at least so long; where what stands at its
 * end may be whole, so long; and so long where what comes next could be
 * anything.  Lists of short things are not wrapped. */
#define LINE_MIN  16
#define WHOLE_MIN 40
#define WIDE      64

/* And the word in it. */
#define WORD_MIN 8

/* How far a word is looked at. */
#define LOOK 128

static int
in_word(int c)
{
	return ses_view_alnum(c) ||
	       (c > 0 && c < 0x80 && strchr("_+/=.~-", c) != NULL);
}

/* Whether it is something of its own: NAME=value, or a number. */
static int
is_another(const char *word, size_t n)
{
	const char *sign = memchr(word, '=', n);
	size_t i;

	if (sign != NULL && sign + 1 < word + n && sign[1] != '=')
		return 1;
	for (i = 0; i < n; i++)
		if (!ses_view_digit(word[i]) &&
		    strchr("+-.eE", word[i]) == NULL)
			return 0;
	return n < WORD_MIN || memchr(word, '.', n) != NULL;
}

/* Whether it has letters of both cases, which hashes and most names have not.
 */
static int
is_mixed(const char *word, size_t n)
{
	int small = 0;
	int large = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		small |= word[i] >= 'a' && word[i] <= 'z';
		large |= word[i] >= 'A' && word[i] <= 'Z';
	}
	return small && large;
}

/* Whether the line that begins at p goes on with the word, and nothing else. */
static int
goes_on(const char *p, const char *end, int mixed)
{
	char word[LOOK];
	size_t n = 0;
	size_t len;
	int c = -1;

	for (; n < sizeof(word); p += len) {
		len = ses_view_next(p, end, &c);
		if (!in_word(c))
			break;
		word[n++] = (char)c;
	}
	if (n == 0 || (c >= 0 && strchr("\n\r \"'`,;)<", c) == NULL))
		return 0;
	return !is_another(word, n) && (!mixed || is_mixed(word, n)) &&
	       !ses_proof_words(word, n);
}

/* The bytes of the line end at p, whose first unit takes len. */
static size_t
line_end(const char *p, const char *end, size_t len, int first)
{
	size_t more;
	int c;

	more = ses_view_next(p + len, end, &c);
	return first == '\r' && c == '\n' ? len + more : len;
}

void
ses_join_lines(
    struct ses_decoded *d, const char *base, size_t from, size_t to, int whole)
{
	const char *end = base + to;
	const char *start = base + from;
	const char *p = start;
	size_t word = 0; /* characters of the present one */
	size_t line = 0; /* and since the line began */
	size_t len;
	int c;

	for (; p < end; p += len) {
		len = ses_view_next(p, end, &c);
		if (c == '\n' || c == '\r')
			len = line_end(p, end, len, c);
		if ((c == '\n' || c == '\r') &&
		    line >= (whole ? WHOLE_MIN : LINE_MIN) &&
		    word >= WORD_MIN &&
		    goes_on(p + len, end, whole && line < WIDE)) {
			ses_decode(d, base, (size_t)(start - base),
			    (size_t)(p - base), SES_COLOURS_BREAK);
			start = p + len;
			line = 0;
			continue;
		}
		word = in_word(c) ? word + 1 : 0;
		line = c == '\n' || c == '\r' ? 0 : line + 1;
	}
	ses_decode(d, base, (size_t)(start - base), (size_t)(p - base),
	    SES_COLOURS_BREAK);
}

/* The quote that closes the string whose content begins at p, or NULL. */
static const char *
string_end(const char *p, const char *end)
{
	for (; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p < end ? p : NULL;
}

static int
is_key(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p < end && *p == ':';
}

static int
by_key(const void *a, const void *b)
{
	const struct ses_string *x = a;
	const struct ses_string *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->from < y->from ? -1 : x->from > y->from;
}

size_t
ses_join_find(
    const char *base, size_t from, size_t to, struct ses_string *v, size_t max)
{
	const char *end = base + to;
	const char *p = base + from;
	const char *close;
	uint32_t key = 0;
	size_t n = 0;

	while (n < max && (p = memchr(p, '"', (size_t)(end - p))) != NULL) {
		close = string_end(++p, end);
		if (close == NULL)
			break;
		if (is_key(close + 1, end))
			key = ses_crc32(0, p, (size_t)(close - p));
		else if (close > p)
			v[n++] = (struct ses_string){key, (uint32_t)(p - base),
			    (uint32_t)(close - base)};
		p = close + 1;
	}
	qsort(v, n, sizeof(*v), by_key);
	return n;
}
