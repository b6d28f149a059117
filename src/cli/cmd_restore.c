#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/human.h"
#include "base/str.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "cli/found.h"
#include "harness/place.h"
#include "restore/restore.h"
#include "vault/doc.h"

struct values {
	const char *cwd;
	const char *from;
	const char *stream;
	int force;
	int dry_run;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"cwd", 0, SES_OPT_STRING, AT(cwd), "DIR",
	"where it goes on (the directory that it recorded)"},
    {"from", 0, SES_OPT_STRING, AT(from), "STORE",
	"from this store, not the configured one"},
    {"stream", 0, SES_OPT_STRING, AT(stream), "STREAM",
	"not the current stream but this one"},
    {"dry-run", 'n', SES_OPT_FLAG, AT(dry_run), NULL,
	"say what would be done, and write nothing"},
    {"force", 0, SES_OPT_FLAG, AT(force), NULL,
	"set aside what is longer or different here"},
    {0},
};

/* What became of a file, and what would. */
static const struct {
	const char *name; /* for programs */
	const char *did;
	const char *would;
} acts[] = {
    [SES_RESTORED_NEW] = {"new", "wrote", "would write"},
    [SES_RESTORED_EXTENDED] = {"extended", "extended", "would extend"},
    [SES_RESTORED_REPLACED] = {"replaced", "replaced", "would replace"},
    [SES_RESTORED_SAME] = {"same", "left, it is the same,",
	"would leave, it is the same,"},
    [SES_RESTORED_KEPT] = {"kept", "kept, it is longer or differs,",
	"would keep, it is longer or differs,"},
    [SES_RESTORED_ORIGINAL] = {"original",
	"left, it is the same but for what was redacted,",
	"would leave, it is the same but for what was redacted,"},
    [SES_RESTORED_IN_USE] = {"in_use", "kept, a program is writing it,",
	"would keep, a program is writing it,"},
};

static void
say(FILE *to, const char *text)
{
	struct ses_buf safe = {0};

	ses_str_safe(text, strlen(text), &safe);
	(void)fputs(ses_buf_cstr(&safe), to);
	ses_buf_free(&safe);
}

static json_t *
file_json(const struct ses_restored *v)
{
	const char *kind = v->is_folder      ? "folder"
			   : v->name != NULL ? "companion"
					     : "transcript";

	json_t *o = json_object();

	ses_doc_set_str(o, "session_id", v->id);
	ses_doc_set_str(o, "kind", kind);
	ses_doc_set_str(o, "name", v->name);
	ses_doc_set_path(o, "path", v->path);
	ses_doc_set_str(o, "action", acts[v->act].name);
	ses_doc_set_u64(o, "bytes", v->size);
	ses_doc_set_path(o, "set_aside", v->aside);
	return o;
}

static int
print_json(const struct ses_found *f, const struct values *v,
    const struct ses_restore *r, struct seshat_err *err)
{
	json_t *doc;
	json_t *files;
	size_t i;

	ses_doc_begin();
	files = json_array();
	for (i = 0; i < r->n; i++)
		(void)json_array_append_new(files, file_json(&r->v[i]));
	doc = json_pack("{s:s,s:s,s:s,s:s,s:b}", "session_id", f->id, "harness",
	    f->harness, "project", f->project, "stream", r->stream, "dry_run",
	    v->dry_run);
	ses_doc_set_path(doc, "cwd", r->cwd.len > 0 ? r->cwd.data : NULL);
	ses_doc_set_path(
	    doc, "recorded_cwd", r->recorded.len > 0 ? r->recorded.data : NULL);
	ses_doc_set_u64(doc, "rewritten", r->changed);
	(void)json_object_set_new(doc, "files", files);
	(void)json_object_set(doc, "redactions", r->redactions);
	ses_doc_set_u64(doc, "marks", r->marks);
	(void)json_object_set(doc, "other_streams", r->streams);
	ses_doc_set_str(
	    doc, "damage", r->damage.len > 0 ? r->damage.data : NULL);
	ses_doc_set_str(
	    doc, "resume", r->resume.len > 0 ? r->resume.data : NULL);
	if (ses_doc_check(err) < 0) {
		json_decref(doc);
		return -1;
	}
	ses_cli_print_json(doc);
	return 0;
}

