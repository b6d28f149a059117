#ifndef SES_RECOGNISE_H
#define SES_RECOGNISE_H

#include "base/buf.h"

/* So much of a transcript's beginning is looked at. */
#define SES_RECOGNISE_HEAD (256U << 10)

/**
 * ses_recognise(text, len, harness, id, err):
 * Whose transcript begins like this: 1, with the harness's name and the id
 * that its lines tell appended to id; 0, nobody's that we know; -1.  The end
 * may be cut anywhere.
 */
int ses_recognise(const char *text, size_t len, const char **harness,
    struct ses_buf *id, struct seshat_err *err);

#endif
