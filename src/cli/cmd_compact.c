#include <stdio.h>

#include "cli/cmds.h"
#include "cli/context.h"
#include "cli/pins.h"
#include "base/human.h"
#include "vault/doc.h"

struct values {
	uint64_t keep_tail;
	int take_over;
	int archive;
	int all;
};

static const struct ses_opt opts[] = {
    {"archive", 0, SES_OPT_FLAG, offsetof(struct values, archive), NULL,
	"pack what has ended smaller, with zstd"},
    {"all", 0, SES_OPT_FLAG, offsetof(struct values, all), NULL,
	"every session of the store that this machine wrote"},
    {"keep-tail", 0, SES_OPT_U64, offsetof(struct values, keep_tail), "N",
	"leave the newest N objects as they are"},
    {"take-over", 0, SES_OPT_FLAG, offsetof(struct values, take_over), NULL,
	"also of a machine that has been silent for a day"},
    {0},
};

struct totals {
	uint64_t sessions; /* of which something was made */
	uint64_t live;     /* that go on */
	uint64_t others;   /* of other machines */
	uint64_t before;
	uint64_t after;
};

static void
print_json(const struct ses_found *f, const struct ses_compact_result *r)
{
	json_t *doc = json_pack("{s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}",
	    "session_id", f->id, "harness", f->harness, "merged",
	    (json_int_t)r->merged, "made", (json_int_t)r->made, "moved_bytes",
	    (json_int_t)r->moved, "deleted", (json_int_t)r->deleted, "waiting",
	    (json_int_t)r->waiting, "taken_over", (json_int_t)r->taken,
	    "others", (json_int_t)r->others, "damaged", (json_int_t)r->damaged);

	ses_doc_set_u64(doc, "not_ended", r->live);
	ses_doc_set_u64(doc, "text_bytes", r->text);
	ses_doc_set_u64(doc, "replaced_bytes", r->before);
	ses_cli_print_json(doc);
}

static void
print_made(const struct values *v, const struct ses_found *f,
    const struct ses_compact_result *r)
{
	char size[SES_HUMAN_MAX];
	char before[SES_HUMAN_MAX];

	ses_human_size(r->moved, size);
	ses_human_size(r->before, before);
	(void)printf("%s %s/%s: %llu part%s into %llu object%s, ",
	    v->archive ? "archived" : "compacted", f->harness, f->id,
	    (unsigned long long)r->merged, ses_human_s(r->merged),
	    (unsigned long long)r->made, ses_human_s(r->made));
	if (v->archive)
		(void)printf("%s instead of %s", size, before);
	else
		(void)printf("%s moved", size);
}

static void
print(const struct values *v, const struct ses_found *f,
    const struct ses_compact_result *r)
{
	if (r->merged > 0)
		print_made(v, f, r);
	else
		(void)printf("%s/%s: nothing to %s", f->harness, f->id,
		    v->archive ? "archive" : "merge");
	if (r->taken > 0)
		(void)printf(", %llu stream%s taken over",
		    (unsigned long long)r->taken, ses_human_s(r->taken));
	if (r->deleted > 0)
		(void)printf(", %llu deleted", (unsigned long long)r->deleted);
	if (r->waiting > 0)
		(void)printf(", %llu wait%s 2 h for %s readers",
		    (unsigned long long)r->waiting, r->waiting == 1 ? "s" : "",
		    r->waiting == 1 ? "its" : "their");
	if (r->others > 0)
		(void)printf(", %llu stream%s of other machines left",
		    (unsigned long long)r->others, ses_human_s(r->others));
	if (r->live > 0)
		(void)printf(", %llu stream%s that go%s on left",
		    (unsigned long long)r->live, ses_human_s(r->live),
		    r->live == 1 ? "es" : "");
	(void)putchar('\n');
}

static void
count(struct totals *t, const struct ses_compact_result *r)
{
	if (r->merged > 0)
		t->sessions++;
	else if (r->live > 0)
		t->live++;
	else if (r->others > 0)
		t->others++;
	t->before += r->before;
	t->after += r->moved;
}

/* One session; 0, 5 when something of it is damaged, -1. */
static int
compact(struct ses_context *c, const struct ses_cli *cli,
    const struct values *v, const struct ses_found *f, struct totals *t,
    struct seshat_err *err)
{
	struct ses_mirror_opts mo = ses_context_mirror(c);
	const struct ses_compact_how how = {.keep_tail = v->keep_tail,
	    .take_over = v->take_over,
	    .archive = v->archive,
	    .pass_over = v->all};
	const struct ses_where w = ses_found_where(f);
	struct ses_compact_result r = {0};
	struct ses_mirror m;
	int rc;

	rc = ses_mirror_open(&m, &mo, err);
	if (rc == 0) {
		rc = ses_mirror_compact(&m, &w, &how, &r, err);
		ses_mirror_free(&m);
	}
	if (rc < 0)
		return ses_fail_in(err, "%s/%s", f->harness, f->id);
	count(t, &r);
	if (cli->json)
		print_json(f, &r);
	else if (!cli->quiet && (!v->all || r.merged > 0 || r.deleted > 0))
		print(v, f, &r);
	if (r.damaged == 0)
		return 0;
	(void)fprintf(stderr,
	    "seshat: %s/%s: what is damaged was left as it is "
	    "('seshat verify %s' tells more)\n",
	    f->harness, f->id, f->id);
	return 5;
}

