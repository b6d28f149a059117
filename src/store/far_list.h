#ifndef SES_FAR_LIST_H
#define SES_FAR_LIST_H

#include "store/far.h"

/* What listings have in common that come in pages. */

/* A name of a page, and what is told of it. */
struct ses_far_row {
	size_t key; /* where it begins in the names; ends in NUL */
	uint64_t size;
	int64_t mtime;
};

/**
 * ses_far_rows(names, rows, n, sort, out, err):
 * The rows as objects, sorted by their names or as they stand.  Owns: the
 * caller frees *out; the names are those of the buffer.
 */
int ses_far_rows(const struct ses_buf *names, const struct ses_far_row *rows,
    size_t n, int sort, struct ses_store_object **out, struct seshat_err *err);

/** Get a page: 0 or more, or -1. */
typedef int ses_far_page(void *arg, struct seshat_err *err);

/** A page that does not come whole is asked for again, as often as is of use.
 */
int ses_far_page_get(ses_far_page *get, void *arg,
    const struct ses_store_notes *notes, struct seshat_err *err);

/* Where a listing has been. */
struct ses_far_pages {
	struct ses_buf older; /* where one of its pages began */
	size_t n;
};

/**
 * ses_far_pages_on(p, now, next, err):
 * A page that began at now says that the next one begins at next.
 * Errors: SESHAT_EFORMAT, the listing was there before: any circle is found,
 * after some pages.
 */
int ses_far_pages_on(struct ses_far_pages *p, const char *now, const char *next,
    struct seshat_err *err);

void ses_far_pages_free(struct ses_far_pages *p);

#endif
