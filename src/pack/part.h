#ifndef SES_PART_H
#define SES_PART_H

#include "base/buf.h"
#include "base/hash.h"

/*
 * What a part says about itself in the "SE" subfield of its gzip header:
 * "1" and then " key=value" in any order (FORMATS.md, section 2).
 */
#define SES_PART_REDACTIONS 4096

struct ses_part_head {
	char w[9];            /* writer: 8 hex digits */
	int64_t opened;       /* d: when the stream opened, ms since 1970 */
	uint64_t opened_size; /* o: source bytes there were to copy then */
	uint64_t from;        /* c: cursors, half-open */
	uint64_t to;
	uint64_t size;   /* s: uncompressed bytes */
	uint64_t lines;  /* l */
	uint64_t source; /* b: bytes of the source; 0: from..to counts them */
	int64_t last_event;     /* e: ms since 1970, 0 when unknown */
	char h[SES_SHA256_HEX]; /* SHA-256 of the uncompressed bytes */
	uint32_t x;             /* CRC-32 of the source bytes from..to */
	char k[SES_SHA256_HEX]; /* SHA-256 of the source before to */
	unsigned rules;         /* v: rules version, 0: not redacted */
	int torn;               /* t=1: an unterminated last line */
	int inside;             /* m=1: ends inside a line */
	uint64_t frame; /* n: bytes of the frame behind it; 0: not archived */
	uint32_t crc;   /* z: CRC-32 of the uncompressed bytes; archived only */
	char redactions[SES_PART_REDACTIONS]; /* r: "rule:count,...", or "" */
};

/** Append the subfield's text. */
void ses_part_head_format(const struct ses_part_head *h, struct ses_buf *out);

/**
 * ses_part_head_parse(text, len, h, err):
 * Errors: SESHAT_EFORMAT, another version, or a value that is malformed;
 * unknown keys are skipped.
 */
int ses_part_head_parse(const char *text, size_t len, struct ses_part_head *h,
    struct seshat_err *err);

/**
 * ses_part_head_join(a, b, rows, err):
 * Make a the header of both together; a is all that comes before b.  rows:
 * their cursors count rows, not bytes.  h, n and z are left as they are.
 * Errors: SESHAT_ELIMIT, there is no room for the counts; a is as it was.
 */
int ses_part_head_join(struct ses_part_head *a, const struct ses_part_head *b,
    int rows, struct seshat_err *err);

/** Add the counts of one r to another.  Errors: SESHAT_ELIMIT, there is no room
 * for them; nothing is changed. */
int ses_part_add_counts(
    char to[SES_PART_REDACTIONS], const char *from, struct seshat_err *err);

#endif
