#ifndef SES_REDACT_PEM_H
#define SES_REDACT_PEM_H

#include "redact/shape.h"

/* A block that goes on for longer is cut here: a 16384-bit RSA key takes
 * 13 KB, and twice as much with line numbers and escaped line ends. */
#define SES_PEM_MAX 65536

/**
 * ses_pem_find(base, at, end, hit):
 * The private key whose BEGIN line holds the words that stand at at: 1, with
 * the block from BEGIN through END, or as far as it goes when END is missing.
 * Lines may end in \n, \\n, CR LF or a real newline, and be indented, quoted
 * in a comment or numbered.  0 when there are only the words.
 */
int ses_pem_find(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

#endif
