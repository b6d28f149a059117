#ifndef SES_HOOK_QUEUE_H
#define SES_HOOK_QUEUE_H

#include "base/buf.h"

/*
 * What hooks left to be done, a line of JSON each: they only append, and the
 * one worker takes all there is.  It is a hint, not the data: what is lost of
 * it the next mirror finds by itself.
 */
#define SES_HOOK_QUEUE_MAX ((size_t)1 << 20) /* bytes; more are not added */
#define SES_HOOK_ITEMS_MAX 1000              /* sessions that may wait */

/* What an agent told, or what came of all that it told of one session. */
struct ses_hook_item {
	char *agent; /* name of a harness */
	char *event; /* the last that counts */
	char *id;    /* of the session */
	char *path;  /* of its transcript, which need not be there; or NULL */
	char *home;  /* the agent's folder, where its environment names one */
	int64_t time;
	int done; /* the worker's: it need not be kept */
};

struct ses_hook_list {
	struct ses_hook_item *v;
	size_t n;
	size_t cap;
	size_t torn; /* lines that are none */
	size_t lost; /* there were too many; these were left out */
};

void ses_hook_item_free(struct ses_hook_item *item);
void ses_hook_list_free(struct ses_hook_list *l);

/**
 * ses_hook_parse(agent, text, len, out, err):
 * What the agent wrote to the hook.  Errors: SESHAT_EFORMAT, no session is
 * named in it.
 */
int ses_hook_parse(const char *agent, const char *text, size_t len,
    struct ses_hook_item *out, struct seshat_err *err);

/** Put it into the queue.  Errors: SESHAT_ELIMIT, that is full. */
int ses_hook_queue_add(
    const struct ses_hook_item *item, struct seshat_err *err);

/** Take all there is, once for each session, with what was not done before;
 * for the worker alone.  Release l. */
int ses_hook_queue_take(struct ses_hook_list *l, struct seshat_err *err);

/** Keep what is not done. */
int ses_hook_queue_keep(const struct ses_hook_list *l, struct seshat_err *err);

/** Whether something came that was not taken yet. */
int ses_hook_queue_has_new(void);

/** How many lines wait, also those that were taken. */
size_t ses_hook_queue_waiting(void);

#endif
