#include <stdio.h>
#include <unistd.h>

#include "base/time.h"
#include "cli/human.h"
#include "cli/progress.h"

#define LONG_MS 500 /* a run this long is worth a line */

struct ses_progress
ses_progress_begin(const struct ses_cli *cli, size_t n)
{
	return (struct ses_progress){
	    .cli = cli, .n = n, .began = ses_time_now()};
}

void
ses_progress_show(struct ses_progress *p, size_t done, uint64_t new_bytes)
{
	char size[SES_HUMAN_MAX];

	if (p->cli->quiet || p->cli->json || !isatty(STDERR_FILENO) ||
	    ses_time_now() - p->began < LONG_MS)
		return;
	ses_human_size(new_bytes, size);
	(void)fprintf(
	    stderr, "\r\033[K%zu of %zu sessions, %s new", done, p->n, size);
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
