#ifndef SES_READ_H
#define SES_READ_H

#include "base/sink.h"
#include "vault/cache.h"
#include "vault/stream.h"

/*
 * Reading a session back: its lines as they were stored, in order, every
 * byte once, also while its writer merges parts away under the reader.
 */

/**
 * ses_session_read(s, w, stream, sink, err):
 * Push the bytes of one stream (NULL: the current one) into sink.
 * Errors: SESHAT_ENOTFOUND, no such session or stream; SESHAT_ECORRUPT, a
 * part is missing or damaged: the message says which source bytes; what came
 * before it has been pushed.
 */
int ses_session_read(struct ses_store *s, const struct ses_where *w,
    const char *stream, const struct ses_sink *sink, struct seshat_err *err);

/** As ses_session_read, the last n lines only; reads only the parts that
 * hold them.  SESHAT_ECORRUPT also when a part was merged away after lines
 * were pushed. */
int ses_session_tail(struct ses_store *s, const struct ses_where *w,
    const char *stream, uint64_t n, const struct ses_sink *sink,
    struct seshat_err *err);

/**
 * ses_session_from(s, w, stream, line, cache, sink, err):
 * As ses_session_read, from the part on that holds the line (from 1), of which
 * the lines before it are left out; reads no part in front of it.  Behind the
 * last line there is nothing.  cache may be NULL.  SESHAT_ECORRUPT also when a
 * part was merged away after lines were pushed.
 */
int ses_session_from(struct ses_store *s, const struct ses_where *w,
    const char *stream, uint64_t line, struct ses_part_cache *cache,
    const struct ses_sink *sink, struct seshat_err *err);

/**
 * ses_part_read(s, w, e, sink, head, err):
 * Push what one part holds, checked: CRC-32, size, and SHA-256 against its
 * header, and the header against the entry.  *head, if not NULL, gets the
 * header, after an error as far as it was read.
 */
int ses_part_read(struct ses_store *s, const struct ses_where *w,
    const struct ses_entry *e, const struct ses_sink *sink,
    struct ses_part_head *head, struct seshat_err *err);

/** As ses_part_read, of an object that is here already. */
int ses_part_open(const struct ses_buf *object, const struct ses_entry *e,
    const struct ses_sink *sink, struct ses_part_head *head,
    struct seshat_err *err);

/** As ses_part_read; object gets the whole object as it is stored. */
int ses_part_get(struct ses_store *s, const struct ses_where *w,
    const struct ses_entry *e, struct ses_buf *object,
    const struct ses_sink *sink, struct ses_part_head *head,
    struct seshat_err *err);

#endif
