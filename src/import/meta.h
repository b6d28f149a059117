#ifndef SES_IMPORT_META_H
#define SES_IMPORT_META_H

#include "import/piece.h"

/*
 * meta.json as tracecraft writes it (schema 1).  It may be absent, stale or
 * rubbish: what it says of a piece counts only for a piece that is there, and
 * only when it fits together.
 */
#define SES_META_MAX (64U << 20)

struct ses_meta {
	char *cwd; /* NULL: not told */
	char *source_path;
	char *agent;
	char *title;     /* in one of ours */
	int64_t started; /* ms since 1970; 0: not told */
	int64_t ended;   /* 0 too when it went on after that */
};

/* Told of each entry whose piece is not there. */
struct ses_meta_lost {
	void (*lost)(void *arg, const char *name);
	void *arg;
};

/**
 * ses_meta_read(m, text, len, v, n, lost, err):
 * Take what it says of the session into m, and of the pieces into v, which is
 * sorted by name.
 * Errors: SESHAT_EFORMAT, not JSON, not an object: nothing was taken.
 */
int ses_meta_read(struct ses_meta *m, const char *text, size_t len,
    struct ses_piece *v, size_t n, const struct ses_meta_lost *lost,
    struct seshat_err *err);

void ses_meta_free(struct ses_meta *m);

#endif
