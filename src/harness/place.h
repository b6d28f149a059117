#ifndef SES_PLACE_H
#define SES_PLACE_H

#include <sys/types.h>

#include "harness/harness.h"
#include "harness/peek.h"

/* Where an agent looks for a session that goes on, and how it is told to. */

/* A session that is to stand on this machine.  What comes from a store is not
 * to be trusted; all is borrowed. */
struct ses_placing {
	const char *id;
	const char *parent; /* of a subagent, or NULL */
	const char *cwd;    /* where it is to go on, absolute */
	const char *source; /* its path where it was read, "": unknown */
	int64_t started;    /* ms since 1970, 0: unknown */
	const struct ses_buf *roots; /* as of struct ses_discover */
};

struct ses_placed {
	struct ses_buf path; /* absolute */
	mode_t mode;
	mode_t folders; /* mode of folders that have to be made; 0: they must
			 * be there */
};

/* One agent: a constant table, in one file. */
struct ses_place_ops {
	/** The members of lines that name working directories, as recwd.h has
	 * them; NULL: they stay as they are. */
	const char *const *cwds;

	/** Whether the path depends on the working directory.  Where home is
	 * NULL besides, a project's move leaves its sessions alone. */
	int by_cwd;

	/** Say where it belongs; out begins as {0} and is the caller's to
	 * free.  Errors: SESHAT_EUNSUPPORTED, the agent keeps it in no file of
	 * its own, or not here: why. */
	int (*at)(const struct ses_placing *p, struct ses_placed *out,
	    struct seshat_err *err);

	/** Append the working directory by which the agent finds a session:
	 * of those that are recorded the one that its path is made of, where
	 * first is the first.  1, 0 if it is none of them, -1.  NULL: it is
	 * the first. */
	int (*home)(struct ses_peek *p, const char *path, const char *first,
	    struct ses_buf *out, struct seshat_err *err);

	/** For a session whose path is made of no directory that it recorded,
	 * for it was moved: append dir, or the one below it that ends as a
	 * recorded one does, if the path is made of that.  first may be NULL.
	 * 1, 0 if it is not, -1.  NULL as home. */
	int (*moved)(struct ses_peek *p, const char *path, const char *first,
	    const char *dir, struct ses_buf *out, struct seshat_err *err);

	/** Whether the agent looks at path for sessions of the directory: 2;
	 * 1, perhaps for those of one below it; 0, for neither; -1.  NULL as
	 * home. */
	int (*is_of)(const char *path, const char *dir, struct seshat_err *err);

	/** Append the folder that the agent keeps beside a transcript; NULL:
	 * it keeps none. */
	void (*beside)(const char *transcript, struct ses_buf *out);

	/** What the agent keeps of a project, a folder beside transcripts;
	 * NULL: nothing. */
	const char *of_project;

	/** Append the command that goes on with a session, for a shell that is
	 * in its directory, or elsewhere if the agent is told which by cwd.
	 * NULL: there is none. */
	void (*resume)(const char *id, const char *cwd, struct ses_buf *out);

	/** Append the command that has to come first where the transcript
	 * stands at path, if one does.  NULL: none ever does. */
	void (*unarchive)(
	    const char *id, const char *path, struct ses_buf *out);

	/** Set *pid to a process that is at work on the session, 0: none is
	 * known, and append the file that says so.  NULL: the agent does not
	 * tell. */
	int (*running)(const char *id, long *pid, struct ses_buf *says,
	    struct seshat_err *err);

	/** What to know besides, for people; NULL: nothing. */
	const char *note;
};

/** Append a word for a shell: as it is, or quoted, and so that no terminal and
 * no cleaner of text changes it. */
void ses_place_word(const char *word, struct ses_buf *out);

/** Whether len bytes of text from outside can be the name of a file of ours:
 * letters, digits and ._@+=-, and in front no dot, and no dash that would make
 * it an option of the agent's. */
int ses_place_name_ok(const char *name, size_t len);

extern const struct ses_place_ops ses_claude_place;
extern const struct ses_place_ops ses_codex_place;
extern const struct ses_place_ops ses_dbs_place;
extern const struct ses_place_ops ses_generic_place;
extern const struct ses_place_ops ses_hermes_place;
extern const struct ses_place_ops ses_log_place;
extern const struct ses_place_ops ses_openclaw_place;

#endif
