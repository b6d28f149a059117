#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cmds.h"
#include "cli/context.h"
#include "mirror/remove.h"

struct values {
	int yes;
};

static const struct ses_opt opts[] = {
    {"yes", 'y', SES_OPT_FLAG, offsetof(struct values, yes), NULL,
	"do not ask"},
    {0},
};

/* Without --yes a person must say so; a program cannot be asked. */
static int
confirmed(
    const struct ses_found *f, const struct values *v, struct seshat_err *err)
{
	char answer[16] = "";

	if (v->yes)
		return 1;
	if (!isatty(STDIN_FILENO))
		return ses_fail(err, SESHAT_EUSAGE,
		    "rm removes for good: say --yes to mean it");
	(void)fprintf(stderr, "Remove %s/%s of %s for good? [y/N] ", f->harness,
	    f->id, f->project);
	if (fgets(answer, sizeof(answer), stdin) == NULL)
		return 0;
	return answer[0] == 'y' || answer[0] == 'Y';
}

static int
remove_session(
    struct ses_context *c, const struct ses_found *f, struct seshat_err *err)
{
	struct ses_mirror_opts mo = ses_context_mirror(c);
	struct ses_where w = ses_found_where(f);
	struct ses_mirror m;
	size_t done;
	int rc;

	if (ses_mirror_open(&m, &mo, err) < 0)
		return -1;
	rc = ses_mirror_remove(&m, &w, 1, &done, err);
	ses_mirror_free(&m);
	return rc;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_context c = {0};
	struct ses_found f = {0};
	int rc = -1;
	int yes;

	if (n_args != 1)
		return ses_fail(err, SESHAT_EUSAGE, "rm needs a session id");
	if (ses_context_open(&c, cli, err) < 0)
		return -1;
	c.access.waits = 1;
	if (ses_context_find(&c, args[0], &f, err) < 0)
		goto out;
	yes = confirmed(&f, v, err);
	if (yes < 0)
		goto out;
	rc = yes ? remove_session(&c, &f, err) : 0;
	if (rc == 0 && yes && cli->json)
		ses_cli_print_json(json_pack(
		    "{s:s,s:s}", "removed", f.id, "harness", f.harness));
	else if (rc == 0 && !cli->quiet)
		(void)printf(
		    "%s %s/%s\n", yes ? "removed" : "kept", f.harness, f.id);
out:
	ses_found_free(&f);
	ses_context_free(&c);
	return rc;
}

const struct ses_command ses_cmd_rm = {
    .name = "rm",
    .summary = "remove a session from the vault for good",
    .args = "ID",
    .about =
	"Removes a session and everything stored of it, on all streams. The\n"
	"store remembers that it was removed, so that no mirror brings it\n"
	"back unless it is told to. Its subagents are sessions of their own\n"
	"and stay, and so do the agent's own files.",
    .examples = "  seshat rm 3fa9c2d1\n"
		"  seshat rm --yes claude-code/3fa9c2d1",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 1,
    .run = run,
};
