#ifndef SES_RENDER_TALK_H
#define SES_RENDER_TALK_H

#include "base/sink.h"
#include "harness/replay.h"

/*
 * A transcript as a conversation in HTML: articles with Markdown, thinking and
 * tools that fold, edits as diffs, images, marks where history was summed up
 * or went on from an earlier place.  Start with ses_talk_open, feed lines
 * through ses_talk_sink, end with ses_talk_close.  Every article has the id
 * "L<line>", further ones of the same line "L<line>-2" and so on.  Classes and
 * elements are listed in docs/pages.md, the style sheet is
 * share/web/transcript.css.  Texts of more than 16 KiB end there and say so;
 * in a page that stands alone they fold and are whole.
 */
struct ses_talk;

/* A skill that ran in the session, as an entry of a session log tells; or, with
 * n, that some more ran there. */
struct ses_talk_run {
	const char *log;    /* the log's name, for people */
	uint64_t line;      /* of the entry, in the log */
	const char *anchor; /* id of its element, as in a URL */
	const char *href;   /* the line in the log's page; of n: where those are
			     * shown; NULL: nowhere.  As in a URL */
	const char *raw;    /* as ses_talk_how.raw, of the log */
	int64_t time;       /* ms since 1970; 0: not known */
	const char *data;   /* the entry, an object of JSON */
	size_t len;
	uint64_t n; /* so many more are not shown here; then only href counts */
	int is_before; /* they came earlier than what follows */
};

struct ses_talk_how {
	const struct ses_harness_ops *harness;
	/* Number of the first line that will come in, from 1. */
	uint64_t first_line;
	/*
	 * Path of the session's page ("/sessions/codex/1234"), below which
	 * images are had as <base>/image?line=L&n=N, n from 1 in its line;
	 * NULL: the page stands alone and images are part of it.  All three
	 * are as they stand in a URL.
	 */
	const char *base;
	/* Path under which a subagent's page is found, its id behind it; NULL:
	 * none is linked. */
	const char *agents;
	/* The session's id, or NULL.  Of a subagent, "<session>.<agent>", the
	 * agent's lines are the conversation: they stand in no block. */
	const char *id;
	/* What leads to the bytes of a line when its number stands behind it
	 * ("/api/v1/…/raw?line="), for texts that were cut; NULL: none. */
	const char *raw;
	/* Each prompt that a person wrote, as it is passed; NULL: none. */
	void (*prompt)(void *arg, uint64_t line, const char *text, size_t len);
	void *arg;
	/* Called in front of each event until it answers NULL, and at the end,
	 * with the line UINT64_MAX: what is to be shown there.  time may be
	 * untold; NULL: none. */
	const struct ses_talk_run *(*run)(
	    void *arg, uint64_t line, const struct ses_json *time);
	void *run_arg;
	/* Stop (SESHAT_ECANCELLED from the sink) behind so many lines or bytes
	 * of HTML; 0: never. */
	uint64_t max_lines;
	size_t max_bytes;
};

/** The page's HTML goes to out, line by line.  Strings are borrowed. */
int ses_talk_open(struct ses_talk **out, const struct ses_talk_how *how,
    const struct ses_sink *html, struct seshat_err *err);

/** Where the transcript's bytes go. */
struct ses_sink ses_talk_sink(struct ses_talk *t);

/**
 * ses_talk_gap(t, first, last, what, err):
 * The lines first to last cannot be read: show what, a sentence with a small
 * first letter, in their place, and go on behind them.  UINT64_MAX as last:
 * nobody knows how many they are, and nothing comes any more.  Errors:
 * SESHAT_ECANCELLED, a limit was met before.
 */
int ses_talk_gap(struct ses_talk *t, uint64_t first, uint64_t last,
    const char *what, struct seshat_err *err);

/** Show a run now, whatever comes later. */
int ses_talk_show_run(
    struct ses_talk *t, const struct ses_talk_run *run, struct seshat_err *err);

/** Whether a limit was met: number of the line that comes next, or 0. */
uint64_t ses_talk_next(const struct ses_talk *t);

/** The last line that was seen, 0: none. */
uint64_t ses_talk_last(const struct ses_talk *t);

/** The end; closes what is open and releases all.  NULL is allowed. */
int ses_talk_close(struct ses_talk *t, struct seshat_err *err);

/**
 * ses_talk_image(harness, line, len, n, media, out, err):
 * The n-th image (from 1) of a line, decoded; *media is a constant
 * ("image/png").  Only PNG, JPEG, GIF and WebP are images here, by their first
 * bytes.  Errors: SESHAT_ENOTFOUND.
 */
int ses_talk_image(const struct ses_harness_ops *harness, const char *line,
    size_t len, unsigned n, const char **media, struct ses_buf *out,
    struct seshat_err *err);

#endif
