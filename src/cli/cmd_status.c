#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "cli/found.h"
#include "cli/status_report.h"

#define LINES          20 /* that need attention, without --limit */
#define NO_LIMIT_GIVEN UINT64_MAX

struct values {
	const char *harness;
	const char *cwd;
	uint64_t limit;
	int prometheus;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"harness", 0, SES_OPT_STRING, AT(harness), "HARNESS",
	"only this agent's sessions"},
    {"cwd", 0, SES_OPT_STRING, AT(cwd), "DIR",
	"only sessions of this folder (default: of every one)"},
    {"limit", 'n', SES_OPT_U64, AT(limit), "N",
	"at most N lines; 0: all (default: 20, of --json all)"},
    {"prometheus", 0, SES_OPT_FLAG, AT(prometheus), NULL,
	"print metrics for Prometheus' textfile collector"},
    {0},
};

static void
defaults(void *values)
{
	((struct values *)values)->limit = NO_LIMIT_GIVEN;
}

/* The group that r's sessions belong to; NULL: there are too many. */
static struct ses_report_agent *
keeper_of(struct ses_report *rep, const struct ses_harness_ops *h,
    const struct ses_retention *r)
{
	struct ses_report_agent *k = rep->keepers;
	size_t i;

	for (i = 0; i < rep->n_keepers; i++, k++)
		if (k->harness == h && k->days == r->days &&
		    strcmp(k->setting, r->setting) == 0)
			return k;
	if (rep->n_keepers == SES_KEEPERS_MAX)
		return NULL;
	rep->n_keepers++;
	k->harness = h;
	k->days = r->days;
	memcpy(k->setting, r->setting, sizeof(k->setting));
	return k;
}

static void
count_due(struct ses_report *rep, struct ses_report_agent *k, size_t i)
{
	const struct ses_status *st = &rep->status[i];

	if (st->state == SES_STATUS_GONE ||
	    rep->due[i] - rep->now >= SES_DUE_MS)
		return;
	k->due++;
	k->bare += st->state == SES_STATUS_BEHIND ||
		   st->state == SES_STATUS_UNPROTECTED;
}

/* When the sessions of one harness are deleted. */
static int
find_due(struct ses_report *rep, const struct ses_harness_ops *h,
    struct seshat_err *err)
{
	struct ses_retention r = {0};
	struct ses_report_agent *k;
	size_t i;
	int rc = 0;

	for (i = 0; i < rep->sessions->n && rc == 0; i++) {
		if (rep->sessions->v[i].harness != h)
			continue;
		rc = h->retention(&rep->sessions->v[i], &r, &rep->due[i], err);
		if (rc < 0 || rep->due[i] == 0)
			continue;
		k = keeper_of(rep, h, &r);
		rep->kept_by[i] = k;
		if (k != NULL)
			count_due(rep, k, i);
	}
	ses_retention_free(&r);
	return rc;
}

static void
count(struct ses_report *rep)
{
	const struct ses_status *st;
	size_t i;

	rep->unprotected = rep->sessions->unreadable;
	for (i = 0; i < rep->sessions->n; i++) {
		st = &rep->status[i];
		rep->protected += st->state == SES_STATUS_PROTECTED;
		rep->unprotected += st->state == SES_STATUS_UNPROTECTED;
		rep->removed += st->state == SES_STATUS_REMOVED;
		if (st->state != SES_STATUS_BEHIND)
			continue;
		rep->behind++;
		if (rep->sessions->v[i].rows == NULL)
			rep->behind_bytes += st->pending;
	}
	rep->all =
	    rep->protected + rep->behind + rep->unprotected + rep->removed;
}

/* Nothing is stored of anything: is that because there is no vault? */
static int
look_for_vault(const struct ses_cli *cli, struct ses_context *c,
    const struct values *v, struct ses_report *rep, struct seshat_err *err)
{
	size_t i;

	/* whoever watches the store wants it asked whatever is known of it */
	for (i = 0; i < rep->sessions->n && !v->prometheus; i++)
		if (rep->status[i].project != NULL)
			return 0;
	if (ses_context_tell_no_vault(cli, c, err) >= 0)
		return 0;
	rep->is_down = 1;
	/* why it cannot be read each session tells, where there is one */
	return rep->sessions->n == 0 || err->code == SESHAT_ENOMEM ? -1 : 0;
}

static int
print(const struct ses_cli *cli, const struct ses_report *rep,
    const struct values *v, struct seshat_err *err)
{
	uint64_t limit = v->limit;

	if (v->prometheus)
		return ses_report_prometheus(rep, err);
	if (cli->json)
		return ses_report_json(
		    rep, limit == NO_LIMIT_GIVEN ? 0 : limit, err);
	return ses_report_text(
	    rep, limit == NO_LIMIT_GIVEN ? LINES : limit, cli->quiet, err);
}

/* Whoever watches us is to see that, too: what fails before anything was found
 * leaves no metrics of yesterday. */
static void
tell_down(const struct ses_context *c, const struct values *v)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_report rep = {.now = ses_time_now()};

	if (!v->prometheus)
		return;
	rep.bad_config = c->config.store == NULL;
	ses_cli_hooks(c, &rep.hooks);
	(void)ses_report_prometheus(&rep, &ignored);
}

