#ifndef SES_RENDER_MEMO_H
#define SES_RENDER_MEMO_H

#include "base/json.h"

/*
 * What was seen under an id, for as long as nothing else takes its place: a
 * table of a fixed size, which forgets instead of growing.
 */
struct ses_memo_slot {
	uint64_t key; /* 0: free */
	uint64_t line;
	char name[48];
};

struct ses_memo {
	struct ses_memo_slot *v; /* NULL: nothing is remembered */
};

/** What stands for an id; never 0, but of no string it is 0. */
uint64_t ses_memo_key(const struct ses_json *id);

/** Remember; where memory is short, nothing.  name may be NULL. */
void ses_memo_put(struct ses_memo *m, uint64_t key, uint64_t line,
    const struct ses_json *name);

/** What was remembered, or NULL. */
const struct ses_memo_slot *ses_memo_get(
    const struct ses_memo *m, uint64_t key);

void ses_memo_free(struct ses_memo *m);

#endif
