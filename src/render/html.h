#ifndef SES_RENDER_HTML_H
#define SES_RENDER_HTML_H

#include "base/buf.h"

/*
 * HTML, written so that nothing which comes from a session can mean anything
 * in it: the only way by which text gets into a page.
 */

/**
 * ses_html_text(out, s, len):
 * Append text, for an element or for an attribute in double quotes.  What is
 * not UTF-8, and control characters but newline and tab, become U+FFFD;
 * characters that turn the direction of text or cannot be seen (bidi, zero
 * width) are shown as their code in a span of class "odd" by ses_html_prose,
 * and as U+FFFD here.
 */
void ses_html_text(struct ses_buf *out, const char *s, size_t len);

/** As ses_html_text, of a string. */
void ses_html_str(struct ses_buf *out, const char *s);

/** As ses_html_text, for the content of an element only: odd characters are
 * shown, and the escape sequences of terminals (colours) left out. */
void ses_html_prose(struct ses_buf *out, const char *s, size_t len);

/** Append s as one segment of a URL's path, or a value in its query. */
void ses_html_url(struct ses_buf *out, const char *s);

#endif
