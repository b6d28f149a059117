#ifndef SES_BLOCKS_H
#define SES_BLOCKS_H

#include "harness/harness.h"

/* Events of lines, or of whole documents, that several agents write alike; see
 * struct ses_harness_ops. */

/** Messages whose content is a list of blocks, as providers spell them. */
int ses_blocks_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg);

/** Lines, or a document, of a program that nothing is known of: blocks as
 * above, else what ses_generic makes of it. */
int ses_user_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg);

/** Lines of Copilot CLI: {"type":"user.message","data":{...}}. */
int ses_copilot_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg);

/** Lines of Kimi: wire.jsonl of both its versions, and context.jsonl. */
int ses_kimi_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg);

#endif
