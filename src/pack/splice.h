#ifndef SES_SPLICE_H
#define SES_SPLICE_H

#include "base/sink.h"
#include "pack/part.h"

/*
 * Parts of one stream that follow each other, put into one object without
 * packing them anew: a merged object (FORMATS.md, section 2).  For each part,
 * push its text into ses_splice_sink, then give its object to ses_splice_add.
 */
struct ses_splice {
	struct ses_part_head head; /* of all that was added */
	size_t n;                  /* parts */
	int rows;                  /* their cursors count rows, not bytes */
	struct ses_sha256 sha;     /* of the text */
	struct ses_sha256 next;    /* with that of the part at hand */
	uint32_t crc;              /* of the text */
	struct ses_buf bodies;
};

/** Begin a new object; the memory stays. */
void ses_splice_begin(struct ses_splice *s, int rows);

/** Where the text of the next part goes; what of a part that was not added
 * came before is forgotten. */
struct ses_sink ses_splice_sink(struct ses_splice *s);

/**
 * ses_splice_add(s, object, len, head, err):
 * Add a part, whose text was checked against its head.  Not a torn one.
 * Errors: SESHAT_ECORRUPT, it does not go on where the part before it ends, or
 * cannot be spliced; SESHAT_ELIMIT, the counts have no room.  s is as before.
 */
int ses_splice_add(struct ses_splice *s, const void *object, size_t len,
    const struct ses_part_head *head, struct seshat_err *err);

/**
 * ses_splice_close(s, out, body, err):
 * Append the object, which was inflated once more to prove that it holds the
 * text; *body is where its deflate body begins.
 * Errors: SESHAT_ECORRUPT, the bodies do not fit together.
 */
int ses_splice_close(struct ses_splice *s, struct ses_buf *out, uint64_t *body,
    struct seshat_err *err);

/** Release the memory. */
void ses_splice_free(struct ses_splice *s);

#endif
