#ifndef SES_FOUND_H
#define SES_FOUND_H

#include "harness/harness.h"

/**
 * ses_cli_none_found(q, err):
 * Fail with SESHAT_ENOTFOUND: no session was found for q; the message names
 * the harness and the folder, and every folder that was searched is printed
 * on stderr, one a line.
 */
int ses_cli_none_found(const struct ses_discover *q, struct seshat_err *err);

/* Short names of sessions: what tells them apart from all others listed, at
 * least 8 characters; of a subagent, that of its parent and its own. */
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
