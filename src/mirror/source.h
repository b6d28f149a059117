#ifndef SES_SOURCE_H
#define SES_SOURCE_H

#include "base/buf.h"
#include "base/hash.h"
#include "harness/harness.h"
#include "harness/rows.h"

/*
 * Reading what an agent has added to its transcript: whole lines behind a
 * cursor, after proof that what stands before the cursor is still what was
 * read.  Never writes, locks or waits.
 *
 * A source is a file, a compressed file, or the rows of a database.  The
 * cursor of a file counts bytes (those it decompresses to); that of rows is
 * the number of the last row read, each row being one line.
 */
#define SES_CHECK_LEN  4096        /* bytes before a cursor that prove it */
#define SES_CHECK_ROWS 64          /* or so many rows */
#define SES_TAIL_LEN   (64U << 10) /* a look reads no more of its end */
#define SES_BLOCK_MAX  (8U << 20)  /* source bytes of a block of lines */
#define SES_LINE_MAX   (16U << 20) /* a longer line comes in pieces */

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
	uint64_t from; /* the block's cursors in the source */
	uint64_t to;
	int inside; /* ends inside a line, to may be moved back */
};

struct ses_source {
	int fd;
	struct ses_rows *rows;      /* instead of fd */
	int finished;               /* rows: only those that are; set before it
				     * is opened */
	uint64_t size;              /* its last cursor when it was opened or
				     * last looked at */
	uint64_t held;              /* rows behind size that are not finished */
	int64_t mtime;              /* ms since 1970 */
	int is_torn;                /* a document that was left half written */
	int is_network;             /* on a file system of another machine */
	char before[SES_CHECK_LEN]; /* the bytes before the checked cursor */
	size_t before_len;
	char seen[SES_SHA256_HEX]; /* what proves the checked cursor now */
	char next[SES_SHA256_HEX]; /* rows: what proves the end of the last
				    * block */
	struct ses_buf buf;
};

/**
 * ses_source_open(s, session, spool, err):
 * Open the session's source.  A compressed one is unpacked into a nameless
 * file in the folder spool, one that is a document copied there if there is
 * such a folder.  Errors: SESHAT_ENOTFOUND, it is gone;
 * SESHAT_EUNSUPPORTED, it is no regular file; SESHAT_ECORRUPT, it cannot be
 * unpacked or is a damaged database; SESHAT_ECONFLICT, it is to be a document
 * and is none just now.
 */
int ses_source_open(struct ses_source *s, const struct ses_session *session,
    const char *spool, struct seshat_err *err);

/** Close; buf stays for the next file. */
void ses_source_close(struct ses_source *s);

/** Release everything. */
void ses_source_free(struct ses_source *s);

/**
 * ses_source_stamp(session, out):
 * For a source that is costly to open: size and time of its files, which
 * change when it does.  Nothing where opening is cheap, or where it changed
 * so lately that the next change might look the same.
 */
void ses_source_stamp(const struct ses_session *session, struct ses_buf *out);

/** Set *size to how much the compressed file at path unpacks to, for one that
 * does not say it.  Errors: as ses_source_open; path named. */
int ses_source_unpacked(
    const char *path, uint64_t *size, struct seshat_err *err);

/**
 * ses_source_check(s, cursor, k, err):
 * 1 when what stands before cursor, up to SES_CHECK_LEN bytes or
 * SES_CHECK_ROWS rows, has the SHA-256 k, 0 when it has not or the source is
 * shorter.  k NULL: only remember it, in s->seen.
 */
int ses_source_check(struct ses_source *s, uint64_t cursor, const char *k,
    struct seshat_err *err);

/** Whether there are as many rows up to cursor as lines were read: 1, 0 or
 * -1; always 1 for a file. */
int ses_source_has_lines(struct ses_source *s, uint64_t cursor, uint64_t lines,
    struct seshat_err *err);

/**
 * ses_source_next(s, cursor, in_line, final, b, err):
 * Read the block behind the cursor that was checked last.  in_line: the
 * cursor stands inside a long line.  final: an unterminated last line counts.
 * Valid until the next call.
 */
int ses_source_next(struct ses_source *s, uint64_t cursor, int in_line,
    int final, struct ses_block *b, struct seshat_err *err);

/** SHA-256 of what stands before b->to, which will prove that cursor. */
int ses_source_proof(struct ses_source *s, const struct ses_block *b,
    char k[SES_SHA256_HEX], struct seshat_err *err);

/** CRC-32 of the source bytes from..to; SESHAT_ECONFLICT if it is shorter. */
int ses_source_crc(struct ses_source *s, uint64_t from, uint64_t to,
    uint32_t *crc, struct seshat_err *err);

/** Where its last whole line ends, or its last row. */
int ses_source_whole(
    struct ses_source *s, uint64_t *whole, struct seshat_err *err);

/**
 * ses_source_behind(s, cursor, whole, err):
 * Where the last whole line behind the cursor of a file ends (the cursor:
 * there is none), as far as its last SES_TAIL_LEN bytes tell; where no line
 * ends in them, the end of the file.  s->buf holds what was read: it ends where
 * the file does.
 */
int ses_source_behind(struct ses_source *s, uint64_t cursor, uint64_t *whole,
    struct seshat_err *err);

/** Whether there is no whole line in it: 1, 0 or -1. */
int ses_source_is_empty(struct ses_source *s, struct seshat_err *err);

/* The same of a file and of rows: source_file.c and source_rows.c. */
int ses_source_file_open(struct ses_source *s, const char *path,
    const char *spool, struct seshat_err *err);

/** Read, instead of an open file that is one JSON document, a copy of it as it
 * was whole; may_change: a writer may be at it, it is tried a few times, and
 * what nobody wrote to for ten minutes is taken as it stands (is_torn).
 * Errors: SESHAT_ECONFLICT, it is none just now.  In source_whole.c. */
int ses_source_whole_copy(struct ses_source *s, const char *path,
    int may_change, const char *spool, struct seshat_err *err);

/** That failure: it is no whole document, nothing is taken.  Answers -1. */
int ses_source_whole_fail(const char *path, struct seshat_err *err);
int ses_source_file_check(
    struct ses_source *s, uint64_t cursor, struct seshat_err *err);
int ses_source_file_next(struct ses_source *s, uint64_t cursor, int in_line,
    int final, struct ses_block *b, struct seshat_err *err);
void ses_source_file_proof(const struct ses_source *s,
    const struct ses_block *b, char k[SES_SHA256_HEX]);
int ses_source_file_crc(struct ses_source *s, uint64_t from, uint64_t to,
    uint32_t *crc, struct seshat_err *err);
int ses_source_file_is_empty(struct ses_source *s, struct seshat_err *err);
int ses_source_file_whole(
    struct ses_source *s, uint64_t *whole, struct seshat_err *err);
int ses_source_rows_check(
    struct ses_source *s, uint64_t cursor, struct seshat_err *err);
int ses_source_rows_count(
    struct ses_source *s, uint64_t upto, uint64_t *n, struct seshat_err *err);
int ses_source_rows_next(struct ses_source *s, uint64_t cursor,
    struct ses_block *b, struct seshat_err *err);
int ses_source_rows_crc(struct ses_source *s, uint64_t from, uint64_t to,
    uint32_t *crc, struct seshat_err *err);

#endif
