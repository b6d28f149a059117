#ifndef SES_JSON_STREAM_H
#define SES_JSON_STREAM_H

#include <stddef.h>

#include "base/json.h"

/*
 * Whether bytes that come in pieces of any size are one whole JSON document,
 * an object or an array, in memory that does not grow.  What strings hold is
 * not looked at but for what ends them: this tells a document from one that is
 * being written, not a good one from a bad one.  So what some agents write that
 * JSON does not have is let by: a byte order mark, NaN, Infinity.  Start from
 * {0}.
 */
struct ses_json_stream {
	int state;
	int hex;      /* digits of an escape that are to come */
	int bom;      /* bytes of a byte order mark that were there; 3: begun */
	int word;     /* bytes of the word or number so far */
	char of[12];  /* a word so far; of a number its first byte */
	size_t depth; /* of what is open */
	/* a bit for each that is open: an object */
	unsigned char objects[SES_JSON_DEPTH / 8];
};

/** The next bytes.  0, or -1: this is the beginning of no document. */
int ses_json_stream_add(
    struct ses_json_stream *s, const char *data, size_t len);

/** Whether it was one, and nothing but white space behind it. */
int ses_json_stream_whole(const struct ses_json_stream *s);

#endif
