#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "base/human.h"
#include "cli/workspace.h"
#include "vault/workspace.h"

struct values {
	int no_redact;
};

static const struct ses_opt add_opts[] = {
    {"no-redact", 0, SES_OPT_FLAG, offsetof(struct values, no_redact), NULL,
	"store files with secrets, too"},
    {0},
};

static const struct ses_opt list_opts[] = {
    {0},
};

static int
run_add(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_context c = {0};
	struct ses_found f = {0};
	struct ses_mirror_opts mo;
	struct ses_where w;
	int rc = -1;

	if (n_args != 2)
		return ses_fail(err, SESHAT_EUSAGE,
		    "workspace add needs a session id and a folder");
	if (ses_context_open_redacting(&c, cli, v->no_redact, err) < 0)
		return -1;
	mo = ses_context_mirror(&c);
	mo.no_redact = v->no_redact;
	if (ses_context_find(&c, args[0], &f, err) == 0) {
		w = ses_found_where(&f);
		rc = ses_cli_workspace_add(cli, &mo, &w, args[1], err);
	}
	ses_found_free(&f);
	ses_context_free(&c);
	return rc;
}

static void
print_file(const struct ses_cli *cli, const struct ses_workfile *f)
{
	char size[SES_HUMAN_MAX];
	char when[SES_TIME_MAX];
	json_t *doc;

	ses_time_format(f->mtime_ns / 1000000, when);
	if (cli->json) {
		doc = json_pack("{s:s,s:I,s:s}", "path", f->path, "size",
		    (json_int_t)f->size, "mtime", when);
		if (f->sha256[0] != '\0')
			(void)json_object_set_new(
			    doc, "sha256", json_string(f->sha256));
		ses_cli_print_json(doc);
		return;
	}
	ses_human_size(f->size, size);
	/* its name is safe: pack/zip.h */
	(void)printf("%10s  %.19s  %s\n", size, when, f->path);
}

static int
run_list(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	struct ses_context c = {0};
	struct ses_found f = {0};
	struct ses_workspace ws = {0};
	struct ses_workfile *v = NULL;
	struct ses_where w;
	size_t n = 0;
	size_t i;
	int rc = -1;

	(void)values;
	if (n_args != 1)
		return ses_fail(
		    err, SESHAT_EUSAGE, "workspace list needs a session id");
	if (ses_context_open(&c, cli, err) < 0)
		return -1;
	if (ses_context_find(&c, args[0], &f, err) < 0)
		goto out;
	w = ses_found_where(&f);
	if (ses_workspace_load(c.store, &w, &ws, err) < 0 ||
	    ses_workspace_files(&ws, &v, &n, err) < 0)
		goto out;
	for (i = 0; i < n; i++)
		print_file(cli, &v[i]);
	if (n == 0 && !cli->quiet && !cli->json)
		(void)fprintf(stderr,
		    "%s/%s has no workspace in the vault ('seshat workspace "
		    "add' gives it one)\n",
		    f.harness, f.id);
	rc = ses_cli_flush(err);
out:
	free(v);
	ses_workspace_free(&ws);
	ses_found_free(&f);
	ses_context_free(&c);
	return rc;
}

const struct ses_command ses_cmd_workspace_add = {
    .name = "workspace add",
    .summary = "store the files that an agent made beside its session",
    .args = "ID DIR",
    .about =
	"Copies the files of DIR to the session in the vault. Only what is new\n"
	"or changed is read. A file in which the rules see a secret is left out\n"
	"and named; so are caches (__pycache__, .git, *.pyc and the like) and\n"
	"links. A file that is gone from DIR stays in the vault.",
    .examples = "  seshat workspace add 3fa9c2d1 ~/demo",
    .opts = add_opts,
    .values_len = sizeof(struct values),
    .max_args = 2,
    .run = run_add,
};

const struct ses_command ses_cmd_workspace_list = {
    .name = "workspace list",
    .summary = "list the files that are stored beside a session",
    .args = "ID",
    .about = "Prints size, time of the last change (UTC) and path of each.",
    .examples = "  seshat workspace list 3fa9c2d1\n"
		"  seshat workspace list --json 3fa9c2d1",
    .opts = list_opts,
    .values_len = sizeof(struct values),
    .max_args = 1,
    .run = run_list,
};
