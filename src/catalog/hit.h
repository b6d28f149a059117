#ifndef SES_CATALOG_HIT_H
#define SES_CATALOG_HIT_H

#include <stdint.h>

#include <jansson.h>

/* What a search hands out. */

/* Where marked text begins and ends in a snippet. */
#define SES_CATALOG_MARK     '\001'
#define SES_CATALOG_MARK_END '\002'

/* As a kind: not in the transcript, but in the session's title.  No line, no
 * role; the time is that of the session's last event.  The number is that of
 * SES_EVENT_USAGE, which has no text and is never found. */
#define SES_CATALOG_TITLE 7

/* A place that was found; strings are borrowed for the call. */
struct ses_catalog_hit {
	const char *project;
	const char *harness;
	const char *id;
	const char *title; /* or NULL */
	uint64_t line;     /* from 1; 0: none */
	int64_t time;      /* ms since 1970; 0: not known */
	int role;          /* enum ses_role */
	int kind;          /* enum ses_event_kind, or SES_CATALOG_TITLE */
	const char *tool;  /* or NULL */
	const char *snippet;
	int damaged; /* not all of the session can be read */
	/* Of a skill run: its log, and line in it; line: before which. */
	const char *log;
	uint64_t log_line;
};

/** It as a document, with "snippet" unmarked and "highlights", pairs of the
 * numbers of characters between which marked text stands.  Owns: the caller
 * json_decref's it. */
json_t *ses_catalog_hit_json(const struct ses_catalog_hit *h);

#endif
