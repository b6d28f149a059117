#ifndef SES_PAGE_STATE_H
#define SES_PAGE_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include <jansson.h>

#include "mirror/status.h"
#include "serve/api.h"
#include "serve/pages.h"
#include "serve/readers.h"

/* What pages share, and the little that they remember. */
struct ses_pages {
	struct ses_pages_opts o;
	_Atomic unsigned changes; /* that pages made */
	_Atomic int64_t asked;    /* when the catalog was asked to look again,
				   * steady ms */
	pthread_mutex_t removing; /* one removal at a time */
	pthread_mutex_t lock;     /* of all that follows */
	pthread_cond_t news;
	struct ses_part_cache *metrics; /* what was made of those; or NULL */
	struct ses_readers readers;     /* who makes them */
	json_t *labels;                 /* project -> {"name", "at"} */
	json_t *here;    /* "harness/id" -> as struct ses_page_here; or NULL */
	json_t *keepers; /* of what is deleted soon: harness -> its counts */
	size_t unprotected;
	int64_t looked; /* steady ms; 0: never */
	int looking;
	int has_thread;
	pthread_t thread;
};

/** A project's name; its key where it has none.  Far stores are asked in the
 * background. */
void ses_pages_label(struct ses_pages *p, struct ses_store *s,
    const char *project, struct ses_buf *out);

/** It was given this name ("": none) just now. */
void ses_pages_labelled(
    struct ses_pages *p, const char *project, const char *name);

/** How many changes pages made so far; and that there is one more. */
unsigned ses_pages_changes(struct ses_pages *p);
void ses_pages_changed(struct ses_pages *p);

/* page_look.c: the sessions of this machine, looked at once a minute at most,
 * and only while somebody reads pages. */

/* What is known of a session's source on this machine. */
struct ses_page_here {
	int state;         /* enum ses_status_state */
	int64_t due;       /* when its agent deletes it; 0: never */
	int64_t verified;  /* or 0 */
	uint64_t source;   /* bytes */
	uint64_t mirrored; /* of them */
};

/** Look again, in the background, if that is due; the first time a moment is
 * waited for the result. */
void ses_pages_look(struct ses_pages *p);

/** What is known of it: 1, or 0. */
int ses_pages_here(struct ses_pages *p, const char *harness, const char *id,
    struct ses_page_here *out);

/** Append what the reader of any page should know: what is deleted soon, and
 * what is not protected. */
void ses_pages_due(struct ses_pages *p, struct ses_buf *out);

#endif
