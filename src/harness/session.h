#ifndef SES_SESSION_H
#define SES_SESSION_H

#include <sys/stat.h>

#include <dirent.h>

#include "harness/harness.h"

/* What the harnesses share: filling the list and walking folders. */

/* Folders below a session's or a year's are walked this deep. */
#define SES_FOLDER_DEPTH 8

/** Move s to the end of the list; s is {0} after, also on failure. */
int ses_session_add(
    struct ses_session_list *l, struct ses_session *s, struct seshat_err *err);

/** Count a file or folder that could not be read for the reason in why, and
 * go on: 0; but -1 when what failed is memory. */
int ses_session_unreadable(struct ses_session_list *l, const char *path,
    const struct seshat_err *why, struct seshat_err *err);

/** Size, time and identity of the file. */
void ses_session_stat(struct ses_session *s, const struct stat *st);

/** Whether an id of len bytes can name a session in a store: 1 to 200 bytes
 * of UTF-8 without control characters or a leading dot. */
int ses_session_id_ok(const char *id, size_t len);

/** Of the sessions from on, drop those that have a parent, another cwd, and
 * a parent that is not among them. */
void ses_session_keep_families(
    struct ses_session_list *l, size_t from, const char *cwd);

/** Replace *to by a copy of text; 0 or -1. */
int ses_session_set(
    char **to, const char *text, size_t len, struct seshat_err *err);

/* A folder being listed, with its path.  Start from {0}. */
struct ses_folder {
	DIR *dir;
	int fd;              /* of dir */
	struct ses_buf path; /* without a slash at the end */
	int depth;           /* folders above it that were entered */
	int is_link;         /* the last entry is one */
};

/**
 * ses_folder_open(f, at, parent, name, links, err):
 * Open the folder name below the folder at, whose path is parent; with at
 * AT_FDCWD and parent NULL, name is the path.  Links are followed if links
 * is set.  1, or 0 when there is no such folder.
 */
int ses_folder_open(struct ses_folder *f, int at, const char *parent,
    const char *name, int links, struct seshat_err *err);

/** As ses_folder_open with the folder at, or NULL; a folder that cannot be
 * listed is counted in l and passed over: 0. */
int ses_folder_enter(struct ses_session_list *l, struct ses_folder *f,
    const struct ses_folder *at, const char *name, int links,
    struct seshat_err *err);

/** The next entry that does not begin with a dot: 1, 0 at the end, -1.
 * type is DT_REG (a file, also by a link), DT_DIR or DT_LNK (a link to a
 * folder); anything else is passed over.  name is valid until the next
 * call. */
int ses_folder_next(
    struct ses_folder *f, const char **name, int *type, struct seshat_err *err);

/* What is done with an entry of a folder; a negative answer ends the walk. */
typedef int ses_folder_entry(void *arg, const struct ses_folder *f,
    const char *name, int type, struct seshat_err *err);

/** Enter a folder as ses_folder_enter does, and call each for every entry.
 * 0, or -1. */
int ses_folder_each(struct ses_session_list *l, const struct ses_folder *at,
    const char *name, int links, ses_folder_entry *each, void *arg,
    struct seshat_err *err);

/** The same for every folder in a list of roots, which may be links. */
int ses_roots_each(struct ses_session_list *l, const struct ses_buf *roots,
    ses_folder_entry *each, void *arg, struct seshat_err *err);

/** Path of the entry name: appended to out, which is cleared first. */
int ses_folder_join(const struct ses_folder *f, const char *name,
    struct ses_buf *out, struct seshat_err *err);

/** Close and release. */
void ses_folder_close(struct ses_folder *f);

/** Append path, made absolute, and a NUL to a list of roots, unless it is
 * there already. */
int ses_root_add(struct ses_buf *out, const char *path, struct seshat_err *err);

#endif
