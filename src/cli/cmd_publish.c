#define _XOPEN_SOURCE 700 /* realpath */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/human.h"
#include "base/str.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "cli/progress.h"
#include "config/url.h"
#include "publish/publish.h"

struct values {
	const char *format;
	const char *to;
	const char *machine;
	int all;
	int again;
	int dry_run;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"format", 0, SES_OPT_STRING, AT(format), "FORMAT",
	"tracecraft, agentsview, hf-trace, session-store"},
    {"to", 0, SES_OPT_STRING, AT(to), "URL|DIR",
	"where that program reads: a bucket or a folder"},
    {"all", 0, SES_OPT_FLAG, AT(all), NULL, "every session of the vault"},
    {"machine", 0, SES_OPT_STRING, AT(machine), "NAME",
	"agentsview's name of the machine (default: its host)"},
    {"again", 0, SES_OPT_FLAG, AT(again), NULL,
	"look at what is there, trust no memory of it"},
    {"dry-run", 0, SES_OPT_FLAG, AT(dry_run), NULL,
	"write nothing, tell what would be"},
    {0},
};

/* What the callbacks of a run need. */
struct watch {
	const struct ses_cli *cli;
	struct ses_progress progress;
	struct ses_buf errors; /* JSON, comma separated */
	struct seshat_err first;
};

static void
on_failed(void *arg, const char *harness, const char *id,
    const struct seshat_err *why)
{
	struct watch *w = arg;
	struct ses_buf b = {0};
	struct ses_buf line = {0};

	if (w->first.code == SESHAT_OK)
		w->first = *why;
	if (w->cli->json) {
		ses_cli_add_object(&w->errors);
		ses_cli_add_member(&w->errors, "session_id", id);
		ses_cli_add_member(&w->errors, "harness", harness);
		ses_cli_add_member(&w->errors, "error", why->msg);
		ses_buf_str(&w->errors, "}");
		return;
	}
	ses_progress_clear(&w->progress);
	ses_buf_fmt(&b, "%s/%s: %s", harness, id, why->msg);
	ses_str_safe(ses_buf_cstr(&b), b.len, &line);
	(void)fprintf(stderr, "seshat: %s\n", ses_buf_cstr(&line));
	ses_buf_free(&b);
	ses_buf_free(&line);
}

static void
on_progress(void *arg, const struct ses_publish_totals *t)
{
	struct watch *w = arg;

	ses_progress_show(
	    &w->progress, &(struct ses_progress_step){
			      .done = t->done, .new_bytes = t->bytes});
}

static int
print_json(const struct values *v, const struct watch *w,
    const struct ses_publish_totals *t, struct seshat_err *err)
{
	struct ses_buf to = {0};
	struct ses_buf errors = w->errors;

	ses_json_quote(&to, v->to, strlen(v->to));
	(void)ses_buf_cstr(&to);
	if (ses_buf_check(&to, err) < 0 || ses_buf_check(&errors, err) < 0) {
		ses_buf_free(&to);
		return -1;
	}
	(void)printf(
	    "{\"format\":\"%s\",\"to\":%s,\"dry_run\":%s,\"sessions\":%zu,"
	    "\"published\":%zu,\"unchanged\":%zu,\"skipped\":%zu,"
	    "\"foreign\":%zu,\"damaged\":%zu,\"failed\":%zu,"
	    "\"objects_new\":%zu,\"objects_replaced\":%zu,"
	    "\"objects_deleted\":%zu,\"bytes\":%llu,\"redactions\":%llu,"
	    "\"seconds\":%.3f,\"errors\":[%.*s]}\n",
	    v->format, to.data, v->dry_run ? "true" : "false", w->progress.n,
	    t->published, t->unchanged, t->skipped, t->foreign, t->damaged,
	    t->failed, t->put, t->replaced, t->deleted,
	    (unsigned long long)t->bytes, (unsigned long long)t->redactions,
	    ses_progress_seconds(&w->progress), (int)errors.len,
	    errors.data == NULL ? "" : errors.data);
	ses_buf_free(&to);
	return 0;
}

static void
print_text(const struct values *v, const struct watch *w,
    const struct ses_publish_totals *t)
{
	char size[SES_HUMAN_MAX];

	ses_human_size(t->bytes, size);
	(void)printf("%s %zu of %zu session%s, %s in %zu object%s, "
		     "%zu unchanged, %zu failed   %.1f s\n",
	    v->dry_run ? "would publish" : "published", t->published,
	    w->progress.n, ses_human_s(w->progress.n), size,
	    t->put + t->replaced, ses_human_s(t->put + t->replaced),
	    t->unchanged, t->failed + t->foreign + t->damaged,
	    ses_progress_seconds(&w->progress));
	if (t->skipped > 0)
		(void)printf("%zu left out: %s has no place for them\n",
		    t->skipped, v->format);
}

