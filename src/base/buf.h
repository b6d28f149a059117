#ifndef SES_BUF_H
#define SES_BUF_H

#include "base/err.h"

/*
 * A growing byte buffer.  Start it from {0}; release with ses_buf_free.
 * The first failed append makes it bad: later appends do nothing, and
 * ses_buf_check reports it, so that a run of appends needs one check.
 */
struct ses_buf {
	char *data; /* NULL while empty */
	size_t len;
	size_t cap;
	int bad;
};

/** Append len bytes. */
void ses_buf_add(struct ses_buf *b, const void *data, size_t len);

/** Append the bytes of a string without its NUL. */
void ses_buf_str(struct ses_buf *b, const char *s);

/** Append formatted text. */
void ses_buf_fmt(struct ses_buf *b, const char *fmt, ...) SESHAT_PRINTF(2, 3);

/** A NUL behind the last byte, uncounted; the text, or "" when bad. */
const char *ses_buf_cstr(struct ses_buf *b);

/** Room for len more bytes, uncounted until ses_buf_grew; NULL when bad. */
char *ses_buf_room(struct ses_buf *b, size_t len);

/** Count len bytes written to the room. */
void ses_buf_grew(struct ses_buf *b, size_t len);

/** 0, or -1 and SESHAT_ENOMEM when an append failed. */
int ses_buf_check(const struct ses_buf *b, struct seshat_err *err);

/** Forget the bytes, keep the memory for the next use. */
void ses_buf_clear(struct ses_buf *b);

/** Release the bytes and start again from {0}. */
void ses_buf_free(struct ses_buf *b);

#endif
