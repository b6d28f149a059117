#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "base/human.h"
#include "cli/progress.h"
#include "cli/sharing.h"
#include "import/import.h"

struct values {
	struct ses_opt_list only;
	const char *format;
	const char *identity;
	const char *repo;
	int no_redact;
	int again;
	int repair;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"only", 0, SES_OPT_LIST, AT(only), "NAME",
	"only this project of the bucket; may be given again"},
    {"format", 0, SES_OPT_STRING, AT(format), "FORMAT",
	"what to read it as (default: found out by looking)"},
    {"repo", 'R', SES_OPT_STRING, AT(repo), "[HOST/]OWNER/REPO",
	"of a plan's number (default: as gh finds it)"},
    {"identity", 0, SES_OPT_STRING, AT(identity), "FILE",
	"keys of age that open it (default: $SESHAT_IDENTITY)"},
    {"no-redact", 0, SES_OPT_FLAG, AT(no_redact), NULL,
	"store secrets as they stand"},
    {"again", 0, SES_OPT_FLAG, AT(again), NULL,
	"also sessions that 'seshat rm' removed"},
    {"repair", 0, SES_OPT_FLAG, AT(repair), NULL,
	"read what is here, too; mend it from another vault"},
    {0},
};

/* What the callbacks of a run need. */
struct watch {
	const struct ses_cli *cli;
	struct ses_progress progress;
	struct ses_buf errors; /* JSON, comma separated */
	struct ses_buf notes;
	struct seshat_err first;
	const char *format;
};

static void
add_object(struct ses_buf *b, const struct ses_bucket_session *s)
{
	ses_cli_add_object(b);
	ses_cli_add_member(b, "session_id", s->id);
	ses_cli_add_member(b, "harness", s->harness);
	ses_cli_add_member(b, "project", s->project);
}

/* "seshat: codex/019f: part-00002-1a2b3c4d.jsonl: cannot be used" */
static void
tell(struct watch *w, const struct ses_bucket_session *s, const char *name,
    const char *what)
{
	struct ses_buf b = {0};
	struct ses_buf line = {0};

	ses_progress_clear(&w->progress);
	ses_buf_fmt(&b, "%s/%s: %s%s%s", s->harness, s->id, name,
	    name[0] != '\0' ? ": " : "", what);
	ses_str_safe(ses_buf_cstr(&b), b.len, &line);
	(void)fprintf(stderr, "seshat: %s\n", ses_buf_cstr(&line));
	ses_buf_free(&b);
	ses_buf_free(&line);
}

static void
on_failed(
    void *arg, const struct ses_bucket_session *s, const struct seshat_err *why)
{
	struct watch *w = arg;

	if (w->first.code == SESHAT_OK)
		w->first = *why;
	if (w->cli->json) {
		add_object(&w->errors, s);
		ses_cli_add_member(&w->errors, "error", why->msg);
		ses_buf_str(&w->errors, "}");
	} else {
		tell(w, s, "", why->msg);
	}
}

static void
on_note(void *arg, const struct ses_bucket_session *s, const char *name,
    const char *what)
{
	struct watch *w = arg;

	if (w->cli->json) {
		add_object(&w->notes, s);
		ses_cli_add_member(&w->notes, "object", name);
		ses_cli_add_member(&w->notes, "note", what);
		ses_buf_str(&w->notes, "}");
	} else if (!w->cli->quiet) {
		tell(w, s, name, what);
	}
}

/* Of what is there beside the sessions. */
static void
on_passed(void *arg, const char *name, const char *what)
{
	struct watch *w = arg;
	struct ses_buf line = {0};

	if (w->cli->json) {
		ses_cli_add_object(&w->notes);
		ses_cli_add_member(&w->notes, "object", name);
		ses_cli_add_member(&w->notes, "note", what);
		ses_buf_str(&w->notes, "}");
	} else if (!w->cli->quiet) {
		ses_progress_clear(&w->progress);
		ses_str_safe(name, strlen(name), &line);
		(void)fprintf(
		    stderr, "seshat: %s: %s\n", ses_buf_cstr(&line), what);
	}
	ses_buf_free(&line);
}

