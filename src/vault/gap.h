#ifndef SES_GAP_H
#define SES_GAP_H

#include "base/buf.h"
#include "vault/read.h"

/*
 * Reading the lines of a session round what is damaged: one part that is
 * missing or cannot be read takes its own lines away, and not those behind it.
 */

#define SES_GAP_OPEN UINT64_MAX

/* Lines in a row that cannot be read. */
struct ses_gap {
	uint64_t first; /* from 1 */
	uint64_t last;  /* SES_GAP_OPEN: nobody knows how many they are */
	size_t parts;   /* objects they stood in */
	char part[SES_PART_NAME]; /* the first of these */
	char why[128];            /* "is missing", "is damaged (…)" */
};

/** Note one more part, and for the first of them the reason that err tells. */
void ses_gap_add(
    struct ses_gap *g, const char *part, const struct seshat_err *err);

/** Append "part-00000002-1a2b3c4d is damaged (SHA-256 mismatch)". */
void ses_gap_what(const struct ses_gap *g, struct ses_buf *out);

/** Append "lines 7 to 9 cannot be read". */
void ses_gap_range(const struct ses_gap *g, struct ses_buf *out);

/** Append "lines 7 to 9 cannot be read: part-00000002-1a2b3c4d is damaged
 * (SHA-256 mismatch)". */
void ses_gap_text(const struct ses_gap *g, struct ses_buf *out);

/* What is read, and how. */
struct ses_lines_how {
	const char *stream;           /* NULL: the current one */
	uint64_t from;                /* this line on; 0: the first */
	uint64_t tail;                /* only the last so many; 0: all */
	struct ses_part_cache *cache; /* or NULL */
	/* Go on also where nobody knows any more which number a line has; else
	 * an open gap is the end. */
	int unnumbered;
	/* Called before the line behind the gap comes, or at the end; of a line
	 * of which only a piece came the rest is lost, and it is the gap's
	 * first.  An error of it is that of the reading. */
	int (*gap)(
	    void *arg, const struct ses_gap *gap, struct seshat_err *err);
	void *arg;
};

/**
 * ses_session_lines(s, w, how, sink, err):
 * Push the lines into sink, and call how->gap for those that cannot be read.
 * Damage is no error.
 * Errors: SESHAT_ENOTFOUND, no such session or stream.
 */
int ses_session_lines(struct ses_store *s, const struct ses_where *w,
    const struct ses_lines_how *how, const struct ses_sink *sink,
    struct seshat_err *err);

#endif
