#ifndef SES_PAGE_H
#define SES_PAGE_H

#include "serve/api.h"

/*
 * What all pages have in common: the shell (head, header, sidebar of projects)
 * and the small parts that they are made of.  A page is a buffer:
 * ses_page_begin, its own content, ses_page_end, ses_page_answer_take.  Text
 * gets in through render/html.h alone.
 */
enum ses_page_nav {
	SES_NAV_NONE,
	SES_NAV_SESSIONS,
	SES_NAV_SEARCH,
	SES_NAV_STATS,
};

struct ses_page {
	const char *title;   /* of the page, for the browser */
	int nav;             /* enum ses_page_nav: where we are */
	const char *project; /* that we are in, its key; or NULL */
	const char *query;   /* what stands in the search field; or NULL */
	const char *session; /* URL of the one that is shown; or NULL */
};

/**
 * ses_page_begin(out, r, w, p, err):
 * Append the page up to where its content begins, inside <main>; the content
 * begins with an <h1>.
 */
int ses_page_begin(struct ses_buf *out, const struct ses_request *r,
    const struct ses_api_worker *w, const struct ses_page *p,
    struct seshat_err *err);

/** Append what closes the page. */
void ses_page_end(struct ses_buf *out);

/**
 * ses_page_answer_take(a, out, err):
 * Answer the page, which is taken over (out is {0} after, also after an error),
 * with its headers.
 */
int ses_page_answer_take(
    struct ses_answer *a, struct ses_buf *out, struct seshat_err *err);

/* page_part.c: parts. */

/** The URL of a file of share/web. */
void ses_page_asset(struct ses_buf *out, const char *name);

/** A drawing (page_icon.c), hidden from who cannot see it. */
void ses_page_icon(struct ses_buf *out, const char *name);

/* A control that is an icon. */
struct ses_page_control {
	const char *icon;
	const char *label;    /* "Download", read aloud and shown as a tip */
	const char *of;       /* of what, read aloud behind it; or NULL */
	const char *href;     /* escaped; NULL: it is disabled */
	const char *disabled; /* why, shown as a tip */
	int text;             /* the label is to be seen, too */
};

/** Append an <a>; or, disabled, what is no link and takes no focus. */
void ses_page_control(struct ses_buf *out, const struct ses_page_control *c);

/** "1.2 MB". */
void ses_page_size(struct ses_buf *out, uint64_t bytes);

/** A whole number in groups of three. */
void ses_page_number(struct ses_buf *out, uint64_t n);

/** <time>: how long ago, with the date as its tip; 0: a dash. */
void ses_page_time(struct ses_buf *out, int64_t t, int64_t now);

/** "/sessions/<harness>/<id>", "/projects/<key>", percent-encoded. */
void ses_page_session_url(
    struct ses_buf *out, const char *harness, const char *id);
void ses_page_project_url(struct ses_buf *out, const char *project);

/** A project's name as its user gave it, or its key: text, not HTML. */
void ses_page_project_name(struct ses_buf *out, const struct ses_request *r,
    const struct ses_api_worker *w, const char *project);

/** A session's state (ses_summary_state) as a small coloured label. */
void ses_page_badge(struct ses_buf *out, const char *state);

/** A title, or what stands in for one. */
void ses_page_session_title(struct ses_buf *out, const json_t *row);

/** What ?done= of the request says was done, in words of ours. */
void ses_page_done(struct ses_buf *out, const struct ses_request *r);

/** A hint where there is nothing to show: a title, and HTML of ours. */
void ses_page_empty(struct ses_buf *out, const char *title, const char *html);

/** "The catalog is still being made…", of one that is not whole. */
void ses_page_lacks(struct ses_buf *out, const struct ses_catalog_extent *e);

/**
 * ses_page_find(r, w, f, err):
 * The session of the request's two variables, {harness} and {id}, which must
 * be its whole id.  Errors: SESHAT_ENOTFOUND.
 */
int ses_page_find(const struct ses_request *r, const struct ses_api_worker *w,
    struct ses_found *f, struct seshat_err *err);

#endif
