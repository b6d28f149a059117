#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "base/time.h"
#include "cli/cmds.h"
#include "base/human.h"
#include "cli/jsonl.h"
#include "cli/sharing.h"
#include "cli/table.h"
#include "share/mine.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

struct values {
	const char *repo;
	uint64_t older_than;
	int orphans;
	int yes;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt list_opts[] = {
    {"repo", 'R', SES_OPT_STRING, AT(repo), "[HOST/]OWNER/REPO",
	"ask the plans there whether they point to them"},
    {0},
};

static const struct ses_opt prune_opts[] = {
    {"older-than", 0, SES_OPT_U64, AT(older_than), "DAYS",
	"those that were not changed for so many days"},
    {"orphans", 0, SES_OPT_FLAG, AT(orphans), NULL,
	"those that no plan points to"},
    {"repo", 'R', SES_OPT_STRING, AT(repo), "[HOST/]OWNER/REPO",
	"for --orphans: ask the plans there"},
    {"yes", 'y', SES_OPT_FLAG, AT(yes), NULL,
	"delete them; without it they are only listed"},
    {0},
};

static const struct ses_opt delete_opts[] = {
    {"yes", 'y', SES_OPT_FLAG, AT(yes), NULL, "do not ask"},
    {0},
};

static const struct ses_table_col columns[] = {
    {"GIST", 0, 0},
    {"SESSION", 0, 1},
    {"AGENT", 0, 0},
    {"RAN", 0, 0},
    {"PLAN", 0, 0},
    {"CHANGED", 0, 0},
};

/* What is printed of a list. */
struct printing {
	const struct ses_cli *cli;
	struct ses_table table;
	struct ses_sharing *s;
	const char *repo; /* asked for; NULL: plans are not asked */
};

static void
print_json(const struct ses_own_gist *o, int pointed_to)
{
	struct ses_buf b = {0};

	ses_buf_str(&b, "{\"gist_id\":");
	ses_json_quote(&b, o->id, strlen(o->id));
	ses_jsonl_text(&b, "gist_url", o->url);
	ses_jsonl_text(&b, "session_id", o->session_id);
	ses_jsonl_text(&b, "agent", o->agent);
	ses_jsonl_text(&b, "source", o->source);
	ses_jsonl_u64(&b, "plan", o->plan > 0, o->plan);
	if (pointed_to >= 0)
		ses_buf_fmt(
		    &b, ",\"pointed_to\":%s", pointed_to ? "true" : "false");
	ses_buf_fmt(&b, ",\"public\":%s", o->is_public ? "true" : "false");
	ses_jsonl_time(&b, "created_at", o->created);
	ses_jsonl_time(&b, "updated_at", o->updated);
	(void)printf("%s}\n", ses_buf_cstr(&b));
	ses_buf_free(&b);
}

/* One gist; pointed_to is -1 where no plan was asked. */
static void
add_row(struct printing *p, const struct ses_own_gist *o, int pointed_to)
{
	struct ses_buf plan = {0};
	char ago[SES_TIME_MAX];

	if (p->cli->json) {
		print_json(o, pointed_to);
		return;
	}
	if (o->plan > 0)
		ses_buf_fmt(&plan, "#%" PRIu64 "%s", o->plan,
		    pointed_to == 0 ? " (no longer)" : "");
	ses_time_ago(o->updated, ses_time_now(), ago);
	ses_table_add(&p->table, o->id);
	ses_table_add(&p->table, o->session_id);
	ses_table_add(&p->table, o->agent);
	ses_table_add(&p->table, o->source);
	ses_table_add(&p->table, ses_buf_cstr(&plan));
	ses_table_add(&p->table, ago);
	ses_buf_free(&plan);
}

static int
finish(struct printing *p, struct seshat_err *err)
{
	int rc = 0;

	if (!p->cli->json && p->table.n_cells > 0)
		rc = ses_table_print(&p->table, stdout, ses_table_width(), err);
	ses_table_free(&p->table);
	return rc;
}

static int
ask_plan(const struct printing *p, const struct ses_own_gist *o,
    struct seshat_err *err)
{
	return ses_own_gist_is_pointed_to(o, &p->s->github, &p->s->repo, err);
}

static int
list(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_sharing s = {0};
	struct ses_own_gists all = {0};
	struct printing p = {.cli = cli,
	    .table = {.cols = columns,
		.n_cols = sizeof(columns) / sizeof(columns[0])},
	    .s = &s,
	    .repo = v->repo};
	size_t i;
	int to;
	int rc = -1;

	(void)args;
	(void)n_args;
	if (ses_sharing_open(&s, cli, v->repo, NULL, NULL, err) < 0 ||
	    ses_own_gists(&s.github, &all, err) < 0)
		goto out;
	for (i = 0; i < all.n; i++) {
		to = v->repo == NULL ? -1 : ask_plan(&p, &all.v[i], err);
		if (to < 0 && v->repo != NULL)
			goto out;
		add_row(&p, &all.v[i], to);
	}
	if (all.n == 0 && !cli->json)
		(void)fprintf(stderr, "no gist of yours holds a session\n");
	rc = 0;
out:
	if (finish(&p, err) < 0)
		rc = -1;
	ses_own_gists_free(&all);
	ses_sharing_free(&s);
	return rc;
}

/* Whether a gist is one that goes: 1, 0 or -1. */
static int
is_chosen(const struct printing *p, const struct values *v,
    const struct ses_own_gist *o, struct seshat_err *err)
{
	int to;

	int64_t age = (ses_time_now() - o->updated) / DAY_MS;

	/* one whose time is not known is not old */
	if (v->older_than > 0 &&
	    (o->updated <= 0 || age < 0 || (uint64_t)age < v->older_than))
		return 0;
	if (!v->orphans || o->plan == 0)
		return 1;
	/* plans of other repositories have the same numbers */
	if (v->repo == NULL)
		return 0;
	to = ask_plan(p, o, err);
	return to < 0 ? -1 : !to;
}

static void
tell_pruned(
    const struct ses_cli *cli, const struct values *v, size_t n, size_t of)
{
	if (cli->quiet || cli->json)
		return;
	(void)fprintf(stderr, "%s %zu of %zu gist%s%s\n",
	    v->yes ? "deleted" : "would delete", n, of, ses_human_s(of),
	    v->yes || n == 0 ? "" : " (--yes does it, for good)");
	if (v->orphans && v->repo == NULL)
		(void)fprintf(stderr,
		    "those of plans were let be: --repo names whose plans are "
		    "asked\n");
}

static int
prune(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_sharing s = {0};
	struct ses_own_gists all = {0};
	struct seshat_err later = SESHAT_ERR_INIT;
	struct printing p = {.cli = cli,
	    .table = {.cols = columns,
		.n_cols = sizeof(columns) / sizeof(columns[0])},
	    .s = &s};
	size_t n = 0;
	size_t i;
	int rc = -1;

	(void)args;
	(void)n_args;
	if (v->older_than == 0 && !v->orphans)
		return ses_fail(err, SESHAT_EUSAGE,
		    "say which: --older-than DAYS, --orphans, or both");
	if (ses_sharing_open(&s, cli, v->repo, NULL, NULL, err) < 0 ||
	    (v->orphans && v->repo != NULL &&
		ses_github_repo_check(&s.github, &s.repo, err) < 0) ||
	    ses_own_gists(&s.github, &all, err) < 0)
		goto out;
	for (i = 0; i < all.n; i++) {
		rc = is_chosen(&p, v, &all.v[i], err);
		if (rc < 0)
			break;
		if (rc == 0)
			continue;
		rc = v->yes ? ses_gist_delete(&s.github, all.v[i].id, err) : 0;
		if (rc < 0)
			break;
		add_row(&p, &all.v[i], -1);
		n++;
	}
	/* also when it broke off: what is gone is told */
	if (finish(&p, &later) < 0 && rc == 0) {
		*err = later;
		rc = -1;
	}
	tell_pruned(cli, v, n, all.n);
out:
	ses_table_free(&p.table);
	ses_own_gists_free(&all);
	ses_sharing_free(&s);
	return rc;
}

static int
confirmed(
    const char *id, const struct ses_gist *g, int yes, struct seshat_err *err)
{
	struct ses_buf safe = {0};
	char answer[8];

	if (yes)
		return 1;
	if (!isatty(STDIN_FILENO))
		return ses_fail(err, SESHAT_EUSAGE,
		    "a gist is deleted for good: say --yes to mean it");
	ses_str_safe(g->description, strlen(g->description), &safe);
	(void)fprintf(stderr, "delete gist %s, %s, for good? [y/N] ", id,
	    ses_buf_cstr(&safe));
	ses_buf_free(&safe);
	if (fgets(answer, sizeof(answer), stdin) == NULL)
		return 0;
	return answer[0] == 'y' || answer[0] == 'Y';
}

static int
delete_one(const struct ses_cli *cli, void *values, const char **args,
    int n_args, struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_sharing s = {0};
	struct ses_gist g = {0};
	char mark[SES_MARKER];
	char id[SES_GIST_ID];
	int rc = -1;

	if (n_args != 1)
		return ses_fail(
		    err, SESHAT_EUSAGE, "a gist is needed, its id or URL");
	if (ses_sharing_open(&s, cli, NULL, NULL, NULL, err) < 0 ||
	    ses_gist_id(args[0], &s.github.host, id, err) < 0 ||
	    ses_gist_get(&s.github, id, &g, err) < 0)
		goto out;
	if (!ses_share_marker_of(g.description, mark)) {
		ses_fail(err, SESHAT_EUSAGE,
		    "gist %s is none that seshat made ('gh gist delete' takes "
		    "any)",
		    id);
		goto out;
	}
	rc = confirmed(id, &g, v->yes, err);
	if (rc <= 0)
		goto out;
	rc = ses_gist_delete(&s.github, id, err);
	if (rc == 0 && cli->json)
		(void)printf("{\"deleted\":\"%s\"}\n", id);
	else if (rc == 0 && !cli->quiet)
		(void)fprintf(stderr, "deleted gist %s\n", id);
out:
	ses_gist_free(&g);
	ses_sharing_free(&s);
	return rc;
}

const struct ses_command ses_cmd_gists_list = {
    .name = "gists list",
    .summary = "list your gists that hold sessions",
    .args = "",
    .about =
	"Lists your gists that hold sessions, those changed last first, and the\n"
	"plan of each. With --repo each plan is asked whether it still points to\n"
	"its gist.",
    .examples = "  seshat gists list\n  seshat gists list --repo octo/app",
    .opts = list_opts,
    .values_len = sizeof(struct values),
    .run = list,
};

const struct ses_command ses_cmd_gists_prune = {
    .name = "gists prune",
    .summary = "delete those that are old, or of no plan",
    .args = "",
    .about =
	"Deletes gists of yours that hold sessions: those that were not changed\n"
	"for so many days, those that no plan points to, or with both options\n"
	"those of which both is true. Without --yes they are only listed. A\n"
	"deleted gist does not come back.\n\n"
	"A gist tells the number of its plan, not the repository: --orphans\n"
	"takes those that name no plan, and with --repo also those whose plan\n"
	"there does not point to them. Name the repository that all your plans\n"
	"are in, or read the list first.",
    .examples = "  seshat gists prune --older-than 90\n"
		"  seshat gists prune --older-than 90 --orphans --yes",
    .opts = prune_opts,
    .values_len = sizeof(struct values),
    .run = prune,
};

const struct ses_command ses_cmd_gists_delete = {
    .name = "gists delete",
    .summary = "delete one of them",
    .args = "GIST",
    .about =
	"Deletes one of your gists that holds a session, for good; its id or URL\n"
	"says which.",
    .examples = "  seshat gists delete 0123abcd0123abcd0123abcd0123abcd",
    .opts = delete_opts,
    .values_len = sizeof(struct values),
    .max_args = 1,
    .run = delete_one,
};
