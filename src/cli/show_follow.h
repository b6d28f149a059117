#ifndef SES_CLI_SHOW_FOLLOW_H
#define SES_CLI_SHOW_FOLLOW_H

#include "cli/cli.h"
#include "store/store.h"
#include "vault/key.h"

/**
 * ses_cli_show_follow(cli, s, w, stream, tail, out, err):
 * Push a session into out, from the last tail lines on (UINT64_MAX: from the
 * first), and what is added to it as it comes, until it ends, the person
 * interrupts, or nobody reads stdout any more: these are success.  A store
 * that fails is told on stderr and tried again.
 * Errors: SESHAT_ENOTFOUND, also when the session is removed; SESHAT_ECORRUPT.
 */
int ses_cli_show_follow(const struct ses_cli *cli, struct ses_store *s,
    const struct ses_where *w, const char *stream, uint64_t tail,
    const struct ses_sink *out, struct seshat_err *err);

#endif
