#include <string.h>

#include "base/utf8.h"
#include "net/url.h"
#include "render/html.h"

#define REPLACEMENT "\xef\xbf\xbd"
#define ESCAPE      '\033'
#define BELL        '\a'

static int
is_no_character(uint32_t c)
{
	return (c >= 0x7f && c < 0xa0) || (c & 0xfffe) == 0xfffe ||
	       (c >= 0xfdd0 && c <= 0xfdef);
}

/* What one ASCII character becomes; NULL: itself. */
static const char *
escaped(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\n':
	case '\t':
		return NULL;
	default:
		return (unsigned char)c < 0x20 || c == 0x7f ? REPLACEMENT
							    : NULL;
	}
}

/* A string for the terminal (a title, a link) ends with BEL or ESC \; a line's
 * end or another escape means that there was none. */
static const char *
string_end(const char *s, const char *end)
{
	for (; s < end && (unsigned char)*s >= 0x20; s++)
		;
	if (s < end && *s == BELL)
		return s + 1;
	if (end - s >= 2 && s[0] == ESCAPE && s[1] == '\\')
		return s + 2;
	return NULL;
}

/* Behind the escape sequence that begins at s, or NULL if it is none (ECMA-48,
 * 5.4 and 8.3.89). */
static const char *
sequence_end(const char *s, const char *end)
{
	if (++s == end)
		return NULL;
	if (*s == '[') {
		for (s++; s < end && *s >= 0x20 && *s < 0x40; s++)
			;
		return s < end && *s >= 0x40 && *s < 0x7f ? s + 1 : NULL;
	}
	if (*s != '\0' && strchr("]PX^_", *s) != NULL)
		return string_end(s + 1, end);
	for (; s < end && *s >= 0x20 && *s < 0x30; s++)
		;
	return s < end && *s >= 0x30 && *s < 0x7f ? s + 1 : NULL;
}

/* Of the bytes below 64 those that do not stand for themselves: control
 * characters but newline and tab, " & ' < and >. */
#define SPECIAL                                                                \
	(UINT64_C(0xfffff9ff) | UINT64_C(1) << '"' | UINT64_C(1) << '&' |      \
	    UINT64_C(1) << '\'' | UINT64_C(1) << '<' | UINT64_C(1) << '>')

static const char *
plain_end(const char *s, const char *end)
{
	unsigned char c;

	for (; s < end; s++) {
		c = (unsigned char)*s;
		if (c < 64 ? (SPECIAL >> c & 1) != 0 : c >= 0x7f)
			break;
	}
	return s;
}

/* One character that is not plain; behind it. */
static const char *
add_special(struct ses_buf *out, const char *s, const char *end, int prose,
    uint32_t *before)
{
	const char *behind;
	const char *as;
	uint32_t c = 0;
	size_t n;

	if (prose && *s == ESCAPE && (behind = sequence_end(s, end)) != NULL)
		return behind;
	if (prose && *s == '\r') {
		if (s + 1 == end || s[1] != '\n')
			ses_buf_str(out, "\n");
		return s + 1;
	}
	n = ses_utf8_next(s, (size_t)(end - s), &c);
	if (n == 0 || is_no_character(c) ||
	    (!prose && ses_utf8_is_odd(c, *before))) {
		ses_buf_str(out, REPLACEMENT);
	} else if (n == 1) {
		as = escaped(*s);
		ses_buf_add(
		    out, as == NULL ? s : as, as == NULL ? 1 : strlen(as));
	} else if (!ses_utf8_is_odd(c, *before)) {
		ses_buf_add(out, s, n);
	} else {
		ses_buf_fmt(
		    out, "<span class=\"odd\">U+%04X</span>", (unsigned)c);
	}
	*before = c;
	return s + (n == 0 ? 1 : n);
}

static void
add(struct ses_buf *out, const char *s, size_t len, int prose)
{
	const char *end = s + len;
	const char *p;
	uint32_t before = 0;

	while (s < end) {
		p = plain_end(s, end);
		if (p > s) {
			ses_buf_add(out, s, (size_t)(p - s));
			before = (unsigned char)p[-1];
		}
		s = p < end ? add_special(out, p, end, prose, &before) : p;
	}
}

void
ses_html_text(struct ses_buf *out, const char *s, size_t len)
{
	if (len > 0)
		add(out, s, len, 0);
}

void
ses_html_str(struct ses_buf *out, const char *s)
{
	ses_html_text(out, s, strlen(s));
}

void
ses_html_json(struct ses_buf *out, const struct ses_json *v)
{
	struct ses_buf text = {0};

	if (v->type == '"')
		ses_json_text(v, &text);
	else if (v->type != '\0')
		ses_buf_add(&text, v->text, v->len);
	ses_html_text(out, text.data, text.len);
	out->bad |= text.bad;
	ses_buf_free(&text);
}

void
ses_html_prose(struct ses_buf *out, const char *s, size_t len)
{
	if (len > 0)
		add(out, s, len, 1);
}

void
ses_html_url(struct ses_buf *out, const char *s)
{
	ses_url_encode(out, s, strlen(s), 0);
}
