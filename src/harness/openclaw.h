#ifndef SES_OPENCLAW_H
#define SES_OPENCLAW_H

#include "harness/harness.h"

extern const struct ses_harness_ops ses_openclaw;

/** Events of a line; see struct ses_harness_ops. */
int ses_openclaw_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg);

#endif
