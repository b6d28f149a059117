#ifndef SES_ALIKE_H
#define SES_ALIKE_H

#include <stddef.h>

/*
 * Whether two lines are one that was redacted in two ways: by another program,
 * by another version of the rules, or cut by it at another place.  A mark,
 * "[REDACTED:name]", stands for any text.
 */

/** Whether a and b are the same but for what a mark of one stands for. */
int ses_alike(const char *a, size_t a_len, const char *b, size_t b_len);

/** Whether cut can be the beginning of line: it is, or it ends inside the
 * secret that a mark of line stands for. */
int ses_alike_cut(
    const char *cut, size_t cut_len, const char *line, size_t line_len);

#endif
