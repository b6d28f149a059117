#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/cmds.h"
#include "base/human.h"
#include "cli/share_run.h"
#include "share/upload.h"

#define AT(member) offsetof(struct ses_upload_args, member)

static const struct ses_opt opts[] = {
    {"session-id", 0, SES_OPT_STRING, AT(session_id), "ID",
	"the session (default: the newest of this checkout)"},
    {"session-file", 0, SES_OPT_STRING, AT(session_file), "FILE",
	"a transcript that lies anywhere"},
    {"harness", 0, SES_OPT_STRING, AT(harness), "HARNESS",
	"whose FILE is, if its place does not tell"},
    {"plan-issue", 0, SES_OPT_STRING, AT(plan), "N",
	"tell the issue of this plan, number or URL"},
    {"source", 0, SES_OPT_STRING, AT(source), "local|remote",
	"remote: in a workflow (default: local)"},
    {"repo", 'R', SES_OPT_STRING, AT(repo), "[HOST/]OWNER/REPO",
	"the issue's repository (default: as gh finds it)"},
    {"public", 0, SES_OPT_FLAG, AT(is_public), NULL,
	"a new gist is a public one, which anybody finds"},
    {"compress", 0, SES_OPT_FLAG, AT(compress), NULL,
	"pack it: smaller, but not readable on its page"},
    {"encrypt-to", 0, SES_OPT_LIST, AT(encrypt_to), "RECIPIENT",
	"with age, to age1... or 'passphrase'; again for more"},
    {"if-present", 0, SES_OPT_FLAG, AT(if_present), NULL,
	"end with status 0 where there is no session"},
    {"dry-run", 0, SES_OPT_FLAG, AT(dry_run), NULL,
	"send nothing, tell what would be sent"},
    {0},
};

static int
check(const struct ses_upload_args *a, struct seshat_err *err)
{
	if (strcmp(a->source, "local") != 0 && strcmp(a->source, "remote") != 0)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--source is 'local' or 'remote', not '%s'", a->source);
	if (a->harness != NULL && a->session_file == NULL)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--harness is for --session-file (else name the session "
		    "%s/ID)",
		    a->harness);
	return 0;
}

static void
print_json(const struct ses_upload *u, const struct ses_uploaded *r)
{
	struct ses_buf b = {0};

	ses_buf_str(&b, "{\"success\": true, \"gist_id\": ");
	ses_json_quote(&b, r->gist_id, strlen(r->gist_id));
	ses_buf_str(&b, ", \"gist_url\": ");
	ses_json_quote(&b, r->gist_url, strlen(r->gist_url));
	ses_buf_str(&b, ", \"raw_url\": ");
	ses_json_quote(&b, r->raw_url, strlen(r->raw_url));
	ses_buf_str(&b, ", \"session_id\": ");
	ses_json_quote(&b, u->from.id, strlen(u->from.id));
	if (u->plan > 0)
		ses_buf_fmt(&b,
		    ", \"issue_number\": %" PRIu64 ", \"issue_updated\": %s",
		    u->plan, r->issue_updated ? "true" : "false");
	if (u->plan > 0 && !r->issue_updated && !u->dry_run) {
		ses_buf_str(&b, ", \"issue_update_error\": ");
		ses_json_quote(&b, r->issue_err.msg, strlen(r->issue_err.msg));
	}
	if (u->dry_run)
		ses_buf_str(&b, ", \"dry_run\": true");
	(void)printf("%s}\n", ses_buf_cstr(&b));
	ses_buf_free(&b);
}

static void
print_text(const struct ses_cli *cli, const struct ses_upload *u,
    const struct ses_uploaded *r)
{
	char size[SES_HUMAN_MAX];

	ses_human_size(r->bytes, size);
	if (!cli->quiet)
		(void)fprintf(stderr,
		    "%s session %s of %s: %s, %" PRIu64
		    " secret%s replaced%s\n",
		    u->dry_run ? "would upload" : "uploaded", u->from.id,
		    u->from.harness, size, r->redactions,
		    ses_human_s(r->redactions),
		    u->to != NULL ? ", encrypted" : "");
	if (!u->dry_run)
		(void)printf("%s\n", r->gist_url);
	if (u->plan > 0 && !u->dry_run && !r->issue_updated)
		(void)fprintf(stderr,
		    "seshat: the session is uploaded, but the plan does not "
		    "tell of it: %s (run the same again)\n",
		    r->issue_err.msg);
}

