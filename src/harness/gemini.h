#ifndef SES_GEMINI_H
#define SES_GEMINI_H

#include "harness/files.h"

/* What Gemini CLI and its kin, which took over what its messages are made of,
 * have for themselves. */

/** Events of a line of Gemini CLI, or of a whole document of its earlier
 * versions; see struct ses_harness_ops. */
int ses_gemini_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg);

/** Events of a line of Qwen Code. */
int ses_qwen_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg);

/** The working directory, and the session that a file belongs to; see struct
 * ses_files. */
int ses_gemini_fill(const struct ses_files *row, struct ses_session *out,
    struct seshat_err *err);

extern const struct ses_place_ops ses_files_no_place;
extern const struct ses_place_ops ses_gemini_place;
extern const struct ses_place_ops ses_copilot_place;
extern const struct ses_place_ops ses_continue_place;
extern const struct ses_place_ops ses_pi_place;
extern const struct ses_place_ops ses_qwen_place;

#endif
