#ifndef SES_RENDER_LINK_H
#define SES_RENDER_LINK_H

#include "base/buf.h"

/* Links out of what a session says. */

/** Whether it leads to http, https or mailto; NULL does not. */
int ses_link_is_safe(const char *url);

/** Append "<a ...>" to such a URL. */
void ses_link_begin(struct ses_buf *out, const char *url);

/** As ses_html_prose; http and https URLs in it are links. */
void ses_link_text(struct ses_buf *out, const char *s, size_t len);

#endif
