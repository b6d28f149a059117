#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "cli/found.h"
#include "cli/human.h"
#include "cli/progress.h"
#include "mirror/run.h"

struct values {
	const char *harness;
	const char *session_id;
	const char *cwd;
	uint64_t min_bytes;
	int all;
	int once;
	int everywhere;
	int no_redact;
	int again;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"harness", 0, SES_OPT_STRING, AT(harness), "NAME",
	"only sessions of this harness"},
    {"session-id", 0, SES_OPT_STRING, AT(session_id), "ID",
	"this session (default: the last written of --cwd)"},
    {"cwd", 0, SES_OPT_STRING, AT(cwd), "DIR",
	"the folder the agent worked in (default: this one)"},
    {"all", 0, SES_OPT_FLAG, AT(all), NULL,
	"every session of --cwd; needs --once"},
    {"once", 0, SES_OPT_FLAG, AT(once), NULL, "copy what is there and stop"},
    {"everywhere", 0, SES_OPT_FLAG, AT(everywhere), NULL,
	"every session of this machine"},
    {"min-bytes", 0, SES_OPT_U64, AT(min_bytes), "N",
	"leave fewer new bytes for later (default: 1)"},
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
	struct ses_progress progress;
	struct ses_buf errors; /* JSON, comma separated */
	struct seshat_err first;
};

static int
check_values(const struct values *v, struct seshat_err *err)
{
	if (v->session_id != NULL && (v->all || v->everywhere))
		return ses_fail(err, SESHAT_EUSAGE,
		    "--session-id and %s exclude each other",
		    v->all ? "--all" : "--everywhere");
	if (v->all && v->everywhere)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--all and --everywhere exclude each other");
	if (v->all && !v->once)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--all without --once would follow the sessions, which "
		    "this version cannot do yet: use --all --once");
	return 0;
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

