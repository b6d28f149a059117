#include <stdio.h>
#include <string.h>

#include "base/lock.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "mirror/run.h"

static const struct ses_opt opts[] = {{0}};

static void
on_failed(void *arg, const struct ses_session *s, const struct seshat_err *why)
{
	struct seshat_err *err = arg;

	(void)s;
	*err = *why;
}

/* The last flush of the session, and its end. */
static int
stop(struct ses_context *c, const struct ses_found *f, struct ses_run_totals *t,
    struct seshat_err *err)
{
	struct ses_mirror_opts mo = ses_context_mirror(c);
	const struct ses_flush_how how = {.end = "stopped"};
	struct ses_session_list l = {0};
	struct seshat_err failed = SESHAT_ERR_INIT;
	struct ses_run run = {.opts = &mo,
	    .how = &how,
	    .sessions = &l,
	    .workers = 1,
	    .failed = on_failed,
	    .arg = &failed};
	int rc = -1;

	if (ses_context_source(c, f, &l, err) < 0) {
		ses_fail_in(err, "cannot end it");
		goto out;
	}
	rc = ses_run_mirror(&run, t, err);
	if (rc == 0 && t->failed > 0) {
		*err = failed;
		rc = -1;
	}
out:
	ses_session_list_free(&l);
	return rc;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	struct ses_context c = {0};
	struct ses_found f = {0};
	struct ses_run_totals t = {0};
	int rc = -1;

	(void)values;
	if (n_args != 1)
		return ses_fail(err, SESHAT_EUSAGE, "stop needs a session id");
	if (ses_context_open(&c, cli, err) < 0)
		return -1;
	if (ses_context_find(&c, args[0], &f, err) == 0)
		rc = stop(&c, &f, &t, err);
	if (rc == 0 && cli->json)
		ses_cli_print_json(
		    json_pack("{s:s,s:s,s:I}", "stopped", f.id, "harness",
			f.harness, "new_bytes", (json_int_t)t.new_bytes));
	else if (rc == 0 && !cli->quiet)
		(void)printf("stopped %s/%s, %llu bytes new\n", f.harness, f.id,
		    (unsigned long long)t.new_bytes);
	ses_found_free(&f);
	ses_context_free(&c);
	return rc;
}

const struct ses_command ses_cmd_stop = {
    .name = "stop",
    .summary = "store the rest of a session and mark it as ended",
    .args = "ID",
    .about =
	"Copies what is still missing of a session, also a last line without\n"
	"its newline, compares all that was stored with the agent's file,\n"
	"stamps the time of its end and forgets the local state. A session\n"
	"that is written again later simply goes on.",
    .examples = "  seshat stop 3fa9c2d1",
    .opts = opts,
    .values_len = 0,
    .max_args = 1,
    .run = run,
};
