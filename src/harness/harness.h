#ifndef SES_HARNESS_H
#define SES_HARNESS_H

#include "base/buf.h"
#include "harness/event.h"

/*
 * Where each agent keeps its sessions, and what its lines mean.  One file and
 * one row per agent.  Nothing here writes (but for an owner's id where a
 * machine has none, base/owner.h), and of a transcript only its beginning and
 * its end are read (peek.h says how much).
 *
 * Links: roots and the folders directly below them may be symbolic links,
 * and so may a transcript.  Deeper folders that are links are passed over,
 * so no walk can run in a circle.  A transcript reached by two names under
 * one id is one session.  What is not a regular file is never opened.
 */
struct ses_harness_ops;
struct ses_peek;
struct ses_rows_kind;
struct ses_place_ops;

/* A session found on this machine. */
struct ses_session {
	const struct ses_harness_ops *harness;
	char *id;      /* as in a store: a subagent is "<parent>.<agent-id>" */
	char *parent;  /* id of the session that began this one, or NULL */
	char *path;    /* absolute, the transcript */
	char *cwd;     /* first recorded working directory, NULL if none */
	char *title;   /* for people, one line, NULL if none; not redacted */
	char *agent;   /* kind of a subagent or name of the agent, or NULL */
	uint64_t size; /* bytes of the transcript, 0 where nobody knows */
	uint64_t end;  /* its last cursor: as size, or the highest row's */
	int64_t mtime; /* last write, ms since 1970 */
	uint64_t dev;  /* device and inode of the file: they stay the same */
	uint64_t ino;  /* when an agent moves it to another folder */
	/* of a session in a database, whose path is the database's: */
	const struct ses_rows_kind *rows; /* how to read it; NULL: a file */
	char *key;                        /* the session's name in there */
	uint64_t n_rows;
	int is_whole; /* a file that is one JSON document, written anew as a
		       * whole whenever it changes */
};

/* A file or folder that could not be read. */
struct ses_unread {
	const struct ses_harness_ops *harness; /* whose it is */
	char *path;
	char *why;
	int code; /* SESHAT_E... */
};
#define SES_UNREAD_MAX 1000

struct ses_session_list {
	struct ses_session *v;
	size_t n;
	size_t cap;
	size_t unreadable;        /* files and folders that could not be read */
	char unreadable_why[512]; /* path and reason of one of them */
	struct ses_unread *unread; /* the first SES_UNREAD_MAX of them */
	size_t n_unread;
};

/** Release what a session holds, and start it again from {0}. */
void ses_session_free(struct ses_session *s);
void ses_session_list_free(struct ses_session_list *l);

/** Bytes of all their transcripts, as far as they are known. */
uint64_t ses_session_list_bytes(const struct ses_session_list *l);

/* What to look for; zero and NULL mean any. */
struct ses_discover {
	const struct ses_harness_ops *harness;
	const char *cwd; /* absolute real path */
	const char *id;  /* exact session id */
	/* what the user named besides, for the harness "generic": folders,
	 * each followed by NUL; no restriction as those above */
	const struct ses_buf *roots;
};

/* How long an agent keeps the sessions of one place.  Start from {0}, release
 * with ses_retention_free; one serves any number of sessions. */
struct ses_retention {
	struct ses_buf place; /* the folder that it holds for */
	uint64_t days;        /* so long after its last write */
	char setting[64];     /* why: "cleanupPeriodDays is 90" */
};

/** Release. */
void ses_retention_free(struct ses_retention *r);

/* One agent: a constant table, in one file.  self is the table itself: one
 * set of functions serves several agents that differ in their tables. */
struct ses_harness_ops {
	const char *name;    /* "claude-code": also in keys */
	const char *summary; /* one line for the help */

	/** Append the folders that are searched for q, each followed by NUL,
	 * most important first, whether they exist or not. */
	int (*roots)(const struct ses_harness_ops *self,
	    const struct ses_discover *q, struct ses_buf *out,
	    struct seshat_err *err);

	/** Whether a folder below a root, named from there ("2026/11/21"), may
	 * hold sessions or lead to some; NULL: any may. */
	int (*holds)(const struct ses_harness_ops *self, const char *below);

