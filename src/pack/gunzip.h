#ifndef SES_GUNZIP_H
#define SES_GUNZIP_H

#include "base/sink.h"

/*
 * Inflating what any program made: gzip files of any header and any number of
 * members (RFC 1952), of which the bytes come a piece at a time.  Memory is
 * the same for every file, however much comes out of it.
 */
struct ses_gunzip {
	void *inflate;
	uint64_t out; /* bytes pushed so far */
	uint64_t max; /* and at most */
	int inside;   /* a member has begun and not ended */
	int members;  /* that have ended */
	const struct ses_sink *next;
};

/** Begin; what comes out, at most max bytes, goes to next, which is borrowed.
 * Release with ses_gunzip_free. */
int ses_gunzip_open(struct ses_gunzip *g, uint64_t max,
    const struct ses_sink *next, struct seshat_err *err);

/**
 * ses_gunzip_sink(g):
 * The sink that takes the gzip file.
 * Errors: SESHAT_ECORRUPT, it is damaged or none; SESHAT_ELIMIT, more than max
 * bytes come out; those of the next sink.
 */
struct ses_sink ses_gunzip_sink(struct ses_gunzip *g);

/** At the end of the file: whether it was whole.  Errors: SESHAT_ECORRUPT. */
int ses_gunzip_close(struct ses_gunzip *g, struct seshat_err *err);

/** Release the memory. */
void ses_gunzip_free(struct ses_gunzip *g);

#endif