static void
on_failed(void *arg, const struct ses_session *s, const struct seshat_err *why)
{
	struct watch *w = arg;
	struct ses_buf line = {0};

	if (w->first.code == SESHAT_OK)
		w->first = *why;
	if (w->cli->json) {
		ses_cli_add_object(&w->errors);
		ses_cli_add_member(&w->errors, "session_id", s->id);
		ses_cli_add_member(&w->errors, "error", why->msg);
		ses_buf_str(&w->errors, "}");
		return;
	}
	ses_progress_clear(&w->progress);
	/* a wrong --project is wrong for many, and the message names the id */
	if (why->code == SESHAT_EUSAGE && w->elsewhere++ > 0)
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
on_progress(void *arg, const struct ses_run_totals *t)
{
	struct watch *w = arg;

	ses_progress_show(&w->progress, t->done, t->new_bytes);
}

/* Of the list the session called id and its subagents, each once: what
 * "this session" means to a person. */
static int
keep_family(struct ses_session_list *l, const char *id, struct seshat_err *err)
{
	char *root = ses_str_dup(id);
	struct ses_session s;
	size_t kept = 0;
	size_t i;
	size_t j;

	if (root == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < l->n; i++) {
		s = l->v[i];
		for (j = 0; j < kept; j++)
			if (strcmp(l->v[j].path, s.path) == 0 &&
			    strcmp(l->v[j].id, s.id) == 0)
				break;
		if (j == kept &&
		    (strcmp(s.id, root) == 0 ||
			(s.parent != NULL && strcmp(s.parent, root) == 0)))
			l->v[kept++] = s;
		else
			ses_session_free(&s);
	}
	l->n = kept;
	free(root);
	return 0;
}

/* A session by its id and, unless it is one, its subagents. */
static int
find_by_id(const struct values *v, struct ses_discover *q,
    struct ses_session_list *out, struct seshat_err *err)
{
	struct ses_discover around = *q;
	char *cwd = NULL;
	int rc;

	q->id = v->session_id;
	if (ses_discover(q, out, err) < 0)
		return -1;
	if (out->n == 0 && out->unreadable > 0)
		return ses_fail(err, SESHAT_EPARTIAL,
		    "no session %s among what can be read: %s", v->session_id,
		    out->unreadable_why);
	if (out->n == 0)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "no session %s on this machine (see 'seshat sessions "
		    "--everywhere')",
		    v->session_id);
	if (out->v[0].parent != NULL || out->v[0].cwd == NULL)
		return 0;
	/* subagents belong where their parent does */
	around.id = NULL;
	around.harness = out->v[0].harness;
	around.cwd = cwd = ses_str_dup(out->v[0].cwd);
	if (cwd == NULL)
		return ses_fail_nomem(err);
	rc = ses_discover(&around, out, err);
	if (rc == 0)
		rc = keep_family(out, v->session_id, err);
	free(cwd);
	return rc;
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

static int
find_sessions(const struct ses_cli *cli, const struct ses_context *c,
    const struct values *v, struct ses_session_list *out,
    struct seshat_err *err)
{
	struct ses_discover q = ses_context_discover(c);
	struct ses_buf cwd = {0};
	const struct ses_session *last;
	int rc = -1;

	if (ses_cli_harness(v->harness, &q.harness, err) < 0)
		return -1;
	if (v->session_id != NULL)
		return find_by_id(v, &q, out, err);
	if (!v->everywhere) {
		if (ses_cli_cwd(v->cwd, &cwd, err) < 0)
			goto out;
		q.cwd = cwd.data;
	}
	if (ses_discover(&q, out, err) < 0)
		goto out;
	if (out->n == 0 && out->unreadable > 0) {
		rc = ses_fail(err, SESHAT_EPARTIAL,
		    "no session among what can be read: %s",
		    out->unreadable_why);
		goto out;
	}
	if (out->n == 0) {
		rc = ses_cli_none_found(cli, &q, err);
		goto out;
	}
	last = newest(out);
	rc = v->all || v->everywhere
		 ? 0
		 : keep_family(out,
		       last->parent != NULL ? last->parent : last->id, err);
out:
	ses_buf_free(&cwd);
	return rc;
}

/* How many sessions something holds for, and what to type for one of them. */
static void
print_note(size_t n, const char *one, const char *many, const char *command,
    const struct ses_session *s)
{
	struct ses_buf id = {0};

	if (n == 0)
		return;
	ses_str_safe(s->id, strlen(s->id), &id);
	(void)printf("%zu %s: %s %s\n", n, n == 1 ? one : many, command,
	    ses_buf_cstr(&id));
	ses_buf_free(&id);
}

static void
print_notes(const struct ses_run_totals *t)
{
	print_note(t->lost, "stored again, because the store no longer had it",
	    "stored again, because the store no longer had them", "seshat show",
	    t->a_lost);
	print_note(t->rewritten,
	    "was rewritten since it was stored; what was stored is kept, too",
	    "were rewritten since they were stored; what was stored is kept, "
	    "too",
	    "seshat show", t->a_rewritten);
	print_note(t->emptied, "empty now; what was stored of it is kept",
	    "empty now; what was stored of them is kept", "seshat show",
	    t->an_emptied);
	print_note(t->removed,
	    "left alone, because it was removed; to bring it back",
	    "left alone, because they were removed; to bring one back",
	    "seshat mirror --again --session-id", t->a_removed);
}

static void
print_totals(const struct watch *w, const struct ses_run_totals *t)
{
	char fresh[SES_HUMAN_MAX];
	char stored[SES_HUMAN_MAX];
	double secs = ses_progress_seconds(&w->progress);

	if (w->cli->json) {
		(void)printf("{\"sessions\":%zu,\"mirrored\":%zu,"
			     "\"new_bytes\":%llu,\"stored_bytes\":%llu,"
			     "\"redactions\":%llu,\"failed\":%zu,"
			     "\"removed\":%zu,\"rewritten\":%zu,"
			     "\"stored_again\":%zu,\"emptied\":%zu,"
			     "\"seconds\":%.3f,\"errors\":[%.*s]}\n",
		    w->progress.n, t->mirrored,
		    (unsigned long long)t->new_bytes,
		    (unsigned long long)t->stored_bytes,
		    (unsigned long long)t->redactions, t->failed, t->removed,
		    t->rewritten, t->lost, t->emptied, secs, (int)w->errors.len,
		    w->errors.data != NULL ? w->errors.data : "");
		return;
	}
	if (w->cli->quiet)
		return;
	ses_human_size(t->new_bytes, fresh);
	ses_human_size(t->stored_bytes, stored);
	(void)printf("mirrored %zu of %zu session%s, %s new (%s stored), "
		     "%llu secret%s redacted, %zu failed   %.1f s\n",
	    t->mirrored, w->progress.n, ses_human_s(w->progress.n), fresh,
	    stored, (unsigned long long)t->redactions,
	    ses_human_s(t->redactions), t->failed, secs);
	print_notes(t);
}

static int
mirror(const struct ses_cli *cli, const struct ses_context *c,
    const struct values *v, const struct ses_session_list *l,
    struct seshat_err *err)
{
	struct ses_mirror_opts mo = ses_context_mirror(c);
	const struct ses_flush_how how = {.min_bytes = v->min_bytes};
	struct ses_run_totals t = {0};
	struct watch w = {
	    .cli = cli, .progress = ses_progress_begin(cli, l->n)};
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
	if (rc == 0)
		print_totals(&w, &t);
	if (rc == 0 && t.failed > 0)
		rc = t.failed < t.done ? seshat_exit_status(SESHAT_EPARTIAL)
				       : seshat_exit_status(w.first.code);
	ses_buf_free(&w.errors);
	return rc;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_context c = {0};
	struct ses_session_list l = {0};
	int rc = -1;

	(void)args;
	(void)n_args;
	if (check_values(v, err) < 0 || ses_context_open(&c, cli, err) < 0)
		return -1;
	rc = find_sessions(cli, &c, v, &l, err);
	if (rc != 0)
		goto out;
	ses_cli_unreadable(cli, &l);
	rc = mirror(cli, &c, v, &l, err);
	if (rc == 0 && l.unreadable > 0)
		rc = seshat_exit_status(SESHAT_EPARTIAL);
out:
	ses_session_list_free(&l);
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
	"The agent's own files are never written, locked or changed.",
    .examples =
	"  seshat mirror                       the last session of this folder\n"
	"  seshat mirror --all --once          all sessions of this folder\n"
	"  seshat mirror --everywhere          all sessions of this machine",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 0,
    .run = run,
};
