#ifndef SES_WATCH_TREE_H
#define SES_WATCH_TREE_H

#include <sys/types.h>

#include "mirror/watch.h"

/* The folders and files that a watch knows: watch_tree.c looks at them,
 * watch.c hears of them. */
struct ses_watch_file {
	char *name;
	uint64_t size;
	int64_t mtime; /* ns since 1970 */
	uint64_t ino;
	int linked; /* by a symbolic link: its writes are told elsewhere */
	int kept;   /* seen by the scan at work */
};

struct ses_watch_top {
	char *path;
	int tag;
	const struct ses_harness_ops *harness;
	int waits_wd; /* of the folder that the root is to appear in, or -1 */
};

struct ses_watch_dir {
	char *path;
	const struct ses_watch_top *top;
	int depth; /* of a root 0 */
	int wd;    /* -1: not told of by inotify */
	int polled;
	int network;   /* on a file system of another machine */
	int rescan;    /* at the next look, whatever its time */
	int64_t mtime; /* ns, when it was scanned */
	dev_t dev;
	ino_t ino;
	struct ses_watch_file *files; /* by name */
	size_t n;
	size_t cap;
	size_t n_linked;
};

struct ses_watch {
	ses_watch_seen *seen;
	void *arg;
	int fd; /* of inotify, or -1 */
	struct ses_watch_top **tops;
	size_t n_tops;
	struct ses_watch_dir **dirs; /* NULL where one was dropped */
	size_t n_dirs;
	size_t cap_dirs;
	void *by_path; /* tsearch(3) trees of the dirs */
	void *by_wd;
	int polls;          /* some folder or file has to be polled */
	char why_poll[256]; /* or "" */
};

/** The folder of this path or watch, or NULL. */
struct ses_watch_dir *ses_watch_dir_at(
    const struct ses_watch *w, const char *path);
struct ses_watch_dir *ses_watch_dir_wd(struct ses_watch *w, int wd);

/** Add the folder path, if it is one and may be watched, and what is in it;
 * tell of its files if told is set. */
int ses_watch_dir_add(struct ses_watch *w, const struct ses_watch_top *top,
    const char *path, int depth, int told, struct seshat_err *err);

/** Forget the folder path and those below, telling that files are gone. */
int ses_watch_dir_drop(
    struct ses_watch *w, const char *path, struct seshat_err *err);

/** Look whether the folder and its files are as they were; all: also files
 * that were not written for an hour. */
int ses_watch_dir_look(struct ses_watch *w, struct ses_watch_dir *d, int all,
    struct seshat_err *err);

/** Something happened to the entry name of the folder. */
int ses_watch_dir_touch(struct ses_watch *w, struct ses_watch_dir *d,
    const char *name, struct seshat_err *err);

/** There is no watch for this path, for such an errno (EREMOTE: it is on a
 * network); what it holds is polled. */
void ses_watch_refused(struct ses_watch *w, const char *path, int error);

/** Close the gaps in w->dirs. */
void ses_watch_dirs_pack(struct ses_watch *w);

/** Forget the watch of a folder, which the kernel dropped. */
void ses_watch_dir_unwatch(struct ses_watch *w, struct ses_watch_dir *d);

void ses_watch_dir_free(struct ses_watch_dir *d);

#endif