static void
print_file(const struct ses_restored *v, int dry_run)
{
	char size[SES_HUMAN_MAX];

	/* a copy that stood elsewhere: it only goes out of the way */
	if (v->act == SES_RESTORED_REPLACED && v->size == 0) {
		(void)printf("%s ", dry_run ? "would set aside" : "set aside");
		say(stdout, v->path);
	} else {
		ses_human_size(v->size, size);
		(void)printf(
		    "%s ", dry_run ? acts[v->act].would : acts[v->act].did);
		say(stdout, v->path);
		(void)printf(" (%s)", size);
	}
	if (v->aside != NULL) {
		(void)printf(
		    dry_run ? "\n  the old one as " : "\n  the old one is ");
		say(stdout, v->aside);
	}
	(void)putchar('\n');
}

static void
print_redactions(const struct ses_restore *r)
{
	uint64_t sum = ses_restore_redacted(r);
	const char *rule;
	json_t *n;
	size_t i = 0;

	if (sum > 0) {
		(void)printf("%llu value%s redacted: ", (unsigned long long)sum,
		    sum == 1 ? " is" : "s are");
		json_object_foreach(r->redactions, rule, n)
		{
			(void)fputs(i++ > 0 ? ", " : "", stdout);
			say(stdout, rule);
			(void)printf(
			    " x %lld", (long long)json_integer_value(n));
		}
		(void)printf(
		    " (%s [REDACTED:...]); the agent goes on without %s\n",
		    sum == 1 ? "it reads" : "they read",
		    sum == 1 ? "it" : "them");
	}
	/* of a session that was restored before, or that quotes another */
	if (r->marks > 0)
		(void)printf("%llu %s[REDACTED:...] %s in it, of what was "
			     "redacted before it was written\n",
		    (unsigned long long)r->marks, sum > 0 ? "more " : "",
		    r->marks == 1 ? "stands" : "stand");
}

/* Other machines went on with it, or this one did before. */
static void
warn_streams(const struct ses_restore *r)
{
	json_t *o;
	size_t i;

	if (json_array_size(r->streams) == 0)
		return;
	(void)fprintf(stderr,
	    "seshat: this is stream %s; there %s (--stream ID):", r->stream,
	    json_array_size(r->streams) == 1 ? "is another" : "are others");
	json_array_foreach(r->streams, i, o)
	{
		(void)fprintf(stderr, "%s %s", i > 0 ? "," : "",
		    ses_doc_str(o, "stream"));
		if (ses_doc_str(o, "host")[0] != '\0') {
			(void)fputs(" of ", stderr);
			say(stderr, ses_doc_str(o, "host"));
		}
		if (ses_doc_str(o, "last_event_at")[0] != '\0')
			(void)fprintf(stderr, " until %.16s",
			    ses_doc_str(o, "last_event_at"));
	}
	(void)fputc('\n', stderr);
}

static void
report(const struct ses_found *f, const struct values *v,
    const struct ses_restore *r)
{
	const struct ses_harness_ops *h = ses_harness_named(f->harness);
	size_t i;

	for (i = 0; i < r->n; i++)
		print_file(&r->v[i], v->dry_run);
	if (r->changed > 0) {
		(void)printf(
		    "%llu working director%s: ", (unsigned long long)r->changed,
		    r->changed == 1 ? "y" : "ies");
		say(stdout, r->recorded.data);
		(void)fputs(" becomes ", stdout);
		say(stdout, r->cwd.data);
		(void)putchar('\n');
	}
	if (r->as_it_was) {
		(void)fputs("its lines name ", stdout);
		say(stdout, r->recorded.data);
		(void)fputs(
		    " still; the command names the new folder\n", stdout);
	}
	print_redactions(r);
	if (h->place->note != NULL)
		(void)printf("%s\n", h->place->note);
	if (r->resume.len > 0) {
		/* it was quoted for that, and is to be run as it is */
		(void)puts(r->resume.data);
	}
}

