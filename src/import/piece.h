#ifndef SES_PIECE_H
#define SES_PIECE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * A part of a session as tracecraft and programs like it write them:
 * "part-00000-1a2b3c4d.jsonl", or ".jsonl.gz".  Its number says where about
 * it belongs, its entry in meta.json, when there is one, exactly.
 */
#define SES_PIECE_NAME 48
#define SES_PIECE_MAX  200000 /* of one session */

struct ses_piece {
	char name[SES_PIECE_NAME]; /* of the object */
	char uuid[9];
	int gzip;
	uint64_t seq;
	int64_t when; /* when it was uploaded; ms since 1970 */
	int listed;   /* meta.json knows it, and what follows: */
	uint64_t from;
	uint64_t to;
	uint64_t size; /* of what was uploaded */
	int exact;     /* from and to count the bytes that were uploaded */

	/* where ses_assemble put it */
	int tried;      /* it had its turn */
	size_t version; /* 1: the first; 0: nowhere */
	uint64_t at;
	uint64_t stop;
};

/** Take the name of an object apart: 1, or 0 if it is no piece's. */
int ses_piece_parse(const char *name, struct ses_piece *out);

/** Sort by number and mark, to be found; by number and time, to be read. */
void ses_pieces_by_name(struct ses_piece *v, size_t n);
void ses_pieces_by_time(struct ses_piece *v, size_t n);

/** The piece of this number and mark in a list sorted by name, or NULL. */
struct ses_piece *ses_pieces_find(
    struct ses_piece *v, size_t n, uint64_t seq, const char *uuid);

#endif
