/*
 * How fast lines are told as events: events HARNESS FILE.  The file is read
 * whole, and walked several times on one core, every member of an event being
 * looked at; next to it, how long the ends of its lines take to find.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#include "base/buf.h"
#include "base/fs.h"
#include "harness/harness.h"

#define RUNS 9

struct seen {
	uint64_t events;
	uint64_t bytes; /* of text */
	uint64_t slices;
};

static int
see(void *arg, const struct ses_event *e)
{
	struct seen *s = arg;

	s->events++;
	s->bytes += e->text.len;
	s->slices += e->time.len + e->tool.len;
	return 0;
}

/* Each line's events, or its end only when h is NULL; CPU seconds. */
static double
pass(const struct ses_harness_ops *h, const struct ses_buf *in, struct seen *s)
{
	double start = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
	const char *p = in->data;
	const char *end = p + in->len;
	const char *nl;

	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			nl = end;
		if (h != NULL)
			(void)h->events(h, p, (size_t)(nl - p), see, s);
		else
			s->slices += (uint64_t)(nl - p);
	}
	return bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
}

int
main(int argc, char **argv)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_harness_ops *h;
	struct ses_buf in = {0};
	struct seen s = {0};
	struct seen ends = {0};
	double took[2][RUNS];
	size_t i;

	h = argc < 3 ? NULL : ses_harness_named(argv[1]);
	if (h == NULL ||
	    ses_fs_slurp(argv[2], (size_t)1 << 30, &in, &err) < 0) {
		(void)fprintf(
		    stderr, "usage: events HARNESS FILE %s\n", err.msg);
		return 1;
	}
	for (i = 0; i < RUNS; i++) {
		s = ends = (struct seen){0};
		took[0][i] = pass(h, &in, &s);
		took[1][i] = pass(NULL, &in, &ends);
	}
	qsort(took[0], RUNS, sizeof(double), bench_by_size);
	qsort(took[1], RUNS, sizeof(double), bench_by_size);
	(void)printf("| %s, %zu MiB, %llu events, %llu KiB text | %.2f | %.2f "
		     "| %.2f |\n",
	    argv[1], in.len >> 20, (unsigned long long)s.events,
	    (unsigned long long)s.bytes >> 10,
	    (double)in.len / took[0][RUNS / 2] / 1e9,
	    (double)in.len / took[0][0] / 1e9,
	    (double)in.len / took[1][RUNS / 2] / 1e9);
	ses_buf_free(&in);
	return 0;
}
