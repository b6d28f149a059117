#ifndef HTML_CHECK_H
#define HTML_CHECK_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

/*
 * A strict little judge of the HTML that src/render makes: every tag is one of
 * ours, closed where it must be, with attributes of ours; links lead to where
 * they may; no character hides or turns text.  Real HTML may do far more.
 */
struct html_check {
	const char *p;
	const char *end;
	const char *why;
	char open[512][12];
	size_t depth;
	size_t tags;
};

static int
html_is_one_of(const char *s, size_t len, const char *const *of)
{
	for (; *of != NULL; of++)
		if (strlen(*of) == len && memcmp(*of, s, len) == 0)
			return 1;
	return 0;
}

static int
html_fail(struct html_check *c, const char *why)
{
	if (c->why == NULL)
		c->why = why;
	return -1;
}

static int
html_entity(struct html_check *c)
{
	static const char *const known[] = {
	    "&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
	size_t i;
	size_t n;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		n = strlen(known[i]);
		if ((size_t)(c->end - c->p) >= n &&
		    memcmp(c->p, known[i], n) == 0) {
			c->p += n;
			return 0;
		}
	}
	return html_fail(c, "& that is no entity");
}

static int
html_char(struct html_check *c)
{
	uint32_t v = 0;
	size_t n;

	if (*c->p == '&')
		return html_entity(c);
	n = ses_utf8_next(c->p, (size_t)(c->end - c->p), &v);
	if (n == 0)
		return html_fail(c, "not UTF-8");
	if ((v < 0x20 && v != '\n' && v != '\t') || (v >= 0x7f && v < 0xa0))
		return html_fail(c, "control character");
	if ((v >= 0x202a && v <= 0x202e) || (v >= 0x2066 && v <= 0x2069) ||
	    v == 0x200b || v == 0x200e || v == 0x200f || v == 0xfeff ||
	    (v >= 0xe0000 && v <= 0xe0fff))
		return html_fail(c, "character that hides or turns");
	c->p += n;
	return 0;
}

static int
html_starts(const char *s, size_t len, const char *what)
{
	return len >= strlen(what) && memcmp(s, what, strlen(what)) == 0;
}

static int
html_value(struct html_check *c, const char *name, size_t name_len,
    const char *s, size_t len)
{
	static const char *const rel[] = {"noopener noreferrer nofollow", NULL};

	if (name_len == 4 && memcmp(name, "href", 4) == 0 &&
	    !html_starts(s, len, "#") && !html_starts(s, len, "/") &&
	    strncasecmp(s, "http://", 7) != 0 &&
	    strncasecmp(s, "https://", 8) != 0 &&
	    strncasecmp(s, "mailto:", 7) != 0)
		return html_fail(c, "link to elsewhere");
	if (name_len == 3 && memcmp(name, "src", 3) == 0 &&
	    !html_starts(s, len, "/") && !html_starts(s, len, "data:image/"))
		return html_fail(c, "image from elsewhere");
	if (name_len == 3 && memcmp(name, "rel", 3) == 0 &&
	    !html_is_one_of(s, len, rel))
		return html_fail(c, "rel");
	return 0;
}

static int
html_attribute(struct html_check *c)
{
	static const char *const known[] = {"id", "class", "href", "rel",
	    "aria-label", "aria-hidden", "role", "tabindex", "datetime", "open",
	    "start", "scope", "loading", "alt", "src", "data-lang", "x", "y",
	    "x1", "x2", "y1", "y2", "d", "width", "height", "viewBox", "fill",
	    "stroke", "stroke-width", "stroke-linejoin", "stroke-linecap",
	    "text-anchor", "font-size", NULL};
	const char *name = ++c->p;
	const char *value;
	size_t n;

	while (c->p < c->end && strchr("= />\"<", *c->p) == NULL)
		c->p++;
	n = (size_t)(c->p - name);
	if (!html_is_one_of(name, n, known))
		return html_fail(c, "attribute");
	if (c->p == c->end || *c->p != '=')
		return 0;
	if (c->end - c->p < 2 || c->p[1] != '"')
		return html_fail(c, "attribute without quotes");
	value = c->p += 2;
	while (c->p < c->end && *c->p != '"') {
		if (*c->p == '<')
			return html_fail(c, "< in an attribute");
		if (html_char(c) < 0)
			return -1;
	}
	if (c->p == c->end)
		return html_fail(c, "attribute without end");
	c->p++;
	return html_value(c, name, n, value, (size_t)(c->p - 1 - value));
}

static int
html_close(struct html_check *c, const char *name, size_t n)
{
	if (c->p == c->end || *c->p != '>')
		return html_fail(c, "end tag");
	c->p++;
	if (c->depth == 0 || strlen(c->open[c->depth - 1]) != n ||
	    memcmp(c->open[c->depth - 1], name, n) != 0)
		return html_fail(c, "closes what is not open");
	c->depth--;
	return 0;
}

static int
html_tag(struct html_check *c)
{
	static const char *const known[] = {"a", "article", "b", "blockquote",
	    "br", "code", "del", "desc", "details", "div", "em", "figcaption",
	    "figure", "h2", "h3", "h4", "h5", "h6", "header", "hr", "img",
	    "ins", "li", "line", "ol", "p", "path", "pre", "rect", "s", "small",
	    "span", "strong", "summary", "svg", "table", "td", "text", "th",
	    "time", "title", "tr", "ul", NULL};
	static const char *const empty[] = {"br", "hr", "img", NULL};
	int closes = c->end - c->p > 1 && c->p[1] == '/';
	const char *name = c->p += closes ? 2 : 1;
	size_t n;

	c->tags++;
	while (c->p < c->end && ((*c->p >= 'a' && *c->p <= 'z') ||
				    (*c->p >= '0' && *c->p <= '9')))
		c->p++;
	n = (size_t)(c->p - name);
	if (!html_is_one_of(name, n, known))
		return html_fail(c, "tag");
	if (closes)
		return html_close(c, name, n);
	while (c->p < c->end && *c->p == ' ')
		if (html_attribute(c) < 0)
			return -1;
	if (c->end - c->p >= 2 && c->p[0] == '/' && c->p[1] == '>') {
		c->p += 2;
		return 0;
	}
	if (c->p == c->end || *c->p != '>')
		return html_fail(c, "tag without end");
	c->p++;
	if (html_is_one_of(name, n, empty))
		return 0;
	if (c->depth == sizeof(c->open) / sizeof(c->open[0]))
		return html_fail(c, "too deep");
	memcpy(c->open[c->depth], name, n);
	c->open[c->depth++][n] = '\0';
	return 0;
}

/** What is wrong with it, or NULL; *tags, if not NULL, how many it has. */
static inline const char *
html_problem(const char *s, size_t len, size_t *tags)
{
	static struct html_check c;
	int rc = 0;

	memset(&c, 0, sizeof(c));
	c.p = s;
	c.end = s == NULL ? s : s + len;
	while (rc == 0 && c.p < c.end) {
		if (*c.p == '>')
			rc = html_fail(&c, "> alone");
		else
			rc = *c.p == '<' ? html_tag(&c) : html_char(&c);
	}
	if (rc == 0 && c.depth > 0)
		(void)html_fail(&c, "not closed");
	if (tags != NULL)
		*tags = c.tags;
	return c.why;
}

#endif
