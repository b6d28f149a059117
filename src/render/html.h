#ifndef SES_RENDER_HTML_H
#define SES_RENDER_HTML_H

#include "base/buf.h"
#include "base/json.h"

/*
 * HTML, written so that nothing which comes from a session can mean anything
 * in it: the only way by which text gets into a page.
 */

/**
 * ses_html_text(out, s, len):
 * Append text, for an element or for an attribute in double quotes.  What is
 * not UTF-8, and control characters but newline and tab, become U+FFFD, and
 * so do characters that turn the direction of text or cannot be seen (bidi,
 * zero width).  Joiners stay behind the scripts and the emoji that need them.
 */
void ses_html_text(struct ses_buf *out, const char *s, size_t len);

/** As ses_html_text, of a string. */
void ses_html_str(struct ses_buf *out, const char *s);

/** As ses_html_text, of what a string of JSON stands for; of other values
 * what they are written as. */
void ses_html_json(struct ses_buf *out, const struct ses_json *v);

/** As ses_html_text, for the content of an element only: what cannot be seen
 * is shown as its code in a span of class "odd", the escape sequences of
 * terminals (colours) are left out, and a lone CR is a newline. */
void ses_html_prose(struct ses_buf *out, const char *s, size_t len);

/** Append s as one segment of a URL's path, or a value in its query. */
void ses_html_url(struct ses_buf *out, const char *s);

#endif
