#ifndef SES_LINES_H
#define SES_LINES_H

#include "base/sink.h"

/*
 * Bytes that come in pieces, as lines.  Start with the first three filled in,
 * feed through ses_lines_sink, end with ses_lines_close.
 */
struct ses_lines {
	/** Each line without its newline; line NULL: it was longer than max. */
	int (*line)(
	    void *arg, const char *line, size_t len, struct seshat_err *err);
	void *arg;
	size_t max;
	/* Whether it may be one JSON document over many lines: then all of it
	 * is one line, which has its newlines. */
	int documents;

	struct ses_buf buf; /* one that is not whole yet */
	int too_long;
	int began; /* its first line has passed */
	int joins; /* it is a document */
};

/** Where the bytes go. */
struct ses_sink ses_lines_sink(struct ses_lines *l);

/** Forget a line that is not whole. */
void ses_lines_drop(struct ses_lines *l);

/** The end: a last line without newline counts too.  Releases all. */
int ses_lines_close(struct ses_lines *l, struct seshat_err *err);

#endif
