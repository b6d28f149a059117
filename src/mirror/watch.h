#ifndef SES_WATCH_H
#define SES_WATCH_H

#include "base/err.h"
#include "harness/harness.h"

/*
 * Which files change below some folders: told by inotify(7) where that works,
 * found by looking where it does not.  Roots need not exist yet.  Knows
 * nothing of sessions.
 */
struct ses_watch;

/** Told of a file that was made or written (or made again, or that a look
 * found changed), or is gone from that path; in a folder that has two names, by
 * one of them.  -1 stops, with err filled in. */
typedef int ses_watch_seen(
    void *arg, int tag, const char *path, int gone, struct seshat_err *err);

struct ses_watch_root {
	const char *path;                      /* absolute; copied */
	int tag;                               /* handed to seen */
	const struct ses_harness_ops *harness; /* whose holds is asked, NULL:
						* every folder counts */
};

/** Start with no roots.  Owns: ses_watch_free.  Errors: no memory; where
 * inotify does not work everything is polled. */
int ses_watch_open(struct ses_watch **out, ses_watch_seen *seen, void *arg,
    struct seshat_err *err);

/** Watch the tree from now on; what is there already is not told. */
int ses_watch_add(struct ses_watch *w, const struct ses_watch_root *root,
    struct seshat_err *err);

/** Tell of every file written at or after since, ms since 1970. */
int ses_watch_since(struct ses_watch *w, int64_t since, struct seshat_err *err);

/** Readable when ses_watch_read has something to tell; -1: never. */
int ses_watch_fd(const struct ses_watch *w);

/** Tell of what was written since the last call. */
int ses_watch_read(struct ses_watch *w, struct seshat_err *err);

/** Look at what inotify cannot tell of; files that were not written for an
 * hour wait for the next sweep. */
int ses_watch_poll(struct ses_watch *w, struct seshat_err *err);

/** Look at everything: the net below the other two. */
int ses_watch_sweep(struct ses_watch *w, struct seshat_err *err);

/** Whether ses_watch_poll has anything to look at. */
int ses_watch_polls(const struct ses_watch *w);

/** Why inotify cannot tell of some folder, or NULL. */
const char *ses_watch_why_poll(const struct ses_watch *w);

struct ses_watch_counts {
	size_t folders;
	size_t files;
	size_t watches; /* of inotify */
	size_t polled;  /* folders, also roots that are not there yet */
};
struct ses_watch_counts ses_watch_counts(const struct ses_watch *w);

/** Release.  NULL is allowed. */
void ses_watch_free(struct ses_watch *w);

#endif
