#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "cli/family.h"
#include "cli/follow.h"
#include "cli/follower.h"
#include "cli/found.h"
#include "base/human.h"
#include "cli/mirror_totals.h"
#include "cli/progress.h"
#include "cli/workspace.h"
#include "harness/session.h"
#include "mirror/run.h"

struct values {
	const char *harness;
	const char *session_id;
	const char *cwd;
	const char *interval;
	const char *workspace;
	uint64_t min_bytes;
	int follow;
	int all;
	int once;
	int everywhere;
	int no_redact;
	int again;
};

#define INTERVAL_MS INT64_C(5000)

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"harness", 0, SES_OPT_STRING, AT(harness), "HARNESS",
	"only sessions of this harness"},
    {"session-id", 0, SES_OPT_STRING, AT(session_id), "ID",
	"this session (default: the last written of --cwd)"},
    {"cwd", 0, SES_OPT_STRING, AT(cwd), "DIR",
	"the folder the agent worked in (default: this one)"},
    {"all", 0, SES_OPT_FLAG, AT(all), NULL,
	"every session of --cwd, also those to come; follows"},
    {"everywhere", 0, SES_OPT_FLAG, AT(everywhere), NULL,
	"every session of this machine"},
    {"follow", 'f', SES_OPT_FLAG, AT(follow), NULL,
	"go on with what is written, until Ctrl-C"},
    {"interval", 0, SES_OPT_STRING, AT(interval), "S",
	"a session is flushed once in S seconds (default: 5)"},
    {"once", 0, SES_OPT_FLAG, AT(once), NULL, "copy what is there and stop"},
    {"min-bytes", 0, SES_OPT_U64, AT(min_bytes), "N",
	"leave fewer new bytes for later (default: 1)"},
    {"workspace", 0, SES_OPT_STRING, AT(workspace), "DIR",
	"and the files of DIR, which belong to this session"},
    {"no-redact", 0, SES_OPT_FLAG, AT(no_redact), NULL,
	"store secrets as they stand"},
    {"again", 0, SES_OPT_FLAG, AT(again), NULL,
	"also sessions that 'seshat rm' removed"},
    {0},
};

/* What the callbacks of a run need. */
struct watch {
	const struct ses_cli *cli;
	size_t elsewhere; /* of another project than --project names */
	size_t unwritten; /* failed as the first did: the store takes nothing */
	struct ses_progress progress;
	struct ses_buf errors; /* JSON, comma separated */
	struct seshat_err first;
};

static int
is_follow(const struct values *v)
{
	return v->follow || (v->all && !v->once);
}

static int
check_values(const struct values *v, struct seshat_err *err)
{
	int64_t ms;

	if (v->session_id != NULL &&
	    !ses_session_id_ok(v->session_id, strlen(v->session_id)))
		return ses_fail(err, SESHAT_EUSAGE,
		    "'%s' cannot be the id of a session", v->session_id);
	if (v->session_id != NULL && (v->all || v->everywhere))
		return ses_fail(err, SESHAT_EUSAGE,
		    "--session-id and %s exclude each other",
		    v->all ? "--all" : "--everywhere");
	if (v->all && v->everywhere)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--all and --everywhere exclude each other");
	if (v->everywhere && v->cwd != NULL)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--cwd and --everywhere exclude each other");
	if (v->workspace != NULL && (v->all || v->everywhere))
		return ses_fail(err, SESHAT_EUSAGE,
		    "--workspace and %s exclude each other: a folder belongs "
		    "to one session",
		    v->all ? "--all" : "--everywhere");
	if (v->once && v->follow)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--once and --follow exclude each other");
	if (v->interval == NULL)
		return 0;
	if (ses_cli_interval(v->interval, &ms, err) < 0)
		return -1;
	return is_follow(v)
		   ? 0
		   : ses_fail(err, SESHAT_EUSAGE, "--interval is for --follow");
}

/* A line on stderr, made safe for a terminal. */
static void
print_line(const char *prefix, const struct ses_buf *text)
{
	struct ses_buf safe = {0};

	ses_str_safe(text->data, text->len, &safe);
	(void)fprintf(stderr, "%s%s\n", prefix, ses_buf_cstr(&safe));
	ses_buf_free(&safe);
}

