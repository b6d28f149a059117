#ifndef SES_FILES_BESIDE_H
#define SES_FILES_BESIDE_H

#include "harness/files.h"

/* What agents write of a session into a file beside it, which is read for the
 * working directory and the name alone and never stored; see struct ses_files,
 * fill.  Nothing beside it is no error. */

int ses_amp_fill(const struct ses_files *row, struct ses_session *out,
    struct seshat_err *err);
int ses_copilot_fill(const struct ses_files *row, struct ses_session *out,
    struct seshat_err *err);
int ses_cursor_fill(const struct ses_files *row, struct ses_session *out,
    struct seshat_err *err);
int ses_kimi_code_fill(const struct ses_files *row, struct ses_session *out,
    struct seshat_err *err);
int ses_cline_fill(const struct ses_files *row, struct ses_session *out,
    struct seshat_err *err);
int ses_codebuff_fill(const struct ses_files *row, struct ses_session *out,
    struct seshat_err *err);
int ses_vibe_fill(const struct ses_files *row, struct ses_session *out,
    struct seshat_err *err);

#endif
