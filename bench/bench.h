#ifndef BENCH_H
#define BENCH_H

/* What programs that measure share. */
#include <time.h>

/* Seconds of a clock: CLOCK_MONOTONIC, or CLOCK_PROCESS_CPUTIME_ID. */
static inline double
bench_seconds(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* For qsort: the smaller first, so that the median stands in the middle. */
static inline int
bench_by_size(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return x < y ? -1 : x > y;
}

#endif