/* Whether the store let neither write, for the same reason. */
static int
is_same_refusal(const struct seshat_err *a, const struct seshat_err *b)
{
	const char *at = strstr(a->msg, ": cannot write ");
	size_t len = at == NULL ? 0 : (size_t)(at - a->msg) + 1;

	return at != NULL && a->sys != 0 && a->sys == b->sys &&
	       a->code == b->code && strncmp(a->msg, b->msg, len) == 0 &&
	       strstr(b->msg, ": cannot write ") == b->msg + len - 1;
}

static void
on_failed(void *arg, const struct ses_session *s, const struct seshat_err *why)
{
	struct watch *w = arg;
	struct ses_buf line = {0};
	int elsewhere;

	if (w->first.code == SESHAT_OK)
		w->first = *why;
	if (is_same_refusal(&w->first, why))
		w->unwritten++;
	if (w->cli->json) {
		ses_cli_add_object(&w->errors);
		ses_cli_add_member(&w->errors, "session_id", s->id);
		ses_cli_add_member(&w->errors, "error", why->msg);
		ses_buf_str(&w->errors, "}");
		return;
	}
	if (w->unwritten > 1 && is_same_refusal(&w->first, why))
		return;
	ses_progress_clear(&w->progress);
	/* a wrong --project is wrong for many, and the message names the id */
	elsewhere = why->code == SESHAT_EUSAGE && w->cli->project != NULL;
	if (elsewhere && w->elsewhere++ > 0)
		return;
	if (why->code != SESHAT_EUSAGE)
		ses_buf_fmt(&line, "%s/%s: ", s->harness->name, s->id);
	ses_buf_str(&line, why->msg);
	print_line("seshat: ", &line);
	ses_buf_free(&line);
}

/* What to do about sessions that are pinned to other projects. */
static void
tell_elsewhere(const struct watch *w)
{
	if (w->elsewhere == 0 || w->cli->json)
		return;
	if (w->elsewhere > 1)
		(void)fprintf(stderr,
		    "seshat: and %zu more session%s of other projects\n",
		    w->elsewhere - 1, ses_human_s(w->elsewhere - 1));
	(void)fputs("seshat: a session keeps its project for good: leave "
		    "--project out to mirror these\n",
	    stderr);
}

static void
tell_unwritten(const struct watch *w)
{
	if (w->unwritten > 1 && !w->cli->json)
		(void)fprintf(stderr,
		    "seshat: and %zu more session%s could not be stored, for "
		    "the same reason\n",
		    w->unwritten - 1, ses_human_s(w->unwritten - 1));
}

/* The others may have had nothing new; of nothing is no part done. */
static int
exit_status(const struct watch *w, const struct ses_run_totals *t)
{
	int nothing = t->done <= t->failed ||
		      (t->mirrored == 0 && w->unwritten == t->failed);

	if (t->failed > 0 && nothing)
		return seshat_exit_status(w->first.code);
	return t->failed > 0 || t->left_out > 0
		   ? seshat_exit_status(SESHAT_EPARTIAL)
		   : 0;
}

static void
on_progress(void *arg, const struct ses_run_totals *t)
{
	struct watch *w = arg;

	ses_progress_show(&w->progress,
	    &(struct ses_progress_step){t->done, t->done_bytes, t->new_bytes});
}

/* The one that was written last; a log that hooks write is not what a person
 * means by the session of a folder, unless there is nothing else. */
static const struct ses_session *
newest(const struct ses_session_list *l)
{
	size_t i = 0;

	while (i + 1 < l->n && strcmp(l->v[i].harness->name, "seshat-log") == 0)
		i++;
	return strcmp(l->v[i].harness->name, "seshat-log") == 0 ? &l->v[0]
								: &l->v[i];
}

/* What is searched for; its strings are those of v and cwd. */
static int
make_query(const struct ses_context *c, const struct values *v,
    struct ses_discover *q, struct ses_buf *cwd, struct seshat_err *err)
{
	*q = ses_context_discover(c);
	if (ses_cli_harness(v->harness, &q->harness, err) < 0)
		return -1;
	if (v->everywhere || v->session_id != NULL)
		return 0;
	if (ses_cli_cwd(v->cwd, cwd, err) < 0)
		return -1;
	q->cwd = cwd->data;
	return 0;
}

/* Fills in out; which is empty where nothing was found, and that is told as
 * an error. */
