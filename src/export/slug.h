#ifndef SES_SLUG_H
#define SES_SLUG_H

#include "base/buf.h"

#define SES_SLUG_MAX 60

/** Append the slug of a label: lower-case, [a-z0-9-], at most SES_SLUG_MAX
 * bytes; nothing where none of it can stand. */
void ses_slug(const char *label, struct ses_buf *out);

/** Append the first eight characters of an id, what is no letter, digit, dot or
 * underscore as "-". */
void ses_slug_id(const char *id, struct ses_buf *out);

#endif