static int
report(const struct ses_cli *cli, struct ses_context *c,
    const struct ses_session_list *l, const struct values *v,
    struct seshat_err *err)
{
	const struct ses_harness_ops *const *h;
	struct ses_report rep = {.sessions = l, .now = ses_time_now()};
	struct ses_mirror_opts of;
	size_t i;
	int rc = -1;

	rep.status = ses_calloc(l->n + 1, sizeof(*rep.status));
	rep.due = ses_calloc(l->n + 1, sizeof(*rep.due));
	rep.kept_by = ses_calloc(l->n + 1, sizeof(*rep.kept_by));
	if (rep.status == NULL || rep.due == NULL || rep.kept_by == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	of = ses_context_mirror(c);
	if (ses_context_store(c, err) < 0 ||
	    ses_status_all(c->store, &of, l, rep.status, err) < 0)
		goto out;
	for (h = ses_harnesses; *h != NULL; h++)
		if ((*h)->retention != NULL && find_due(&rep, *h, err) < 0)
			goto out;
	count(&rep);
	if (look_for_vault(cli, c, v, &rep, err) < 0)
		goto out;
	ses_cli_hooks(c, &rep.hooks);
	if (print(cli, &rep, v, err) < 0)
		goto out;
	rc = rep.unprotected > 0;
out:
	for (i = 0; rep.status != NULL && i < l->n; i++)
		ses_status_free(&rep.status[i]);
	free(rep.status);
	free(rep.due);
	free(rep.kept_by);
	return rc;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_session_list l = {0};
	struct ses_context c = {0};
	struct ses_buf cwd = {0};
	struct ses_discover q;
	int rc = -1;

	(void)args;
	(void)n_args;
	if (v->prometheus && cli->json)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--prometheus and --json exclude each other");
	if (ses_context_open(&c, cli, err) < 0) {
		tell_down(&c, v);
		return -1;
	}
	q = ses_context_discover(&c);
	if (ses_cli_harness(v->harness, &q.harness, err) < 0)
		goto out;
	if (v->cwd != NULL) {
		if (ses_cli_cwd(v->cwd, &cwd, err) < 0)
			goto out;
		q.cwd = cwd.data;
	}
	if (ses_discover(&q, &l, err) < 0)
		rc = -1;
	else if (l.n == 0 && l.unreadable == 0 && !v->prometheus)
		rc = ses_cli_none_found(cli, &q, err);
	else
		rc = report(cli, &c, &l, v, err);
	if (rc < 0)
		tell_down(&c, v);
out:
	ses_session_list_free(&l);
	ses_buf_free(&cwd);
	ses_context_free(&c);
	return rc;
}

const struct ses_command ses_cmd_status = {
    .name = "status",
    .summary = "is every session of this machine in the vault?",
    .args = "",
    .about =
	"Compares the agents' sessions on this machine with the vault:\n"
	"  protected    it is stored up to its last whole line\n"
	"  BEHIND       what came within the last hour is missing\n"
	"  UNPROTECTED  nothing is stored, what is missing is older than an\n"
	"               hour, it cannot be read, or the vault lost it\n"
	"  removed      by 'seshat rm'\n"
	"What needs attention is listed, and how many transcripts their agent\n"
	"is about to delete; then who follows, and what hooks failed at. The\n"
	"exit status is 1 if anything is unprotected, as cron wants it, and 0\n"
	"if not; with -q only that is printed. Nothing is written, and mirrors\n"
	"may run. Of the hooks 'seshat hook status --json' tells more.\n"
	"\n"
	"With --json one object a line: harness, session_id (null for what\n"
	"cannot be read), project (in the vault), cwd, title, path, state\n"
	"(protected, behind, unprotected, removed), reason, source_bytes,\n"
	"mirrored_bytes (of the source), stored_bytes (in the vault),\n"
	"pending_bytes, pending_since, torn_bytes (behind the last newline),\n"
	"pending_files (beside the transcript, where the agent keeps any),\n"
	"stream, rev (of its checkpoint), verified_at, last_write,\n"
	"deleted_in_days, deleted_at (null: never), retention (the setting);\n"
	"null where nothing is known. Of sessions in a database also rows,\n"
	"last_row, mirrored_to, pending_rows.\n"
	"\n"
	"With --prometheus gauges: seshat_store_up (0: the store does not\n"
	"answer; then those of sessions may be missing), seshat_config_valid\n"
	"(0: it was not even asked), seshat_sessions (by harness, state),\n"
	"seshat_pending_bytes and _seconds (of the oldest line), by harness\n"
	"seshat_deletion_seconds (until the agent deletes its next one) and\n"
	"seshat_deletion_unprotected_sessions (within 3 days),\n"
	"seshat_follow_running, seshat_hooks{harness,state}, seshat_hook_errors,\n"
	"seshat_hook_waiting_sessions, seshat_status_timestamp_seconds.",
    .examples =
	"  seshat status\n"
	"  seshat status -q || mail -s unprotected me   for cron\n"
	"  seshat status --json | jq -r 'select(.state != "
	"\"protected\").path'\n"
	"  seshat status --prometheus >s.prom.tmp\n"
	"  test -s s.prom.tmp && mv s.prom.tmp s.prom   exit 1 counts, too",
    .opts = opts,
    .values_len = sizeof(struct values),
    .defaults = defaults,
    .max_args = 0,
    .run = run,
};
