#include <stdint.h>

#include "redact/view.h"

/* Parameters of a colour code that are looked back over. */
#define COLOUR_MAX 24

/* Whether text ends with word at p. */
static int
ends(const char *base, const char *p, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(p - base) >= len && memcmp(p - len, word, len) == 0;
}

/* ESC [ 0 ; 3 2 m, with ESC as a byte or in one of its spellings. */
static int
colour_before(const char *base, const char *p)
{
	const char *q = p - 1;

	while (q > base && p - q < COLOUR_MAX &&
	       (ses_view_digit(q[-1]) || q[-1] == ';'))
		q--;
	if (q == base || *--q != '[')
		return 0;
	return ends(base, q, "\x1b") || ends(base, q, "u001b") ||
	       ends(base, q, "u001B") || ends(base, q, "\\x1b") ||
	       ends(base, q, "\\033") || ends(base, q, "\\e");
}

int
ses_view_word_before(const char *base, const char *p)
{
	size_t n = (size_t)(p - base);

	if (n == 0 || !ses_view_alnum(p[-1]))
		return 0;
	if (n >= 2 && p[-2] == '\\' && strchr("bfnrt", p[-1]) != NULL)
		return 0;
	if (n >= 6 && p[-6] == '\\' && p[-5] == 'u' &&
	    ses_view_hex(p - 4, 4) >= 0)
		return ses_view_alnum(ses_view_hex(p - 4, 4));
	if (n >= 3 && p[-3] == '%' && ses_view_hex(p - 2, 2) >= 0)
		return ses_view_alnum(ses_view_hex(p - 2, 2));
	return !(ses_view_alpha(p[-1]) && colour_before(base, p));
}

const char *
ses_view_align(const char *base, const char *p, const char *end)
{
	const char *q;
	size_t len;
	size_t i;
	int c;

	for (i = 0; i < 3 && p > base && p < end && (*p & 0xc0) == 0x80; i++)
		p--;
	/* An escape that reaches over p begins at most five bytes before its
	 * last backslash. */
	for (i = 0; i <= 5 && p - base > (ptrdiff_t)i; i++)
		if (p[-(ptrdiff_t)i - 1] == '\\')
			break;
	if (i > 5 || p - base <= (ptrdiff_t)i)
		return p;
	for (q = p - i; q > base && q[-1] == '\\'; q--)
		continue;
	if (p - q - (ptrdiff_t)i > SES_VIEW_RUN)
		return (p - q - (ptrdiff_t)i) % 2 != 0 ? p - i - 1 : p;
	len = ses_view_next(q, end, &c);
	return len > (size_t)(p - q) ? q : p;
}
