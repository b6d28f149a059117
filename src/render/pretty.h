#ifndef SES_RENDER_PRETTY_H
#define SES_RENDER_PRETTY_H

#include "base/json.h"

/** Append JSON with a line for each member and element, to 16 levels; deeper
 * ones as they are.  What is no JSON comes out as it is. */
void ses_pretty(struct ses_buf *out, const struct ses_json *v);

#endif
