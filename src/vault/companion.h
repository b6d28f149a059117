#ifndef SES_COMPANION_H
#define SES_COMPANION_H

#include "base/sink.h"
#include "store/store.h"
#include "vault/key.h"

/*
 * Files that an agent keeps beside a session's transcript and reads again when
 * the session goes on: results of tools that are too long for a line, what a
 * subagent was asked for.  They are redacted as the transcript is, and stand
 * in the session's folder as beside/<name>.gz, gzip members whose headers say
 * what they are (FORMATS.md, section 2).
 */

struct ses_companion {
	const char *name; /* relative, components joined by "/":
			   * "tool-results/b1.txt", "meta.json" */
	uint64_t stored;  /* bytes of the object */
	int64_t mtime;    /* the store's time, ms since 1970 */
};

/**
 * ses_companions(s, w, each, arg, err):
 * Hand out the companions of a session in the order of their keys, until each
 * answers non-zero, which is returned.  None is success.
 */
int ses_companions(struct ses_store *s, const struct ses_where *w,
    int (*each)(
	void *arg, const struct ses_companion *c, struct seshat_err *err),
    void *arg, struct seshat_err *err);

/**
 * ses_companion_read(s, w, name, redactions, sink, err):
 * Push the (redacted) bytes of one into sink, and append what was redacted in
 * it to redactions, as "rule:count,…" (NULL: it is not wanted).
 * Errors: SESHAT_ENOTFOUND; SESHAT_ECORRUPT, what was pushed is not all of it
 * or is wrong.
 */
int ses_companion_read(struct ses_store *s, const struct ses_where *w,
    const char *name, struct ses_buf *redactions, const struct ses_sink *sink,
    struct seshat_err *err);

#endif
