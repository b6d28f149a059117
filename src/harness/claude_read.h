#ifndef SES_CLAUDE_READ_H
#define SES_CLAUDE_READ_H

#include "harness/harness.h"
#include "harness/peek.h"

/* What one transcript of Claude Code is, from its name and its two ends. */

/* A name ending in .jsonl, taken apart; slices of it. */
struct ses_claude_name {
	const char *stem;
	size_t len;
	const char *agent; /* behind "agent-", NULL for a main transcript */
	size_t agent_len;
	const char *parent; /* from the folder, NULL: the lines may tell */
};

/** Take the name of a file apart: 1, or 0 if it is no transcript's.  parent
 * is the session in whose folder it lies, or NULL. */
int ses_claude_parse(
    const char *name, const char *parent, struct ses_claude_name *out);

/**
 * ses_claude_read(p, n, title, out, err):
 * Fill in id, parent, cwd and, if title is set, what ses_claude_title does
 * from the open file; out->path is there already.
 */
int ses_claude_read(struct ses_peek *p, const struct ses_claude_name *n,
    int title, struct ses_session *out, struct seshat_err *err);

/** Fill in title and agent. */
int ses_claude_title(struct ses_peek *p, const struct ses_claude_name *n,
    struct ses_session *out, struct seshat_err *err);

/** Set *out to the last working directory that was recorded, as far as the end
 * of the file tells; NULL: none.  Owns: the caller frees it. */
int ses_claude_last_cwd(struct ses_peek *p, char **out, struct seshat_err *err);

/** As describe of struct ses_harness_ops. */
int ses_claude_describe(const struct ses_harness_ops *self, struct ses_peek *p,
    struct ses_session *out, struct seshat_err *err);

/** As identify of struct ses_harness_ops. */
int ses_claude_identify(const struct ses_harness_ops *self, const char *path,
    struct ses_session *out, struct seshat_err *err);

#endif
