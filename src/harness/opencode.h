#ifndef SES_OPENCODE_H
#define SES_OPENCODE_H

#include "harness/rows.h"

/* The rows of a session of OpenCode, and of what was made of it. */
extern const struct ses_rows_kind ses_opencode_rows;

/** The events of a line that ses_opencode_rows makes. */
int ses_opencode_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg);

#endif
