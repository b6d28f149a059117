#ifndef SES_AGENTS_H
#define SES_AGENTS_H

#include "harness/harness.h"

extern const struct ses_harness_ops ses_harness_claude_code;
extern const struct ses_harness_ops ses_harness_codex;

/** The folder name that Claude Code gives a working directory: each UTF-16
 * unit outside [A-Za-z0-9] is one '-'; over 200 units the first 200, '-' and
 * a hash of the path in base 36.  Seen on versions 2.1.197 and 2.1.328. */
void ses_claude_dirname(const char *cwd, struct ses_buf *out);

/** Events of one line of Claude Code (as events of ses_harness_ops). */
int ses_claude_events(const char *line, size_t len,
    int (*each)(void *arg, const struct ses_event *e), void *arg);

/** Events of one line of Codex. */
int ses_codex_events(const char *line, size_t len,
    int (*each)(void *arg, const struct ses_event *e), void *arg);

/** The first text of a message's content, a string or an array of blocks
 * with "text": appended to out; 1 if there was any. */
int ses_content_text(const struct ses_json *content, struct ses_buf *out);

/** A prompt as a title: its first line that says something, at most 200
 * bytes, cut between characters.  NULL for what no person typed (a tag, a
 * notice), or when out of memory. */
char *ses_prompt_title(const char *text, size_t len);

#endif
