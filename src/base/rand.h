#ifndef SES_RAND_H
#define SES_RAND_H

#include <stddef.h>
#include <stdint.h>

/** A random number from the kernel.  Aborts if there is none: names made of
 * it must not collide. */
uint64_t ses_rand_u64(void);

/** digits (at most 16, even or odd) random hex digits and a NUL. */
void ses_rand_hex(char *out, size_t digits);

#endif
