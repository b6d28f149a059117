#ifndef SES_CLI_FAMILY_H
#define SES_CLI_FAMILY_H

#include "harness/harness.h"

/* A session and its subagents: what "this session" means to a person. */

/** Of the list leave the session called id and its subagents, each once. */
int ses_cli_keep_family(
    struct ses_session_list *l, const char *id, struct seshat_err *err);

/**
 * ses_cli_find_family(q, id, out, err):
 * Append a session by its id and, unless it is one, its subagents; q->id is set
 * to id.  Errors: SESHAT_ENOTFOUND; SESHAT_EPARTIAL, not all can be read.
 */
int ses_cli_find_family(struct ses_discover *q, const char *id,
    struct ses_session_list *out, struct seshat_err *err);

#endif
