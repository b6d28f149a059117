#ifndef SES_RECWD_H
#define SES_RECWD_H

#include "base/sink.h"

/*
 * A transcript on its way to another working directory: where its lines name
 * the old one, or one below it, in a member that is for that, they name the
 * new one.  All other bytes pass as they are, whatever they are, in pieces of
 * any size; memory is bounded, lines may be of any length.
 */
#define SES_RECWD_DEPTH 8
#define SES_RECWD_NAME  64
#define SES_RECWD_VALUE 32768 /* a longer string is no path */

/* Start with the first four filled in, and document; push through
 * ses_recwd_sink, end with ses_recwd_end. */
struct ses_recwd {
	/** Members of a line's objects, as paths joined by ".", in which "*"
	 * is any name or element; at most 32, ends with NULL.  NULL: none. */
	const char *const *paths;
	const char *from; /* absolute */
	const char *to;   /* absolute, without a slash at the end */
	const struct ses_sink *next;
	uint64_t changed; /* so many strings */
	int document;     /* an object goes on over the end of a line */

	/* From here on zero at first. */
	uint64_t depth;
	char kind[SES_RECWD_DEPTH + 1];     /* '{' or '[' */
	uint32_t mask[SES_RECWD_DEPTH + 1]; /* paths that lead in there */
	uint32_t fits; /* paths that the last name, or element, fits */
	int expects;
	int in; /* what kind of string */
	int escaped;
	char name[SES_RECWD_NAME];
	size_t name_len;
	struct ses_buf value; /* with its quotes */
};

/** Where the bytes go. */
struct ses_sink ses_recwd_sink(struct ses_recwd *r);

/** The end: pass on what is held back of a torn string, release all. */
int ses_recwd_end(struct ses_recwd *r, struct seshat_err *err);

/** Release all, pass on nothing. */
void ses_recwd_free(struct ses_recwd *r);

#endif
