#ifndef SES_INTERRUPT_H
#define SES_INTERRUPT_H

#include <signal.h>

#include "base/err.h"

/* Ctrl-C, SIGTERM and a terminal that goes, for commands that go on until
 * then: the first one asks them to stop, the second ends the program at once
 * with status 130, which what we write has to bear anywhere. */

/** Begin; a signal that is ignored stays so. */
int ses_interrupt_catch(struct seshat_err *err);

/** How many came. */
const volatile sig_atomic_t *ses_interrupts(void);

/** Readable for poll(2) once one came. */
int ses_interrupt_fd(void);

#endif
