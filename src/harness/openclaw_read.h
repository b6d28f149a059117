#ifndef SES_OPENCLAW_READ_H
#define SES_OPENCLAW_READ_H

#include "harness/look.h"

/* What the agent keeps since 2026.7.2, in its folder "agent". */
#define SES_OPENCLAW_DB "openclaw-agent.sqlite"

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

/* What is gathered while the first lines pass by. */
struct ses_openclaw_gather {
	struct ses_session *out;
	const char *wanted; /* the only cwd of interest, or NULL */
	struct seshat_err err;
	int failed;
};

/** Take what an object of the first lines tells; arg is a gather.  Answers
 * 1 when no more is wanted, also after a failure. */
int ses_openclaw_on_head(void *arg, const struct ses_json *object);

/** Set id, parent and agent: 1, or 0 if that makes no id, or -1. */
int ses_openclaw_name_it(const struct ses_openclaw_name *n,
    struct ses_session *out, struct seshat_err *err);

/**
 * ses_openclaw_database(q, agent, path, out, err):
 * Add the sessions that the agent keeps in the database path, if that is
 * there; see struct ses_harness_ops, find.
 */
int ses_openclaw_database(const struct ses_discover *q, const char *agent,
    const char *path, struct ses_session_list *out, struct seshat_err *err);

/** Fill in a session, for ses_look_all; arg is a struct ses_discover. */
int ses_openclaw_read(const void *arg, struct ses_peek *p,
    const struct ses_look *what, struct ses_session *out,
    struct seshat_err *err);

/** See struct ses_harness_ops. */
int ses_openclaw_describe(const struct ses_harness_ops *self,
    struct ses_peek *p, struct ses_session *out, struct seshat_err *err);

/** See struct ses_harness_ops. */
int ses_openclaw_identify(const struct ses_harness_ops *self, const char *path,
    struct ses_session *out, struct seshat_err *err);

#endif
