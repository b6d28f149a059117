#ifndef SES_PAGE_ROWS_H
#define SES_PAGE_ROWS_H

#include "serve/api.h"

/* Sessions and projects as pages list them. */

struct ses_page_filter {
	const char *project; /* NULL: any, as all of these */
	const char *harness;
	const char *parent; /* subagents of this session; "": of none, but those
			     * whose session is not there */
	const char *q;      /* stands in title, id, project or folder */
	int by_size;        /* not the latest first */
	const char *cursor; /* next of the page before */
	size_t limit;
};

struct ses_page_rows {
	json_t *rows;        /* array: as ses_library_list has them, and
			      * "subagents", how many */
	uint64_t total;      /* that fit */
	uint64_t all;        /* of the project, whatever fits */
	struct ses_buf next; /* cursor of the next page; empty: none */
	json_t *harnesses;   /* names, sorted, of the project's sessions */
};

/** Fill out in; release with ses_page_rows_free. */
int ses_page_rows(const struct ses_api_worker *w,
    const struct ses_page_filter *f, struct ses_page_rows *out,
    struct seshat_err *err);

void ses_page_rows_free(struct ses_page_rows *rows);

/** All sessions' rows, as ses_library_list has them; they may be a second old.
 * Owns: the caller json_decref's them. */
int ses_page_all(
    const struct ses_api_worker *w, json_t **rows, struct seshat_err *err);

/** The projects in the order of their names: an array of {"id", "sessions",
 * "bytes", "stored_bytes", "last_event_at"}; also those without sessions. */
int ses_page_projects(
    const struct ses_api_worker *w, json_t **out, struct seshat_err *err);

/* The rows that a worker listed last: those of a second ago do, unless one of
 * our pages changed something since. */
struct ses_page_cache;

/** NULL when out of memory: then nothing is kept. */
struct ses_page_cache *ses_page_cache_new(struct ses_pages *pages);

/** NULL is allowed. */
void ses_page_cache_free(struct ses_page_cache *c);

#endif
