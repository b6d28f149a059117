#include <string.h>
#include <strings.h>

#include "render/html.h"
#include "render/link.h"

#define URL_MAX 2000 /* bytes of one that nobody marked as a link */

static const struct {
	const char *name;
	size_t len;
} schemes[] = {{"http://", 7}, {"https://", 8}, {"mailto:", 7}};

int
ses_link_is_safe(const char *url)
{
	size_t i;

	for (i = 0; url != NULL && i < sizeof(schemes) / sizeof(schemes[0]);
	     i++)
		if (strncasecmp(url, schemes[i].name, schemes[i].len) == 0)
			return url[schemes[i].len] != '\0';
	return 0;
}

static void
begin(struct ses_buf *out, const char *url, size_t len)
{
	ses_buf_str(out, "<a href=\"");
	ses_html_text(out, url, len);
	ses_buf_str(out, "\" rel=\"noopener noreferrer nofollow\">");
}

void
ses_link_begin(struct ses_buf *out, const char *url)
{
	begin(out, url, strlen(url));
}

/* Bytes of the URL that stands at s; 0: none. */
static size_t
url_at(const char *s, size_t len)
{
	size_t head = len > 7 && memcmp(s, "http://", 7) == 0    ? 7
		      : len > 8 && memcmp(s, "https://", 8) == 0 ? 8
								 : 0;
	size_t n = head;
	long open = 0;

	while (head > 0 && n < len && n < URL_MAX &&
	       (unsigned char)s[n] > 0x20 && (unsigned char)s[n] < 0x7f &&
	       strchr("<>\"`{}|\\^", s[n]) == NULL) {
		open += s[n] == '(';
		open -= s[n] == ')';
		if (open < 0)
			break;
		n++;
	}
	/* a sentence's stop is no part of it */
	while (n > head && strchr(".,:;!?'*_~", s[n - 1]) != NULL)
		n--;
	return n > head ? n : 0;
}

void
ses_link_text(struct ses_buf *out, const char *s, size_t len)
{
	const char *end = s + len;
	const char *from = s;
	const char *p = s;
	size_t n;

	while (p < end && (p = memchr(p, 'h', (size_t)(end - p))) != NULL) {
		n = url_at(p, (size_t)(end - p));
		if (n == 0) {
			p++;
			continue;
		}
		ses_html_prose(out, from, (size_t)(p - from));
		begin(out, p, n);
		ses_html_prose(out, p, n);
		ses_buf_str(out, "</a>");
		from = p += n;
	}
	ses_html_prose(out, from, (size_t)(end - from));
}
