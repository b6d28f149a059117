#ifndef DENY_H
#define DENY_H

/*
 * Makes allocations of the calling thread fail.  There are two of it:
 * deny_all.c puts itself before the C library and so reaches every library,
 * deny_ours.c reaches our own allocations and those of jansson, and works
 * under a sanitizer and under valgrind too.
 */

/** Begin: every allocation succeeds. */
void deny_init(void);

/** Fail the nth allocation from now (1: the next), and with forever all that
 * follow; 0: none. */
void deny_at(unsigned nth, int forever);

/** Whether one was made to fail since deny_at. */
int deny_did(void);

#endif