static int
publish(const struct ses_cli *cli, const struct values *v,
    const struct ses_publish *what, struct seshat_err *err)
{
	struct ses_publish p = *what;
	struct ses_publish_totals t = {0};
	struct watch w = {.cli = cli,
	    .progress = ses_progress_begin(cli, json_array_size(p.rows), 0)};
	size_t bad;
	int rc;

	p.failed = on_failed;
	p.progress = on_progress;
	p.arg = &w;
	rc = ses_publish_run(&p, &t, err);
	ses_progress_clear(&w.progress);
	bad = t.failed + t.foreign + t.damaged;
	if (rc == 0 && cli->json)
		rc = print_json(v, &w, &t, err);
	else if (rc == 0 && !cli->quiet)
		print_text(v, &w, &t);
	if (rc == 0 && bad > 0)
		rc = seshat_exit_status(
		    t.failed == t.done ? w.first.code : SESHAT_EPARTIAL);
	ses_buf_free(&w.errors);
	return rc;
}

/* The URL of what the user named; a folder is made. */
static int
url_of(const struct values *v, const struct ses_context *c, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_buf path = {0};
	char *real = NULL;
	int rc = 0;

	if (strstr(v->to, "://") != NULL) {
		ses_buf_str(out, v->to);
		goto out;
	}
	if (v->to[0] != '/')
		ses_buf_fmt(&path, "%s/", c->cwd);
	ses_buf_str(&path, v->to);
	(void)ses_buf_cstr(&path);
	rc = ses_buf_check(&path, err);
	if (rc == 0 && !v->dry_run)
		rc = ses_fs_mkdirs(path.data, 0777, err);
	if (rc < 0)
		goto out;
	real = realpath(path.data, NULL);
	ses_url_of_path(out, real == NULL ? path.data : real);
out:
	(void)ses_buf_cstr(out);
	if (rc == 0)
		rc = ses_buf_check(out, err);
	free(real);
	ses_buf_free(&path);
	return rc;
}

static int
check(const struct ses_cli *cli, const struct values *v, int n_args,
    struct seshat_err *err)
{
	int ways = (n_args > 0) + (cli->project != NULL) + v->all;

	if (v->format == NULL || v->to == NULL)
		return ses_fail(err, SESHAT_EUSAGE,
		    "publish needs --format NAME and --to URL|DIR");
	if (v->to[0] == '\0')
		return ses_fail(
		    err, SESHAT_EUSAGE, "--to wants a URL or a folder");
	if (ses_pub_format_named(v->format) == NULL)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--format is tracecraft, agentsview, hf-trace or "
		    "session-store, not '%s'",
		    v->format);
	if (ways != 1)
		return ses_fail(err, SESHAT_EUSAGE,
		    "publish needs the ids of sessions, or --project NAME, or "
		    "--all");
	return v->machine != NULL && v->machine[0] == '\0'
		   ? ses_fail(err, SESHAT_EUSAGE, "--machine wants a name")
		   : 0;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	const char *tmp = getenv("TMPDIR");
	struct ses_publish p = {.machine = v->machine,
	    .tmp = tmp != NULL && tmp[0] != '\0' ? tmp : "/tmp",
	    .dry_run = v->dry_run,
	    .again = v->again};
	struct ses_context c = {0};
	struct ses_buf url = {0};
	int rc = -1;

	if (check(cli, v, n_args, err) < 0)
		return -1;
	if (ses_context_open_redacting(&c, cli, 0, err) < 0)
		return -1;
	p.format = ses_pub_format_named(v->format);
	p.custom = c.custom;
	if (ses_context_store(&c, err) < 0 ||
	    ses_publish_select(
		c.store, args, (size_t)n_args, cli->project, &p.rows, err) < 0)
		goto out;
	p.from = c.store;
	if (json_array_size(p.rows) == 0) {
		rc = ses_context_no_vault(&c, err);
		if (rc == 0)
			rc = ses_fail(err, SESHAT_ENOTFOUND,
			    "there is no session to publish");
		goto out;
	}
	c.access.waits = 1;
	if (url_of(v, &c, &url, err) == 0 &&
	    ses_store_open(&p.to, url.data, &c.access, err) == 0)
		rc = publish(cli, v, &p, err);
out:
	ses_store_free(p.to);
	json_decref(p.rows);
	ses_buf_free(&url);
	ses_context_free(&c);
	return rc;
}

const struct ses_command ses_cmd_publish = {
    .name = "publish",
    .summary = "write sessions where other programs read them",
    .args = "ID... | --project NAME | --all",
    .about =
	"Writes sessions of the vault, with their subagents, as another program\n"
	"keeps them: tracecraft's parts and meta.json, the tree that agentsview\n"
	"reads in a bucket, one file a session for Hugging Face's trace viewer,\n"
	"or the parts of the Claude Agent SDK's SessionStore. Secrets are scrubbed\n"
	"once more, by the rules of now. Run it as often as you like: what grew\n"
	"is brought up to date, and where nothing is new nothing is written.\n\n"
	"What stands there already and is not of 'seshat publish' is named and\n"
	"left alone, and of a session that is damaged nothing is written; then\n"
	"the exit status is 5. Sessions that the format has no place for are\n"
	"left out. 'seshat import' brings all of it back.",
    .examples =
	"  seshat publish --format tracecraft --all --to s3://BUCKET\n"
	"  seshat publish --format agentsview --all --to ~/agent-archive\n"
	"  seshat publish --format hf-trace --project demo --to ~/traces\n"
	"  seshat publish --format session-store 3fa9c2d1 --to s3://BUCKET/p",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = SES_CLI_MAX_ARGS,
    .run = run,
};
