#ifndef SES_RELOCATE_H
#define SES_RELOCATE_H

#include <jansson.h>

#include "harness/harness.h"

/*
 * A project's folder was moved, and agents that look for sessions by it find
 * them no more: the files go to where they look now.  No byte of them changes.
 */

struct ses_relocate_how {
	const struct ses_buf *from;  /* absolute, without a slash at the end,
				      * each spelling followed by NUL */
	const char *to;              /* absolute real path */
	const struct ses_buf *roots; /* as of struct ses_discover */
	int dry_run;
};

struct ses_relocate {
	/* {"harness", "session_id", "cwd", "from", "to", "action", "why",
	 * "resume"}: action is "moved", "kept" (why says why) or "stays" (its
	 * agent needs no other place, resume is how it goes on) */
	json_t *sessions;
	/* what agents keep of a project beside its sessions: {"from", "to",
	 * "action", "why"} */
	json_t *folders;
	/* JSON shows a path that is no UTF-8 otherwise than it is.  As they
	 * are, each followed by NUL: of sessions that moved, and of each of
	 * the folders both */
	struct ses_buf moved_from;
	struct ses_buf moved_to;
	struct ses_buf folder_paths;
	uint64_t moved;
	uint64_t kept;
	uint64_t stays;
	uint64_t there;     /* stand at the new folder already */
	uint64_t elsewhere; /* were at work in the old one and were moved to one
			     * that is there, by an earlier relocate */
};

/**
 * ses_relocate(how, out, err):
 * Move the sessions that were last at work in the folder, or below it, or were
 * moved there by an earlier one.  Never over another file; one that was killed
 * is finished by the next.
 */
int ses_relocate(const struct ses_relocate_how *how, struct ses_relocate *out,
    struct seshat_err *err);

void ses_relocate_free(struct ses_relocate *r);

/**
 * ses_relocate_spell(path, to, out, err):
 * Append the names by which a folder that was moved to "to", and is gone or
 * not, may have been recorded: as it is said, and by its real path; each
 * followed by NUL.  Errors: SESHAT_EUSAGE, it is "to".
 */
int ses_relocate_spell(const char *path, const char *to, struct ses_buf *out,
    struct seshat_err *err);

/**
 * ses_orphans(roots, rows, others, err):
 * Set *rows to the working directories that are gone, of agents that look for
 * sessions by them: {"harness", "cwd", "folder", "relocated", "sessions",
 * "bytes", "last_write_at", "moved_to"}, the last one a guess or null.  Of
 * sessions that were relocated nobody knows where to but the folder's name: cwd
 * is what they recorded.  Owns: the caller json_decref's it.  *others counts
 * the sessions of agents that find them by their ids, which are not among them.
 */
int ses_orphans(const struct ses_buf *roots, json_t **rows, uint64_t *others,
    struct seshat_err *err);

/** Append the directory by which its agent finds a session that stands here,
 * of those it recorded: 1; 0, none; -1. */
int ses_relocate_home(
    const struct ses_session *s, struct ses_buf *out, struct seshat_err *err);

/** For a session that has none: append dir, or the directory below it, that it
 * was relocated to: 1; 0, to none of them; -1. */
int ses_relocate_moved(const struct ses_session *s, const char *dir,
    struct ses_buf *out, struct seshat_err *err);

/** Whether a path is among those of a list. */
int ses_relocate_has(const struct ses_buf *list, const char *path);

/** Append a directory of this machine, other than but (or NULL), for which the
 * agent looks for sessions at this path: 1; 0, there is none; -1. */
int ses_relocate_find(const struct ses_place_ops *place, const char *path,
    const char *but, struct ses_buf *out, struct seshat_err *err);

/** The same among what is in the folder "in", which was moved there from as:
 * append the directory for which, while it was in as, the agent looked here. */
int ses_relocate_find_in(const struct ses_place_ops *place, const char *path,
    const char *in, const char *as, struct ses_buf *out,
    struct seshat_err *err);

#endif
