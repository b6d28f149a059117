#include <stdio.h>
#include <unistd.h>

#include "base/time.h"
#include "base/human.h"
#include "cli/progress.h"

#define LONG_MS 500 /* a run this long is worth a line */

struct ses_progress
ses_progress_begin(const struct ses_cli *cli, size_t n, uint64_t bytes)
{
	return (struct ses_progress){
	    .cli = cli, .n = n, .bytes = bytes, .began = ses_time_now()};
}

void
ses_progress_show(struct ses_progress *p, const struct ses_progress_step *step)
{
	int64_t ms = ses_time_now() - p->began;
	char size[SES_HUMAN_MAX];
	char rate[SES_HUMAN_MAX];
	char left[SES_HUMAN_MAX];

	if (p->cli->quiet || p->cli->json || !isatty(STDERR_FILENO) ||
	    ms < LONG_MS)
		return;
	ses_human_size(step->new_bytes, size);
	ses_human_size(step->new_bytes * 1000 / (uint64_t)ms, rate);
	if (p->n == 0)
		(void)fprintf(stderr, "\r\033[K%s, %s/s", size, rate);
	else
		(void)fprintf(stderr,
		    "\r\033[K%zu of %zu sessions, %s new, %s/s", step->done,
		    p->n, size, rate);
	if (p->bytes > step->done_bytes) {
		ses_human_size(p->bytes - step->done_bytes, left);
		(void)fprintf(stderr, ", %s left to look at", left);
	}
	p->shown = 1;
}

void
ses_progress_clear(struct ses_progress *p)
{
	if (p->shown)
		(void)fputs("\r\033[K", stderr);
	p->shown = 0;
}

double
ses_progress_seconds(const struct ses_progress *p)
{
	return (double)(ses_time_now() - p->began) / 1000;
}
