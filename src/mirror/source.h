#ifndef SES_SOURCE_H
#define SES_SOURCE_H

#include "base/buf.h"
#include "base/hash.h"

/*
 * Reading what an agent has added to its transcript: whole lines behind a
 * cursor, through one descriptor, after proof that the bytes before the
 * cursor are still those that were read.  Never writes, locks or waits.
 */
#define SES_CHECK_LEN 4096        /* bytes before a cursor that prove it */
#define SES_BLOCK_MAX (8U << 20)  /* source bytes of a block of lines */
#define SES_LINE_MAX  (16U << 20) /* a longer line comes in pieces */

enum ses_block_kind {
	SES_BLOCK_NONE,  /* nothing to take yet */
	SES_BLOCK_LINES, /* whole lines */
	SES_BLOCK_PIECE, /* inside a line, or its last piece */
	SES_BLOCK_TORN,  /* the last line, unterminated; at the end only */
};

/* What one read gives.  A piece stands in a window of the text around it. */
struct ses_block {
	int kind;         /* enum ses_block_kind */
	const char *data; /* the window; without one, the block itself */
	size_t len;
	size_t start; /* the block in the window: data[start..stop) */
	size_t stop;
	uint64_t from; /* the block's bytes in the source */
	uint64_t to;
	int inside; /* ends inside a line, to may be moved back */
};

struct ses_source {
	int fd;
	uint64_t size;              /* when it was opened or last looked at */
	int64_t mtime;              /* ms since 1970 */
	int is_network;             /* on a file system of another machine */
	char before[SES_CHECK_LEN]; /* the bytes before the checked cursor */
	size_t before_len;
	struct ses_buf buf;
};

/** Open the file.  Errors: SESHAT_ENOTFOUND, it is gone; SESHAT_EUNSUPPORTED,
 * it is no regular file. */
int ses_source_open(
    struct ses_source *s, const char *path, struct seshat_err *err);

/** Close; buf stays for the next file. */
void ses_source_close(struct ses_source *s);

/** Release everything. */
void ses_source_free(struct ses_source *s);

/**
 * ses_source_check(s, cursor, k, err):
 * 1 when the up to SES_CHECK_LEN bytes before cursor have the SHA-256 k, 0
 * when they have not or the file is shorter.  k NULL: only remember them.
 */
int ses_source_check(struct ses_source *s, uint64_t cursor, const char *k,
    struct seshat_err *err);

/**
 * ses_source_next(s, cursor, in_line, final, b, err):
 * Read the block behind the cursor that was checked last.  in_line: the
 * cursor stands inside a long line.  final: an unterminated last line counts.
 * Valid until the next call.
 */
int ses_source_next(struct ses_source *s, uint64_t cursor, int in_line,
    int final, struct ses_block *b, struct seshat_err *err);

/** SHA-256 of the up to SES_CHECK_LEN bytes before b->to, which will prove
 * that cursor. */
void ses_source_proof(const struct ses_source *s, const struct ses_block *b,
    char k[SES_SHA256_HEX]);

/** CRC-32 of the source bytes from..to; SESHAT_ECONFLICT if it is shorter. */
int ses_source_crc(struct ses_source *s, uint64_t from, uint64_t to,
    uint32_t *crc, struct seshat_err *err);

/** Bytes up to the end of the last whole line. */
int ses_source_whole(
    struct ses_source *s, uint64_t *whole, struct seshat_err *err);

#endif
