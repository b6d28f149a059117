#ifndef SES_SHORT_ID_H
#define SES_SHORT_ID_H

#include "base/buf.h"

/* Short names of sessions: what tells them apart from all others listed, at
 * least 8 characters; of a subagent, that of its parent and 8 of its own. */
struct ses_short_ids {
	char **v; /* the ids before their ".", sorted */
	size_t n;
	size_t cap;
	int sorted;
};

/** Take an id into account. */
int ses_short_ids_add(
    struct ses_short_ids *s, const char *id, struct seshat_err *err);

/** After the last one was added, append the short name of one. */
void ses_short_ids_name(
    struct ses_short_ids *s, const char *id, struct ses_buf *out);

void ses_short_ids_free(struct ses_short_ids *s);

#endif
