#ifndef SES_REDACT_H
#define SES_REDACT_H

#include "base/buf.h"
#include "redact/custom.h"
#include "redact/known.h"

/*
 * Scrub secrets out of transcript lines.  A hit is replaced in the bytes as
 * they stand by [REDACTED:<rule>]; a line that was valid JSON stays valid
 * JSON, and the number of lines stays.  One redactor per thread.
 */
struct ses_redact;

/* Bumped whenever a rule changes: "v=" of part headers. */
#define SES_REDACT_VERSION 3

#define SES_REDACT_MAX_RULES 1024

/* How many replacements each rule made; index = number of the rule. */
struct ses_redact_counts {
	uint32_t n[SES_REDACT_MAX_RULES];
};

/** Make the rules ready, and those of the user (NULL: there are none), who are
 * borrowed.  On error nothing may be stored. */
int ses_redact_open(struct ses_redact **out, const struct ses_custom *custom,
    struct seshat_err *err);

/** Release; NULL is allowed. */
void ses_redact_free(struct ses_redact *r);

/** From now on remember values in known, and find those that are there; NULL:
 * no more.  It is borrowed. */
void ses_redact_remember(struct ses_redact *r, struct ses_known *known);

/** From now on a text is one whose end is still to be written (or no more, with
 * 0): what may be the beginning of a secret there is replaced, too. */
void ses_redact_torn(struct ses_redact *r, int torn);

/** From now on what is scanned comes from this path, which allow lists may
 * name; NULL: from none.  It is borrowed. */
void ses_redact_source(struct ses_redact *r, const char *path);

/** Number of rules; the id of each ("aws-access-key-id"), what it is, and the
 * file it comes from, NULL for a built-in one. */
size_t ses_redact_rules(const struct ses_redact *r);
const char *ses_redact_rule_id(const struct ses_redact *r, size_t i);
const char *ses_redact_rule_what(const struct ses_redact *r, size_t i);
const char *ses_redact_rule_origin(const struct ses_redact *r, size_t i);

/**
 * ses_redact_lines(r, data, len, out, counts, err):
 * Scan len bytes of whole lines (the last newline may be missing).  Answers
 * 0 when there is no secret: out is untouched and data is the result.
 * Answers 1 when there are: the scrubbed lines are appended to out, and
 * counts (added to, never reset) tells what was replaced.  -1 on error, out
 * may have grown: nothing of it may be stored.
 */
int ses_redact_lines(struct ses_redact *r, const char *data, size_t len,
    struct ses_buf *out, struct ses_redact_counts *counts,
    struct seshat_err *err);

/**
 * ses_redact_piece(r, window, len, from, to, out, cut, counts, err):
 * A piece of a line too long to hold.  window is the text around it: at least
 * SES_REDACT_OVERLAP bytes (or all there are) before window[from] and after
 * window[to].  Appends the scrubbed bytes of window[from..cut) to out, where
 * from < cut <= to is chosen so that no secret and no escape is cut in two.
 * The same answers as ses_redact_lines, but out is always filled.
 */
#define SES_REDACT_OVERLAP 16384
int ses_redact_piece(struct ses_redact *r, const char *window, size_t len,
    size_t from, size_t to, struct ses_buf *out, size_t *cut,
    struct ses_redact_counts *counts, struct seshat_err *err);

/* What was replaced, for people: never the value. */
#define SES_REDACT_HEAD 4
struct ses_redact_hit {
	size_t rule; /* row in the rule table */
	size_t from; /* in the text that was scanned: its bytes */
	size_t to;
	int more; /* a further piece of the secret before */
	/* how it begins, a quarter of it at most, printable ASCII; of one
	 * that only its name tells one character */
	char head[SES_REDACT_HEAD + 1];
};

/**
 * ses_redact_each(r, text, from, to, each, arg):
 * Tell of what the last call found in text[from..to), in order.  text is what
 * that call was given: data, or the window.
 */
void ses_redact_each(const struct ses_redact *r, const char *text, size_t from,
    size_t to, void (*each)(void *arg, const struct ses_redact_hit *hit),
    void *arg);

/** A string that goes into metadata (a title, a path): scrubbed in place of
 * s, appended to out.  Never fails open. */
int ses_redact_text(struct ses_redact *r, const char *s, size_t len,
    struct ses_buf *out, struct seshat_err *err);

#endif
