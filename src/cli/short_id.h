#ifndef SES_SHORT_ID_H
#define SES_SHORT_ID_H

#include "base/buf.h"

/* Sorted, each once; unsorted while they are added. */
struct ses_short_list {
	char **v;
	size_t n;
	size_t cap;
	int sorted;
};

/* Short names of sessions: what tells them apart from all others listed, at
 * least 8 characters, or all of it where it is no longer than a name that a
 * person may have given.  Of a subagent, that of its parent, "." and what tells
 * it apart from the parent's others, at least 8 too.  An owner, behind "@", is
 * told only where something else is called the same without it, such as the
 * session that a session log is of.  ses_vault_find knows by each what is
 * meant. */
struct ses_short_ids {
	struct ses_short_list parents; /* the ids before their "." or "@" */
	struct ses_short_list whole;
};

/** Take an id into account. */
int ses_short_ids_add(
    struct ses_short_ids *s, const char *id, struct seshat_err *err);

/** After the last one was added, append the short name of one. */
void ses_short_ids_name(
    struct ses_short_ids *s, const char *id, struct ses_buf *out);

void ses_short_ids_free(struct ses_short_ids *s);

#endif
