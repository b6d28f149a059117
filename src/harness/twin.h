#ifndef SES_TWIN_H
#define SES_TWIN_H

#include "base/buf.h"

/*
 * A transcript that its agent compressed as a whole, X.jsonl.zst for X.jsonl:
 * the same session, read as what it decompresses to.
 */
struct ses_twin;

/** Whether path names one. */
int ses_twin_is(const char *path);

/** Length of the path of the plain file: that of path unless it is a twin. */
size_t ses_twin_plain_len(const char *path);

/** How long the plain file is, as the twin says; 0 if it does not say. */
uint64_t ses_twin_size(int fd);

/** Begin to decompress; fd is borrowed, it must stand at the start.
 * Owns: ses_twin_free. */
int ses_twin_open(struct ses_twin **out, int fd, struct seshat_err *err);

/** The next len bytes; *got is less only at the end.  Errors:
 * SESHAT_ECORRUPT, it does not decompress whole. */
int ses_twin_read(struct ses_twin *t, void *data, size_t len, size_t *got,
    struct seshat_err *err);

/** Append what len bytes in memory unpack to.  Errors: SESHAT_ECORRUPT;
 * SESHAT_ELIMIT, more than max. */
int ses_twin_unpack(const void *data, size_t len, size_t max,
    struct ses_buf *out, struct seshat_err *err);

/** Release.  NULL is allowed. */
void ses_twin_free(struct ses_twin *t);

#endif
