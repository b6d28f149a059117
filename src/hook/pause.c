#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/types.h>

#include "base/time.h"
#include "hook/pause.h"
#include "hook/state.h"

#define END_MS  20000
#define LOOK_MS 20

/* Who says that it is the worker; 0: nobody who is to be ended. */
static long
worker(const char *path)
{
	struct ses_buf text = {0};
	long pid = 0;

	if (ses_hook_is_locked(path, &text))
		pid = strtol(ses_buf_cstr(&text), NULL, 10);
	ses_buf_free(&text);
	return pid > 1 ? pid : 0;
}

int
ses_hook_pause(int *fd, struct seshat_err *err)
{
	int64_t until = ses_time_steady() + END_MS;
	struct ses_buf path = {0};
	long seen = 0;
	long ended = 0;
	long pid;
	int rc = ses_hook_state("worker", &path, err);

	while (
	    rc == 0 && (rc = ses_hook_lock(path.data, "0\n", fd, err)) == 0) {
		pid = worker(path.data);
		/* seen once it may be of the one before: whoever has just
		 * become the worker has not written its own yet */
		if (pid != 0 && pid == seen && pid != ended) {
			if (kill((pid_t)pid, SIGTERM) < 0 && errno != ESRCH)
				rc =
				    ses_fail_errno(err, "end process %ld", pid);
			ended = pid;
		}
		seen = pid;
		if (rc == 0 && ses_time_steady() > until)
			rc = ses_fail(err, SESHAT_ELIMIT,
			    "%s stays locked: end process %ld, which works "
			    "behind the hooks",
			    path.data, pid);
		if (rc == 0)
			ses_time_pause(LOOK_MS);
	}
	ses_buf_free(&path);
	return rc < 0 ? -1 : 0;
}
