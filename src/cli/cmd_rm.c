#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lock.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "mirror/spool.h"
#include "vault/index.h"
#include "vault/pin.h"

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

/* The session, then what this machine remembers of it. */
static int
remove_session(
    struct ses_context *c, const struct ses_found *f, struct seshat_err *err)
{
	struct ses_mirror_opts mo = ses_context_mirror(c);
	struct ses_where w = ses_found_where(f);
	struct seshat_err unread = SESHAT_ERR_INIT;
	struct ses_state state = {0};
	struct ses_mirror m;
	struct ses_buf path = {0};
	struct ses_buf name = {0};
	int rc = -1;

	if (ses_mirror_open(&m, &mo, err) < 0)
		return -1;
	ses_buf_fmt(&name, "%s/%s", f->harness, f->id);
	if (ses_lock_take(m.lock, ses_buf_cstr(&name), err) < 0)
		goto out;
	if (ses_vault_remove(m.store, &w, err) < 0 ||
	    ses_state_path(m.state_dir, f->harness, f->id, &path, err) < 0)
		goto drop;
	if (ses_state_load(&state, path.data, m.owner.id, &unread) == 0)
		ses_spool_clear_all(&m, &state);
	ses_state_free(&state);
	(void)unlink(path.data);
	ses_lock_drop(m.lock, ses_buf_cstr(&name));
	rc = ses_lock_take(m.lock, "index", err);
	if (rc == 0)
		rc = ses_index_remove(
		    m.store, m.owner.id, f->harness, f->id, err);
	ses_lock_drop(m.lock, "index");
	goto out;
drop:
	ses_lock_drop(m.lock, ses_buf_cstr(&name));
out:
	ses_buf_free(&path);
	ses_buf_free(&name);
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
