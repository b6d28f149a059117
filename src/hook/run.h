#ifndef SES_HOOK_RUN_H
#define SES_HOOK_RUN_H

#include "hook/queue.h"

/**
 * ses_hook_run(agent, note, work, arg):
 * What an agent calls as a hook.  Reads standard input, puts what it says into
 * the queue, and sees to it that a worker runs, all in a process of its own:
 * back after SES_HOOK_WAIT_MS at the latest, whatever happens.  Nothing is
 * printed; what goes wrong is told in the log, and there so is the note, once,
 * if it is not NULL.
 *
 * Where no worker runs, that process becomes it: it calls work, detached from
 * the agent, in the folder "/".
 */
#define SES_HOOK_WAIT_MS   5
#define SES_HOOK_INPUT_MAX ((size_t)1 << 20) /* what is behind is not kept */
void ses_hook_run(
    const char *agent, const char *note, void (*work)(void *arg), void *arg);

/** Where something waits in the queue, begin such a worker without a hook. */
void ses_hook_go_on(void (*work)(void *arg), void *arg);

#endif
