#ifndef SES_RENDER_MARKDOWN_H
#define SES_RENDER_MARKDOWN_H

#include "base/buf.h"

#define SES_MARKDOWN_MAX (256U << 10) /* bytes; more is no Markdown */

/**
 * ses_markdown(out, s, len):
 * Append Markdown (GitHub's: tables, struck text, task lists, bare links) as
 * safe HTML.  HTML in it is text.  Links lead to http, https and mailto only
 * (rel="noopener noreferrer nofollow"), images are links; what leads
 * elsewhere is text with its destination behind it.  Headings begin at h3.
 * What is too long, too deep or made to take long is appended as plain text
 * in <pre>; tables that are too large are paragraphs.
 */
void ses_markdown(struct ses_buf *out, const char *s, size_t len);

#endif
