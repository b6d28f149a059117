#ifndef SES_REPLAY_H
#define SES_REPLAY_H

#include "base/lines.h"
#include "harness/harness.h"

/*
 * A transcript that comes in bytes, as the events of its lines.  Start with
 * the first three filled in, feed through ses_replay_sink, end with
 * ses_replay_close.
 */
#define SES_REPLAY_LINE (16U << 20) /* longer lines are passed over */

struct ses_replay {
	const struct ses_harness_ops *harness;
	/** After each line: what was gathered of it is to be dealt with. */
	int (*line)(void *arg, struct seshat_err *err);
	/** Each event, borrowed; e NULL: the line was too long. */
	int (*event)(void *arg, const struct ses_event *e);
	void *arg;

	uint64_t n; /* number of the line, from 1 */
	struct ses_lines lines;
};

/** Where the transcript's bytes go. */
struct ses_sink ses_replay_sink(struct ses_replay *r);

/** The end: a last line without newline counts too.  Releases all. */
int ses_replay_close(struct ses_replay *r, struct seshat_err *err);

/** Pass over a byte order mark in front of the line n, the first one. */
void ses_replay_unmark(uint64_t n, const char **line, size_t *len);

/** Who speaks, or what it is, for people: "user", "thinking", "tool". */
const char *ses_event_name(const struct ses_event *e);

/** Whether it says something to people: a text, a tool or an image. */
int ses_event_speaks(const struct ses_event *e);

/** Append what stands for an image where none can be shown:
 * "[image image/png, 12 KB]". */
void ses_event_image(const struct ses_event *e, struct ses_buf *out);

#endif
