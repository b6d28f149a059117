#ifndef SES_BATCH_H
#define SES_BATCH_H

#include "store/store.h"

/* Keys to be deleted together: a far store takes many with one request.  Start
 * from {s}. */
struct ses_batch {
	struct ses_store *s;
	char **keys;
	size_t n;
	size_t cap;
};

/** Add a key; a full batch is deleted. */
int ses_batch_add(struct ses_batch *b, const char *key, struct seshat_err *err);

/** Delete what is in it. */
int ses_batch_flush(struct ses_batch *b, struct seshat_err *err);

/** Release it; what is still in it stays in the store. */
void ses_batch_free(struct ses_batch *b);

#endif
