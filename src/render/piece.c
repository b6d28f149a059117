/* Texts of any length: cut in a page of the server, folded in one that stands
 * alone. */
#include "render/html.h"
#include "render/markdown.h"
#include "render/talking.h"

#define PIECE 65536 /* bytes that are written at a time */

void
ses_talk_number(struct ses_buf *out, uint64_t n)
{
	char digits[32];
	size_t len = 0;

	do {
		if (len % 4 == 3)
			digits[len++] = ',';
		digits[len++] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	while (len > 0)
		ses_buf_add(out, &digits[--len], 1);
}

size_t
ses_talk_shown(const struct ses_talk *t, const char *s, size_t len)
{
	size_t n = SES_TALK_SHOWN;
	size_t i;

	if (t->how.base == NULL || len <= n)
		return len;
	for (i = n; i > n / 2; i--)
		if (s[i - 1] == '\n')
			return i;
	while (n > 0 && (s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

void
ses_talk_left_out(struct ses_talk *t, size_t n)
{
	if (n == 0)
		return;
	ses_buf_str(&t->page, "<p class=\"cut\">");
	ses_talk_number(&t->page, n);
	ses_buf_fmt(
	    &t->page, " more byte%s left out", n == 1 ? " is" : "s are");
	if (t->how.raw != NULL) {
		ses_buf_str(&t->page, ": <a href=\"");
		ses_html_str(&t->page, t->how.raw);
		ses_buf_fmt(&t->page, "%llu\">the line as it is</a>",
		    (unsigned long long)t->line);
	}
	ses_buf_str(&t->page, ".</p>\n");
}

/* A long text piece by piece, so that what it becomes need not be held. */
static void
prose(struct ses_talk *t, const char *s, size_t len)
{
	const char *end = len > 0 ? s + len : s;
	const char *to;

	for (; len > 0 && s < end; s = to) {
		to = end - s > PIECE ? s + PIECE : end;
		while (to < end && to > s + PIECE / 2 && to[-1] != '\n')
			to--;
		while (to < end && (*to & 0xc0) == 0x80)
			to++;
		ses_html_prose(&t->page, s, (size_t)(to - s));
		ses_talk_spill(t);
	}
}

/* In a page that stands alone, what is long folds. */
static int
begin_long(struct ses_talk *t, size_t len)
{
	if (t->how.base != NULL || len <= SES_TALK_SHOWN)
		return 0;
	ses_buf_str(&t->page, "<details class=\"long\"><summary>");
	ses_talk_number(&t->page, len);
	ses_buf_str(&t->page, " bytes</summary>\n");
	return 1;
}

static void
end_long(struct ses_talk *t, int is_long)
{
	if (is_long)
		ses_buf_str(&t->page, "</details>\n");
}

void
ses_talk_pre(struct ses_talk *t, const char *s, size_t len)
{
	size_t shown = ses_talk_shown(t, s, len);
	int is_long = begin_long(t, len);

	ses_buf_str(&t->page, "<pre>");
	prose(t, s, shown);
	ses_buf_str(&t->page, "</pre>\n");
	ses_talk_left_out(t, len - shown);
	end_long(t, is_long);
}

void
ses_talk_markdown(struct ses_talk *t, const char *s, size_t len)
{
	size_t shown = ses_talk_shown(t, s, len);
	int is_long;

	if (shown > SES_MARKDOWN_MAX) {
		ses_talk_pre(t, s, len);
		return;
	}
	is_long = begin_long(t, len);
	ses_buf_str(&t->page, "<div class=\"prose\">\n");
	ses_markdown(&t->page, s, shown);
	ses_buf_str(&t->page, "</div>\n");
	ses_talk_left_out(t, len - shown);
	end_long(t, is_long);
}
