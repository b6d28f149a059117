#ifndef SES_PUBLISH_NAMES_H
#define SES_PUBLISH_NAMES_H

#include "publish/format.h"

/* What the formats' names have in common. */

/** The start of a SHA-256 by which a part is known for one of ours: n hex
 * digits and a NUL, of "<what>/<number>". */
int ses_pub_mark(const char *what, uint64_t number, size_t n, char *out,
    struct seshat_err *err);

/**
 * ses_pub_claude(s, dir, rest, err):
 * Append what Claude Code calls the session's folder below "projects", as a
 * component of a key, and what stands behind it in the path, as components,
 * without ".jsonl": "<id>", "<id>/subagents/agent-<agent-id>".
 */
int ses_pub_claude(const struct ses_pub_session *s, struct ses_buf *dir,
    struct ses_buf *rest, struct seshat_err *err);

/** Whether a path is "<dir>/<id>" and what stands behind it, of the session or,
 * where it is a subagent, "<dir>/<its session's id>/subagents/.../<its name>",
 * and then end. */
int ses_pub_is_claude(
    const struct ses_pub_session *s, const char *path, const char *end);

/** Whether len bytes at s are all of set. */
int ses_pub_all(const char *s, size_t len, const char *set);

#define SES_PUB_DIGITS "0123456789"
#define SES_PUB_HEX    "0123456789abcdef"

#endif
