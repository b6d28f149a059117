#include "redact/decode.h"
#include "redact/view.h"

/* A colour code's parameters. */
#define COLOUR_MAX 32

/* Stands where a colour code was; no rule's class holds it. */
#define BREAK '\x01'

#define ESC 0x1b

/* Kinds of characters that begin an escape. */
#define SPECIAL 3

void
ses_decoded_clear(struct ses_decoded *d)
{
	ses_buf_clear(&d->text);
	ses_buf_clear(&d->jumps);
	d->colours = 0;
}

void
ses_decoded_free(struct ses_decoded *d)
{
	ses_buf_free(&d->text);
	ses_buf_free(&d->jumps);
}

static void
jump(struct ses_decoded *d, size_t at, size_t from, size_t to, int apart)
{
	const struct ses_jump j = {
	    .at = (uint32_t)at,
	    .from = (uint32_t)from,
	    .to = (uint32_t)to,
	    .apart = apart ? 1U : 0U,
	};

	ses_buf_add(&d->jumps, &j, sizeof(j));
}

/* Where the source of what is there ends; from when nothing is. */
static size_t
source_end(const struct ses_decoded *d, size_t from)
{
	const struct ses_jump *j = (const void *)d->jumps.data;
	size_t n = d->jumps.len / sizeof(*j);

	return n == 0 ? from : j[n - 1].to + (d->text.len - j[n - 1].at);
}

/* The bytes of %XX at p that stand for a printable character, else 0; %252D
 * is one that was encoded twice. */
static size_t
percent(const char *p, const char *end, int *c)
{
	const char *q = p + 1;

	while (end - q >= 4 && q[0] == '2' && q[1] == '5' &&
	       ses_view_hex(q + 2, 2) >= 0)
		q += 2;
	if (end - q < 2)
		return 0;
	*c = ses_view_hex(q, 2);
	return *c >= ' ' && *c < 0x7f ? (size_t)(q + 2 - p) : 0;
}

/* The bytes of "[32m" at p, which stands behind an ESC; 0 if it is none. */
static size_t
colour(const char *p, const char *end)
{
	const char *q = p;

	if (q == end || *q != '[')
		return 0;
	for (q++; q < end && q - p < COLOUR_MAX &&
		  (ses_view_digit(*q) || *q == ';' || *q == '?');
	     q++)
		continue;
	return q < end && ses_view_alpha(*q) ? (size_t)(q + 1 - p) : 0;
}

/* An ESC as programs print its name: \x1b, \033, \e. */
static size_t
named_escape(const char *p, const char *end)
{
	static const char *const names[] = {"x1b[", "x1B[", "033[", "e["};
	const char *q = p;
	size_t len;
	size_t i;

	while (q < end && *q == '\\' && q - p < SES_VIEW_RUN)
		q++;
	if (q == end || (*q != 'x' && *q != '0' && *q != 'e'))
		return 0;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		len = strlen(names[i]);
		if (q < end && *q == names[i][0] && (size_t)(end - q) >= len &&
		    memcmp(q, names[i], len) == 0)
			return (size_t)(q - p) + len - 1;
	}
	return 0;
}

/* One unit, an escape of a URL or the beginning of a colour code. */
static size_t
next(const char *p, const char *end, int *c)
{
	size_t len;

	if (*p == '%') {
		len = percent(p, end, c);
		if (len > 0)
			return len;
	}
	if (*p == '\\') {
		len = named_escape(p, end);
		if (len > 0) {
			*c = ESC;
			return len;
		}
	}
	return ses_view_next(p, end, c);
}

/* The first character from p on that may begin an escape.  Where each of them
 * stands next is kept: most are rare. */
static const char *
next_special(const char *p, const char *end, const char *next_of[SPECIAL])
{
	static const char special[SPECIAL] = {'\\', '%', ESC};
	const char *first = end;
	size_t i;

	for (i = 0; i < SPECIAL; i++) {
		if (next_of[i] == NULL || next_of[i] < p) {
			next_of[i] = memchr(p, special[i], (size_t)(end - p));
			if (next_of[i] == NULL)
				next_of[i] = end;
		}
		first = next_of[i] < first ? next_of[i] : first;
	}
	return first;
}

void
ses_decode(struct ses_decoded *d, const char *base, size_t from, size_t to,
    enum ses_colours colours)
{
	const char *p = base + from;
	const char *end = base + to;
	const char *next_of[SPECIAL];
	const char *start;
	size_t codes;
	size_t n = 0;
	char *out;
	int c;

	jump(d, d->text.len, source_end(d, from), from, d->text.len > 0);
	out = ses_buf_room(&d->text, to - from); /* it never becomes longer */
	memset(next_of, 0, sizeof(next_of));
	while (p < end && out != NULL) {
		start = next_special(p, end, next_of);
		if (start > p) {
			memcpy(out + n, p, (size_t)(start - p));
			n += (size_t)(start - p);
			p = start;
			if (p == end)
				break;
		}
		p += next(p, end, &c);
		codes = c == ESC ? colour(p, end) : 0;
		p += codes;
		d->colours += codes > 0 ? 1 : 0;
		if (codes == 0 || colours == SES_COLOURS_BREAK) {
			out[n++] = (char)(codes > 0 ? BREAK : c);
			if (p - start == 1)
				continue;
			start = p;
		}
		jump(d, d->text.len + n, (size_t)(start - base),
		    (size_t)(p - base), 0);
	}
	ses_buf_grew(&d->text, n);
}

/* The last jump at or before a character. */
static size_t
find(const struct ses_jump *j, size_t n, size_t at)
{
	size_t low = 0;
	size_t high = n;
	size_t mid;

	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (j[mid].at <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

int
ses_decoded_next(const struct ses_decoded *d, size_t *from, size_t to,
    size_t *source_from, size_t *source_to)
{
	const struct ses_jump *j = (const void *)d->jumps.data;
	size_t n = d->jumps.len / sizeof(*j);
	size_t i;

	if (*from >= to)
		return 0;
	i = find(j, n, *from);
	*source_from = j[i].to + (*from - j[i].at);
	for (i++; i < n && j[i].at < to; i++)
		if (j[i].apart) {
			*source_to = j[i].from;
			*from = j[i].at;
			return 1;
		}
	*from = to;
	*source_to = i < n && j[i].at == to ? j[i].from
					    : j[i - 1].to + (to - j[i - 1].at);
	return 1;
}
