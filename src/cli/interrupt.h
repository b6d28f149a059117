#ifndef SES_INTERRUPT_H
#define SES_INTERRUPT_H

#include <poll.h>

/* Ctrl-C and SIGTERM for commands that go on until then: the first one asks
 * them to stop where they can, the second ends the program at once. */

/** Begin; a signal that is ignored stays so. */
void ses_interrupt_catch(void);

/** Whether one came. */
int ses_interrupted(void);

/** poll(2) that such a signal ends, also one that came just before; an
 * interrupted one finds nothing ready. */
void ses_interrupt_poll(struct pollfd *fds, nfds_t n, int timeout_ms);

#endif
