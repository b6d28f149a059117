#ifndef SES_LOGGED_H
#define SES_LOGGED_H

#include "catalog/runs.h"
#include "vault/key.h"

/*
 * As runs.h, for whoever reads one session from its beginning and needs no
 * catalog: the logs themselves are read, those named like the session and,
 * where there is a catalog, those that it knows to speak of it.
 */
struct ses_logged;

/**
 * ses_logged_load(s, c, harness, id):
 * What logs say of the session; NULL: nothing.  At most 16 logs and 16 MiB of
 * entries.  c may be NULL, and is not brought up to date.  A log that cannot be
 * read is told in a warning.  Owns: ses_logged_free.
 */
struct ses_logged *ses_logged_load(struct ses_store *s, struct ses_catalog *c,
    const char *harness, const char *id);

/** Let only those be left that stand in front of the line from of the session,
 * or behind: a few lines before it are read. */
void ses_logged_from(struct ses_logged *l, struct ses_store *s,
    const struct ses_where *w, const char *stream, uint64_t from);

/** Pass over those that are earlier. */
void ses_logged_pass(struct ses_logged *l, int64_t time);

/** The next that happened before time, or NULL.  INT64_MAX: at the end.  NULL
 * is allowed as l, here and above.  Valid until the next call. */
const struct ses_run *ses_logged_next(struct ses_logged *l, int64_t time);

/** NULL is allowed. */
void ses_logged_free(struct ses_logged *l);

#endif
