#ifndef SES_REDACT_ENGINE_H
#define SES_REDACT_ENGINE_H

#include "redact/join.h"
#include "redact/known.h"
#include "redact/marks.h"
#include "redact/redact.h"
#include "redact/slots.h"
#include "redact/span.h"

/* Inside the redactor. */
struct ses_custom_run;

struct ses_redact {
	struct ses_slots slots;
	const struct ses_marks *marks;
	const struct ses_rule **rules; /* all of them, by precedence */
	size_t n_rules;
	uint32_t first;                /* of the built-in ones among them */
	struct ses_custom_run *custom; /* NULL: the user has none */
	int inside;              /* the text begins in the midst of a line */
	struct ses_spans spans;  /* of the text scanned last, in order */
	struct ses_spans coded;  /* stretches of it to be read decoded */
	struct ses_spans broken; /* places that are to be put together; rule is
				  * of SES_BROKEN_* */
	struct ses_known *known; /* borrowed; NULL: nothing is remembered */
	int torn;                /* texts end where more is to come, */
	int open_end;            /* and so does what is scanned now */
	struct ses_decoded decoded;
	struct ses_string *strings;
	const char **dead; /* by slot: nothing before here, in this pass */
};

/**
 * ses_scan(r, text, len, err):
 * Find all that is to be replaced in a text; r->spans tells, in order.
 */
int ses_scan(
    struct ses_redact *r, const char *text, size_t len, struct seshat_err *err);

/* What may be broken at a place: a word by the ends of lines, or of strings. */
#define SES_BROKEN_LINES   1u
#define SES_BROKEN_STRINGS 2u
#define SES_BROKEN_PERHAPS 4u /* by lines, but it may be whole as it is */

/* So much before an escape is read decoded. */
#define SES_CODED_BEFORE 1024

/**
 * ses_pass(r, text, len, nested, err):
 * Add what is found in one pass over a text; where it is to be read once more
 * goes to r->coded and r->broken, unless it is nested: a decoded one.
 */
int ses_pass(struct ses_redact *r, const char *text, size_t len, int nested,
    struct seshat_err *err);

/** Add what is found in r->coded of a text, and in what stands around the
 * places r->broken when it is put together. */
int ses_scan_coded(
    struct ses_redact *r, const char *text, size_t len, struct seshat_err *err);
int ses_scan_broken(
    struct ses_redact *r, const char *text, size_t len, struct seshat_err *err);

/**
 * ses_recall(r, first, text, len, err):
 * Remember the values that r->spans, from the first on, holds of a text, and
 * add the places where one that is known stands in it.
 */
int ses_recall(struct ses_redact *r, size_t first, const char *text, size_t len,
    struct seshat_err *err);

#endif