static int
compact_named(struct ses_context *c, const struct ses_cli *cli,
    const struct values *v, const char *id, struct totals *t,
    struct seshat_err *err)
{
	struct ses_found f = {0};
	int rc;

	if (ses_context_find(c, id, &f, err) < 0)
		return -1;
	rc = compact(c, cli, v, &f, t, err);
	ses_found_free(&f);
	return rc;
}

/* What became of several. */
struct outcome {
	int done;
	int failed;
	int damaged;
};

static void
note(struct outcome *o, int rc)
{
	o->done += rc >= 0;
	o->failed += rc < 0;
	o->damaged |= rc > 0;
}

/* Every session of the store. */
static int
compact_all(struct ses_context *c, const struct ses_cli *cli,
    const struct values *v, struct totals *t, struct outcome *o,
    struct seshat_err *err)
{
	json_t *rows = NULL;
	struct ses_found f;
	json_t *row;
	size_t i;
	int rc = 0;

	if (ses_pins_survey(c, cli->project, &rows, err) < 0)
		return -1;
	if (json_array_size(rows) == 0)
		rc = ses_context_no_vault(c, err);
	json_array_foreach(rows, i, row)
	{
		if (ses_doc_u64(row, "pin") != SES_PIN_OK)
			continue; /* 'seshat verify' tells of it */
		f = (struct ses_found){
		    .project = (char *)(uintptr_t)ses_doc_str(row, "project"),
		    .harness = (char *)(uintptr_t)ses_doc_str(row, "harness"),
		    .id = (char *)(uintptr_t)ses_doc_str(row, "id")};
		rc = compact(c, cli, v, &f, t, err);
		note(o, rc);
		if (rc < 0)
			ses_cli_complain(err);
		if (rc < 0 && err->code == SESHAT_ENOMEM)
			break;
		rc = 0;
	}
	json_decref(rows);
	return rc;
}

static void
print_totals(const struct values *v, const struct totals *t)
{
	char before[SES_HUMAN_MAX];
	char after[SES_HUMAN_MAX];

	ses_human_size(t->before, before);
	ses_human_size(t->after, after);
	(void)printf("%s %llu session%s", v->archive ? "archived" : "compacted",
	    (unsigned long long)t->sessions, ses_human_s(t->sessions));
	if (v->archive && t->sessions > 0)
		(void)printf(", %s instead of %s", after, before);
	if (t->live > 0)
		(void)printf(", %llu not ended", (unsigned long long)t->live);
	if (t->others > 0)
		(void)printf(
		    ", %llu of other machines", (unsigned long long)t->others);
	(void)putchar('\n');
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_context c = {0};
	struct totals t = {0};
	struct outcome o = {0};
	int rc = 0;
	int one;
	int i;

	if ((n_args == 0) == !v->all)
		return ses_fail(err, SESHAT_EUSAGE,
		    v->all ? "compact takes session ids or --all, not both"
			   : "compact needs a session id, or --all");
	if (ses_context_open_redacting(&c, cli, 0, err) < 0)
		return -1;
	c.access.waits = 1;
	if (v->all)
		rc = compact_all(&c, cli, v, &t, &o, err);
	for (i = 0; i < n_args; i++) {
		one = compact_named(&c, cli, v, args[i], &t, err);
		note(&o, one);
		/* the last one's is printed by whoever called */
		if (one < 0 && (i + 1 < n_args || o.done > 0))
			ses_cli_complain(err);
	}
	if (rc == 0 && v->all && !cli->json && !cli->quiet)
		print_totals(v, &t);
	if (rc == 0 && o.failed > 0)
		rc = o.done > 0 || v->all ? 5 : -1;
	else if (rc == 0 && o.damaged)
		rc = 5;
	ses_context_free(&c);
	return rc;
}

const struct ses_command ses_cmd_compact = {
    .name = "compact",
    .summary = "put a session's many small objects together",
    .args = "[ID...]",
    .about =
	"Merges the objects in which a session is stored into few, of at most\n"
	"8 MB each. What can be read stays the same, byte for byte. Mirroring\n"
	"merges too, as it goes; this does all that is left to do, without the\n"
	"agent's file. What was replaced is deleted once it has been stored\n"
	"for 2 hours, so that nobody who is reading misses it; what is younger\n"
	"goes with the next mirror or compact. Only the machine that stored a\n"
	"session compacts it; --take-over makes it this one's.\n"
	"\n"
	"--archive packs a session that has ended anew, with zstd, into objects\n"
	"of at most 32 MB of text: less is stored, and every command reads it\n"
	"as before. Who reads its last line unpacks one of these, and an export\n"
	"packs it again. A session that goes on afterwards just goes on; what\n"
	"is new is stored as usual, and archived by the next --archive. One\n"
	"that has not ended is refused; --all passes over such sessions, and\n"
	"over those of other machines.",
    .examples = "  seshat compact 3fa9c2d1\n"
		"  seshat compact --archive --all\n"
		"  seshat compact --keep-tail 10 3fa9c2d1 9b1d0c4e",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = SES_CLI_MAX_ARGS,
    .run = run,
};
