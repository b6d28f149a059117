#ifndef SES_GARBAGE_H
#define SES_GARBAGE_H

#include "vault/entry.h"

/*
 * What merged objects have replaced, in the checkpoint's "garbage": rows of
 * parts that follow each other, {"parts": [a, b]}, or of one merged object,
 * {"key": "merged-…"}, each with "put_by", when at the latest all of it had
 * been put by the store's time.  It is kept for a while, for those who are
 * just reading it; but what holds a secret, of which put_by is null.
 */
#define SES_GARBAGE_MS INT64_C(7200000) /* so long after it was put */

/** Add what e describes, a part or a merged object; parts join the row before
 * them when both were put in the same ten minutes.  put_by 0: it holds a
 * secret, and is to be deleted at once. */
void ses_garbage_add(json_t *doc, const struct ses_entry *e, int64_t put_by);

enum ses_garbage_when {
	SES_GARBAGE_NEVER, /* it is none */
	SES_GARBAGE_LATER, /* in a while */
	SES_GARBAGE_NOW,   /* at once */
};

/** When what e describes is to be deleted, as the checkpoint says. */
enum ses_garbage_when ses_garbage_when(
    const json_t *doc, const struct ses_entry *e);

/**
 * ses_garbage_take(doc, now, each, arg, err):
 * Take out the rows that are old enough at now, the store's time, and name
 * their objects, in order; but none that is in use or that no merged object of
 * the checkpoint has replaced.
 */
int ses_garbage_take(json_t *doc, int64_t now,
    int (*each)(void *arg, const char *name, struct seshat_err *err), void *arg,
    struct seshat_err *err);

#endif
