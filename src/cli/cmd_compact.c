#include <stdio.h>

#include "cli/cmds.h"
#include "cli/context.h"
#include "base/human.h"

struct values {
	uint64_t keep_tail;
	int take_over;
};

static const struct ses_opt opts[] = {
    {"keep-tail", 0, SES_OPT_U64, offsetof(struct values, keep_tail), "N",
	"leave the newest N objects as they are"},
    {"take-over", 0, SES_OPT_FLAG, offsetof(struct values, take_over), NULL,
	"also of a machine that has been silent for a day"},
    {0},
};

static void
print_json(const struct ses_found *f, const struct ses_compact_result *r)
{
	ses_cli_print_json(json_pack(
	    "{s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "session_id", f->id,
	    "harness", f->harness, "merged", (json_int_t)r->merged, "made",
	    (json_int_t)r->made, "moved_bytes", (json_int_t)r->moved, "deleted",
	    (json_int_t)r->deleted, "waiting", (json_int_t)r->waiting,
	    "taken_over", (json_int_t)r->taken, "others", (json_int_t)r->others,
	    "damaged", (json_int_t)r->damaged));
}

static void
print(const struct ses_found *f, const struct ses_compact_result *r)
{
	char size[SES_HUMAN_MAX];

	ses_human_size(r->moved, size);
	if (r->merged > 0)
		(void)printf(
		    "compacted %s/%s: %llu parts into %llu object%s, %s moved",
		    f->harness, f->id, (unsigned long long)r->merged,
		    (unsigned long long)r->made, ses_human_s(r->made), size);
	else
		(void)printf("%s/%s: nothing to merge", f->harness, f->id);
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
	(void)putchar('\n');
}

/* One session; 0, 5 when something of it is damaged, -1. */
static int
compact(struct ses_context *c, const struct ses_cli *cli,
    const struct values *v, const char *id, struct seshat_err *err)
{
	struct ses_mirror_opts mo = ses_context_mirror(c);
	const struct ses_compact_how how = {v->keep_tail, v->take_over};
	struct ses_compact_result r = {0};
	struct ses_found f = {0};
	struct ses_mirror m;
	struct ses_where w;
	int rc;

	if (ses_context_find(c, id, &f, err) < 0)
		return -1;
	w = ses_found_where(&f);
	rc = ses_mirror_open(&m, &mo, err);
	if (rc == 0) {
		rc = ses_mirror_compact(&m, &w, &how, &r, err);
		ses_mirror_free(&m);
	}
	if (rc < 0)
		ses_fail_in(err, "%s/%s", f.harness, f.id);
	else if (cli->json)
		print_json(&f, &r);
	else if (!cli->quiet)
		print(&f, &r);
	if (rc == 0 && r.damaged > 0) {
		(void)fprintf(stderr,
		    "seshat: %s/%s: what is damaged was left as it is "
		    "('seshat verify %s' tells more)\n",
		    f.harness, f.id, f.id);
		rc = 5;
	}
	ses_found_free(&f);
	return rc;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	struct ses_context c = {0};
	int done = 0;
	int failed = 0;
	int i;
	int rc = 0;
	int one;

	if (n_args == 0)
		return ses_fail(
		    err, SESHAT_EUSAGE, "compact needs a session id");
	if (ses_context_open_redacting(&c, cli, 0, err) < 0)
		return -1;
	c.access.waits = 1;
	for (i = 0; i < n_args; i++) {
		one = compact(&c, cli, values, args[i], err);
		done += one >= 0;
		failed += one < 0;
		if (one > 0)
			rc = one;
		/* the last one's is printed by whoever called */
		if (one < 0 && (i + 1 < n_args || done > 0))
			ses_cli_complain(err);
	}
	if (failed > 0)
		rc = done > 0 ? 5 : -1;
	ses_context_free(&c);
	return rc;
}

const struct ses_command ses_cmd_compact = {
    .name = "compact",
    .summary = "put a session's many small objects together",
    .args = "ID...",
    .about =
	"Merges the objects in which a session is stored into few, of at most\n"
	"8 MB each. What can be read stays the same, byte for byte. Mirroring\n"
	"merges too, as it goes; this does all that is left to do, without the\n"
	"agent's file. What was replaced is deleted once it has been stored\n"
	"for 2 hours, so that nobody who is reading misses it; what is younger\n"
	"goes with the next mirror or compact. Only the machine that stored a\n"
	"session compacts it; --take-over makes it this one's.",
    .examples = "  seshat compact 3fa9c2d1\n"
		"  seshat compact --keep-tail 10 3fa9c2d1 9b1d0c4e",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = SES_CLI_MAX_ARGS,
    .run = run,
};
