#ifndef SES_LAND_H
#define SES_LAND_H

#include <sys/stat.h>

#include "base/spool.h"
#include "harness/recwd.h"

/* A file that is to stand where an agent looks, and what stands there. */

/* What is to stand there; all borrowed. */
struct ses_land_text {
	const struct ses_spool *spool;
	const char *const *cwds; /* as in recwd.h */
	const char *from;
	const char *to;
	int document;      /* as in recwd.h */
	uint64_t *changed; /* counts what was rewritten, NULL: not wanted */
};

/** Push it into a sink. */
int ses_land_push(const struct ses_land_text *t, const struct ses_sink *sink,
    struct seshat_err *err);

enum ses_standing {
	SES_STANDS_NOTHING,
	SES_STANDS_SAME,
	SES_STANDS_BEGINNING, /* of ours */
	SES_STANDS_LONGER,    /* ours is its beginning */
	SES_STANDS_OTHER,
	SES_STANDS_ORIGINAL, /* the same, with what was redacted */
};

/** Which of these the file path is, a compressed one by what it holds; *size
 * is how long our text is, *st what the file is now. */
int ses_land_compare(const struct ses_land_text *t, const char *path,
    struct stat *st, uint64_t *size, struct seshat_err *err);

/* How it is put there. */
struct ses_landing {
	const char *path;
	mode_t mode;
	mode_t folders;         /* of those to be made; 0: none */
	const struct stat *was; /* the file that it takes the place of, which
				 * is left alone if it changed; NULL: none */
	const char *aside;      /* the name that one gets, NULL: none */
	const char *spare;      /* and without that, if at that very moment
				 * something is added to it; also when we are
				 * killed then.  In the same folder; NULL: none */
};

/**
 * ses_land_write(p, t, err):
 * Write the file aside, then give it its name in one step; it survives a
 * power cut.  What an earlier one left half done goes.
 * Returns: 1 when what it took the place of has got the name spare.
 * Errors: SESHAT_EEXISTS, a file has come meanwhile; SESHAT_ECONFLICT, the
 * one there has changed; SESHAT_ENOTFOUND, there is no folder.
 */
int ses_land_write(const struct ses_landing *p, const struct ses_land_text *t,
    struct seshat_err *err);

/** Set a file aside, under a name that nothing has.  On error it has its own
 * name alone, so far as that can be had. */
int ses_land_aside(const char *path, const char *aside, struct seshat_err *err);

/** Rename a file to a name that nothing has; on error as above.  Errors:
 * SESHAT_EEXISTS. */
int ses_land_move(const char *from, const char *to, struct seshat_err *err);

/** The file stands as it should: remove what one that was killed left beside,
 * and make its time now, so that its agent does not take it for old. */
int ses_land_settle(const char *path, struct seshat_err *err);

/** Whether a process has the file open for writing, as far as the file system
 * tells. */
int ses_land_is_written(const char *path);

#endif
