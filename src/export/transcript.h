#ifndef SES_EXPORT_TRANSCRIPT_H
#define SES_EXPORT_TRANSCRIPT_H

#include "vault/stream.h"

/*
 * A session's current stream as an entry of a zip: the deflate bodies of its
 * parts one behind the other, never inflated; where some of it is archived, the
 * text, packed anew as it is streamed.
 */
struct ses_transcript {
	int is_there;
	char stream[SES_STREAM_ID];
	char writer[9];      /* of it; "": there is none */
	struct ses_entry *v; /* in order, without a hole */
	size_t n;
	uint64_t size;   /* uncompressed bytes */
	int archived;    /* some of it is */
	uint64_t packed; /* bytes of the body; 0: it must be packed anew */
	uint32_t crc;
	int64_t last_event;          /* ms since 1970 */
	char sha256[SES_SHA256_HEX]; /* "": nobody knows it */
	char damage[160];            /* why the rest of it is missing, or "" */
};

/** Load it: none is success.  Release with ses_transcript_free. */
int ses_transcript_load(struct ses_transcript *t, struct ses_store *s,
    const struct ses_where *w, struct seshat_err *err);

void ses_transcript_free(struct ses_transcript *t);

/**
 * ses_transcript_push(s, w, e, sink, err):
 * Push the body of one part, as it is stored, into sink.
 * Errors: SESHAT_ECORRUPT, the object is shorter than its entry says.
 */
int ses_transcript_push(struct ses_store *s, const struct ses_where *w,
    const struct ses_entry *e, const struct ses_sink *sink,
    struct seshat_err *err);

/** Push the text of one part into sink, after all of it was checked. */
int ses_transcript_push_text(struct ses_store *s, const struct ses_where *w,
    const struct ses_entry *e, const struct ses_sink *sink,
    struct seshat_err *err);

/** What closes the joined bodies: an empty final block. */
#define SES_TRANSCRIPT_TAIL     "\003\000"
#define SES_TRANSCRIPT_TAIL_LEN 2

#endif