static void
on_progress(void *arg, const struct ses_import_totals *t)
{
	struct watch *w = arg;

	ses_progress_show(
	    &w->progress, &(struct ses_progress_step){
			      .done = t->done, .new_bytes = t->new_bytes});
}

static int
print_json(struct watch *w, const struct ses_import_totals *t, double secs,
    struct seshat_err *err)
{
	if (ses_buf_check(&w->errors, err) < 0 ||
	    ses_buf_check(&w->notes, err) < 0)
		return -1;
	(void)printf("{\"format\":\"%s\",\"sessions\":%zu,\"imported\":%zu,"
		     "\"new_bytes\":%llu,\"stored_bytes\":%llu,"
		     "\"redactions\":%llu,\"here\":%zu,\"failed\":%zu,"
		     "\"removed\":%zu,\"damaged\":%zu,\"seconds\":%.3f,"
		     "\"errors\":[%s],\"notes\":[%s]}\n",
	    w->format, w->progress.n, t->imported,
	    (unsigned long long)t->new_bytes,
	    (unsigned long long)t->stored_bytes,
	    (unsigned long long)t->redactions, t->here, t->failed, t->removed,
	    t->damaged, secs, ses_buf_cstr(&w->errors),
	    ses_buf_cstr(&w->notes));
	return 0;
}

static int
print_totals(
    struct watch *w, const struct ses_import_totals *t, struct seshat_err *err)
{
	char fresh[SES_HUMAN_MAX];
	char stored[SES_HUMAN_MAX];
	double secs = ses_progress_seconds(&w->progress);

	if (w->cli->json)
		return print_json(w, t, secs, err);
	if (w->cli->quiet)
		return 0;
	ses_human_size(t->new_bytes, fresh);
	ses_human_size(t->stored_bytes, stored);
	(void)printf("imported %zu of %zu sessions, %s new (%s stored), "
		     "%zu already here, %zu failed   %.1f s\n",
	    t->imported, w->progress.n, fresh, stored, t->here, t->failed,
	    secs);
	if (t->damaged > 0)
		(void)printf("%zu objects are damaged or missing; the rest "
			     "was imported\n",
		    t->damaged);
	if (t->removed > 0)
		(void)printf("%zu left alone, because they were removed "
			     "('seshat import --again' brings them back)\n",
		    t->removed);
	return 0;
}

static int
import(struct watch *w, const struct ses_context *c, const struct values *v,
    const struct ses_import *what, struct seshat_err *err)
{
	struct ses_mirror_opts mo = ses_context_mirror(c);
	struct ses_import i = *what;
	struct ses_import_totals t = {0};
	struct seshat_err late = SESHAT_ERR_INIT;
	int rc;

	w->format = i.from->ops->name;
	w->progress = ses_progress_begin(w->cli, i.sessions->n, 0);
	/* a bucket is what is meant where nothing is said */
	if (i.from->ops->read != NULL && v->format == NULL && !w->cli->quiet &&
	    !w->cli->json)
		(void)fprintf(stderr, "seshat: read as %s (--format %s)\n",
		    i.from->ops->about, i.from->ops->name);
	mo.no_redact = v->no_redact;
	mo.again = v->again;
	i.opts = &mo;
	i.repair = v->repair;
	i.failed = on_failed;
	i.note = on_note;
	i.progress = on_progress;
	i.arg = w;
	rc = ses_import_run(&i, &t, err);
	ses_progress_clear(&w->progress);
	/* also where the end of it went wrong */
	if ((rc == 0 || t.done > 0) && print_totals(w, &t, &late) < 0 &&
	    rc == 0) {
		*err = late;
		rc = -1;
	}
	if (rc == 0 && t.failed > 0 && t.failed == t.done)
		rc = seshat_exit_status(w->first.code);
	else if (rc == 0 && (t.failed > 0 || t.damaged > 0 ||
				ses_neighbour_unread(i.from) > 0))
		rc = seshat_exit_status(SESHAT_EPARTIAL);
	return rc;
}

/* What a place behind GitHub needs. */
static int
open_github(struct ses_neighbour *n, const struct ses_cli *cli,
    const struct values *v, struct ses_sharing *s, struct ses_shared_keys *keys,
    struct seshat_err *err)
{
	int is_plan = n->ops == &ses_neighbour_erk_plan;

