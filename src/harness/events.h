#ifndef SES_EVENTS_H
#define SES_EVENTS_H

#include "harness/harness.h"

/* What the event readers of the agents share. */

/** Calls read for every object on the line; real files hold some that are
 * glued together.  Stops at the first non-zero answer, which is returned. */
int ses_events_objects(const char *line, size_t len,
    int (*read)(const struct ses_json *object,
	int (*each)(void *arg, const struct ses_event *e), void *arg),
    int (*each)(void *arg, const struct ses_event *e), void *arg);

/** Append a value for people: a string as its text, anything else as it is
 * spelt, at most max bytes of it. */
void ses_events_value(
    const struct ses_json *v, size_t max, struct ses_buf *out);

/** Append the texts of a content, a string or an array of blocks. */
void ses_events_content(const struct ses_json *content, struct ses_buf *out);

#endif
