#ifndef TEST_H
#define TEST_H

/* What every unit test includes: cmocka and the headers it needs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

/* Whether large inputs are to be smaller: under valgrind, where every byte
 * takes long and no more is found in many of them. */
static inline int
is_small_run(void)
{
	return getenv("TEST_SMALL") != NULL;
}

/* A call that must succeed; its message is printed when it does not. */
#define OK(call)                                                               \
	do {                                                                   \
		if ((call) < 0)                                                \
			fail_msg("%s: %s", #call, err.msg);                    \
	} while (0)

/* A call that must fail with this code. */
#define FAILS(call, want)                                                      \
	do {                                                                   \
		assert_true((call) < 0);                                       \
		assert_int_equal(err.code, want);                              \
	} while (0)

/* Whether there is this text; want NULL: whether there is none. */
static inline void
same_text(const char *got, const char *want)
{
	if (want == NULL)
		assert_null(got);
	else
		assert_string_equal(got, want);
}

#endif
