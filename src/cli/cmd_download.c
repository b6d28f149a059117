#include <stdio.h>
#include <string.h>

#include "cli/cmds.h"
#include "base/human.h"
#include "cli/share_run.h"
#include "share/download.h"

#define AT(member) offsetof(struct ses_download_args, member)

static const struct ses_opt opts[] = {
    {"gist-url", 0, SES_OPT_STRING, AT(gist_url), "URL",
	"from a gist: its URL, of any form, or its id"},
    {"run-id", 0, SES_OPT_STRING, AT(run_id), "RUN",
	"from a workflow run, its artifact session-ID"},
    {"issue", 0, SES_OPT_STRING, AT(issue), "N",
	"from where a plan's issue says: number or URL"},
    {"session-id", 0, SES_OPT_STRING, AT(session_id), "ID",
	"the session (default: the gist's, the plan's last)"},
    {"output", 0, SES_OPT_STRING, AT(output), "DIR",
	"into this folder, as session.jsonl"},
    {"identity", 0, SES_OPT_STRING, AT(identity), "FILE",
	"keys of age that open it (default: $SESHAT_IDENTITY)"},
    {"repo", 'R', SES_OPT_STRING, AT(repo), "[HOST/]OWNER/REPO",
	"where N or RUN is (default: as gh finds it)"},
    {0},
};

static void
print_result(
    const struct ses_cli *cli, const struct ses_downloaded *r, int as_json)
{
	struct ses_buf b = {0};
	char size[SES_HUMAN_MAX];

	if (as_json) {
		ses_buf_str(&b, "{\"success\": true, \"session_id\": ");
		ses_json_quote(&b, r->session_id, strlen(r->session_id));
		ses_buf_str(&b, ", \"path\": ");
		ses_json_quote(&b, r->path, strlen(r->path));
		ses_buf_fmt(&b, ", \"source\": \"%s\"}", r->source);
		(void)printf("%s\n", ses_buf_cstr(&b));
		ses_buf_free(&b);
		return;
	}
	ses_human_size(r->bytes, size);
	if (!cli->quiet)
		(void)fprintf(stderr, "downloaded session %s (%s, %s)\n",
		    r->session_id, r->source, size);
	(void)printf("%s\n", r->path);
}

static int
download(const struct ses_cli *cli, const struct ses_download_args *a,
    int as_json, struct seshat_err *err)
{
	struct ses_download d = {.gist = a->gist_url,
	    .run = a->run_id,
	    .session_id = a->session_id,
	    .dir = a->output};
	struct ses_sharing s = {0};
	struct ses_shared_keys keys = {0};
	struct ses_downloaded r;
	uint64_t ignored;
	/* a run is of a repository, as an issue is */
	const char *of = a->issue != NULL    ? a->issue
			 : a->run_id != NULL ? "1"
					     : NULL;
	int rc = -1;

	if ((a->gist_url != NULL) + (a->run_id != NULL) + (a->issue != NULL) !=
	    1)
		return ses_fail(err, SESHAT_EUSAGE,
		    "one of --gist-url, --run-id and --issue is needed");
	if (ses_sharing_open(&s, cli, a->repo, of,
		a->issue != NULL ? &d.plan : &ignored, err) < 0 ||
	    ses_shared_keys(a->identity, &keys, err) < 0)
		goto out;
	d.github = &s.github;
	d.repo = &s.repo;
	d.keys = &keys.keys;
	if (ses_download(&d, &r, err) < 0)
		goto out;
	print_result(cli, &r, as_json);
	ses_downloaded_free(&r);
	rc = 0;
out:
	ses_shared_keys_free(&keys);
	ses_sharing_free(&s);
	return rc;
}

int
ses_run_download(const struct ses_cli *cli, const struct ses_download_args *a,
    int as_json, struct seshat_err *err)
{
	int rc = download(cli, a, as_json, err);

	return rc < 0 ? ses_sharing_failed(as_json, err) : rc;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	(void)args;
	(void)n_args;
	return ses_run_download(cli, values, cli->json, err);
}

const struct ses_command ses_cmd_download = {
    .name = "download",
    .summary = "fetch a session that was shared",
    .args = "",
    .about =
	"Fetches a session from a gist, from where the issue of a plan says, or\n"
	"from an artifact of a workflow run, checks it, and prints its path:\n"
	".erk/scratch/remote-sessions/ID/session.jsonl where the checkout has a\n"
	"folder .erk, else .seshat/sessions/ID/session.jsonl. What was there\n"
	"before is replaced only when all is well. A gist needs no token; its URL\n"
	"must be of the GitHub that is meant (github.com, or what GH_HOST says).\n\n"
	"What was encrypted is opened with --identity, or with a passphrase,\n"
	"which is asked for, or is in SESHAT_PASSPHRASE.",
    .examples =
	"  seshat download --gist-url https://gist.github.com/octo/0123abcd\n"
	"  seshat download --issue 42\n"
	"  seshat download --issue 42 --session-id ID --output old\n"
	"  seshat download --run-id 12345678 --session-id ID",
    .opts = opts,
    .values_len = sizeof(struct ses_download_args),
    .run = run,
};
