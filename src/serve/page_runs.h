#ifndef SES_PAGE_RUNS_H
#define SES_PAGE_RUNS_H

#include "catalog/runs.h"
#include "render/talk.h"
#include "serve/api.h"

/*
 * What session logs say of a session, as its page shows it and the API tells
 * it: at most SES_PLACE_RUNS in front of a line, so that a page stays one.
 * Where the catalog cannot be had there are none.
 */
#define SES_PLACE_RUNS 100

struct ses_page_runs {
	struct ses_runs *walk; /* NULL: there is none, or no more */
	struct ses_run run;    /* the next, if has_run */
	int has_run;
	int is_here;    /* it is within a place: */
	uint64_t place; /* that, and how many were shown there */
	unsigned shown;
	/* One that is looked for; "": none. */
	struct ses_buf ref;
	uint64_t ref_line;
	uint64_t ref_place;
	uint64_t ref_n; /* so many stand in front of it, there */
	const char *path;
	struct ses_talk_run out;
	struct ses_buf anchor;
	struct ses_buf href;
	struct ses_buf raw;
};

/** Begin in front of the line from.  path: of the session's page, borrowed;
 * NULL: no links are wanted.  Release with ses_page_runs_free. */
void ses_page_runs_open(struct ses_page_runs *p, const struct ses_api_worker *w,
    const struct ses_found *f, const char *path, uint64_t from);

/** Where the entry "<log>:<line>" stands: 1, and the walk will come to it, or
 * 0. */
int ses_page_runs_find(
    struct ses_page_runs *p, const char *ref, uint64_t *before);

/** For struct ses_talk_how. */
const struct ses_talk_run *ses_page_runs_next(
    void *runs, uint64_t line, const struct ses_json *time);

/** A run as a page shows it; valid until the next call. */
const struct ses_talk_run *ses_page_runs_tell(
    struct ses_page_runs *p, const struct ses_run *run);

void ses_page_runs_free(struct ses_page_runs *p);

/** Let the catalog come up to date, in the background, at most once in ten
 * seconds. */
void ses_page_runs_ask(const struct ses_api *api);

/** Append "?run=<log>:<line>#log:<log>:<line>", to stand behind the path of a
 * session's page. */
void ses_page_run_query(struct ses_buf *out, const char *log, uint64_t line);

/** Append the facts that logs add to what stands above a session: how many
 * skills ran, or of a log: in which sessions. */
void ses_page_runs_facts(struct ses_buf *out, const struct ses_api_worker *w,
    const struct ses_found *f);

#endif
