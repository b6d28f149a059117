#ifndef SES_PEEK_H
#define SES_PEEK_H

#include "base/buf.h"

/*
 * Looking into a transcript without reading it: its first whole lines, a
 * little more when they do not tell enough, and its last bytes.
 */
#define SES_PEEK_FIRST (16U << 10) /* what one look reads */
#define SES_PEEK_MAX   (2U << 20)  /* how far it reads on for the folder */
#define SES_PEEK_TAIL  (16U << 10)

struct ses_peek {
	int fd;
	uint64_t size;
	int64_t mtime; /* ms since 1970 */
	struct ses_buf head;
	struct ses_buf tail;
};

/** Open a regular file at name below the folder dir (AT_FDCWD: path).
 * Errors: SESHAT_EUNSUPPORTED, it is none. */
int ses_peek_open(
    struct ses_peek *p, int dir, const char *name, struct seshat_err *err);

/** Close; the buffers stay for the next. */
void ses_peek_close(struct ses_peek *p);

void ses_peek_free(struct ses_peek *p);

/** Read the head, or four times as much as before.  1, or 0 when there is no
 * more or SES_PEEK_MAX is reached. */
int ses_peek_more(struct ses_peek *p, struct seshat_err *err);

/** Read the tail, unless the head holds all. */
int ses_peek_tail(struct ses_peek *p, struct seshat_err *err);

#endif
