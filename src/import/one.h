#ifndef SES_IMPORT_ONE_H
#define SES_IMPORT_ONE_H

#include <jansson.h>

#include "import/import.h"
#include "import/piece.h"
#include "vault/stream.h"

/* What the files of an import share: import.c goes through the sessions,
 * one.c brings one of them, text.c a transcript of it, copy.c its streams, as
 * against.c compares them, heal.c mends what is damaged here, beside.c what
 * stood beside its transcript. */
struct ses_importer {
	const struct ses_import *what;
	struct ses_mirror m; /* into the store */
	const char *project; /* that was asked for, or NULL */
	const char *usual;   /* of a session that has none, or NULL */
	char *dir;           /* of the state that is an import's own */
	int lock;
	json_t *rows; /* for the indexes, by project */
	struct ses_import_totals totals;
};

/* The session at hand. */
struct ses_importing {
	struct ses_importer *im;
	const struct ses_bucket_session *s;
	struct ses_where from; /* in the bucket */
	struct ses_where to;   /* in the store; project NULL: not there yet */
	struct ses_buf project;
	const char *name; /* the URL it comes from */
	struct ses_piece *v;
	size_t n;
	size_t cap;
	int has_meta;
	int has_streams;
	int has_beside; /* something stood beside its transcript */
	int imported;   /* something was stored */
	int removed;    /* its user removed it */
};

/** Tell of an object that is passed over. */
void ses_import_note(
    struct ses_importing *s, const char *name, const char *what);

/** Tell of one that could not be used, and count it as damage. */
void ses_import_damage(
    struct ses_importing *s, const char *name, const char *what);

/** Look where the session is in the store: fills in to.project. */
int ses_import_where(struct ses_importing *s, struct seshat_err *err);

/** The project that a session which is not there yet belongs to; NULL: as its
 * transcript tells. */
const char *ses_import_project(const struct ses_importing *s);

/** Import one session: lists it, takes its streams and its pieces. */
int ses_import_one(struct ses_importing *s, struct seshat_err *err);

/** Copy the streams that seshat wrote, as they are. */
int ses_import_streams(struct ses_importing *s, struct seshat_err *err);

/** Copy what stood beside its transcript and is not here. */
int ses_import_beside(struct ses_importing *s, struct seshat_err *err);

/** Put the pieces together and mirror what comes of them. */
int ses_import_pieces(struct ses_importing *s, struct seshat_err *err);

/** Mirror a transcript into a stream of this import's, unless it is here. */
int ses_import_text(struct ses_importing *s, const struct ses_spool *text,
    struct seshat_err *err);

/** Mirror the transcript that a neighbour hands out. */
int ses_import_whole(struct ses_importing *s, struct seshat_err *err);

#endif
