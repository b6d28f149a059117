#ifndef SES_OPENHANDS_H
#define SES_OPENHANDS_H

#include "harness/files.h"

/* OpenHands CLI: a row for its roots, and functions of its own. */
extern const struct ses_files ses_openhands;

/** What an event says; see struct ses_harness_ops. */
int ses_openhands_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg);

#endif
