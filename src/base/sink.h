#ifndef SES_SINK_H
#define SES_SINK_H

#include "base/buf.h"

/*
 * Where bytes are pushed to: a file, a pipe, a buffer, a hash.  write takes
 * all len bytes or fails; it may be called with any len, also 0.
 */
struct ses_sink {
	int (*write)(
	    void *arg, const void *data, size_t len, struct seshat_err *err);
	void *arg;
};

/** Push len bytes into the sink. */
static inline int
ses_sink_write(const struct ses_sink *sink, const void *data, size_t len,
    struct seshat_err *err)
{
	return sink->write(sink->arg, data, len, err);
}

/** A sink that appends to b, which outlives it. */
struct ses_sink ses_sink_buf(struct ses_buf *b);

/** A sink that takes anything and keeps nothing. */
struct ses_sink ses_sink_none(void);

/** A sink that writes to the descriptor *fd; EPIPE is SESHAT_ECANCELLED. */
struct ses_sink ses_sink_fd(int *fd);

#endif
