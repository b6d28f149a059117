#ifndef SES_ASSEMBLE_H
#define SES_ASSEMBLE_H

#include "import/piece.h"
#include "base/spool.h"

/*
 * The transcript out of its pieces, by the rules of FORMATS.md, section 7:
 * what was uploaded twice counts once, what was lost is told, and what was
 * rewritten begins another version.
 */
#define SES_VERSIONS_MAX 16

/* A place in a text: the source's cursor there. */
struct ses_mark {
	uint64_t cursor;
	uint64_t at;
	int exact; /* up to the next mark a byte of text is one of source */
};

struct ses_version {
	struct ses_spool text;
	struct ses_mark *marks; /* by cursor */
	size_t n;
	size_t cap;
	uint64_t cursor; /* the source's, behind all of it */
};

struct ses_assembly {
	const char *dir; /* for files, borrowed */
	/* Append what the piece holds. */
	int (*fetch)(void *arg, const struct ses_piece *p, struct ses_spool *to,
	    struct seshat_err *err);
	/* Told what could not be used, and of what is missing. */
	void (*note)(void *arg, const char *name, const char *what);
	void *arg;
	struct ses_version v[SES_VERSIONS_MAX]; /* oldest first */
	size_t n;
	struct ses_spool part; /* the piece at hand */
};

/**
 * ses_assemble(a, v, n, err):
 * Put the pieces, sorted by time, together.  Start a from {.dir, .fetch,
 * .note, .arg}; release it with ses_assembly_free, also after an error.
 * A piece whose fetch fails with SESHAT_ENOTFOUND, _ECORRUPT, _EFORMAT or
 * _ELIMIT is noted, and left out.
 * Errors: SESHAT_ELIMIT, more than SES_VERSIONS_MAX versions.
 */
int ses_assemble(struct ses_assembly *a, struct ses_piece *v, size_t n,
    struct seshat_err *err);

void ses_assembly_free(struct ses_assembly *a);

/* How a piece stands to a version, from one place of it on. */
struct ses_overlap {
	int agrees;     /* they differ nowhere but in redaction */
	int contained;  /* and the piece holds nothing new */
	uint64_t lines; /* whole lines that are the same, at least */
	uint64_t keep;  /* so much of the version's text stays */
	uint64_t rest;  /* behind it comes the piece from here on */
	uint64_t stop;  /* where the piece ends in the version, if contained;
			 * 0: not known */
};

/** Compare the text from at on with the piece. */
int ses_overlap_find(const struct ses_spool *text, uint64_t at,
    const struct ses_spool *piece, struct ses_overlap *out,
    struct seshat_err *err);

#endif
