#ifndef SES_TEXT_H
#define SES_TEXT_H

#include "base/sink.h"
#include "catalog/logged.h"
#include "harness/replay.h"

/*
 * A transcript as a conversation: lines come in, readable text goes to out.
 * Start with ses_text_open, feed through ses_text_sink, end with
 * ses_text_close.
 */
struct ses_text {
	struct ses_replay feed;
	struct ses_sink out;
	struct ses_buf page; /* what was made of one line */
	int has_begun;       /* something was put out */
	int role;            /* of the last heading */
	int kind;
	/* What session logs say, to stand between; NULL: nothing.  Set behind
	 * ses_text_open, with is_late where lines before the first that comes
	 * were left out. */
	struct ses_logged *runs;
	int is_late;
};

/** Begin: what the harness's lines say goes to out as text; out is borrowed
 * until ses_text_close. */
void ses_text_open(struct ses_text *t, const struct ses_harness_ops *harness,
    const struct ses_sink *out);

/** Say that some lines are missing here; one that is not whole is dropped. */
int ses_text_gap(struct ses_text *t, const char *what, struct seshat_err *err);

/** Where the transcript's bytes go. */
struct ses_sink ses_text_sink(struct ses_text *t);

/** The end: a last line without newline counts too.  Releases all. */
int ses_text_close(struct ses_text *t, struct seshat_err *err);

#endif
