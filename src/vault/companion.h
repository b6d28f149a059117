#ifndef SES_COMPANION_H
#define SES_COMPANION_H

#include "base/sink.h"
#include "pack/part.h"
#include "store/store.h"
#include "vault/key.h"

/*
 * Files that an agent keeps beside a session's transcript and reads again when
 * the session goes on: results of tools that are too long for a line, what a
 * subagent was asked for.  They are redacted as the transcript is, and stand
 * in the session's folder as beside/<w>/<name>.gz, gzip members whose headers
 * say what they are (FORMATS.md, section 2).  Each writer of a stream has a
 * folder of its own: what another one stored is never replaced.
 */

#define SES_COMPANION_MAX (UINT64_C(64) << 20) /* bytes of one, */
#define SES_COMPANION_TEXT_MAX                                                 \
	(4 * SES_COMPANION_MAX) /* and with its secrets marked */

struct ses_companion {
	const char *path; /* "<w>/<name>", as the functions below take it: w is
			   * the writer of the stream that it stands beside */
	const char *name; /* the end of path: relative, components joined by
			   * "/", "tool-results/b1.txt", "meta.json" */
	uint64_t stored;  /* bytes of the object */
	int64_t mtime;    /* the store's time, ms since 1970 */
};

/** Whether it is of this writer. */
int ses_companion_is_of(const struct ses_companion *c, const char *writer);

/** Append "<writer>/<name>". */
int ses_companion_path(const char *writer, const char *name,
    struct ses_buf *out, struct seshat_err *err);

/**
 * ses_companions(s, w, each, arg, err):
 * Hand out the companions of a session, all writers', in the order of their
 * keys, until each answers non-zero, which is returned.  None is success.
 */
int ses_companions(struct ses_store *s, const struct ses_where *w,
    int (*each)(
	void *arg, const struct ses_companion *c, struct seshat_err *err),
    void *arg, struct seshat_err *err);

/**
 * ses_companions_of(s, w, writer, each, arg, err):
 * The same, one of each name: for a stream its writer's, else, of those that
 * others stored under the name, the one that was stored last.
 */
int ses_companions_of(struct ses_store *s, const struct ses_where *w,
    const char *writer,
    int (*each)(
	void *arg, const struct ses_companion *c, struct seshat_err *err),
    void *arg, struct seshat_err *err);

/**
 * ses_companion_read(s, w, path, redactions, sink, err):
 * Push the (redacted) bytes of one into sink, and append what was redacted in
 * it to redactions, as "rule:count,…" (NULL: it is not wanted).
 * Errors: SESHAT_ENOTFOUND; SESHAT_ECORRUPT, what was pushed is not all of it
 * or is wrong.
 */
int ses_companion_read(struct ses_store *s, const struct ses_where *w,
    const char *path, struct ses_buf *redactions, const struct ses_sink *sink,
    struct seshat_err *err);

/** As ses_companion_read; *head gets the header, whose w is "" where another
 * program packed it, after an error as far as it was read. */
int ses_companion_get(struct ses_store *s, const struct ses_where *w,
    const char *path, struct ses_part_head *head, const struct ses_sink *sink,
    struct seshat_err *err);

/** Its header alone.  Errors: SESHAT_ENOTFOUND; SESHAT_ECORRUPT and
 * SESHAT_EFORMAT, there is none of ours. */
int ses_companion_head(struct ses_store *s, const struct ses_where *w,
    const char *path, struct ses_part_head *head, struct seshat_err *err);

/* One as it is packed: its deflate body, which ends with a final block. */
struct ses_companion_body {
	uint64_t size; /* uncompressed bytes */
	uint64_t at;   /* of the body in the object */
	uint64_t len;
	uint32_t crc;                /* of the uncompressed bytes */
	int64_t written;             /* when the file was, ms since 1970 */
	char sha256[SES_SHA256_HEX]; /* of the uncompressed bytes */
};

/** Whether ses_companion_look fetches all of one of so many bytes. */
int ses_companion_is_small(uint64_t stored);

/**
 * ses_companion_look(s, w, c, body, err):
 * What the header and the trailer of one say, of which path and stored count.
 * Errors: SESHAT_ENOTFOUND; SESHAT_ECORRUPT, it is cut off, or says what cannot
 * be, or another program packed it.
 */
int ses_companion_look(struct ses_store *s, const struct ses_where *w,
    const struct ses_companion *c, struct ses_companion_body *body,
    struct seshat_err *err);

/**
 * ses_companion_push(s, w, path, body, sink, err):
 * Push the body as it is stored; it is not unpacked.
 * Errors: SESHAT_ECONFLICT, another one is in its place, and nothing was
 * pushed; SESHAT_ENOTFOUND; SESHAT_ECORRUPT, it is shorter than it was.
 */
int ses_companion_push(struct ses_store *s, const struct ses_where *w,
    const char *path, const struct ses_companion_body *body,
    const struct ses_sink *sink, struct seshat_err *err);

/**
 * ses_companion_key(path, out, err):
 * Append the key below the session.  Errors: SESHAT_ELIMIT, it is too long;
 * SESHAT_EUNSUPPORTED, it begins with no writer, or a component is empty, "."
 * or "..".
 */
int ses_companion_key(
    const char *path, struct ses_buf *out, struct seshat_err *err);

/** Put one, in the place of what its writer stored before; what is a packed
 * object. */
int ses_companion_put(struct ses_store *s, const struct ses_where *w,
    const char *path, const struct ses_put *what, struct seshat_err *err);

/** Delete all companions of a session. */
int ses_companions_remove(
    struct ses_store *s, const struct ses_where *w, struct seshat_err *err);

/* What there is of it. */
struct ses_companion_sums {
	uint64_t files;
	uint64_t bytes; /* uncompressed */
	uint64_t problems;
};

/** Read all of them; problem is called for each that is damaged.  Errors: the
 * store cannot be read. */
int ses_companions_verify(struct ses_store *s, const struct ses_where *w,
    void (*problem)(void *arg, const char *path, const char *what), void *arg,
    struct ses_companion_sums *sums, struct seshat_err *err);

#endif