static int
upload(const struct ses_cli *cli, const struct ses_upload_args *a,
    struct ses_context *c, int as_json, struct seshat_err *err)
{
	const struct ses_shared_what what = {
	    a->session_id, a->session_file, a->harness};
	struct ses_upload u = {.source = a->source,
	    .is_public = a->is_public,
	    .compress = a->compress,
	    .dry_run = a->dry_run,
	    .custom = c->custom};
	struct ses_sharing s = {0};
	struct ses_shared shared = {0};
	struct ses_uploaded r;
	struct ses_shared_to *to = ses_calloc(1, sizeof(*to));
	int is_secret;
	int rc = -1;

	if (to == NULL)
		return ses_fail_nomem(err);
	if (ses_shared_find(c, &what, &shared, err) < 0) {
		if (err->code == SESHAT_ENOTFOUND && a->if_present &&
		    a->session_id == NULL && a->session_file == NULL) {
			(void)fprintf(
			    stderr, "nothing to upload: %s\n", err->msg);
			rc = as_json ? printf("{\"success\": true, "
					      "\"uploaded\": false}\n") < 0
				     : 0;
		}
		goto out;
	}
	u.from = shared.from;
	if (ses_sharing_open(&s, cli, a->repo, a->plan, &u.plan, err) < 0)
		goto out;
	is_secret = ses_shared_to(&a->encrypt_to, to, err);
	if (is_secret < 0)
		goto out;
	u.to = is_secret ? &to->to : NULL;
	u.github = &s.github;
	u.repo = &s.repo;
	if (ses_upload(&u, &r, err) < 0)
		goto out;
	if (as_json)
		print_json(&u, &r);
	else
		print_text(cli, &u, &r);
	rc = u.plan > 0 && !u.dry_run && !r.issue_updated
		 ? seshat_exit_status(SESHAT_EPARTIAL)
		 : 0;
	ses_uploaded_free(&r);
out:
	OPENSSL_cleanse(to, sizeof(*to));
	free(to);
	ses_shared_free(&shared);
	ses_sharing_free(&s);
	return rc;
}

int
ses_run_upload(const struct ses_cli *cli, const struct ses_upload_args *a,
    int as_json, struct seshat_err *err)
{
	struct ses_context c = {0};
	int rc = check(a, err);

	if (rc == 0)
		rc = ses_context_open(&c, cli, err);
	if (rc == 0) {
		rc = ses_context_rules(&c, err);
		if (rc == 0)
			rc = upload(cli, a, &c, as_json, err);
		ses_context_free(&c);
	}
	return rc < 0 ? ses_sharing_failed(as_json, err) : rc;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	(void)args;
	(void)n_args;
	return ses_run_upload(cli, values, cli->json, err);
}

static void
defaults(void *values)
{
	((struct ses_upload_args *)values)->source = "local";
}

const struct ses_command ses_cmd_upload = {
    .name = "upload",
    .summary = "share a session through a secret gist",
    .args = "",
    .about =
	"Puts a session of this machine or of the vault, without its secrets,\n"
	"into a secret gist: one for each session, which the next upload brings\n"
	"up to date. Whoever has the gist's URL can read it; with --encrypt-to\n"
	"only who has a key. The URL is printed when all of it was read back and\n"
	"is what was sent.\n\n"
	"With --plan-issue a comment of the plan's issue then tells of it, and\n"
	"the issue's header points to it, so that 'discover' finds every session\n"
	"of the plan. When only that fails, the exit status is 5. --dry-run reads\n"
	"the issue, and changes nothing.\n\n"
	"The token is that of gh (GH_TOKEN, or 'gh auth login'), with the scope\n"
	"'gist'. SESHAT_GIST_TOKEN is one for gists alone: a workflow's own\n"
	"token cannot create them.",
    .examples = "  seshat upload --session-id ID --plan-issue 42\n"
		"  seshat upload --source remote --plan-issue 42 --if-present\n"
		"  seshat upload --encrypt-to age1... --compress\n"
		"  seshat upload --plan-issue 42 --dry-run",
    .opts = opts,
    .values_len = sizeof(struct ses_upload_args),
    .defaults = defaults,
    .run = run,
};