	/**
	 * Append to out the sessions below the roots that fit q (its harness
	 * is passed over).  A session belongs to q->cwd when its first
	 * recorded working directory is that, or when it lies in the folder
	 * that the agent names after q->cwd and was last there, recorded
	 * nothing, or nothing that the folder is named after; subagents belong
	 * where their parent does.  What cannot be read is counted in out, not
	 * an error.
	 */
	int (*find)(const struct ses_harness_ops *self,
	    const struct ses_discover *q, struct ses_session_list *out,
	    struct seshat_err *err);

	/** Fill in a session from its transcript's path alone (for a path
	 * that was given or remembered).  Errors: SESHAT_ENOTFOUND, the path
	 * is none of this harness's or no regular file; SESHAT_EUNSUPPORTED,
	 * it may be, but only find tells. */
	int (*identify)(const struct ses_harness_ops *self, const char *path,
	    struct ses_session *out, struct seshat_err *err);

	/** Fill in what the open transcript itself tells of a session whose id
	 * is there already: title, parent, cwd.  NULL: nothing. */
	int (*describe)(const struct ses_harness_ops *self, struct ses_peek *p,
	    struct ses_session *out, struct seshat_err *err);

	/**
	 * Set *due to when the agent deletes the session, ms since 1970, 0 if
	 * it never does.  r tells why; it may come from a session before, then
	 * settings are read again only for one that lies elsewhere.  NULL: it
	 * keeps its sessions, as far as is known.
	 */
	int (*retention)(const struct ses_session *s, struct ses_retention *r,
	    int64_t *due, struct seshat_err *err);

	/**
	 * Hand out the files that the agent keeps beside a transcript and
	 * reads when the session goes on: names as vault/companion.h has them,
	 * and paths, which begin with the transcript's folder and are regular
	 * files, or what cannot be read.  A call that answers non-zero ends it
	 * and is returned.  NULL: it keeps none.
	 */
	int (*companions)(const char *transcript,
	    int (*each)(void *arg, const char *name, const char *path,
		struct seshat_err *err),
	    void *arg, struct seshat_err *err);

	/** Append the path at which the agent looks for the companion of this
	 * name beside a transcript.  Errors: SESHAT_EFORMAT, no companion of
	 * this agent has such a name (it comes from a store). */
	int (*companion_path)(const char *transcript, const char *name,
	    struct ses_buf *out, struct seshat_err *err);

	/** Append the transcript beside which the agent looks for the file
	 * path, if it can be a companion: 1; 0, it is none; -1. */
	int (*companion_of)(
	    const char *path, struct ses_buf *out, struct seshat_err *err);

	/** Whether a transcript may be one document, one line to events. */
	int documents;
	/** Whether no session tells its folder: nobody waits for that. */
	int has_no_folder;
	/** Where a session is put back: place.h. */
	const struct ses_place_ops *place;

	/** Hand out the events of one line, each (with the event borrowed for
	 * the call) until it answers non-zero, which is returned.  A line it
	 * does not know gives none; of objects glued together each gives its
	 * own. */
	int (*events)(const struct ses_harness_ops *self, const char *line,
	    size_t len, int (*each)(void *arg, const struct ses_event *e),
	    void *arg);
};

/* Every harness, those of the user last, then NULL: harness/registry.c. */
#define SES_HARNESSES_MAX 192
extern const struct ses_harness_ops *ses_harnesses[SES_HARNESSES_MAX + 1];

/** Add one, which stays, before there is a second thread.  Errors:
 * SESHAT_EUSAGE, the name is taken; SESHAT_ELIMIT. */
int ses_harness_add(const struct ses_harness_ops *ops, struct seshat_err *err);

/** The harness called name, or NULL. */
const struct ses_harness_ops *ses_harness_named(const char *name);

/** What reads its lines: itself, or a guesser with nothing but events. */
const struct ses_harness_ops *ses_harness_reader(const char *name);

/** Append the sessions of this machine that fit, newest write first, then by
 * id.  None is success.  Threads: any number at once. */
int ses_discover(const struct ses_discover *q, struct ses_session_list *out,
    struct seshat_err *err);

#endif
