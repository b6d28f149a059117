#ifndef SES_RENDER_TALKING_H
#define SES_RENDER_TALKING_H

#include "base/lines.h"
#include "render/memo.h"
#include "render/talk.h"

/* What a conversation is made of: render/talk.c deals with lines, turn.c with
 * events, piece.c with their
 * texts, tool.c with the input of tools, run.c with what session logs tell. */

#define SES_TALK_SHOWN (16U << 10) /* bytes of a text before it is cut */
#define SES_TALK_MODEL 80
#define SES_TALK_TYPES 20 /* lines of other kinds that are told, in a row */

struct ses_talk {
	struct ses_talk_how how;
	struct ses_sink html;
	struct ses_lines lines;
	struct ses_buf page; /* what was made of one line */
	uint64_t line;       /* number of the line */
	uint64_t lines_in;
	uint64_t runs_in;
	uint64_t next; /* where it stopped, or 0 */
	size_t bytes;  /* of HTML */
	unsigned articles;
	unsigned images; /* both of this line */

	struct ses_memo calls; /* tools by the ids of their calls */
	struct ses_memo ids;   /* numbers of lines by their ids */
	uint64_t last_id;      /* hash, of the last line of the main chain */

	char model[SES_TALK_MODEL];  /* the last one that was shown */
	char coming[SES_TALK_MODEL]; /* told by a line without a message */
	int is_side;                 /* within a subagent's block */
	uint64_t agent;              /* hash: whose */

	struct ses_buf others; /* lines of other kinds, as a list */
	uint64_t n_others;
	uint64_t first_other;

	struct ses_usage usage; /* told, but not yet shown */
	uint64_t usage_of;      /* hash of its message, 0: none */
	int has_usage;

	struct seshat_err why; /* of the sink */
	int failed;
};

/** Push what was made so far, if it is much. */
void ses_talk_spill(struct ses_talk *t);

/** One event as an article.  For ses_harness_ops.events; always 0. */
int ses_talk_event(void *talk, const struct ses_event *e);

/** Whether an event has anything to show. */
int ses_talk_is_shown(const struct ses_event *e);

/** Close a subagent's block, if one is open. */
void ses_talk_end_side(struct ses_talk *t);

/** Append the tokens that were counted, if they were not shown yet. */
void ses_talk_end_usage(struct ses_talk *t);

/** Begin "<article …>" with a permanent link; it is the line's next one. */
void ses_talk_article(struct ses_talk *t, const char *classes);

/** A number for people: "1,234". */
void ses_talk_number(struct ses_buf *out, uint64_t n);

/** Text in <pre>, cut or folded where it is long. */
void ses_talk_pre(struct ses_talk *t, const char *s, size_t len);

/** As ses_talk_pre, Markdown. */
void ses_talk_markdown(struct ses_talk *t, const char *s, size_t len);

/** Say that so many bytes are left out; 0: nothing. */
void ses_talk_left_out(struct ses_talk *t, size_t n);

/** How much of a text is shown: all, or up to a line's or character's end. */
size_t ses_talk_shown(const struct ses_talk *t, const char *s, size_t len);

/** The input of a call. */
void ses_talk_tool(struct ses_talk *t, const struct ses_event *e);

/** run.c: what a session log tells, as an article. */
void ses_talk_run(struct ses_talk *t, const struct ses_talk_run *run);

/** Image number n of this line. */
void ses_talk_show_image(
    struct ses_talk *t, const struct ses_event *e, unsigned n);

#endif
