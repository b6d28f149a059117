#ifndef SES_DEFLATE_H
#define SES_DEFLATE_H

#include "base/sink.h"

/*
 * A text as one deflate stream (RFC 1951), by ISA-L at level 1, in constant
 * memory.  Where it does not shrink it goes as stored blocks, which costs
 * next to no time; now and then it is looked whether it has come to shrink.
 * The stream depends on the text alone, not on how it was sliced.
 */
#define SES_DEFLATE_CHUNK ((size_t)64 * 1024)

struct ses_deflate;

/* A text that was shorter than SES_DEFLATE_CHUNK. */
struct ses_deflate_short {
	const void *body;
	size_t len;
	int is_deflated; /* else it is the text, which did not shrink */
};

/** ses_deflate_open(out, err): about 350 KiB, for any number of texts. */
int ses_deflate_open(struct ses_deflate **out, struct seshat_err *err);

/** Begin a text; what there was of another is forgotten. */
void ses_deflate_begin(struct ses_deflate *d);

/** Add to the text.  Nothing reaches the sink before there are
 * SES_DEFLATE_CHUNK bytes. */
int ses_deflate_add(struct ses_deflate *d, const void *data, size_t len,
    const struct ses_sink *sink, struct seshat_err *err);

/** Whether the text is over and nothing of it has reached the sink: then 1,
 * and *s is it, valid until the next call.  Else 0, see ses_deflate_end. */
int ses_deflate_short(
    struct ses_deflate *d, struct ses_deflate_short *s, struct seshat_err *err);

/** Push the rest, and end the stream. */
int ses_deflate_end(
    struct ses_deflate *d, const struct ses_sink *sink, struct seshat_err *err);

/** Bytes a text of that size may come to, at most. */
uint64_t ses_deflate_bound(uint64_t size);

void ses_deflate_free(struct ses_deflate *d);

#endif
