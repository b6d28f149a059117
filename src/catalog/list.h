#ifndef SES_CATALOG_LIST_H
#define SES_CATALOG_LIST_H

#include <jansson.h>

#include "store/store.h"

/* Lists of what a catalog knows (catalog.h). */
struct ses_catalog;

/* Which sessions; NULL and 0: any. */
struct ses_catalog_filter {
	const char *project;
	const char *harness;
	const char *parent;  /* subagents of this session; "": none but those
			      * whose session is not there (in the project) */
	const char *text;    /* stands in title, id, project or cwd */
	const json_t *named; /* names of projects whose sessions have the text,
			      * too; NULL: none */
	int64_t since;       /* last event, ms since 1970 */
	int by_size;         /* not the latest first */
	const char *cursor;  /* ses_catalog_list's next of the page before */
	uint64_t limit;
};

/**
 * ses_catalog_list(c, f, rows, total, next, err):
 * Set *rows to an array of the sessions' rows, as ses_library_list has them,
 * *total to how many fit in all, and next to the cursor of what follows (empty:
 * nothing).  A cursor names the last row of a page: one that does not change
 * meanwhile is neither repeated nor left out.  Owns: the caller json_decref's
 * *rows.
 * Errors: SESHAT_EUSAGE, no such cursor; SESHAT_ECORRUPT, the database was
 * damaged, and is empty now: update it and list again.
 */
int ses_catalog_list(struct ses_catalog *c, const struct ses_catalog_filter *f,
    json_t **rows, uint64_t *total, struct ses_buf *next,
    struct seshat_err *err);

/**
 * ses_catalog_cursor(cursor, key, harness, id, err):
 * Take a cursor apart, "<key>|<harness>|<id>" of a page's last row; the key is
 * its last event, ms since 1970, or its size.  Rows are in the order of their
 * keys, the largest first, then of id and harness.  *id points into cursor.
 * Errors: SESHAT_EUSAGE, it is none.
 */
int ses_catalog_cursor(const char *cursor, int64_t *key,
    struct ses_buf *harness, const char **id, struct seshat_err *err);

/** How many sessions f fits; its cursor and limit do not count. */
int ses_catalog_count(struct ses_catalog *c, const struct ses_catalog_filter *f,
    uint64_t *n, struct seshat_err *err);

/** The projects in the order of their names: {"id", "sessions", "bytes" (that
 * were stored), "size" (of the sources), "lines", "stored_bytes",
 * "last_event_at"} each.  Owns and errors: as above. */
int ses_catalog_projects(
    struct ses_catalog *c, json_t **rows, struct seshat_err *err);

/** The names of the harnesses of a project's sessions (NULL: of all), sorted:
 * an array of strings.  Owns: the caller json_decref's it. */
int ses_catalog_harnesses(struct ses_catalog *c, const char *project,
    json_t **names, struct seshat_err *err);

/** How many subagents a session has, in this project (NULL: in any). */
int ses_catalog_subagents(struct ses_catalog *c, const char *project,
    const char *harness, const char *id, uint64_t *n, struct seshat_err *err);

/** Hand out the ids of all sessions of a project and a harness (NULL: any). */
int ses_catalog_ids(struct ses_catalog *c, const char *project,
    const char *harness,
    int (*id)(void *arg, const char *id, struct seshat_err *err), void *arg,
    struct seshat_err *err);

#endif
