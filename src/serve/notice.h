#ifndef SES_NOTICE_H
#define SES_NOTICE_H

#include "base/buf.h"

/* Small pages of the server itself. */

/** Append text with what means something in HTML escaped; for attributes in
 * double quotes, too. */
void ses_notice_text(struct ses_buf *out, const char *text);

/** The beginning of a page, up to its heading. */
void ses_notice_begin(struct ses_buf *out, const char *title);

/** Its end. */
void ses_notice_end(struct ses_buf *out);

/** The page that tells of an error; detail may be NULL. */
void ses_notice_refusal(struct ses_buf *out, int status, const char *detail);

#endif
