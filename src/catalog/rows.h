#ifndef SES_ROWS_H
#define SES_ROWS_H

#include "catalog/ingest.h"
#include "catalog/proof.h"

/* What the files share that make the sessions' rows those of the store. */
struct ses_rows {
	struct ses_ingest *in;
	struct ses_catalog *c;
	struct ses_proof proof;
	int full; /* nothing that is known counts: all indexes are read */
	/* What an index does not say any more may stand in another one, which
	 * was passed over for it: begin anew, full. */
	int again;
	json_t *fresh; /* rows of what was read of indexes, those that count:
			* "harness/id": {"row", "origin"} */
	json_t *lost;  /* keys of sessions that their index does not list any
			* more: [harness, id, origin] */
	json_t *asked; /* names of those that were asked now */
	struct ses_buf name;
};

/** "harness/id", borrowed until the next call. */
const char *ses_rows_name(
    struct ses_rows *r, const char *harness, const char *id);

/** indexes.c: read what is new of the store's indexes, into fresh. */
int ses_rows_indexes(struct ses_rows *r, struct seshat_err *err);

/** row.c: put a row, which is changed, where it is not there as it is. */
int ses_rows_put(struct ses_catalog *c, json_t *row, const char *origin,
    struct seshat_err *err);

/** The number of a session; 0: it has no row. */
int ses_rows_no(struct ses_catalog *c, const char *harness, const char *id,
    int64_t *no, struct seshat_err *err);

/** Drop a session's row, if it has one. */
int ses_rows_drop(struct ses_catalog *c, const char *harness, const char *id,
    struct seshat_err *err);

/** A session without a row that an index lists, all the same: when it comes
 * back, what indexes say has to be read once more. */
int ses_rows_stray(struct ses_catalog *c, const char *harness, const char *id,
    struct seshat_err *err);

/** Whether it is one: 1, 0 or -1. */
int ses_rows_is_stray(struct ses_catalog *c, const char *harness,
    const char *id, struct seshat_err *err);

#endif
