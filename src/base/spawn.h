#ifndef SES_SPAWN_H
#define SES_SPAWN_H

#include "base/sink.h"

/**
 * ses_spawn_read(argv, seconds, out, err):
 * Run a program, found by PATH, and append what it prints; its input and its
 * errors are /dev/null.  argv ends with NULL.  Answers its exit status.
 * Errors: SESHAT_ENOTFOUND, there is no such program; SESHAT_ELIMIT, it
 * prints more than SES_SPAWN_MAX bytes or takes longer than so many seconds:
 * it is killed.
 */
#define SES_SPAWN_MAX ((size_t)1 << 20)
int ses_spawn_read(const char *const *argv, unsigned seconds,
    struct ses_buf *out, struct seshat_err *err);

/** As ses_spawn_read, but push what it prints into a sink, at most max bytes;
 * a sink that fails ends it, and the error is the sink's. */
int ses_spawn_push(const char *const *argv, unsigned seconds, uint64_t max,
    const struct ses_sink *sink, struct seshat_err *err);

#endif
