#ifndef SES_CODEX_H
#define SES_CODEX_H

#include "harness/harness.h"

extern const struct ses_harness_ops ses_codex;

/** The id in "rollout-2026-11-21T02-53-57-<id>.jsonl", or of a compressed one:
 * 1, or 0 if the name is none of that kind. */
int ses_codex_parse_name(const char *name, const char **id, size_t *len);

/** Events of a line; see struct ses_harness_ops. */
int ses_codex_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg);

#endif
