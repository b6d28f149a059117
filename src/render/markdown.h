#ifndef SES_RENDER_MARKDOWN_H
#define SES_RENDER_MARKDOWN_H

#include "base/buf.h"

/**
 * ses_markdown(out, s, len):
 * Append Markdown (GitHub's, with tables) as safe HTML: no HTML of its own,
 * links to http, https and mailto only (rel="noopener noreferrer nofollow"),
 * images as links.  What is too long (256 KiB) or too deep is appended as
 * plain text in <pre>.
 */
void ses_markdown(struct ses_buf *out, const char *s, size_t len);

#endif
