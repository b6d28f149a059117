#ifndef SES_REDACT_DECODE_H
#define SES_REDACT_DECODE_H

#include "base/buf.h"

/*
 * A stretch of text as a person would read it, and the way back from it to the
 * bytes as they stand.
 */
struct ses_decoded {
	struct ses_buf text;
	struct ses_buf jumps; /* struct ses_jump, in order */
	size_t colours;       /* codes that were met */
};

/* From the character at index `at` on, text and source go on in step from
 * source offset `to`; the character before it ends at source offset `from`. */
struct ses_jump {
	uint32_t at;
	uint32_t from;
	uint32_t to;
	uint32_t apart; /* what lies between must stay */
};

/** Start anew, keep the memory. */
void ses_decoded_clear(struct ses_decoded *d);

void ses_decoded_free(struct ses_decoded *d);

/* What ses_decode makes of a terminal's colour code. */
enum ses_colours {
	SES_COLOURS_BREAK, /* a character that is part of no word */
	SES_COLOURS_DROP,
};

/**
 * ses_decode(d, base, from, to, colours):
 * Append base[from..to) with its escapes read: \u002d, \" and \\n however
 * often they were quoted, %2D, %252D, and ESC [ 3 2 m.  from and to must not
 * be inside a unit (view.h).  When something was appended before, what lies
 * between the two stays.
 */
void ses_decode(struct ses_decoded *d, const char *base, size_t from, size_t to,
    enum ses_colours colours);

/**
 * ses_decoded_next(d, from, to, source_from, source_to):
 * The source of text[*from..to): the next stretch of it that may be replaced
 * as a whole.  *from moves behind it; 0 when there is none left.
 */
int ses_decoded_next(const struct ses_decoded *d, size_t *from, size_t to,
    size_t *source_from, size_t *source_to);

#endif
