#ifndef SES_NEIGHBOUR_H
#define SES_NEIGHBOUR_H

#include <jansson.h>

#include "base/spool.h"
#include "github/issue.h"
#include "import/bucket.h"
#include "pack/age.h"
#include "share/fetch.h"
#include "share/plan.h"

/*
 * What sessions are imported from: a place in one of the forms that
 * FORMATS.md, sections 7, 9 and 12, describe.  A form is a row of a table: it
 * finds the sessions of an open place and hands out the bytes of each.
 */
struct ses_neighbour;

struct ses_neighbour_ops {
	const char *name;  /* of --format */
	const char *about; /* "the folders of agentsview" */
	int is_github;     /* not in a store, but behind GitHub's API */

	/** Append the sessions of the place.  One that has none is no error. */
	int (*find)(struct ses_neighbour *n, struct ses_bucket_list *out,
	    struct seshat_err *err);

	/** Append all bytes of a transcript.  NULL: its objects are gone
	 * through as section 7 says. */
	int (*read)(struct ses_neighbour *n, const struct ses_bucket_session *s,
	    struct ses_spool *to, struct seshat_err *err);
};

struct ses_neighbour {
	const struct ses_neighbour_ops *ops;
	struct ses_bucket bucket; /* but for GitHub */
	char *path;     /* of the folder, where it is one of this machine */
	char tail[512]; /* the last components of its path, "raw/claude/" */
	struct ses_fetched fetched;    /* of a gist, or {0} */
	struct ses_share_plan of_plan; /* read with its comments, or {0} */
	int by_name;                   /* to be found by their names alone */
	json_t *cannot; /* what could not be read there; NULL: nothing */

	/* what is to be found, the caller's: */
	const char *where;                  /* what the user named */
	const char *const *only;            /* projects; */
	size_t n_only;                      /* 0: all */
	struct ses_github *github;          /* of rows that need it, */
	const struct ses_github_repo *repo; /* and of a plan, */
	uint64_t plan;                      /* its issue */
	const struct ses_age_keys *keys;
	/* Told of what is passed over, by name. */
	void (*passed)(void *arg, const char *name, const char *what);
	void *arg;
};

/** Every form, in the order in which it is looked for; ends with NULL. */
extern const struct ses_neighbour_ops *const ses_neighbours[];

/** The form called name.  Errors: SESHAT_EUSAGE, which names all. */
const struct ses_neighbour_ops *ses_neighbour_named(
    const char *name, struct seshat_err *err);

/** The form that what the user named has, of itself: a gist, an issue; NULL:
 * it is a store or a folder. */
const struct ses_neighbour_ops *ses_neighbour_of(const char *where);

/**
 * ses_neighbour_open(n, access, out, err):
 * Open n->where and append its sessions.  n->ops NULL: find out which form it
 * has, and set it.  Release with ses_neighbour_close, also after an error.
 * Errors: SESHAT_ENOTFOUND, no sessions of any form, or of this one.
 */
int ses_neighbour_open(struct ses_neighbour *n,
    const struct ses_store_access *access, struct ses_bucket_list *out,
    struct seshat_err *err);

/** Release what ses_neighbour_open set. */
void ses_neighbour_close(struct ses_neighbour *n);

/** Tell of what is passed over. */
void ses_neighbour_pass(
    const struct ses_neighbour *n, const char *name, const char *what);

/** Tell, once, of a file or a folder that cannot be read, and count it. */
void ses_neighbour_cannot(
    struct ses_neighbour *n, const char *key, const struct seshat_err *why);

/** How many there are. */
size_t ses_neighbour_unread(const struct ses_neighbour *n);

/** A transcript is no longer. */
#define SES_NEIGHBOUR_TEXT_MAX (UINT64_C(8) << 30)

extern const struct ses_neighbour_ops ses_neighbour_tracecraft;
extern const struct ses_neighbour_ops ses_neighbour_agentsview;
extern const struct ses_neighbour_ops ses_neighbour_session_store;
extern const struct ses_neighbour_ops ses_neighbour_hf_trace;
extern const struct ses_neighbour_ops ses_neighbour_erk_gist;
extern const struct ses_neighbour_ops ses_neighbour_erk_plan;
extern const struct ses_neighbour_ops ses_neighbour_erk_branch;

#endif