static int
find_sessions(struct ses_discover *q, const struct values *v,
    struct ses_session_list *out, struct seshat_err *err)
{
	const struct ses_session *last;

	if (v->session_id != NULL)
		return ses_cli_find_family(q, v->session_id, out, err);
	if (ses_discover(q, out, err) < 0)
		return -1;
	if (out->n == 0 && out->unreadable > 0)
		return ses_fail(err, SESHAT_EPARTIAL,
		    "no session among what can be read: %s",
		    out->unreadable_why);
	if (out->n == 0 || v->all || v->everywhere)
		return 0;
	last = newest(out);
	return ses_cli_keep_family(
	    out, last->parent != NULL ? last->parent : last->id, err);
}

static int
mirror(const struct ses_cli *cli, const struct ses_context *c,
    const struct values *v, const struct ses_session_list *l,
    struct seshat_err *err)
{
	struct ses_mirror_opts mo = ses_context_mirror(c);
	const struct ses_flush_how how = {.min_bytes = v->min_bytes};
	struct ses_run_totals t = {0};
	struct watch w = {.cli = cli,
	    .progress =
		ses_progress_begin(cli, l->n, ses_session_list_bytes(l))};
	struct ses_run run = {.opts = &mo,
	    .how = &how,
	    .sessions = l,
	    .failed = on_failed,
	    .progress = on_progress,
	    .arg = &w};
	int rc;

	mo.no_redact = v->no_redact;
	mo.again = v->again;
	if (cli->json && l->unreadable > 0) {
		ses_cli_add_object(&w.errors);
		ses_cli_add_member(&w.errors, "session_id", NULL);
		ses_cli_add_member(&w.errors, "error", l->unreadable_why);
		ses_buf_str(&w.errors, "}");
	}
	rc = ses_run_mirror(&run, &t, err);
	ses_progress_clear(&w.progress);
	tell_elsewhere(&w);
	tell_unwritten(&w);
	if (rc == 0)
		ses_cli_mirror_totals(cli, &t, l->n,
		    ses_progress_seconds(&w.progress), &w.errors);
	if (rc == 0)
		rc = exit_status(&w, &t);
	ses_buf_free(&w.errors);
	return rc;
}

/* Follow; and, if there is a workspace, add its files as they come. */
static int
follow_with(const struct ses_cli *cli, const struct ses_follow *f,
    struct ses_session_list *l, int64_t since, const char *workspace,
    struct seshat_err *err)
{
	struct seshat_err later = SESHAT_ERR_INIT;
	struct ses_cli_workspace *ws = NULL;
	int added;
	int rc;

	if (workspace != NULL &&
	    ses_cli_workspace_start(&ws, cli, f->opts, workspace, err) < 0)
		return -1;
	/* also where its transcript does not grow any more */
	if (l->n > 0 && l->v[0].parent == NULL)
		ses_cli_workspace_grew(ws, l->v[0].harness->name, l->v[0].id);
	rc = ses_cli_follow(cli, f, l, since, ws, err);
	if (ws == NULL)
		return rc;
	added = ses_cli_workspace_stop(ws, rc < 0 ? &later : err);
	if (rc < 0 && added < 0)
		ses_cli_complain(&later);
	return rc != 0 ? rc : added;
}

/* Mirror what is there, and what comes. */
static int
follow(const struct ses_cli *cli, const struct ses_context *c,
    const struct values *v, struct ses_discover *q, struct seshat_err *err)
{
	struct ses_mirror_opts mo = ses_context_mirror(c);
	struct ses_session_list l = {0};
	struct ses_discover any = *q;
	struct ses_follow f = {.opts = &mo,
	    .q = &any,
	    .id = v->session_id,
	    .first = !v->all && !v->everywhere && v->session_id == NULL,
	    .everything = v->everywhere,
	    .min_bytes = v->min_bytes,
	    .interval = INTERVAL_MS};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	int64_t since = ses_time_now();
	int claim = -1;
	int rc;

	mo.no_redact = v->no_redact;
	mo.again = v->again;
	/* a second one is of no use, and does no harm */
	if (v->everywhere && v->harness == NULL)
		(void)ses_cli_follower_claim(c, 0, &claim, &ignored);
	if (v->interval != NULL &&
	    ses_cli_interval(v->interval, &f.interval, err) < 0) {
		rc = -1;
		goto out;
	}
	/* what is not there yet, or cannot be read, may come */
	rc = find_sessions(q, v, &l, err);
	if (rc < 0 && err->code != SESHAT_ENOTFOUND &&
	    err->code != SESHAT_EPARTIAL)
		goto out;
	ses_cli_unreadable(cli, &l);
	if (l.n == 0 && !cli->quiet && !cli->json)
		(void)fputs("no such session yet: waiting for the first; "
			    "Ctrl-C ends it\n",
		    stderr);
	if (f.first && l.n > 0) {
		f.first = 0;
		f.id = l.v[0].parent != NULL ? l.v[0].parent : l.v[0].id;
	}
	rc = follow_with(cli, &f, &l, since, v->workspace, err);
out:
	if (claim >= 0)
		(void)close(claim);
	ses_session_list_free(&l);
	return rc;
}

