#ifndef SES_RENDER_DIFF_H
#define SES_RENDER_DIFF_H

#include "base/buf.h"

/*
 * Changes of a text by lines: <pre class="diff"> with <del>, <ins> and <span>,
 * each line behind its "-", "+" or space.
 */

/**
 * ses_diff(out, a, a_len, b, b_len):
 * Append what made b of a, the shortest way; where that is longer than 400
 * lines, or a text than 4000, all of a and then all of b.  Of more than eight
 * lines that stayed the same the middle is left out, and that is said.
 */
void ses_diff(struct ses_buf *out, const char *a, size_t a_len, const char *b,
    size_t b_len);

/** Append a patch that somebody wrote, its lines marked by their first
 * character. */
void ses_diff_patch(struct ses_buf *out, const char *s, size_t len);

/** Whether a text is such a patch. */
int ses_diff_is_patch(const char *s, size_t len);

#endif
