#ifndef SES_LISTING_H
#define SES_LISTING_H

#include "serve/api.h"

/*
 * Sessions and projects as pages and API list them: from the catalog, where it
 * tells what the store holds now, or can be made to in a moment; else, and of a
 * volume, from the rows that a walk through the library finds.  Both answer
 * alike.
 */

struct ses_listing_filter {
	const char *project; /* NULL: any, as all of these */
	const char *harness;
	const char *parent; /* subagents of this session; "": of none, but those
			     * whose session is not there */
	const char *q;      /* stands in title, id, folder, or the project or
			     * its name */
	int by_size;        /* not the latest first */
	const char *cursor; /* next of the page before */
	uint64_t limit;     /* 0: all */
	int plain;          /* rows, total and next alone */
};

struct ses_listing {
	json_t *rows;        /* array: as ses_library_list has them, and
			      * "subagents", how many */
	uint64_t total;      /* that fit */
	uint64_t all;        /* of the project, whatever fits */
	struct ses_buf next; /* cursor of the next page; empty: none */
	json_t *harnesses;   /* names, sorted, of the project's sessions */
};

/** Fill out in; release with ses_listing_free.  Errors: SESHAT_EUSAGE, no such
 * cursor. */
int ses_listing_get(const struct ses_api_worker *w,
    const struct ses_listing_filter *f, struct ses_listing *out,
    struct seshat_err *err);

void ses_listing_free(struct ses_listing *l);

/** Whether it may be a cursor. */
int ses_listing_is_cursor(const char *cursor);

/** All sessions' rows, as ses_library_list has them, in no order; they may be
 * half a second old.  Owns: the caller json_decref's them. */
int ses_listing_all(
    const struct ses_api_worker *w, json_t **rows, struct seshat_err *err);

/** The projects in the order of their names: an array of {"id", "sessions",
 * "bytes" (of the sources), "uploaded", "stored_bytes", "lines",
 * "last_event_at"}; also those without sessions, "id" alone.  Not to be
 * changed. */
int ses_listing_projects(
    const struct ses_api_worker *w, json_t **out, struct seshat_err *err);

/** Whether a project without sessions is one all the same: 1, 0 or -1. */
int ses_listing_has_project(const struct ses_api_worker *w, const char *project,
    struct seshat_err *err);

/* What a worker listed last: of a far store and of a library half a second ago
 * does,
 * unless one of our pages changed something since. */
struct ses_listing_cache;

/** Let the next list be of what is there now. */
void ses_listing_forget(const struct ses_api_worker *w);

/** NULL when out of memory: then the library is walked through. */
struct ses_listing_cache *ses_listing_cache_new(const struct ses_api *api);

/** NULL is allowed. */
void ses_listing_cache_free(struct ses_listing_cache *c);

#endif