/* The cause comes first.  store: the one that was named, or NULL. */
static void
add_next_step(
    const struct ses_found *f, const char *store, struct seshat_err *err)
{
	struct seshat_err why = *err;
	struct ses_buf id = {0};

	ses_place_word(f->id, &id);
	ses_buf_str(&id, " --raw");
	if (store != NULL) {
		ses_buf_str(&id, " --store ");
		ses_place_word(store, &id);
	}
	(void)ses_buf_cstr(&id);
	if (why.code == SESHAT_EUNSUPPORTED && !id.bad)
		(void)ses_fail(err, why.code,
		    "%s; 'seshat show %s' has the text", why.msg, id.data);
	else if (why.sys == ENOSPC || why.sys == EDQUOT)
		(void)ses_fail(err, why.code,
		    "%s; what is whole stays: make room, and the same command "
		    "goes on",
		    why.msg);
	ses_buf_free(&id);
}

static int
restore(struct ses_context *c, const struct ses_cli *cli,
    const struct values *v, const struct ses_found *f, struct seshat_err *err)
{
	const char *tmp = getenv("TMPDIR");
	struct ses_restore_how how = {.store = c->store,
	    .roots = &c->config.roots,
	    .stream = v->stream,
	    .force = v->force,
	    .dry_run = v->dry_run,
	    .tmp = tmp != NULL && tmp[0] != '\0' ? tmp : "/tmp"};
	struct ses_restore r = {0};
	struct ses_buf cwd = {0};
	int rc = 0;

	if (v->cwd != NULL) {
		rc = ses_cli_cwd(v->cwd, &cwd, err);
		how.cwd = ses_buf_cstr(&cwd);
	}
	if (rc == 0)
		rc = ses_restore(&how, f, &r, err);
	if (rc < 0)
		add_next_step(f, v->from != NULL ? v->from : cli->store, err);
	if (rc == 0 && !cli->quiet)
		warn_streams(&r);
	if (rc == 0 && r.damage.len > 0) {
		(void)fputs("seshat: ", stderr);
		say(stderr, r.damage.data);
		(void)fputc('\n', stderr);
	}
	if (rc == 0 && cli->json)
		rc = print_json(f, v, &r, err);
	else if (rc == 0 && !cli->quiet)
		report(f, v, &r);
	if (rc == 0 && r.damage.len > 0)
		rc = seshat_exit_status(SESHAT_EPARTIAL);
	ses_restore_free(&r);
	ses_buf_free(&cwd);
	return rc;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_cli there = *cli;
	struct ses_context c = {0};
	struct ses_found f = {0};
	int rc = -1;

	if (n_args != 1)
		return ses_fail(
		    err, SESHAT_EUSAGE, "restore needs a session id");
	if (v->from != NULL)
		there.store = v->from;
	if (ses_context_open(&c, &there, err) < 0)
		return -1;
	if (ses_context_find(&c, args[0], &f, err) == 0)
		rc = restore(&c, cli, v, &f, err);
	ses_found_free(&f);
	ses_context_free(&c);
	return rc;
}

const struct ses_command ses_cmd_restore = {
    .name = "restore",
    .summary = "put a session back where its agent goes on with it",
    .args = "ID",
    .about =
	"Writes the transcript, those of its subagents and the files beside\n"
	"them to where the agent looks, and prints the command that goes on.\n"
	"Where lines name the old working directory, or one below it, they\n"
	"name the new one; what was said stays as it was said. Secrets that\n"
	"were redacted stay so. What stands here and is the beginning of the\n"
	"session is extended; what is longer or different stays, or is set\n"
	"aside with --force as .NAME.before-restore-TIME beside it. Claude\n"
	"Code, Codex, Pi, Qwen Code, Gemini CLI, Copilot CLI and Continue\n"
	"CLI take sessions back, OpenClaw those of versions that keep files.\n"
	"Of others it is not known how, or they have a database: 'seshat\n"
	"show' has the text.",
    .examples = "  seshat restore 3fa9c2d1\n"
		"  seshat restore 3fa9c2d1 --cwd ~/work/demo --dry-run\n"
		"  seshat restore 3fa9c2d1 --from s3://bucket/sessions",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 1,
    .run = run,
};
