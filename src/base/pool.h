#ifndef SES_POOL_H
#define SES_POOL_H

#include <stddef.h>

/* Several threads that take things one by one until none is left. */
#define SES_POOL_MAX 16

/** How many threads n things deserve: one for each per of them, not more than
 * there are processors, nor than most; at least 1. */
unsigned ses_pool_size(size_t n, size_t per, unsigned most);

/**
 * ses_pool_run(size, work, arg):
 * Let size threads, this one included, each call work(arg), and wait for all.
 * Where threads are short it only takes longer.
 */
void ses_pool_run(unsigned size, void *(*work)(void *arg), void *arg);

#endif