/* The folder's files belong to the session and not to a subagent of it. */
static int
add_workspace(const struct ses_cli *cli, const struct ses_context *c,
    const struct values *v, const struct ses_session_list *l,
    struct seshat_err *err)
{
	struct ses_mirror_opts mo = ses_context_mirror(c);
	struct ses_where w;
	size_t i = 0;

	while (i + 1 < l->n && l->v[i].parent != NULL)
		i++;
	mo.no_redact = v->no_redact;
	w = (struct ses_where){
	    .harness = l->v[i].harness->name, .id = l->v[i].id};
	return ses_cli_workspace_add(cli, &mo, &w, v->workspace, err);
}

static int
once(const struct ses_cli *cli, const struct ses_context *c,
    const struct values *v, struct ses_discover *q, struct seshat_err *err)
{
	struct ses_session_list l = {0};
	int rc = find_sessions(q, v, &l, err);

	if (rc == 0 && l.n == 0) {
		rc = ses_cli_none_found(cli, q, err);
	} else if (rc == 0) {
		ses_cli_unreadable(cli, &l);
		rc = mirror(cli, c, v, &l, err);
		if (rc == 0 && v->workspace != NULL)
			rc = add_workspace(cli, c, v, &l, err);
	}
	if (rc == 0 && l.unreadable > 0)
		rc = seshat_exit_status(SESHAT_EPARTIAL);
	ses_session_list_free(&l);
	return rc;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_context c = {0};
	struct ses_discover q = {0};
	struct ses_buf cwd = {0};
	int rc = -1;

	(void)args;
	(void)n_args;
	if (check_values(v, err) < 0 ||
	    ses_context_open_redacting(&c, cli, v->no_redact, err) < 0)
		return -1;
	c.stats.lasts = is_follow(v);
	/* a follow comes back to it, and can be told to stop meanwhile */
	c.access.waits = !is_follow(v);
	if (make_query(&c, v, &q, &cwd, err) == 0)
		rc = is_follow(v) ? follow(cli, &c, v, &q, err)
				  : once(cli, &c, v, &q, err);
	ses_buf_free(&cwd);
	ses_context_free(&c);
	return rc;
}

const struct ses_command ses_cmd_mirror = {
    .name = "mirror",
    .summary = "copy what is new of sessions into the vault",
    .args = "",
    .about =
	"Copies the new whole lines of agent sessions into the store, with\n"
	"secrets scrubbed. Without options: the session of this folder that\n"
	"was written last, and its subagents. Run it again at any time: only\n"
	"what is new is read and stored, whatever interrupted the last run.\n"
	"The agent's own files are never written, locked or changed.\n"
	"\n"
	"With --follow it goes on with every line that is written, and stores\n"
	"it at most S seconds later; what does not exist yet is waited for.\n"
	"Nothing is read, written or asked while nothing happens. Ctrl-C or\n"
	"SIGTERM stores the rest, marks the sessions as ended (of --everywhere\n"
	"those that grew meanwhile) and exits 0; a second Ctrl-C exits 130 at\n"
	"once, and nothing is lost. --json prints one object an event: ready,\n"
	"stored, failing, lagging, well, ending, then the totals.",
    .examples =
	"  seshat mirror                       the last session of this folder\n"
	"  seshat mirror --all                 follow those of this folder\n"
	"  seshat mirror --all --once          all sessions of this folder\n"
	"  seshat mirror --everywhere          all sessions of this machine\n"
	"  seshat mirror --everywhere --follow\n"
	"                                      and all that is still to come",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 0,
    .run = run,
};
