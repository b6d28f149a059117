#ifndef SES_STORED_H
#define SES_STORED_H

#include "base/owner.h"
#include "base/spool.h"
#include "restore/restore.h"
#include "vault/stream.h"

struct ses_origin; /* bytes of the source of one part, by their CRC */

/* One session as it is stored, read whole and checked before anything is
 * written.  Start from {0}; release with ses_stored_free. */
struct ses_stored {
	struct ses_spool text;
	char *source;               /* where it was read from, "": unknown */
	char writer[SES_WRITER_ID]; /* of the stream */
	char *cwd;       /* first recorded working directory, or NULL */
	int64_t started; /* ms since 1970, 0: unknown */
	struct ses_origin *origin; /* what it was made of */
	size_t n_origin;           /* 0: that is not known */
};

/**
 * ses_stored_load(how, w, stream, r, out, err):
 * Read a stream of a session (NULL: the current one).  What was redacted in
 * it is added to r->redactions, what is damaged to r->damage; r->stream and
 * r->streams are set where that is wanted, which is r->stream being "".
 * Errors: SESHAT_ENOTFOUND; SESHAT_ECORRUPT, unless how->force: then out has
 * the whole lines before the damage; SESHAT_EUNSUPPORTED, it is of a database.
 */
int ses_stored_load(const struct ses_restore_how *how,
    const struct ses_where *w, const char *stream, struct ses_restore *r,
    struct ses_stored *out, struct seshat_err *err);

/* A file without a name in a folder for such, and the sink that fills it: what
 * fails there names the folder, and how to choose another one. */
struct ses_stored_spool {
	struct ses_spool *spool;
	const char *tmp;
};

/** Make the file in s->tmp; ses_spool_close(s->spool) ends it. */
int ses_stored_spool_open(
    const struct ses_stored_spool *s, struct seshat_err *err);

/** What is written to it goes into the file; s is borrowed. */
struct ses_sink ses_stored_spool_sink(struct ses_stored_spool *s);

/* Counts the marks that stand in a text on its way. */
struct ses_marks {
	const struct ses_sink *next;
	size_t at; /* so much of a mark was seen last */
	uint64_t n;
};

/** What is written to it goes on to m->next, and m->n counts; m is borrowed. */
struct ses_sink ses_marks_sink(struct ses_marks *m);

/** Add to r->marks those marks of a text of which no count tells: before its
 * counts were added there were told_before.  What an agent was given with
 * marks, and said again, was not redacted then. */
void ses_marks_add(
    const struct ses_marks *m, struct ses_restore *r, uint64_t told_before);

/** Add what was redacted, "rule:count,…", to r->redactions. */
int ses_stored_count(
    struct ses_restore *r, const char *text, struct seshat_err *err);

/** Keep in s what its stream was made of.  Owns: ses_stored_free. */
int ses_origin_take(
    struct ses_stored *s, const struct ses_stream *st, struct seshat_err *err);

enum ses_origin_is {
	SES_ORIGIN_OTHER,
	SES_ORIGIN_SAME,   /* what was stored of it is all of it */
	SES_ORIGIN_LONGER, /* that is its beginning */
};

/** Whether a file is the one it was made of: of these one, or -1. */
int ses_origin_judge(
    const struct ses_stored *s, const char *path, struct seshat_err *err);

void ses_stored_free(struct ses_stored *s);

#endif
