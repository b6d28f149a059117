#ifndef SES_CUSTOM_RUN_H
#define SES_CUSTOM_RUN_H

#include "redact/custom_set.h"
#include "redact/decode.h"
#include "redact/engine.h"
#include "redact/pcre.h"

/* What one redactor needs for a user's rules: the set is shared. */
struct ses_custom_run {
	const struct ses_custom *c; /* borrowed */
	hs_scratch_t *scratch;
	struct ses_pcre *pcre;
	uint32_t *index;    /* the redactor's number of each rule */
	const char *source; /* path of what is scanned, or NULL; borrowed */
	/* Where rules may find something in the text at hand; and by rule the
	 * number of its last one, counted from 1. */
	struct ses_spans places;
	size_t *last;
	unsigned char *lacks; /* by rule: its keywords, in that text */
	size_t len;           /* of that text */
	int nomem;
	struct ses_decoded decoded;
	struct ses_decoded value;
	struct ses_spans found; /* in the line at hand */
};

/* A text in which rules look: a line as it stands or decoded, or a piece. */
struct ses_custom_view {
	const char *text;
	size_t len;
	size_t base;      /* where it stands; of what is decoded, unused */
	const char *line; /* all of the line, as it stands */
	size_t line_len;
	const struct ses_decoded *decoded; /* or NULL */
};

/* What an expression found in a view. */
struct ses_custom_match {
	size_t from;
	size_t to;
	size_t secret;
	size_t secret_end;
};

/** Make ready; custom is borrowed.  r->rules must be there. */
int ses_custom_run_open(
    struct ses_redact *r, const struct ses_custom *c, struct seshat_err *err);

void ses_custom_run_free(struct ses_custom_run *run);

/**
 * ses_custom_scan(r, text, len, err):
 * Add what a user's rules find in lines of text to r->spans.
 */
int ses_custom_scan(
    struct ses_redact *r, const char *text, size_t len, struct seshat_err *err);

/** Take out of r->spans what the user lets through. */
int ses_custom_filter(
    struct ses_redact *r, const char *text, struct seshat_err *err);

/** Whether one of the rule's keywords stands in the line; or it has none. */
int ses_custom_has_keyword(const struct ses_custom *c,
    const struct ses_custom_rule *r, const struct ses_custom_view *v);

/** Whether a rule means a match: 1 or 0, or -1. */
int ses_custom_judge(struct ses_custom_run *run, size_t rule,
    const struct ses_custom_view *v, const struct ses_custom_match *m,
    struct seshat_err *err);

/**
 * ses_custom_cut(found, text, len, piece, out):
 * Add to out what of the spans found in a line can be replaced without making
 * JSON something else: a line that is an object keeps its keys and quotes.
 * piece: the line begins somewhere before text.  -1 when out of memory.
 */
int ses_custom_cut(struct ses_spans *found, const char *text,
    const struct ses_range *line, int piece, struct ses_spans *out);

#endif
