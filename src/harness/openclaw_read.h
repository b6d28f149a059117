#ifndef SES_OPENCLAW_READ_H
#define SES_OPENCLAW_READ_H

#include "harness/look.h"

/* What the path of a transcript of OpenClaw tells; slices of it. */
struct ses_openclaw_name {
	const char *agent;
	size_t agent_len;
	const char *stem; /* the name of the file up to ".jsonl" */
	size_t len;
	size_t parent_len; /* of the stem; 0: it has no parent */
};

/** Take the stem from the name of a file: 1, or 0 if that is none of a
 * transcript. */
int ses_openclaw_parse(const char *file, struct ses_openclaw_name *n);

/** Set out to "<agent>__" and len bytes of the stem: 1, or 0 if that makes no
 * id, or -1. */
int ses_openclaw_id(const struct ses_openclaw_name *n, size_t len,
    struct ses_buf *out, struct seshat_err *err);

/** Fill in a session, for ses_look_all; arg is a struct ses_discover. */
int ses_openclaw_read(const void *arg, struct ses_peek *p,
    const struct ses_look *what, struct ses_session *out,
    struct seshat_err *err);

/** See struct ses_harness_ops. */
int ses_openclaw_identify(
    const char *path, struct ses_session *out, struct seshat_err *err);

#endif
