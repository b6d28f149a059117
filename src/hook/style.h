#ifndef SES_HOOK_STYLE_H
#define SES_HOOK_STYLE_H

#include "base/jsonc.h"
#include "hook/entry.h"

/* How a settings file is laid out, so that what we add looks like it. */
struct ses_hook_style {
	const char *eol;
	char unit[17];  /* of indentation */
	char base[257]; /* before the line that the new item begins */
	int is_one_line;
};

/* What is added: its kind says how much around the entry. */
enum { SES_HOOK_NEW_HOOKS, SES_HOOK_NEW_EVENT, SES_HOOK_NEW_GROUP };

struct ses_hook_new {
	const struct ses_hook_agent *agent;
	const char *command;
	const char *event; /* of SES_HOOK_NEW_HOOKS: all of them */
	int kind;
};

/** The style of a whole text. */
struct ses_hook_style ses_hook_style(const struct ses_buf *text);

/** And of what is added to the object or array between open and close, whose
 * first item is this, or NULL. */
void ses_hook_style_in(struct ses_hook_style *st, const struct ses_buf *text,
    size_t open, const struct ses_jsonc_item *first, size_t close);

/** Append a line end and the indentation of so many levels; or a space, where
 * all is in one line and must does not say otherwise. */
void ses_hook_newline(
    struct ses_buf *out, const struct ses_hook_style *st, int level, int must);

/** Append the new item. */
void ses_hook_write(struct ses_buf *out, const struct ses_hook_style *st,
    const struct ses_hook_new *what);

/** Whether the object at open is "{", one line feed, and "}": what a file of
 * ours is when it is emptied. */
int ses_hook_is_bare_root(const struct ses_buf *text, size_t open);

/** Whether there is anything but white space and a byte order mark. */
int ses_hook_has_comment(const struct ses_buf *text);

#endif
