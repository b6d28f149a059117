/* What stands beside a transcript: results of tools, what a subagent is. */
#include "restore/job.h"

int
ses_job_beside(struct ses_job *job, const struct ses_where *w,
    const char *transcript, struct seshat_err *err)
{
	(void)job;
	(void)w;
	(void)transcript;
	(void)err;
	return 0;
}
