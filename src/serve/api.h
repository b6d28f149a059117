#ifndef SES_API_H
#define SES_API_H

#include "catalog/catalog.h"
#include "export/library.h"
#include "serve/route.h"

struct ses_pages;

/*
 * The JSON API (FORMATS.md, section 11): sessions of a vault or of a volume.
 */
struct ses_api {
	const char *volume; /* this folder; NULL: the vault */
	const char *store;  /* URL of the vault */
	const struct ses_store_access *access;
	uint64_t max_bytes;        /* of an export, at most; 0: any number */
	struct ses_keeper *keeper; /* of the catalog; NULL: there is none, */
	char no_catalog[256];      /* because of this, without places */
	int64_t search_ms;         /* that a search may take; 0: any time */
	const char *tmp;           /* folder for what is too long for memory */
	struct ses_part_cache *parts; /* of what was just read; or NULL */
	struct ses_pages *pages; /* what pages share (serve/pages.h); or NULL */
};

/* What each worker has of its own: stores are used by one thread at a time. */
struct ses_api_worker {
	struct ses_store *store; /* NULL: a volume */
	struct ses_library *lib;
	struct ses_catalog *catalog; /* NULL: a volume, or it cannot be had */
	struct ses_listing_cache *cache; /* of lists; NULL: a stream's */
	struct ses_part_cache *parts;    /* of all workers; or NULL */
};

/** Every route but the server's own; ends with a NULL pattern. */
extern const struct ses_route ses_api_routes[];

/** For struct ses_serve_opts; arg is the struct ses_api. */
int ses_api_worker_open(void *arg, void **worker, struct seshat_err *err);
void ses_api_worker_close(void *worker);

/* The handlers. */
ses_handler ses_api_projects;
ses_handler ses_api_project;
ses_handler ses_api_project_download;
ses_handler ses_api_sessions;
ses_handler ses_api_session;
ses_handler ses_api_session_download;
ses_handler ses_api_events;
ses_handler ses_api_raw;
ses_handler ses_api_stream;
ses_handler ses_api_files;
ses_handler ses_api_stats;
ses_handler ses_api_search;

/** Have the worker's catalog up to date; *fresh: whether that was in time.
 * Errors: SESHAT_ENOTFOUND, a volume; SESHAT_ECANCELLED, there is none. */
int ses_api_catalog(const struct ses_request *r, const struct ses_api_worker *w,
    int *fresh, struct seshat_err *err);

/** Answer 503 and why, where err says that there is no catalog or that a search
 * took too long: 0; else -1, and err is to be answered. */
int ses_api_refuse_search(struct ses_answer *a, const struct seshat_err *err);

/** /api/stats of a vault, from the catalog. */
int ses_api_stats_of(const struct ses_request *r,
    const struct ses_api_worker *w, struct ses_answer *a,
    struct seshat_err *err);

/** Something of a session was found damaged: the catalog is to know it. */
struct ses_gap;
void ses_api_damaged(const struct ses_api_worker *w, const struct ses_found *f,
    const struct ses_gap *gap);

/** ses_library_list, and which of the sessions are known as damaged. */
int ses_api_list(const struct ses_api_worker *w, const char *project,
    json_t **rows, struct seshat_err *err);

/** ses_library_summary, and whether the session is known as damaged. */
int ses_api_summary(const struct ses_api_worker *w, const struct ses_found *f,
    json_t **out, struct seshat_err *err);

/** Answer a document, which is taken over; NULL: out of memory. */
int ses_api_answer_take(
    struct ses_answer *a, json_t *doc, struct seshat_err *err);

/** The session of the request's first variable.  Errors: SESHAT_ENOTFOUND. */
int ses_api_find(const struct ses_request *r, const struct ses_api_worker *w,
    struct ses_found *f, struct seshat_err *err);

/** The session of the request's first variable, which must have a transcript:
 * of a vault.  Errors: SESHAT_ENOTFOUND. */
int ses_api_find_stored(const struct ses_request *r,
    const struct ses_api_worker *w, struct ses_found *f,
    struct seshat_err *err);

/** A store or library of its own for a stream, which outlives the handler. */
int ses_api_worker_new(const struct ses_api *api, struct ses_api_worker *out,
    struct seshat_err *err);
void ses_api_worker_drop(struct ses_api_worker *w);

#endif
