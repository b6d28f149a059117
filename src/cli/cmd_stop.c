#include <stdio.h>
#include <string.h>

#include "base/lock.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "base/human.h"
#include "mirror/run.h"

static const struct ses_opt opts[] = {{0}};

/* What it was told. */
struct failures {
	struct seshat_err v[SES_LEFT_TOLD];
	size_t n;
};

static void
on_failed(void *arg, const struct ses_session *s, const struct seshat_err *why)
{
	struct failures *f = arg;

	(void)s;
	if (f->n < SES_LEFT_TOLD)
		f->v[f->n++] = *why;
}

/* There is nothing to read any more: only its end is stamped. */
static int
end_here(struct ses_context *c, const struct ses_found *f, const char *why,
    struct seshat_err *err)
{
	struct ses_mirror_opts mo = ses_context_mirror(c);
	struct ses_where w = ses_found_where(f);
	struct ses_mirror m;
	int rc;

	if (ses_mirror_open(&m, &mo, err) < 0)
		return -1;
	rc = ses_mirror_end(&m, &w, why, err);
	ses_mirror_free(&m);
	return rc < 0 ? ses_fail_in(err, "%s/%s", f->harness, f->id) : 0;
}

/* The last flush of the session, and its end. */
static int
stop(struct ses_context *c, const struct ses_found *f, struct ses_run_totals *t,
    struct seshat_err *err)
{
	struct ses_mirror_opts mo = ses_context_mirror(c);
	const struct ses_flush_how how = {.end = "stopped"};
	struct ses_session_list l = {0};
	struct failures failed = {.n = 0};
	size_t i;
	struct ses_run run = {.opts = &mo,
	    .how = &how,
	    .sessions = &l,
	    .workers = 1,
	    .failed = on_failed,
	    .arg = &failed};
	int rc = -1;

	if (ses_context_source(c, f, &l, err) < 0) {
		if (err->code == SESHAT_ENOTFOUND)
			rc = end_here(c, f, "source gone", err);
		goto out;
	}
	rc = ses_run_mirror(&run, t, err);
	if (rc == 0 && t->failed > 0) {
		*err = failed.v[failed.n - 1];
		rc = -1;
	}
	for (i = 0; rc == 0 && t->left_out > 0 && i < failed.n; i++)
		ses_cli_complain(&failed.v[i]);
	if (rc == 0 && t->emptied == l.n)
		rc = end_here(c, f, "source empty", err);
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
	if (ses_context_open_redacting(&c, cli, 0, err) < 0)
		return -1;
	if (ses_context_find(&c, args[0], &f, err) == 0)
		rc = stop(&c, &f, &t, err);
	if (rc == 0 && cli->json)
		ses_cli_print_json(
		    json_pack("{s:s,s:s,s:I}", "stopped", f.id, "harness",
			f.harness, "new_bytes", (json_int_t)t.new_bytes));
	else if (rc == 0 && !cli->quiet)
		(void)printf("stopped %s/%s, %llu byte%s new\n", f.harness,
		    f.id, (unsigned long long)t.new_bytes,
		    ses_human_s(t.new_bytes));
	if (rc == 0 && t.left_out > 0)
		rc = seshat_exit_status(SESHAT_EPARTIAL);
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
	"stamps the time of its end and forgets the local state. When the\n"
	"agent's file is gone, only the end is stamped. A session that is\n"
	"written again later simply goes on.",
    .examples = "  seshat stop 3fa9c2d1",
    .opts = opts,
    .values_len = 0,
    .max_args = 1,
    .run = run,
};
