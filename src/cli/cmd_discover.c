#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/spawn.h"
#include "base/str.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "cli/share_run.h"
#include "share/discover.h"
#include "share/download.h"

#define AT(member) offsetof(struct ses_discover_args, member)

#define GIT_SECONDS 10

static const struct ses_opt opts[] = {
    {"fetch", 0, SES_OPT_STRING, AT(fetch), "DIR",
	"fetch those elsewhere to DIR/ID, print paths"},
    {"identity", 0, SES_OPT_STRING, AT(identity), "FILE",
	"keys of age for --fetch (default: $SESHAT_IDENTITY)"},
    {"repo", 'R', SES_OPT_STRING, AT(repo), "[HOST/]OWNER/REPO",
	"the issue's repository (default: as gh finds it)"},
    {0},
};

static const char *const kinds[] = {"local", "gist", "remote"};

/* The issue that the name of the branch tells, as text. */
static int
issue_of_branch(struct ses_buf *out, struct seshat_err *err)
{
	static const char *const argv[] = {
	    "git", "symbolic-ref", "--short", "HEAD", NULL};
	const char *head = getenv("GITHUB_HEAD_REF");
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf branch = {0};
	uint64_t number = 0;

	if (ses_spawn_read(argv, GIT_SECONDS, &branch, &why) == 0)
		number = ses_share_issue_of_branch(ses_buf_cstr(&branch));
	/* a workflow's checkout of a pull request is on no branch */
	if (number == 0 && head != NULL)
		number = ses_share_issue_of_branch(head);
	ses_buf_free(&branch);
	if (number == 0)
		return ses_fail(err, SESHAT_EUSAGE,
		    "No issue specified and could not infer from branch name "
		    "(P123-… or 123-…)");
	ses_buf_fmt(out, "%" PRIu64, number);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

static void
add_text(struct ses_buf *b, const char *text)
{
	if (text == NULL)
		ses_buf_str(b, "null");
	else
		ses_json_quote(b, text, strlen(text));
}

static void
add_list(struct ses_buf *b, const char *name, const struct ses_id_list *l)
{
	size_t i;

	ses_buf_fmt(b, ",\n  \"%s\": [", name);
	for (i = 0; i < l->n; i++) {
		ses_buf_str(b, i > 0 ? ",\n    " : "\n    ");
		add_text(b, l->v[i]);
	}
	ses_buf_str(b, l->n > 0 ? "\n  ]" : "]");
}

static void
add_field(struct ses_buf *b, const struct ses_share_plan *p, const char *name)
{
	ses_buf_fmt(b, ",\n  \"%s\": ", name);
	add_text(b, ses_share_plan_text(p, name));
}

static void
add_places(struct ses_buf *b, const struct ses_plan_sessions *s)
{
	const struct ses_plan_place *p;
	size_t i;

	ses_buf_str(b, ",\n  \"session_sources\": [");
	for (i = 0; i < s->n_places; i++) {
		p = &s->places[i];
		ses_buf_fmt(b,
		    "%s\n    {\n      \"source_type\": \"%s\",\n      "
		    "\"session_id\": ",
		    i > 0 ? "," : "", kinds[p->kind]);
		add_text(b, p->session_id);
		ses_buf_str(b, ",\n      \"run_id\": ");
		add_text(b, p->run_id);
		ses_buf_str(b, ",\n      \"path\": ");
		add_text(b, p->path);
		ses_buf_str(b, ",\n      \"gist_url\": ");
		add_text(b, p->gist_url);
		ses_buf_str(b, "\n    }");
	}
	ses_buf_str(b, s->n_places > 0 ? "\n  ]" : "]");
}

/* The fields of erk's get-learn-sessions, in its order. */
static int
print_json(const struct ses_share_plan *p, const struct ses_plan_sessions *s,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc;

	ses_buf_fmt(&b,
	    "{\n  \"success\": true,\n  \"issue_number\": %" PRIu64
	    ",\n  \"planning_session_id\": ",
	    p->issue.number);
	add_text(&b, ses_share_plan_text(p, "created_from_session"));
	add_list(&b, "implementation_session_ids", &s->implementation);
	add_list(&b, "learn_session_ids", &s->learn);
	add_list(&b, "readable_session_ids", &s->readable);
	add_list(&b, "session_paths", &s->paths);
	add_list(&b, "local_session_ids", &s->local);
	add_field(&b, p, "last_remote_impl_at");
	add_field(&b, p, "last_remote_impl_run_id");
	add_field(&b, p, "last_remote_impl_session_id");
	add_places(&b, s);
	add_field(&b, p, "last_session_gist_url");
	add_field(&b, p, "last_session_id");
	add_field(&b, p, "last_session_source");
	ses_buf_str(&b, "\n}\n");
	rc = ses_buf_check(&b, err);
	if (rc == 0)
		(void)fwrite(b.data, 1, b.len, stdout);
	ses_buf_free(&b);
	return rc;
}

/* What an issue says may hold anything. */
static void
print_row(const char *kind, const char *id, const char *where)
{
	struct ses_buf safe = {0};

	ses_buf_fmt(&safe, "%-8s ", kind);
	ses_str_safe(id, strlen(id), &safe);
	ses_buf_str(&safe, "  ");
	ses_str_safe(where, strlen(where), &safe);
	(void)printf("%s\n", ses_buf_cstr(&safe));
	ses_buf_free(&safe);
}

static void
print_text(const struct ses_share_plan *p, const struct ses_plan_sessions *s)
{
	const struct ses_plan_place *q;
	size_t i;

	if (s->n_places == 0)
		(void)fprintf(stderr, "issue #%" PRIu64 " has no sessions\n",
		    p->issue.number);
	for (i = 0; i < s->n_places; i++) {
		q = &s->places[i];
		print_row(
		    q->kind == SES_PLACE_ARTIFACT ? "artifact" : kinds[q->kind],
		    q->session_id,
		    q->path != NULL       ? q->path
		    : q->gist_url != NULL ? q->gist_url
					  : q->run_id);
	}
}

/* Whether an earlier place has the same session. */
static int
is_fetched(const struct ses_plan_sessions *s, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (strcmp(s->places[k].session_id, s->places[i].session_id) ==
		    0)
			return 1;
	return 0;
}

/* One session that was fetched, or why it was not (path NULL). */
static void
print_fetched(
    const char *id, const char *path, int as_json, const struct seshat_err *why)
{
	struct ses_buf b = {0};

	if (!as_json && path != NULL) {
		(void)printf("%s\n", path);
		return;
	}
	if (as_json) {
		ses_buf_str(&b, "{\"session_id\": ");
		add_text(&b, id);
		ses_buf_str(&b, ", \"path\": ");
		add_text(&b, path);
		if (path == NULL) {
			ses_buf_str(&b, ", \"error\": ");
			add_text(&b, why->msg);
		}
		(void)printf("%s}\n", ses_buf_cstr(&b));
	} else {
		ses_buf_str(&b, "seshat: session ");
		ses_str_safe(id, strlen(id), &b);
		ses_buf_str(&b, ": ");
		ses_str_safe(why->msg, strlen(why->msg), &b);
		(void)fprintf(stderr, "%s\n", ses_buf_cstr(&b));
	}
	ses_buf_free(&b);
}

/* One path for each session; of those that cannot be had, why. */
static int
fetch_all(const struct ses_discover_args *a, struct ses_download *d,
    const struct ses_plan_sessions *s, int as_json, struct seshat_err *err)
{
	struct ses_downloaded r;
	const struct ses_plan_place *p;
	size_t i;
	int failed = 0;

	d->dir = a->fetch;
	d->is_of_many = 1;
	for (i = 0; i < s->n_places; i++) {
		p = &s->places[i];
		if (is_fetched(s, i))
			continue;
		if (p->kind == SES_PLACE_LOCAL) {
			print_fetched(p->session_id, p->path, as_json, err);
			continue;
		}
		d->session_id = p->session_id;
		d->gist = p->gist_url;
		d->run = p->run_id;
		if (ses_download(d, &r, err) < 0) {
			failed++;
			print_fetched(p->session_id, NULL, as_json, err);
			continue;
		}
		print_fetched(p->session_id, r.path, as_json, err);
		ses_downloaded_free(&r);
	}
	return failed == 0 ? 0 : seshat_exit_status(SESHAT_EPARTIAL);
}

static int
tell(const struct ses_discover_args *a, struct ses_sharing *sharing,
    const struct ses_share_plan *p, const struct ses_plan_sessions *s,
    int as_json, struct seshat_err *err)
{
	struct ses_download d = {
	    .github = &sharing->github, .repo = &sharing->repo};
	struct ses_shared_keys keys;
	int rc;

	if (a->fetch == NULL) {
		if (as_json)
			return print_json(p, s, err);
		print_text(p, s);
		return 0;
	}
	rc = ses_shared_keys(a->identity, &keys, err);
	d.keys = &keys.keys;
	if (rc == 0)
		rc = fetch_all(a, &d, s, as_json, err);
	ses_shared_keys_free(&keys);
	return rc;
}

static int
discover(const struct ses_cli *cli, const struct ses_discover_args *a,
    const char *issue, int as_json, struct seshat_err *err)
{
	struct ses_context c = {0};
	struct ses_sharing sharing = {0};
	struct ses_share_plan p = {0};
	struct ses_plan_sessions s = {0};
	struct ses_discover where;
	uint64_t number;
	int rc = -1;

	if (ses_context_open(&c, cli, err) < 0)
		return -1;
	where = ses_context_discover(&c);
	if (ses_sharing_open(&sharing, cli, a->repo, issue, &number, err) ==
		0 &&
	    ses_share_plan_get(
		&p, &sharing.github, &sharing.repo, number, err) == 0 &&
	    ses_share_plan_comments(&p, err) == 0 &&
	    ses_share_discover(&p, &where, c.cwd, &s, err) == 0)
		rc = tell(a, &sharing, &p, &s, as_json, err);
	ses_plan_sessions_free(&s);
	ses_share_plan_free(&p);
	ses_sharing_free(&sharing);
	ses_context_free(&c);
	return rc;
}

int
ses_run_discover(const struct ses_cli *cli, const struct ses_discover_args *a,
    int as_json, struct seshat_err *err)
{
	struct ses_buf issue = {0};
	int rc = 0;

	if (a->fetch != NULL && a->fetch[0] == '\0')
		rc = ses_fail(err, SESHAT_EUSAGE,
		    "the folder to fetch them to has no name");
	else if (a->identity != NULL && a->fetch == NULL)
		rc = ses_fail(err, SESHAT_EUSAGE, "--identity is for --fetch");
	else if (a->issue == NULL)
		rc = issue_of_branch(&issue, err);
	if (rc == 0)
		rc = discover(cli, a, a->issue != NULL ? a->issue : issue.data,
		    as_json, err);
	ses_buf_free(&issue);
	return rc < 0 ? ses_sharing_failed(as_json, err) : rc;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	struct ses_discover_args *a = values;

	a->issue = n_args > 0 ? args[0] : NULL;
	return ses_run_discover(cli, a, cli->json, err);
}

const struct ses_command ses_cmd_discover = {
    .name = "discover",
    .summary = "list the sessions of a plan",
    .args = "[ISSUE|URL]",
    .about =
	"Lists every session of a plan and where it can be had: on this machine,\n"
	"in gists, in artifacts of old workflow runs. The header and all comments\n"
	"of the issue tell of them. Without ISSUE it is the one that the branch\n"
	"is named after, P123-name or 123-name. Where no session of the plan is\n"
	"on this machine, the newest of this project are listed as well.\n\n"
	"With --fetch every session that is not on this machine is fetched, and\n"
	"one path printed for each; when one cannot be had, the others still\n"
	"are, and the exit status is 5. With --json it prints what erk's\n"
	"get-learn-sessions prints.",
    .examples = "  seshat discover 42\n"
		"  seshat discover https://github.com/octo/app/issues/42\n"
		"  seshat discover 42 --fetch sessions\n"
		"  seshat discover --json",
    .opts = opts,
    .values_len = sizeof(struct ses_discover_args),
    .max_args = 1,
    .run = run,
};
