#ifndef SES_BASE_SPOOL_H
#define SES_BASE_SPOOL_H

#include "base/sink.h"

/*
 * A text too long for memory, in a file that has no name: nothing of it is
 * left behind, whatever ends the program.
 */
struct ses_spool {
	int is_open;
	int fd;
	uint64_t size;
	char path[32]; /* by which this process can open it again */
};

/** Make an empty one in the folder dir. */
int ses_spool_open(
    struct ses_spool *s, const char *dir, struct seshat_err *err);

/** Release it.  One that is not open is allowed. */
void ses_spool_close(struct ses_spool *s);

/** Append. */
int ses_spool_add(
    struct ses_spool *s, const void *data, size_t len, struct seshat_err *err);

/** A sink that appends. */
struct ses_sink ses_spool_sink(struct ses_spool *s);

/** Forget all behind the first size bytes. */
int ses_spool_cut(struct ses_spool *s, uint64_t size, struct seshat_err *err);

/** Read up to len bytes at offset; *got is less only at the end. */
int ses_spool_read(const struct ses_spool *s, void *data, size_t len,
    uint64_t offset, size_t *got, struct seshat_err *err);

/** Push all of it into a sink. */
int ses_spool_push(const struct ses_spool *s, const struct ses_sink *sink,
    struct seshat_err *err);

/** Append the bytes from..to of another one. */
int ses_spool_copy(struct ses_spool *to, const struct ses_spool *s,
    uint64_t from, uint64_t stop, struct seshat_err *err);

/** Where the bytes of a from a_at on and those of b from b_at on first
 * differ, or the shorter one ends: *same bytes behind both. */
int ses_spool_same(const struct ses_spool *a, uint64_t a_at,
    const struct ses_spool *b, uint64_t b_at, uint64_t *same,
    struct seshat_err *err);

/* The lines of a spool, one after another. */
#define SES_SPOOL_LINE (16U << 20)

struct ses_spool_lines {
	const struct ses_spool *s;
	uint64_t at; /* where the next line begins */
	struct ses_buf buf;
	uint64_t buf_at; /* where the bytes in buf stand in the spool */
};

/** The next line, with its newline, of which only the last may lack one; valid
 * until the next call.  1, 0 at the end, -1.
 * Errors: SESHAT_ELIMIT, a line of more than SES_SPOOL_LINE bytes. */
int ses_spool_line(struct ses_spool_lines *l, const char **line, size_t *len,
    struct seshat_err *err);

/** Where the line begins in which offset stands. */
int ses_spool_line_start(const struct ses_spool *s, uint64_t offset,
    uint64_t *start, struct seshat_err *err);

#endif
