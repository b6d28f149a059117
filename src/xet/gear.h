#ifndef SES_XET_GEAR_H
#define SES_XET_GEAR_H

#include <stdint.h>

/* What a byte adds to the gear hash: random numbers, the default ones of the
 * Rust crate gearhash. */
extern const uint64_t ses_xet_gear[256];

#endif
