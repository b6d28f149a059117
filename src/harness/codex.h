#ifndef SES_CODEX_H
#define SES_CODEX_H

#include "harness/harness.h"

extern const struct ses_harness_ops ses_codex;

/** Events of a line; see struct ses_harness_ops. */
int ses_codex_events(const char *line, size_t len,
    int (*each)(void *arg, const struct ses_event *e), void *arg);

#endif
