#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/** What every target defines: run over data, abort when something is wrong.
 * Always answers 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* As assert, but never compiled out. */
#define MUST(what)                                                             \
	do {                                                                   \
		if (!(what)) {                                                 \
			(void)fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, \
			    __LINE__, #what);                                  \
			abort();                                               \
		}                                                              \
	} while (0)

#endif
