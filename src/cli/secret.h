#ifndef SES_CLI_SECRET_H
#define SES_CLI_SECRET_H

#include "pack/age.h"

/* Secrets that somebody types in, or that come from the environment. */

/**
 * ses_secret_ask(in, shown, question, out, cap, err):
 * Ask on the terminal `in` for a line that is not shown; the question goes to
 * the descriptor `shown`.  The terminal is put back whatever happens, Ctrl-C
 * and signals that end programs included.  The caller wipes out.
 * Errors: SESHAT_ECANCELLED, such a signal or no answer; SESHAT_EUSAGE, it
 * does not fit.
 */
int ses_secret_ask(int in, int shown, const char *question, char *out,
    size_t cap, struct seshat_err *err);

/**
 * ses_passphrase_ask(arg, out, err):
 * The passphrase of a file, for ses_age_keys (pack/age.h): from the variable
 * SESHAT_PASSPHRASE where that is set, else it is asked for on /dev/tty.  arg
 * is the name of the file.  The caller wipes out.
 * Errors: as ses_secret_ask; SESHAT_EUSAGE, no terminal, or it is empty.
 */
int ses_passphrase_ask(
    void *arg, char out[SES_AGE_PASSPHRASE], struct seshat_err *err);

/** The same for a file that is to be written: on the terminal it is asked for
 * twice. */
int ses_passphrase_choose(char out[SES_AGE_PASSPHRASE], struct seshat_err *err);

#endif
