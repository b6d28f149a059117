#ifndef SES_RENDER_MARKDOWN_GUARD_H
#define SES_RENDER_MARKDOWN_GUARD_H

#include <stddef.h>

/*
 * Markdown that would keep the parser busy.  cmark-gfm takes time by the
 * square for some texts (CVE-2023-22486, CVE-2023-24824, CVE-2023-37463, not
 * mended in Debian 12), so they are told from their bytes before it sees them.
 */
enum ses_markdown_verdict {
	SES_MARKDOWN_FINE,
	SES_MARKDOWN_NO_TABLES, /* may be parsed without that extension */
	SES_MARKDOWN_REFUSED
};

/** What may be done with len bytes at s; takes time that grows as they do. */
enum ses_markdown_verdict ses_markdown_guard(const char *s, size_t len);

#endif
