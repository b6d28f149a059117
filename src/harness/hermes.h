#ifndef SES_HERMES_H
#define SES_HERMES_H

#include "harness/harness.h"
#include "harness/rows.h"

extern const struct ses_harness_ops ses_hermes;

/* The rows of one session in table messages. */
extern const struct ses_rows_kind ses_hermes_rows;

/** The events of a line that ses_hermes_rows makes. */
int ses_hermes_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg);

#endif