	if (ses_sharing_open(s, cli, v->repo, is_plan ? n->where : NULL,
		&n->plan, err) < 0 ||
	    ses_shared_keys(v->identity, keys, err) < 0)
		return -1;
	n->github = &s->github;
	n->repo = &s->repo;
	n->keys = &keys->keys;
	return 0;
}

static int
check(const struct values *v, const struct ses_neighbour *n,
    struct seshat_err *err)
{
	int is_github = n->ops != NULL && n->ops->is_github;

	if (v->only.n > 0 && n->ops != NULL &&
	    n->ops != &ses_neighbour_tracecraft &&
	    n->ops != &ses_neighbour_hf_trace)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--only: %s: there are no projects in it", n->ops->about);
	if (!is_github && (v->repo != NULL || v->identity != NULL))
		return ses_fail(err, SESHAT_EUSAGE,
		    "--repo and --identity are for gists and plans");
	return 0;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_context c = {0};
	struct ses_sharing sharing = {0};
	struct ses_shared_keys keys = {0};
	struct ses_bucket_list l = {0};
	struct watch w = {.cli = cli};
	struct ses_neighbour n = {.passed = on_passed,
	    .arg = &w,
	    .only = v->only.v,
	    .n_only = v->only.n};
	struct ses_import i = {.from = &n, .sessions = &l};
	int rc = -1;

	if (n_args != 1)
		return ses_fail(
		    err, SESHAT_EUSAGE, "import needs the URL or the folder");
	n.where = args[0];
	n.ops = ses_neighbour_of(n.where);
	if (v->format != NULL) {
		n.ops = ses_neighbour_named(v->format, err);
		if (n.ops == NULL)
			return -1;
	}
	if (check(v, &n, err) < 0 ||
	    ses_context_open_redacting(&c, cli, v->no_redact, err) < 0)
		return -1;
	c.access.waits = 1;
	if (n.ops != NULL && n.ops->is_github &&
	    open_github(&n, cli, v, &sharing, &keys, err) < 0)
		goto out;
	if (ses_neighbour_open(&n, &c.access, &l, err) == 0)
		rc = import(&w, &c, v, &i, err);
out:
	ses_buf_free(&w.errors);
	ses_buf_free(&w.notes);
	ses_bucket_list_free(&l);
	ses_neighbour_close(&n);
	ses_shared_keys_free(&keys);
	ses_sharing_free(&sharing);
	ses_context_free(&c);
	return rc;
}

const struct ses_command ses_cmd_import = {
    .name = "import",
    .summary = "bring in the sessions that another program keeps",
    .args = "URL|DIR|GIST|ISSUE",
    .about =
	"Brings the sessions of another bucket, folder or gist into the store.\n"
	"What was uploaded twice is stored once, secrets are scrubbed again, and\n"
	"nothing is stored that is here already: run it as often as you like.\n"
	"What cannot be used is named. Nothing there is changed.\n\n"
	"What it is is found out by looking, or said by --format:\n"
	"  tracecraft     a bucket of tracecraft, or of seshat elsewhere; DIR may\n"
	"                 be the folder of one project, too\n"
	"  session-store  parts of the Claude Agent SDK's SessionStore\n"
	"  agentsview     its folders raw/claude and raw/codex\n"
	"  erk-branch     a git repository with erk's branches of sessions\n"
	"  hf-trace       a JSONL file for each session, as Hugging Face shows\n"
	"                 them, of Claude Code or Codex\n"
	"  erk-gist       a gist of erk, or of 'seshat upload', by its URL or id\n"
	"  erk-plan       all that the issue of a plan tells of, by its URL or\n"
	"                 number\n\n"
	"Sessions keep their project unless --project names another; where none\n"
	"is told it is that of the folder that they ran in.",
    .examples = "  seshat import ~/bucket              every session of it\n"
		"  seshat import ~/bucket --only demo  those of one project\n"
		"  seshat import file:///mnt/backup/vault\n"
		"  seshat import s3://traces/laptop/raw\n"
		"  seshat import https://gist.github.com/octo/0123abcd\n"
		"  seshat import --format erk-plan 42",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 1,
    .run = run,
};
