#ifndef SES_PEEK_H
#define SES_PEEK_H

#include <sys/stat.h>

#include "base/buf.h"
#include "base/json.h"

/*
 * Look at the two ends of a transcript: its first lines in growing steps, and
 * its last bytes, SES_PEEK_TAIL at most.  {0} is a valid empty value; one
 * ses_peek serves any number of files, one after another.
 */

/* Claude Code writes a title again about every 32 KB: one is in here. */
#define SES_PEEK_TAIL 65536U
/* Working directory and first prompt are looked for this far: Claude Code
 * was seen to write half a megabyte before them. */
#define SES_PEEK_HEAD (2U << 20)

/* A byte order mark, which some put in front of a document. */
#define SES_PEEK_MARK "\xef\xbb\xbf"

struct ses_twin;

struct ses_peek {
	int fd;
	struct ses_twin *twin; /* of a compressed file, which has no tail */
	uint64_t size;         /* of such a file unknown until it was read */
	struct ses_buf head;   /* the bytes from 0 on that were read */
	struct ses_buf tail;   /* the last bytes of a longer file */
};

/**
 * ses_peek_open(p, at, name, st, err):
 * Open the regular file name of the folder at (or AT_FDCWD) and fill st; of
 * a compressed file st_size is what it decompresses to, 0 if it does not say.
 * 1, or 0 when it is no regular file or is gone.  Opening never waits.
 */
int ses_peek_open(struct ses_peek *p, int at, const char *name, struct stat *st,
    struct seshat_err *err);

/**
 * ses_peek_path(p, path, st, err):
 * As ses_peek_open for a path that was given.  Errors: SESHAT_ENOTFOUND, it
 * is no regular file or is not there.
 */
int ses_peek_path(struct ses_peek *p, const char *path, struct stat *st,
    struct seshat_err *err);

/** Close the file; the memory stays for the next one. */
void ses_peek_close(struct ses_peek *p);

/** Release the memory. */
void ses_peek_free(struct ses_peek *p);

/**
 * ses_peek_head(p, each, arg, err):
 * Hand out the objects of the first lines until each answers non-zero or
 * SES_PEEK_HEAD bytes are passed.  Of a line that is cut there its first
 * members are handed out.
 */
int ses_peek_head(struct ses_peek *p,
    int (*each)(void *arg, const struct ses_json *object), void *arg,
    struct seshat_err *err);

/** As ses_peek_head, of a file that is one JSON document, over as many lines
 * as it likes: each is called once, with what begins there. */
int ses_peek_whole(struct ses_peek *p,
    int (*each)(void *arg, const struct ses_json *object), void *arg,
    struct seshat_err *err);

/**
 * ses_peek_tail(p, bytes, each, arg, err):
 * Hand out the whole lines of the last bytes (at most SES_PEEK_TAIL), last
 * one first, until each answers non-zero.
 */
int ses_peek_tail(struct ses_peek *p, size_t bytes,
    int (*each)(void *arg, const char *line, size_t len), void *arg,
    struct seshat_err *err);

#endif
