#include <stdlib.h>

#include "base/time.h"
#include "hook/holder.h"
#include "hook/pause.h"
#include "hook/state.h"

/* Longer than an install or uninstall may wait for the last flushes of a
 * follow. */
#define END_MS     30000
#define CHANGE_MS  60000 /* and that one for the worker before */
#define FOREIGN_MS 5000  /* one of elsewhere may be done by then */
#define LOOK_MS    20

/* Who says that it is the worker; 0: one that is not to be ended, -1: nobody
 * has the lock. */
static long
worker(const char *path)
{
	struct ses_buf text = {0};
	long pid = -1;

	if (ses_hook_is_locked(path, &text))
		pid = strtol(ses_buf_cstr(&text), NULL, 10);
	ses_buf_free(&text);
	return pid == 1 ? 0 : pid;
}

static int
fail_busy(const char *path, struct seshat_err *err)
{
	return ses_fail(err, SESHAT_ELIMIT,
	    "%s stays locked: another 'seshat hook install' or uninstall is at "
	    "work, try again when it is done",
	    path);
}

static int
fail_locked(const char *path, long pid, struct seshat_err *err)
{
	if (pid <= 0)
		return fail_busy(path, err);
	return ses_fail(err, SESHAT_ELIMIT,
	    "%s stays locked: end process %ld, which works behind the hooks",
	    path, pid);
}

/* Ask the worker to end; -1 when it is elsewhere and stays. */
static int
end_worker(const char *path, long pid, int64_t since, int *is_asked,
    struct seshat_err *err)
{
	int rc = ses_hook_end(path, pid, err);

	*is_asked = rc > 0;
	if (rc < 0 && err->code == SESHAT_ECONFLICT &&
	    ses_time_steady() - since < FOREIGN_MS)
		rc = 0;
	return rc < 0 ? -1 : 0;
}

int
ses_hook_pause(int *fd, struct seshat_err *err)
{
	int64_t since = ses_time_steady();
	struct ses_buf path = {0};
	int is_asked;
	long seen = 0;
	long ended = 0;
	long pid;
	int rc = ses_hook_state("worker", &path, err);

	while (
	    rc == 0 && (rc = ses_hook_lock(path.data, "0\n", fd, err)) == 0) {
		pid = worker(path.data);
		/* seen once it may be of the one before: whoever has just
		 * become the worker has not written its own yet */
		if (pid > 1 && pid == seen && pid != ended) {
			rc = end_worker(path.data, pid, since, &is_asked, err);
			ended = is_asked ? pid : ended;
		}
		seen = pid;
		if (rc == 0 && ses_time_steady() - since > END_MS)
			rc = fail_locked(path.data, pid, err);
		if (rc == 0)
			ses_time_pause(LOOK_MS);
	}
	ses_buf_free(&path);
	return rc < 0 ? -1 : 0;
}

int
ses_hook_change(int *fd, struct seshat_err *err)
{
	int64_t since = ses_time_steady();
	struct ses_buf path = {0};
	int rc = ses_hook_state("change", &path, err);

	while (
	    rc == 0 && (rc = ses_hook_lock(path.data, "0\n", fd, err)) == 0) {
		if (ses_time_steady() - since > CHANGE_MS)
			rc = fail_busy(path.data, err);
		else
			ses_time_pause(LOOK_MS);
	}
	ses_buf_free(&path);
	return rc < 0 ? -1 : 0;
}
