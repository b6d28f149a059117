#ifndef SES_HOOK_FIND_H
#define SES_HOOK_FIND_H

#include "base/jsonc.h"
#include "hook/entry.h"

/*
 * The way down to a handler in settings: "hooks" of the root, an event of it, a
 * group of its list, "hooks" of that, a handler of its list.
 */
enum {
	SES_HOOK_HOOKS,
	SES_HOOK_EVENT,
	SES_HOOK_GROUP,
	SES_HOOK_LIST,
	SES_HOOK_HANDLER,
	SES_HOOK_LEVELS
};

/* One step of it. */
struct ses_hook_level {
	size_t open; /* the bracket of what the item stands in */
	struct ses_jsonc_item item;
	struct ses_jsonc_item prev; /* its neighbour; end 0: it is the first */
};

/* A handler of ours. */
struct ses_hook_way {
	struct ses_hook_level level[SES_HOOK_LEVELS];
	struct ses_jsonc_item command; /* its member */
};

/** Call each for every handler of ours, in the order of the text; non-zero
 * stops and is answered. */
int ses_hook_each(const struct ses_hook_agent *agent,
    const struct ses_buf *text, const struct ses_jsonc_item *root,
    int (*each)(void *arg, const struct ses_hook_way *way), void *arg);

#endif
