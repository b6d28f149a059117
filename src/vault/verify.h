#ifndef SES_VERIFY_H
#define SES_VERIFY_H

#include "vault/stream.h"

/*
 * Whether everything that was stored of a session can be read back: every
 * part of every stream is opened, its checksums and its place are checked.
 */
struct ses_verify {
	/* told of each problem; e is the part, NULL: the stream as a whole */
	void (*problem)(void *arg, const struct ses_stream *st,
	    const struct ses_entry *e, const char *what);
	void *arg;
	uint64_t streams;
	uint64_t parts;
	uint64_t bytes; /* uncompressed */
	uint64_t problems;
	char foreign[SES_PART_NAME]; /* a part of another stream, or "" */
};

/** Check all streams of the list; counts are added to.  Errors: the store
 * cannot be read; damage is no error but a problem. */
int ses_streams_verify(struct ses_store *s, const struct ses_where *w,
    const struct ses_streams *l, struct ses_verify *v, struct seshat_err *err);

/** Report one problem. */
void ses_verify_problem(struct ses_verify *v, const struct ses_stream *st,
    const struct ses_entry *e, const char *what);

/** Delete every object of one stream, its checkpoint last. */
int ses_stream_remove(struct ses_store *s, const struct ses_where *w,
    const char *stream, struct seshat_err *err);

#endif
