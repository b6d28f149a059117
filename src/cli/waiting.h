#ifndef SES_CLI_WAITING_H
#define SES_CLI_WAITING_H

#include "cli/cli.h"

/*
 * Tells on stderr what the program waits for when that lasts: a server that
 * does not answer, a network folder that hangs.  A thread of its own says it,
 * since the others are stuck.
 */
struct ses_waiting;

/** Begin, waiting for nothing yet; NULL where nobody wants to know, or there
 * is no thread to be had.  Owns: ses_waiting_free. */
struct ses_waiting *ses_waiting_begin(const struct ses_cli *cli);

/** From now on it is for this (copied); w may be NULL. */
void ses_waiting_for(struct ses_waiting *w, const char *what);

/** End.  NULL is allowed. */
void ses_waiting_free(struct ses_waiting *w);

#endif
